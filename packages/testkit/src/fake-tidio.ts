import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { FakeServer, type HttpAnswer, type HttpCall, isObject, MinuteWindow } from './fake-server.ts';
import { isoTime, tidioPublicKey, tidioUlid } from './tidio-hooks.ts';

export interface TidioOperator {
  id: string;
  active: boolean;
  email: string;
  name: string;
  role: string;
  picture: string | null;
  last_seen: string | null;
}

export interface TidioContact {
  id: string;
  distinct_id: string | null;
  first_name: string | null;
  last_name: string | null;
  email: string | null;
  phone: string | null;
  created_at: string;
  properties: { name: string; value: string }[];
}

/** A message of a live chat; reading is all that the OpenAPI allows. */
export interface TidioContactMessage {
  id: string;
  author_type: string;
  author_id: string | null;
  message: string;
  created_at: string;
}

export interface TidioTicketMessage {
  message_id: string;
  created_at: string;
  author_type: 'operator' | 'contact';
  author_id: string | null;
  message_type: 'public' | 'internal';
  message_content: string;
  attachments: string[];
}

export interface TidioTicket {
  id: number;
  link: string;
  subject: string;
  contact_id: string;
  contact_email: string;
  priority: 'low' | 'normal' | 'urgent';
  status: 'open' | 'pending' | 'solved';
  assigned_operator_id: string | null;
  assigned_department_id: string | null;
  custom_channel_id: string | null;
  messages: TidioTicketMessage[];
}

/** One accepted `POST /tickets/{id}/reply`. */
export interface TidioReply {
  projectId: number;
  ticketId: number;
  author_type: 'operator' | 'contact';
  operator_id: string | null;
  message_type: 'public' | 'internal';
  content: string;
  id: string;
  /** Epoch milliseconds. */
  at: number;
}

export interface FakeTidioOptions {
  latencyMs?: number;
  /** Of each project. */
  callsPerMinute?: number;
  /** Of lists; 100 as Tidio has it. */
  pageSize?: number;
}

export async function startFakeTidio(options: FakeTidioOptions = {}): Promise<FakeTidio> {
  const fake = new FakeTidio(options);
  await fake.listen();
  return fake;
}

/** One tenant's side of Tidio. Keys, limits and tickets belong to a project. */
export class TidioProject {
  readonly projectId = randomInt(1_000_000, 9_999_999);
  readonly publicKey = tidioPublicKey();
  readonly clientId = `ci_${randomBytes(16).toString('hex')}`;
  readonly clientSecret = `cs_${randomBytes(16).toString('hex')}`;
  status: 'online' | 'offline' = 'online';
  /** False as on a plan without the OpenAPI. */
  apiAccess = true;
  /** Above it 429, without a Retry-After. */
  callsPerMinute: number | null;
  readonly window = new MinuteWindow();
  readonly operators: TidioOperator[] = [
    { id: randomUUID(), active: true, email: 'tomek@shop.example', name: 'Tomek', role: 'owner', picture: null, last_seen: null },
    { id: randomUUID(), active: true, email: 'assistant@shop.example', name: 'Shop assistant', role: 'chat_agent', picture: null, last_seen: null },
  ];
  readonly contacts = new Map<string, TidioContact>();
  readonly contactMessages = new Map<string, TidioContactMessage[]>();
  /** Listed in the order they were put in: which order Tidio has is not known. */
  readonly tickets = new Map<number, TidioTicket>();

  constructor(callsPerMinute: number | null) {
    this.callsPerMinute = callsPerMinute;
  }

  seedContact(contact: Partial<TidioContact> = {}): TidioContact {
    const seeded: TidioContact = {
      id: randomUUID(),
      distinct_id: null,
      first_name: 'Marta',
      last_name: 'Kowal',
      email: 'marta.kowal@example.com',
      phone: null,
      created_at: isoTime(Date.now()),
      properties: [],
      ...contact,
    };
    this.contacts.set(seeded.id, seeded);
    return seeded;
  }

