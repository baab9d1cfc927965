const SENTENCES = {
  not_an_address: 'This is not an address that can be read: it must begin with http:// or https://, without a user name, on a usual port.',
  not_public: 'This address does not lead to the public internet.',
  too_many_redirects: 'The address was redirected more than three times.',
  bad_redirect: 'The address was redirected to one that cannot be read.',
  unreachable: 'The server could not be reached.',
  too_slow: 'The server took too long.',
  too_large: 'What came is too large.',
} as const;

export type OutboundFaultKind = keyof typeof SENTENCES;

/**
 * Why a request to the outside was not made or not finished. The message is for the tenant, and tells nothing of what
 * stands behind an address that may not be reached.
 */
export class OutboundFault extends Error {
  override name = 'OutboundFault';
  readonly kind: OutboundFaultKind;

  constructor(kind: OutboundFaultKind, options: { cause?: unknown } = {}) {
    super(SENTENCES[kind], options);
    this.kind = kind;
  }
}
