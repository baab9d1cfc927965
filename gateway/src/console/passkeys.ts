import { newPasskeySchema, passkeyOptionsSchema, passkeyPasswordSchema, passkeySchema, passkeySignInSchema, removePasskeySchema } from '@netia/protocol';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { personRoute, publicRoute } from '../http/route.ts';
import { requireOwnPage, setSessionCookie } from '../http/session-cookie.ts';
import { useChallenge } from '../people/challenges.ts';
import { showMember } from '../people/members.ts';
import {
  addPasskey,
  listPasskeys,
  noteUse,
  readRegistration,
  readSignIn,
  registrationOptions,
  relyingPartyOf,
  removePasskey,
  signInOptions,
} from '../people/passkeys.ts';
import { findMemberships } from '../people/sign-in.ts';
import { signInAt } from '../people/user-sessions.ts';
import { writeAudit } from '../tenants/audit.ts';
import { type ConsoleParts, requirePassword, signedIn, userAgentOf } from './sign-in.ts';

/** Signing in with a key that the device keeps, and the keys that somebody has. */
export const passkeyRoutes = ({ db, limits, config }: ConsoleParts) => {
  // Asked for by each call: the routes are also listed where there is no configuration.
  const party = () => relyingPartyOf(config);
  return [
    publicRoute({
      method: 'post',
      path: '/v1/console/passkeys/sign-in/options',
      summary: 'What the browser is asked to prove with a passkey; good for five minutes, once',
      tenantSource: 'none',
      response: passkeyOptionsSchema,
      // Costs nothing and is kept nowhere; tries are counted when they are made.
      handle: async ({ request }) => {
        requireOwnPage(request, config.publicUrl);
        return { ...(await signInOptions(party())) };
      },
    }),
    publicRoute({
      method: 'post',
      path: '/v1/console/passkeys/sign-in',
      summary: 'Sign in with a passkey; sets the cookie of the session. The device has made sure of its owner, so no code is asked for',
      tenantSource: 'none',
      body: passkeySignInSchema,
      response: signedIn,
      handle: async ({ request, response, body, address }) => {
        requireOwnPage(request, config.publicUrl);
        await limits.countSignIn(body.response.id, address);
        const proven = await readSignIn(db, party(), body.response as unknown as AuthenticationResponseJSON);
        const [first] = await findMemberships(db, proven.userId);
        if (!first) throw new AppError('unauthorized', 'This passkey does not let anybody in here.');
        const { tenant_id: tenantId } = first;
        const token = await db.inTenant(tenantId, async (tx) => {
          await useChallenge(tx, tenantId, proven.challenge);
          await noteUse(tx, proven);
          return signInAt(tx, tenantId, proven.userId, userAgentOf(request), { by: 'passkey' });
        });
        setSessionCookie(response, config.publicUrl, token);
        return { tenant_id: tenantId };
      },
    }),
    personRoute({
      method: 'get',
      path: '/v1/console/passkeys',
      summary: 'The passkeys of whoever is signed in',
      response: z.object({ items: z.array(passkeySchema) }),
      handle: async ({ tenantId, userId }) => ({ items: await db.inTenant(tenantId, (tx) => listPasskeys(tx, userId)) }),
    }),
    personRoute({
      method: 'post',
      path: '/v1/console/passkeys/options',
      summary: 'Begin a new passkey: asks for the password once more',
      body: passkeyPasswordSchema,
      response: passkeyOptionsSchema,
      handle: async (call) => {
        const { tenantId, userId, body } = call;
        await requirePassword({ db, limits }, call, body.password);
        const { member, known } = await db.inTenant(tenantId, async (tx) => ({
          member: await showMember(tx, tenantId, userId),
          known: await listPasskeys(tx, userId),
        }));
        return { ...(await registrationOptions(party(), { id: userId, email: member.email, name: member.name }, known)) };
      },
    }),
    personRoute({
      method: 'post',
      path: '/v1/console/passkeys',
      summary: 'Keep the passkey that the browser has made',
      status: 201,
      body: newPasskeySchema,
      response: passkeySchema,
      handle: async ({ tenantId, userId, body }) => {
        const { credential, challenge } = await readRegistration(party(), body.response as unknown as RegistrationResponseJSON);
        return db.inTenant(tenantId, async (tx) => {
          await useChallenge(tx, tenantId, challenge);
          await writeAudit(tx, tenantId, { actor: `user:${userId}`, action: 'user.passkey', resourceType: 'user', resourceId: userId });
          return addPasskey(tx, userId, body.name, credential);
        });
      },
    }),
    personRoute({
      method: 'post',
      path: '/v1/console/passkeys/remove',
      summary: 'Do without a passkey; asks for the password once more',
      status: 204,
      body: removePasskeySchema,
      handle: async (call) => {
        const { tenantId, userId, body } = call;
        await requirePassword({ db, limits }, call, body.password);
        await db.inTenant(tenantId, async (tx) => {
          await removePasskey(tx, userId, body.id);
          await writeAudit(tx, tenantId, { actor: `user:${userId}`, action: 'user.passkey_off', resourceType: 'user', resourceId: userId });
        });
        return undefined;
      },
    }),
  ];
};
