import { z } from 'zod';
import { ROLE_NAMES } from './names.ts';

const role = z.enum(ROLE_NAMES);
const time = z.string();
const email = z
  .email('Give an e-mail address.')
  .max(255)
  .transform((address) => address.toLowerCase());
/** Long passwords are no trouble; very long ones are an attack on whoever hashes them. */
const newPassword = z.string().min(10, 'Choose at least 10 characters.').max(200, 'Choose at most 200 characters.');
const anyPassword = z.string().min(1, 'Give your password.').max(200);
const linkToken = z.string().regex(/^[\w-]{20,100}$/, 'Open the link as it was given to you.');

/** Of an app: six digits; or a recovery code. */
const code = z.string().trim().min(6, 'Give the six digits that your app shows, or a recovery code.').max(40);

export const signInSchema = z.strictObject({ email, password: anyPassword, code: code.optional() });
export const invitationLinkSchema = z.strictObject({ token: linkToken });
export const acceptInvitationSchema = z.strictObject({
  token: linkToken,
  /** Only asked for where the link names nobody. */
  email: email.optional(),
  name: z.string().trim().min(1, 'Say who you are.').max(100),
  password: newPassword,
  /** Of who has an account with a second factor. */
  code: code.optional(),
});
export const secondFactorCodeSchema = z.strictObject({ code });
export const removeSecondFactorSchema = z.strictObject({ password: anyPassword, code });
/** A secret for an app; shown this once. */
export const secondFactorSchema = z.object({ secret: z.string(), uri: z.string() });
export type NewSecondFactor = z.infer<typeof secondFactorSchema>;
/** As WebAuthn has it; what is in it is checked by the library that verifies it. */
const webAuthnResponse = z.looseObject({
  id: z.string().min(16).max(1_400),
  rawId: z.string().max(1_400),
  type: z.literal('public-key'),
  response: z.looseObject({}),
});
export const passkeyOptionsSchema = z.looseObject({ challenge: z.string() });
export const passkeySignInSchema = z.strictObject({ response: webAuthnResponse });
export const passkeyPasswordSchema = z.strictObject({ password: anyPassword });
export const newPasskeySchema = z.strictObject({ name: z.string().trim().min(1, 'Say on which device it is.').max(100), response: webAuthnResponse });
export const removePasskeySchema = z.strictObject({ id: z.string().min(1).max(1_400), password: anyPassword });
export const passkeySchema = z.object({ id: z.string(), name: z.string(), created_at: time, last_used_at: time.nullable() });
export type ShownPasskey = z.infer<typeof passkeySchema>;
export const askResetSchema = z.strictObject({ email });
export const resetPasswordSchema = z.strictObject({ token: linkToken, new_password: newPassword });
export const changePasswordSchema = z.strictObject({ old_password: anyPassword, new_password: newPassword });
export const switchTenantSchema = z.strictObject({ tenant_id: z.uuid() });

/** Where a link leads: what is shown before it is accepted. */
export const shownInvitationSchema = z.object({ tenant_name: z.string(), email: z.string(), role });
export type InvitationOffer = z.infer<typeof shownInvitationSchema>;

/** Who is signed in, where, and what they may do. */
export const meSchema = z.object({
  user: z.object({ id: z.string(), email: z.string(), name: z.string() }),
  tenant: z.object({ id: z.string(), slug: z.string(), name: z.string(), widget_website_id: z.string() }),
  role,
  scopes: z.array(z.string()),
  has_second_factor: z.boolean(),
  tenants: z.array(z.object({ id: z.string(), name: z.string(), role })),
});
export type Me = z.infer<typeof meSchema>;

export const consoleSessionSchema = z.object({ id: z.string(), user_agent: z.string(), created_at: time, last_seen_at: time, is_this: z.boolean() });
export type ConsoleSession = z.infer<typeof consoleSessionSchema>;

/** A role that a tenant has made for itself. */
export const ownRoleInputSchema = z.strictObject({ name: z.string().trim().min(1, 'Give the role a name.').max(60), scopes: z.array(z.string()) });
export const ownRoleSchema = z.object({ id: z.string(), name: z.string(), scopes: z.array(z.string()), members: z.int() });
export type ShownOwnRole = z.infer<typeof ownRoleSchema>;

export const memberSchema = z.object({
  user_id: z.string(),
  email: z.string(),
  name: z.string(),
  role,
  /** Takes the place of what the role may do. */
  own_role: z.object({ id: z.string(), name: z.string() }).nullable(),
  created_at: time,
  /** Of somebody let in for a stated time: when it ends by itself. */
  ends_at: time.nullable(),
});
export type ShownMember = z.infer<typeof memberSchema>;
/** One of the four roles, or one that the tenant has made for itself. */
export const memberChangeSchema = z.union([z.strictObject({ role }), z.strictObject({ own_role_id: z.uuid() })], { error: 'Give role or own_role_id.' });
export const invitationInputSchema = z
  .strictObject({
    email,
    role,
    /** For how long from joining on; absent: until they are taken off. */
    member_hours: z.int().min(1).max(8_760, 'Let somebody in for a year at most.').nullish(),
  })
  .refine(({ role, member_hours }) => role !== 'owner' || member_hours == null, {
    message: 'An owner stays until they are taken off.',
    path: ['member_hours'],
  });
export const invitationSchema = z.object({
  id: z.string(),
  email: z.string(),
  role,
  created_by: z.string(),
  created_at: time,
  expires_at: time,
  member_hours: z.int().nullable(),
});
export type ShownInvitation = z.infer<typeof invitationSchema>;

export const auditSchema = z.object({
  id: z.string(),
  actor: z.string(),
  action: z.string(),
  resource_type: z.string(),
  resource_id: z.string().nullable(),
  changes: z.record(z.string(), z.unknown()),
  created_at: time,
});
