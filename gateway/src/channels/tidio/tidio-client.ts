import { z } from 'zod';
import { SendFault } from '../../deliveries/planned-delivery.ts';
import type { Metrics } from '../../metrics.ts';

/** The keys of a project's OpenAPI access. */
export const tidioKeysSchema = z.object({ client_id: z.string().min(1).max(200), client_secret: z.string().min(1).max(500) });
export type TidioKeys = z.infer<typeof tidioKeysSchema>;

const BASE_URL = 'https://api.tidio.com';
/** As crisp-api has it: whoever holds a delivery must be done with it before the lease ends. */
const TIMEOUT_MS = 10_000;
const MINUTE_MS = 60_000;

const text = z.string().nullish();
const errorsSchema = z.object({ errors: z.array(z.object({ code: z.string() })).min(1) });
const projectSchema = z.object({ project_id: z.number(), status: z.string() });
const operatorSchema = z.object({ id: z.string(), name: text, email: text, role: text, active: z.boolean().nullish() });
const ticketSchema = z.object({
  id: z.number(),
  status: z.string(),
  messages: z
    .array(
      z.object({
        message_id: z.string(),
        created_at: z.string(),
        author_type: z.string(),
        author_id: text,
        message_type: z.string(),
        message_content: z.string(),
      }),
    )
    .nullish(),
});
const repliedSchema = z.object({ id: z.string() });

export type TidioOperator = z.infer<typeof operatorSchema>;
export type TidioTicket = z.infer<typeof ticketSchema>;

/** Waits until the project may call again. @returns milliseconds to wait; 0: go. */
export type PaceCall = () => Promise<number>;

/**
 * The part of Tidio's OpenAPI that we use (developers.tidio.com/reference). There is no library of Tidio's own. Errors are
 * told apart by status and `code`, never by their words.
 *
 * Left out on purpose: POST /contacts/{id}/messages speaks as the visitor and is no way to answer.
 */
export class TidioClient {
  readonly #keys: TidioKeys;
  readonly #baseUrl: string;
  readonly #pace: PaceCall;
  readonly #metrics: Metrics;
  #pausedUntil = 0;

  constructor(keys: TidioKeys, baseUrl: string | undefined, pace: PaceCall, metrics: Metrics) {
    this.#keys = keys;
    this.#baseUrl = baseUrl ?? BASE_URL;
    this.#pace = pace;
    this.#metrics = metrics;
  }

  /** Whether the keys are good and the plan allows calls. The number it brings is not the public key. */
  project(): Promise<z.infer<typeof projectSchema>> {
    return this.#call('project', 'GET', '/project', projectSchema);
  }

  async operators(): Promise<TidioOperator[]> {
    return this.#pages('operators', '/operators', operatorSchema);
  }

  ticket(id: number): Promise<TidioTicket> {
    return this.#call('ticket.get', 'GET', `/tickets/${id}`, ticketSchema);
  }

  /**
   * @param content HTML for public, plain text for internal.
   * @param requireTime called last before the call; throws when the caller may not make it any more.
   * @returns the message's id.
   */
  async reply(ticketId: number, operatorId: string, type: 'public' | 'internal', content: string, requireTime: () => void): Promise<string> {
    const body = { author_type: 'operator', operator_id: operatorId, message_type: type, content };
    return (await this.#call('ticket.reply', 'POST', `/tickets/${ticketId}/reply`, repliedSchema, body, requireTime)).id;
  }

  /** Everything of a paged collection: `?cursor=` until meta.cursor is null, at most a hundred pages. */
  async #pages<T extends z.ZodType>(name: string, path: string, item: T): Promise<z.output<T>[]> {
    const page = z.object({ [name]: z.array(item), meta: z.object({ cursor: z.string().nullable() }).nullish() });
    const items: z.output<T>[] = [];
    let cursor: string | null | undefined;
    for (let n = 0; n < 100; n++) {
      const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : '';
      const read = (await this.#call(`${name}.list`, 'GET', path + query, page)) as { meta?: { cursor: string | null } | null } & Record<string, unknown>;
      items.push(...(read[name] as z.output<T>[]));
      cursor = read.meta?.cursor;
      if (!cursor) break;
    }
    return items;
  }

  async #call<T extends z.ZodType>(
    name: string,
    method: 'GET' | 'POST',
    path: string,
    schema: T,
    body?: object,
    requireTime: () => void = () => {},
  ): Promise<z.output<T>> {
    try {
      const wait = Math.max(this.#pausedUntil - Date.now(), await this.#pace());
      if (wait > 0) throw new SendFault('paced', "the project's calls for this minute are used up", { waitMs: wait });
      requireTime();
      const result = await this.#fetch(method, path, schema, body);
      this.#metrics.channelCalls.inc({ channel: 'tidio', call: name, outcome: 'ok' });
      return result;
    } catch (error) {
      const fault = error instanceof SendFault ? error : new SendFault('passing', 'the call to Tidio broke off', { cause: error });
      if (fault.kind === 'paced') this.#pausedUntil = Math.max(this.#pausedUntil, Date.now() + fault.waitMs);
      this.#metrics.channelCalls.inc({ channel: 'tidio', call: name, outcome: fault.kind });
      throw fault;
    }
  }

  async #fetch<T extends z.ZodType>(method: 'GET' | 'POST', path: string, schema: T, body?: object): Promise<z.output<T>> {
    const response = await fetch(this.#baseUrl + path, {
      method,
      headers: {
        'X-Tidio-Openapi-Client-Id': this.#keys.client_id,
        'X-Tidio-Openapi-Client-Secret': this.#keys.client_secret,
        // The version is mandatory.
        Accept: 'application/json; version=1',
        ...(body ? { 'Content-Type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const received: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw refusalOf(response.status, errorsSchema.safeParse(received).data?.errors[0]?.code);
    const parsed = schema.safeParse(received);
    // It was done, but not answered as documented: for a reply that means "look it up", as after a broken call.
    if (!parsed.success) throw new SendFault('passing', 'Tidio answered in an undocumented form', { cause: parsed.error });
    return parsed.data;
  }
}

function refusalOf(status: number, code = 'unknown code'): SendFault {
  const says = `Tidio: ${status} ${code}`;
  // No Retry-After is documented: the limit is by the minute, so the next minute, and not everybody at its first second.
  if (status === 429) return new SendFault('paced', says, { waitMs: MINUTE_MS - (Date.now() % MINUTE_MS) + Math.random() * 5_000 });
  if (status === 401 || status === 403) return new SendFault('disconnected', says);
  return new SendFault(status >= 500 ? 'passing' : 'refused', says);
}
