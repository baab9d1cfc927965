import { z } from 'zod';

/** What a delivery to Crisp carries, by kind; written by crisp-voice and read by crisp-sender, maybe after an update of ours. */
export const messagePayloadSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), content: z.string(), isPersons: z.boolean().default(false) }),
  z.object({
    type: z.literal('picker'),
    content: z.object({ id: z.string(), text: z.string(), choices: z.array(z.object({ value: z.string(), label: z.string(), selected: z.boolean() })) }),
  }),
]);
export const notePayloadSchema = z.object({ content: z.string() });
export const handoffPayloadSchema = z.object({ assignTo: z.string().nullable() });
export const profilePayloadSchema = z.object({
  nickname: z.string().optional(),
  email: z.string().optional(),
  phone: z.string().optional(),
  segment: z.string().optional(),
});
