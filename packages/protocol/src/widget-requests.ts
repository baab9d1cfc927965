import { z } from 'zod';
import { historyMessageSchema } from './answer-part.ts';

/** Longest message a visitor may send, in characters. Longer texts are refused with a sentence, never cut. */
export const MESSAGE_LENGTH_MAX = 2_000;

export const sessionRequestSchema = z.strictObject({
  website_id: z.string().min(1).max(255),
  /** The token of an earlier session, to go on with its conversation. */
  resume_token: z.string().max(255).optional(),
  /** What the page says of the visitor. Without a proof: shown to people as unverified, never used to find other data. */
  identity: z
    .strictObject({
      /** A JWT that the tenant's own server has signed: who the visitor is. What stands beside it counts for nothing then. */
      proof: z.string().max(4_000).optional(),
      name: z.string().trim().min(1).max(200).optional(),
      email: z.email().max(255).optional(),
      phone: z.string().trim().max(40).optional(),
      company: z.string().trim().max(200).optional(),
    })
    .optional(),
  /** Where the settings have a text for consent: that text, as the visitor was shown it and agreed. */
  agreed_to: z.string().max(600).optional(),
  page_url: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .optional(),
  locale: z
    .string()
    .max(35)
    .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/)
    .optional(),
});
export type SessionRequest = z.infer<typeof sessionRequestSchema>;

export const sessionResponseSchema = z.object({
  /** Shown once; goes into the Authorization header, never into a URL. */
  token: z.string(),
  expires_at: z.string(),
  conversation: z.object({
    id: z.string(),
    status: z.enum(['active', 'ended', 'transferred']),
    messages: z.array(historyMessageSchema),
    /** Give this as Last-Event-ID to /v1/widget/events to miss nothing that comes after `messages`. */
    last_event_id: z.string(),
  }),
});
export type SessionResponse = z.infer<typeof sessionResponseSchema>;

export const messageRequestSchema = z.strictObject({
  /** The sender's own id for this message: sent again, it gets the same answer. */
  client_message_id: z
    .string()
    .min(8)
    .max(64)
    .regex(/^[\w-]+$/),
  text: z.string().trim().min(1, 'Write something first.').max(MESSAGE_LENGTH_MAX, `Keep a message under ${MESSAGE_LENGTH_MAX} characters.`),
  page_url: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .optional(),
});
export type MessageRequest = z.infer<typeof messageRequestSchema>;

/** Largest file that a visitor may send, in bytes. */
export const VISITOR_FILE_BYTES_MAX = 10 * 1024 * 1024;

export const sentFileQuerySchema = z.strictObject({
  /** As of a message: sent again, nothing is added. */
  client_message_id: messageRequestSchema.shape.client_message_id,
  /** What the visitor calls it; its kind is told by its content. */
  name: z.string().max(1_000).default(''),
});

export const leadRequestSchema = z
  .strictObject({
    name: z.string().trim().max(200).optional(),
    email: z.union([z.literal(''), z.email('Write the e-mail address as name@example.com.').max(255)]).optional(),
    phone: z.string().trim().max(40).optional(),
    company: z.string().trim().max(200).optional(),
  })
  .refine((lead) => Boolean(lead.email || lead.phone), { message: 'Leave an e-mail address or a phone number.' });
export type LeadRequest = z.infer<typeof leadRequestSchema>;

export const feedbackRequestSchema = z.strictObject({ message_id: z.uuid(), value: z.enum(['up', 'down']) });
export type FeedbackRequest = z.infer<typeof feedbackRequestSchema>;

/** How it was, at the end. */
export const ratingRequestSchema = z.strictObject({ rating: z.int().min(1).max(5), comment: z.string().trim().max(2_000).optional() });
export type RatingRequest = z.infer<typeof ratingRequestSchema>;

export const handoffRequestSchema = z.strictObject({});
export const withdrawRequestSchema = z.strictObject({});
