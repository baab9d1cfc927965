import { randomUUID } from 'node:crypto';
import { invite } from '../../src/people/invitations.ts';
import type { Role } from '../../src/people/roles.ts';
import type { TestGateway } from './gateway.ts';

export const PASSWORD = 'a long enough password';
/** What a browser says of a request that a page of ours makes. */
export const OWN_PAGE = { 'sec-fetch-site': 'same-origin' };

/** A person at the console, as their browser is: a cookie, and where requests come from. */
export class ConsoleClient {
  cookie = '';
  readonly email: string;
  readonly #url: string;

  constructor(url: string, email: string) {
    this.#url = url;
    this.email = email;
  }

  /** Opens an invitation and becomes a member of that role. */
  static async join(gateway: TestGateway, tenantId: string, role: Role, email = `${role}-${randomUUID()}@people.invalid`): Promise<ConsoleClient> {
    const client = new ConsoleClient(gateway.url, email);
    const { token } = await gateway.inTenant(tenantId, (tx) => invite(tx, tenantId, { email, role, createdBy: 'test' }));
    const { status } = await client.call('POST', '/v1/console/invitations/accept', { token, name: `The ${role}`, password: PASSWORD });
    if (status !== 201) throw new Error(`could not join: ${status}`);
    return client;
  }

  async signIn(password = PASSWORD): Promise<number> {
    return (await this.call('POST', '/v1/console/sign-in', { email: this.email, password })).status;
  }

  /** What a request that is taken answers. @throws where it is refused. */
  async json<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await this.call(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as Answer;
  }

  async status(method: string, path: string, body?: unknown): Promise<number> {
    return (await this.call(method, path, body)).status;
  }

  /** Keeps the cookie it is given, as a browser does. */
  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = OWN_PAGE,
  ): Promise<{ status: number; body: Record<string, unknown>; headers: Headers }> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: { ...headers, ...(this.cookie ? { cookie: this.cookie } : {}), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const [set] = response.headers.getSetCookie();
    if (set) this.cookie = set.split(';')[0] ?? '';
    // A stream ends when somebody leaves it.
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
    if (isStream) await response.body?.cancel();
    const text = isStream ? '' : await response.text();
    return {
      status: response.status,
      body: response.headers.get('content-type')?.includes('json') ? (JSON.parse(text) as Record<string, unknown>) : {},
      headers: response.headers,
    };
  }
}
