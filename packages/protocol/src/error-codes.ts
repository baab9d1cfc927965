/** Every code an error response or an `error` event may carry, with its HTTP status and what it tells the caller to do. */
export const ERROR_CODES = {
  invalid_request: { status: 400, meaning: 'The request is not of the documented form; details say where.' },
  unauthorized: { status: 401, meaning: 'The key or token is missing, wrong, revoked or expired.' },
  forbidden: { status: 403, meaning: 'The key lacks the scope that details name.' },
  consent_required: { status: 403, meaning: 'The visitor has not agreed to the text of the settings: show it, and send it as agreed_to.' },
  identity_required: { status: 403, meaning: 'The tenant wants its visitors proven, and no proof came: send one as identity.proof.' },
  identity_refused: { status: 403, meaning: 'The proof of who the visitor is was not good; details say why. Sign a new one.' },
  origin_not_allowed: { status: 403, meaning: 'This website may not use the widget; add its origin to the allowed origins.' },
  not_found: { status: 404, meaning: 'There is no such thing, or it is not yours.' },
  method_not_allowed: { status: 405, meaning: 'The path exists, but not with this method.' },
  conflict: { status: 409, meaning: 'The change collides with one that is already there.' },
  not_resumable: { status: 410, meaning: 'The stream cannot be continued from there; load the conversation again.' },
  payload_too_large: { status: 413, meaning: 'The body is larger than the limit in details.' },
  unsupported_media_type: { status: 415, meaning: 'Send application/json.' },
  idempotency_mismatch: { status: 422, meaning: 'This Idempotency-Key was used with another body.' },
  rate_limited: { status: 429, meaning: 'Too many requests; Retry-After says when to try again.' },
  internal: { status: 500, meaning: 'A fault of ours; request_id finds it in the log.' },
  unavailable: { status: 503, meaning: 'The database does not answer right now; the same request may be sent again.' },
} as const satisfies Record<string, { status: number; meaning: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** The body of every error response. */
export interface ErrorBody {
  error: { code: ErrorCode; message: string; request_id: string; details?: unknown };
}
