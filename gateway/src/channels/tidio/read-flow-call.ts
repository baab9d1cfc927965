import { storableText, storableValue } from '../../storable-text.ts';
import { clipText } from '../clip-text.ts';
import { TIDIO_UUID } from './ids.ts';

/** What a Flow's "API call" says, as far as the tenant has put it in. All texts; what is missing is empty. */
export interface FlowCall {
  message: string;
  contactId: string;
  name: string;
  email: string;
  pageUrl: string;
  /** Variables that were not filled in, or the editor's sample words: somebody is trying the connection out. */
  isTest: boolean;
}

const FIELDS = ['message', 'contact_uuid', 'distinct_id', 'name', 'email', 'page_url'] as const;
type Field = (typeof FIELDS)[number];

/** A variable typed by hand, or not filled in by the editor's test button. */
const PLACEHOLDER = /^\s*(\{[^{}]*\}|\{\{[^{}]*\}\})\s*$/;

/**
 * Reads the call: JSON, a form, or what JSON becomes when the visitor's quotes and line breaks are put into it unescaped
 * (whether Tidio escapes them is not documented). Never refuses: a Flow that gets an error leaves the visitor standing.
 */
export function readFlowCall(raw: Buffer, contentType: string | undefined): FlowCall {
  const text = storableText(raw.toString('utf8'));
  const fields = contentType?.includes('x-www-form-urlencoded') ? readForm(text) : (readJsonObject(text) ?? readBroken(text));
  const given = (field: Field) => (fields[field] ?? '').trim();
  const contactId = given('contact_uuid');
  return {
    message: clipText(given('message')),
    contactId: TIDIO_UUID.test(contactId) ? contactId : '',
    name: realOrEmpty(given('name')),
    email: realOrEmpty(given('email')),
    pageUrl: /^https?:\/\/\S{1,2000}$/.test(given('page_url')) ? given('page_url') : '',
    isTest: PLACEHOLDER.test(given('message')) || (contactId !== '' && !TIDIO_UUID.test(contactId)),
  };
}

const realOrEmpty = (value: string) => (PLACEHOLDER.test(value) ? '' : value.slice(0, 300));

function readForm(text: string): Partial<Record<Field, string>> {
  const form = new URLSearchParams(text);
  return Object.fromEntries(FIELDS.map((field) => [field, form.get(field) ?? '']));
}

function readJsonObject(text: string): Partial<Record<Field, string>> | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text, storableValue);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return {};
  const object = parsed as Record<string, unknown>;
  return Object.fromEntries(
    FIELDS.map((field) => [field, typeof object[field] === 'string' || typeof object[field] === 'number' ? String(object[field]) : '']),
  );
}

/** Each value goes on until the next known field begins, or the object ends. */
function readBroken(text: string): Partial<Record<Field, string>> {
  const starts = FIELDS.flatMap((field) => {
    const found = new RegExp(`[{,]\\s*"${field}"\\s*:\\s*"`).exec(text);
    return found ? [{ field, from: found.index, to: found.index + found[0].length }] : [];
  }).sort((a, b) => a.from - b.from);
  return Object.fromEntries(
    starts.map(({ field, to }, i) => {
      const end = starts[i + 1]?.from ?? text.lastIndexOf('}');
      return [field, text.slice(to, end < to ? undefined : end).replace(/"\s*$/, '')];
    }),
  );
}