  /** A ticket with one public message of the contact. */
  seedTicket(ticket: { id?: number; subject?: string; text?: string; contactId?: string; email?: string; status?: TidioTicket['status'] } = {}): TidioTicket {
    const id = ticket.id ?? randomInt(10_000, 99_999);
    const contactId = ticket.contactId ?? randomUUID();
    const seeded: TidioTicket = {
      id,
      link: `https://www.tidio.com/panel/tickets/${id}`,
      subject: ticket.subject ?? 'Parcel arrived damaged',
      contact_id: contactId,
      contact_email: ticket.email ?? 'marta.kowal@example.com',
      priority: 'normal',
      status: ticket.status ?? 'open',
      assigned_operator_id: null,
      assigned_department_id: null,
      custom_channel_id: null,
      messages: [],
    };
    const text = ticket.text ?? 'The mug inside is broken. What can I do?';
    addMessage(seeded, { author_type: 'contact', author_id: contactId, message_type: 'public', message_content: text });
    this.tickets.set(id, seeded);
    return seeded;
  }
}

/** Tidio's OpenAPI. As with Tidio, nothing that is changed here comes back as a webhook. */
export class FakeTidio extends FakeServer {
  /** The first tenant's. */
  readonly project: TidioProject;
  /** Of all projects. */
  readonly replies: TidioReply[] = [];
  /** Called as a reply is stored, before the caller has its answer. */
  onReply: ((reply: TidioReply) => void) | null = null;
  readonly #callsPerMinute: number | null;
  readonly #pageSize: number;
  readonly #projects = new Map<string, TidioProject>();

  constructor(options: FakeTidioOptions) {
    super(options.latencyMs);
    this.#callsPerMinute = options.callsPerMinute ?? null;
    this.#pageSize = options.pageSize ?? 100;
    this.project = this.addProject();
  }

  /** Another tenant, with keys of its own. */
  addProject(): TidioProject {
    const project = new TidioProject(this.#callsPerMinute);
    this.#projects.set(project.clientId, project);
    return project;
  }

  protected override refusal(status: number, code: string): HttpAnswer {
    return refuse(status, code, 'Refused by the test');
  }

  protected override answer(call: HttpCall): HttpAnswer {
    const id = call.headers['x-tidio-openapi-client-id'];
    const secret = call.headers['x-tidio-openapi-client-secret'];
    if (!id || !secret) return refuse(401, 'unauthorized', 'The authorization headers are missing');
    const project = this.#projects.get(String(id));
    if (!project || project.clientSecret !== secret) return refuse(401, 'unauthorized', 'The authorization headers are invalid');
    if (!/^application\/json;\s*version=1$/.test(call.headers.accept ?? '')) return refuse(406, 'missing_api_version', 'The version is missing');
    if (!project.apiAccess) return refuse(403, 'api_access_disabled', 'The plan has no access to the API');
    if (project.callsPerMinute === null) return this.#route(project, call);
    const left = project.window.take(project.callsPerMinute);
    const answer = left < 0 ? refuse(429, 'too_many_requests', 'You have reached the limit of allowed attempts') : this.#route(project, call);
    return { ...answer, headers: { 'x-ratelimit-limit': String(project.callsPerMinute), 'x-ratelimit-remaining': String(Math.max(0, left)) } };
  }

  #route(project: TidioProject, call: HttpCall): HttpAnswer {
    const [, area, id, leaf] = call.path.split('/');
    switch ([call.method, area, id === undefined ? '' : '{id}', leaf ?? ''].join(' ').trim()) {
      case 'GET project':
        return done({ project_id: project.projectId, status: project.status });
      case 'GET operators':
        return this.#page('operators', project.operators, call.query);
      case 'GET contacts': {
        const email = call.query.get('email');
        const contacts = [...project.contacts.values()].filter((contact) => email === null || contact.email === email);
        return this.#page('contacts', contacts, call.query);
      }
      case 'GET contacts {id}':
        return done(project.contacts.get(id ?? ''));
      case 'GET contacts {id} messages': {
        const page = this.#page('messages', project.contactMessages.get(id ?? '') ?? [], call.query);
        return page.status === 200 ? done({ conversation_url: `https://www.tidio.com/panel/inbox/conversations/${id}`, ...Object(page.body) }) : page;
      }
      case 'POST contacts {id} messages':
        // Speaks as the visitor. Played so that a gateway that mistakes it for an answer gets no error that would tell it.
        return done({ status: 'accepted' }, 202);
      case 'GET tickets': {
        const tickets = [...project.tickets.values()].map(({ messages, ...ticket }) => ticket);
        return this.#page('tickets', tickets, call.query);
      }
      case 'GET tickets {id}':
        return done(project.tickets.get(Number(id)));
      case 'PATCH tickets {id}':
        return change(project, project.tickets.get(Number(id)), call.body);
      case 'POST tickets {id} reply':
        return this.#reply(project, project.tickets.get(Number(id)), call);
      default:
        return notFound();
    }
  }

