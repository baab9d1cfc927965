import { z } from 'zod';
import { ANSWERERS, LEAD_FIELDS, WIDGET_LANGUAGES } from './names.ts';

/** A whole number within bounds, refused in a sentence that says them. */
const whole = (least: number, most: number) => {
  const says = `Give a whole number from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}.`;
  return z.int(says).min(least, says).max(most, says);
};

/** How the widget looks and speaks. */
export const widgetSettingsSchema = z.strictObject({
  title: z.string().trim().min(1).max(60).default('Ask us anything'),
  greeting: z.string().trim().max(300).default(''),
  /** Questions offered before the first message. */
  suggestions: z.array(z.string().trim().min(1).max(80)).max(4).default([]),
  color: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'Give the colour as #rrggbb.')
    .default('#1f5eff'),
  position: z.enum(['right', 'left']).default('right'),
  /** auto: light or dark as the visitor's device is. */
  appearance: z.enum(['auto', 'light', 'dark']).default('auto'),
  /** The name of a picture that was given, shown beside the title. Empty: none. */
  logo: z
    .string()
    .regex(/^(?:[0-9a-f-]{36}\.(?:png|jpg|webp|gif))?$/, 'Give the name that came back when the picture was sent.')
    .default(''),
  /** Whether visitors may send pictures and PDFs. */
  takes_files: z.boolean().default(true),
  /** Used where the visitor's own language is not among the widget's. */
  language: z.enum(WIDGET_LANGUAGES).default('en'),
});
export type WidgetSettings = z.infer<typeof widgetSettingsSchema>;

/** Who answers, and how sure the agent must be. */
export const aiSettingsSchema = z.strictObject({
  /** Tried in this order; those without a key are passed over. Quoting the sources needs no key and always comes last. */
  answerers: z.array(z.enum(ANSWERERS)).min(1).default(['openai', 'anthropic', 'extractive']),
  caution: z.enum(['careful', 'balanced', 'eager']).default('balanced'),
  /** Answers come from entries of one of these categories, or with one of these tags. Both empty: from all. */
  answer_from: z
    .strictObject({
      categories: z.array(z.string().trim().min(1).max(100)).max(50).default([]),
      tags: z.array(z.string().trim().min(1).max(100)).max(50).default([]),
    })
    .default({ categories: [], tags: [] }),
  /** Of answers that are quoted: about 35, 60 or 100 words. More of them hold what was asked for, and fewer visitors read to the end. */
  quotes: z.enum(['short', 'medium', 'long']).default('short'),
  /** Added to the instructions of the model: tone, names, what to mention. */
  instructions: z.string().max(4_000).default(''),
});
export type AiSettings = z.infer<typeof aiSettingsSchema>;

export const leadSettingsSchema = z.strictObject({
  is_enabled: z.boolean().default(true),
  fields: z.array(z.enum(LEAD_FIELDS)).min(1, 'Ask for one field at least.').default(['name', 'email', 'phone']),
});
export type LeadSettings = z.infer<typeof leadSettingsSchema>;

export const handoffSettingsSchema = z.strictObject({
  is_enabled: z.boolean().default(true),
  /** Shown when the visitor asks for a person. Empty: the widget's own words. */
  message: z.string().max(300).default(''),
});
export type HandoffSettings = z.infer<typeof handoffSettingsSchema>;

/** Most that may be spent. Counted before each call, so the worst bill is known in advance. */
export const budgetSettingsSchema = z.strictObject({
  messages_per_visitor_per_hour: whole(1, 10_000).default(60),
  messages_per_address_per_hour: whole(1, 100_000).default(240),
  model_calls_per_day: whole(0, 1_000_000).default(2_000),
  /** Of new and changed knowledge; about what 200 pages a million hold. */
  embedding_tokens_per_day: whole(0, 1_000_000_000).default(10_000_000),
  tokens_per_answer: whole(50, 4_000).default(600),
});
export type BudgetSettings = z.infer<typeof budgetSettingsSchema>;

/** Says over the first answer of each conversation that it comes from an AI, as the EU's AI Act wants it said; off only where the chat says so otherwise. */
const introducesItself = z.boolean().default(true);
const quietMinutes = whole(1, 10_080).default(30);

/** How the agent behaves inside Crisp. */
export const crispSettingsSchema = z.strictObject({
  /** The name above its messages. Empty: the tenant's name. */
  nickname: z.string().trim().max(60).default(''),
  introduces_itself: introducesItself,
  /** After so long without a word from a person, in minutes, the visitor's next message is the agent's again. */
  quiet_minutes: quietMinutes,
  /** The operator (Crisp's user id) who gets the conversations that are handed over. Null: nobody in particular. */
  assign_to: z.uuid().nullable().default(null),
  /** Whether a conversation that is assigned to an operator is theirs at once, or only when they write. */
  assignment_is_takeover: z.boolean().default(true),
  /** Added to the profile of a visitor who has left an address or number. Empty: none. */
  lead_segment: z
    .string()
    .trim()
    .max(60)
    .regex(/^[\w -]*$/, 'Use letters, digits, blanks, hyphens.')
    .default('lead'),
  /** Shows that an answer is being written; costs two calls of the day's quota for each answer that takes long. */
  shows_typing: z.boolean().default(true),
  /** Longest message, in characters; longer answers are split. Crisp publishes no limit. */
  message_max: whole(200, 8_000).default(2_000),
});
export type CrispSettings = z.infer<typeof crispSettingsSchema>;

