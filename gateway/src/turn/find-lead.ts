import { LEAD_INTENTS } from '@netia/protocol';
import { findPhoneNumbersInText } from 'libphonenumber-js';
import { z } from 'zod';

export type Intent = (typeof LEAD_INTENTS)[number];

/** What a visitor has said of themselves. Only what stands in their words; nothing is completed or guessed. */
export interface LeadFacts {
  email?: string;
  /** E.164 */
  phone?: string;
  name?: string;
  company?: string;
}

const EMAIL = /(?<![\w.+-])[\w.+-]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,24}(?![\p{L}\p{N}-])/u;
/** Words with which people introduce themselves. */
const INTRODUCTION =
  /(?:\bmy name is|\bi am called|\bthis is|\bi'm|\bi am|\bme llamo|\bmi nombre es|\bmein name ist|\bich heiße|\bich bin|\bje m'appelle|\bmon nom est|\bje suis|اسمي)\s+/giu;
/** Up to three capitalised words, or up to two in a script without capitals. */
const NAME = /\p{Lu}[\p{L}'’-]+(?:\s+\p{Lu}[\p{L}'’-]+){0,2}|\p{Lo}+(?:\s\p{Lo}+)?/uy;
const EMPLOYMENT =
  /(?:\bi work (?:for|at)|\bfrom the company|\bmy company is(?: called)?|\bwe are|\bon behalf of|\btrabajo en|\bich arbeite (?:bei|für)|\bje travaille chez)\s+/giu;
const COMPANY = /\p{Lu}[\p{L}\p{N}&.'’-]*(?:\s+(?:\p{Lu}[\p{L}\p{N}&.'’-]*|&)){0,4}/uy;
/** Words that follow "I am" and are no name. */
const NOT_A_NAME = /^(not|looking|interested|trying|having|very|so|just|from|here|your|the|sorry|happy|new|using|writing|calling|wondering|a|an)\b/i;

/**
 * The contact facts in a message.
 * @param country where numbers without a country code are taken to be (ISO 3166 alpha-2); without it they are left alone,
 *   because a number dialled in the wrong country reaches a stranger.
 */
export function findFacts(text: string, country?: string): LeadFacts {
  const facts: LeadFacts = {};
  const email = EMAIL.exec(text)?.[0];
  if (email) facts.email = email;
  const phone = findPhoneNumbersInText(text, country ? { defaultCountry: country as 'US' } : {}).at(0)?.number;
  if (phone?.isValid()) facts.phone = phone.number;
  const name = findAfter(INTRODUCTION, NAME, text);
  if (name) facts.name = name;
  const company = findAfter(EMPLOYMENT, COMPANY, text)?.replace(/[.,]+$/, '');
  if (company) facts.company = company;
  return facts;
}

/** The first words of a form that follow one of the openings: those in any case, these as they stand. */
function findAfter(opening: RegExp, form: RegExp, text: string): string | undefined {
  for (const found of text.matchAll(opening)) {
    form.lastIndex = found.index + found[0].length;
    const words = form.exec(text)?.[0];
    if (words && !NOT_A_NAME.test(words)) return words;
  }
  return undefined;
}

const INTENT_WORDS: [Intent, RegExp][] = [
  ['complaint', /\b(complain|complaint|refund|terrible|awful|unacceptable|disappointed|angry|scam|reclamaci[oó]n|queja|beschwerde|plainte|réclamation)|شكوى/iu],
  ['hiring', /\b(job|jobs|career|vacanc|hiring|apply for|internship|cv|résumé|empleo|trabajar con vosotros|stelle|bewerb|emploi|recrut)|وظيف/iu],
  ['demo', /\b(demo|demonstration|trial|try it out|show me around|prueba|vorführung|testen|essai|démo)|تجربة/iu],
  [
    'pricing',
    /\b(price|prices|pricing|cost|costs|how much|quote|discount|plan|plans|subscription|precio|cu[aá]nto cuesta|presupuesto|preis|kosten|kostet|angebot|prix|tarif|devis|combien)|سعر|أسعار|تكلفة/iu,
  ],
  [
    'support',
    /\b(help|support|broken|not work|doesn.t work|error|problem|issue|bug|install|configure|ayuda|soporte|problema|hilfe|fehler|funktioniert nicht|aide|problème|assistance)|مساعدة|مشكلة/iu,
  ],
];

/** What the visitor is after, by the words used; the first that fits, complaints before sales. */
export function findIntent(text: string): Intent {
  return INTENT_WORDS.find(([, words]) => words.test(text))?.[0] ?? 'other';
}

const leadReplySchema = z.object({ name: z.string().max(200).nullish(), company: z.string().max(200).nullish(), intent: z.enum(LEAD_INTENTS).nullish() });

/**
 * A model's reading of a visitor's text. Names and companies that do not stand in the text, letter by letter but for
 * case, are left out and otherwise taken as the visitor wrote them; a reply of another form says nothing.
 */
export function readLeadReply(reply: string, text: string): { facts: LeadFacts; intent: Intent | undefined } {
  const json = /\{[\s\S]*\}/.exec(reply)?.[0];
  const parsed = leadReplySchema.safeParse(json === undefined ? undefined : parseOrNull(json));
  if (!parsed.success) return { facts: {}, intent: undefined };
  const asWritten = (value: string | null | undefined) => {
    const at = value?.trim() ? text.toLowerCase().indexOf(value.trim().toLowerCase()) : -1;
    return at === -1 ? undefined : text.slice(at, at + (value?.trim().length ?? 0));
  };
  const name = asWritten(parsed.data.name);
  const company = asWritten(parsed.data.company);
  return { facts: { ...(name ? { name } : {}), ...(company ? { company } : {}) }, intent: parsed.data.intent ?? undefined };
}

function parseOrNull(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