  #reply(project: TidioProject, ticket: TidioTicket | undefined, { body, at }: HttpCall): HttpAnswer {
    if (!ticket) return notFound();
    if (!isObject(body)) return unprocessable('The body should be an object');
    const { author_type, operator_id = null, message_type, content } = body;
    if (author_type !== 'operator' && author_type !== 'contact') return unprocessable('author_type');
    if (message_type !== 'public' && message_type !== 'internal') return unprocessable('message_type');
    if (typeof content !== 'string' || content === '') return unprocessable('content');
    if (operator_id !== null && typeof operator_id !== 'string') return unprocessable('operator_id');
    if (author_type === 'operator' && !project.operators.some((operator) => operator.id === operator_id)) return unprocessable('operator_id');
    const author_id = author_type === 'operator' ? operator_id : ticket.contact_id;
    const { message_id } = addMessage(ticket, { author_type, author_id, message_type, message_content: content });
    const reply: TidioReply = { projectId: project.projectId, ticketId: ticket.id, author_type, operator_id, message_type, content, id: message_id, at };
    this.replies.push(reply);
    this.onReply?.(reply);
    return done({ id: message_id }, 201);
  }

  #page(name: string, all: object[], query: URLSearchParams): HttpAnswer {
    const cursor = query.get('cursor');
    const from = cursor === null ? 0 : Number(Buffer.from(cursor, 'base64url').toString().replace('offset:', ''));
    if (!Number.isInteger(from)) return refuse(400, 'invalid_cursor', 'The cursor is not valid');
    const to = from + this.#pageSize;
    const next = to < all.length ? Buffer.from(`offset:${to}`).toString('base64url') : null;
    return done({ [name]: all.slice(from, to), meta: { cursor: next, limit: this.#pageSize } });
  }
}

/** Which values of each property are taken. */
const CHANGES: Record<string, (value: unknown, project: TidioProject) => boolean> = {
  status: (value) => value === 'open' || value === 'pending' || value === 'solved',
  priority: (value) => value === 'low' || value === 'normal' || value === 'urgent',
  subject: (value) => typeof value === 'string',
  assigned: (value, project) =>
    value === null || (isObject(value) && (value['type'] === 'department' || project.operators.some((operator) => operator.id === value['id']))),
  tag_ids: (value) => Array.isArray(value),
  custom_fields: (value) => isObject(value),
};

function change(project: TidioProject, ticket: TidioTicket | undefined, body: unknown): HttpAnswer {
  if (!ticket) return notFound();
  if (!isObject(body)) return unprocessable('The body should be an object');
  const refused = Object.keys(body).find((name) => !CHANGES[name]?.(body[name], project));
  if (refused) return unprocessable(refused);
  const { assigned, ...fields } = body;
  Object.assign(ticket, fields);
  if (assigned !== undefined) {
    const target = isObject(assigned) ? assigned : {};
    ticket.assigned_operator_id = target['type'] === 'operator' ? String(target['id']) : null;
    ticket.assigned_department_id = target['type'] === 'department' ? String(target['id']) : null;
  }
  return { status: 204 };
}

function addMessage(ticket: TidioTicket, message: Omit<TidioTicketMessage, 'message_id' | 'created_at' | 'attachments'>): TidioTicketMessage {
  const added: TidioTicketMessage = { message_id: tidioUlid(), created_at: isoTime(Date.now()), ...message, attachments: [] };
  ticket.messages.push(added);
  return added;
}

function done(body: object | undefined, status = 200): HttpAnswer {
  return body ? { status, body } : notFound();
}

/** Only the codes are Tidio's; the wording is not known. */
function refuse(status: number, code: string, message: string): HttpAnswer {
  return { status, body: { errors: [{ code, message }] } };
}

function notFound(): HttpAnswer {
  return refuse(404, 'not_found', 'Not found');
}

function unprocessable(what: string): HttpAnswer {
  return refuse(422, 'validation_failed', `Not valid: ${what}`);
}