/** How the agent behaves inside Tidio. */
export const tidioSettingsSchema = z.strictObject({
  introduces_itself: introducesItself,
  quiet_minutes: quietMinutes,
  /** What the visitor reads when no answer could be given in time. Empty: the agent's own words. */
  fallback: z.string().trim().max(900).default(''),
  /** How long a Flow's call may take in all, in seconds. Tidio publishes no limit; ten seconds is usual. */
  flow_seconds: z.number().min(1).max(55).default(8),
  answers_per_contact_per_hour: whole(1, 1_000).default(30),
  /** The operator (Tidio's id) in whose name tickets are answered. Null: tickets are left alone. */
  bot_operator_id: z.uuid().nullable().default(null),
  answers_per_ticket_per_hour: whole(1, 100).default(5),
  /** Lets the bridge script run on the tenant's own pages. Its messages exist in that browser only. */
  bridge_is_enabled: z.boolean().default(false),
});
export type TidioSettings = z.infer<typeof tidioSettingsSchema>;

const clock = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'Give a time as 09:30.');
const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};
const span = z.strictObject({ from: clock, to: clock }).refine(({ from, to }) => from < to, { message: 'It must end after it begins.' });

/** When people are there; outside of it the agent says when they will be. */
export const hoursSettingsSchema = z.strictObject({
  is_enabled: z.boolean().default(false),
  time_zone: z.string().refine(isTimeZone, 'Give a time zone as Europe/Rome.').default('UTC'),
  /** From Monday to Sunday; a day without a span is closed. */
  week: z
    .array(z.array(span).max(4))
    .length(7, 'Give all seven days.')
    .default(() => [...Array.from({ length: 5 }, () => [{ from: '09:00', to: '17:00' }]), [], []]),
  holidays: z
    .array(z.strictObject({ day: z.iso.date('Give a day as 2027-01-31.'), name: z.string().trim().max(60).default('') }))
    .max(100)
    .default([]),
});
export type HoursSettings = z.infer<typeof hoursSettingsSchema>;

/** What visitors are told and asked before they write, and how long what they wrote is kept. */
export const privacySettingsSchema = z.strictObject({
  /** Conversations in which nothing has happened for so many days are taken away, with their leads. Null: never. */
  retention_days: z.int('Give whole days, from 1 to 3650.').min(1).max(3_650).nullable().default(null),
  /** What visitors agree to before anything of theirs is sent or kept. Empty: they are not asked. */
  consent: z.string().trim().max(600).default(''),
  policy_url: z.union([z.literal(''), z.url({ protocol: /^https?$/ }).max(2_000)], { error: 'Give an address that begins with https://.' }).default(''),
});
export type PrivacySettings = z.infer<typeof privacySettingsSchema>;

/** Whether visitors have to be proven to us by the tenant's own site. */
export const identitySettingsSchema = z.strictObject({
  /** Nobody begins a conversation, or goes on with one, without a good proof. */
  is_required: z.boolean().default(false),
});
export type IdentitySettings = z.infer<typeof identitySettingsSchema>;

/** One schema per tenant_configurations.config_type that exists so far. */
export const SETTINGS = {
  widget: widgetSettingsSchema,
  ai: aiSettingsSchema,
  leads: leadSettingsSchema,
  handoff: handoffSettingsSchema,
  budget: budgetSettingsSchema,
  crisp: crispSettingsSchema,
  tidio: tidioSettingsSchema,
  hours: hoursSettingsSchema,
  privacy: privacySettingsSchema,
  identity: identitySettingsSchema,
} as const;
export type SettingsType = keyof typeof SETTINGS;
export type TenantSettings = { [T in SettingsType]: z.infer<(typeof SETTINGS)[T]> };

/** GET /v1/widget/config */
export const widgetConfigSchema = widgetSettingsSchema.omit({ logo: true }).extend({
  name: z.string(),
  /** Path of the logo on this host. Empty: none. */
  logo_path: z.string(),
  handoff_enabled: z.boolean(),
  lead_fields: z.array(z.enum(LEAD_FIELDS)),
  /** What the visitor agrees to before anything of theirs is sent or kept. Empty: nothing. */
  consent: z.string(),
  policy_url: z.string(),
  /** The tenant lets the bridge script answer in Tidio's own chat on its pages. */
  tidio_bridge: z.boolean(),
  /** What the bridge says over its first answer: that it comes from an AI. Empty: nothing. */
  tidio_bridge_notice: z.string(),
});
export type WidgetConfig = z.infer<typeof widgetConfigSchema>;
