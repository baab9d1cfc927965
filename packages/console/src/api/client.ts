import type { ErrorBody } from '@netia/protocol';
import { SHOWN_TENANT_HEADER } from '@netia/protocol/names';
import { t } from '../texts/texts.ts';

/** What the gateway refused, in its own words: they are written to be read by people. */
export class Refused extends Error {
  override name = 'Refused';
  readonly status: number;
  /** The password was right, and a code is asked for. */
  readonly wantsCode: boolean;

  constructor(status: number, message: string, details?: unknown) {
    super(message);
    this.status = status;
    this.wantsCode = (details as { second_factor?: boolean } | undefined)?.second_factor === true;
  }
}

/** Called when the session has ended, wherever that is noticed. */
let onSignedOut = () => {};
export function whenSignedOut(work: () => void): void {
  onSignedOut = work;
}

/** Ends this browser's session, and shows nothing of the business any more. @throws {Refused} then it has not ended. */
export async function signOut(): Promise<void> {
  await call('POST', '/v1/console/sign-out');
  onSignedOut();
}

/** The tenant that the page shows. The browser's session may be another's by now: somebody has gone over to it in another tab. */
let shownTenant: string | undefined;
export function showTenant(id: string): void {
  shownTenant = id;
}

/**
 * One request of the API, in the name of whoever is signed in.
 * @throws {Refused} also where nobody answers, with status 0.
 */
export async function call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const isFile = body instanceof Blob;
  const response = await fetch(path, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': isFile ? 'application/octet-stream' : 'application/json' }),
      // What is about the person alone, and who they are here, is asked in any case.
      ...(shownTenant && path.startsWith('/v1/admin/') && { [SHOWN_TENANT_HEADER]: shownTenant }),
    },
    ...(body === undefined ? {} : { body: isFile ? body : JSON.stringify(body) }),
  }).catch(() => {
    throw new Refused(0, t.common.unreachable);
  });
  if (response.status === 204) return undefined as Answer;
  const answer = (await response.json().catch(() => ({}))) as Answer & Partial<ErrorBody>;
  if (response.ok) return answer;
  const refused = new Refused(response.status, answer.error?.message ?? t.common.wentWrong, answer.error?.details);
  if (response.status === 401 && !refused.wantsCode && !/^\/v1\/console\/(?:sign-in|invitations|passkeys\/sign-in)/.test(path)) onSignedOut();
  throw refused;
}
