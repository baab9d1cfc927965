import type { Database } from '@netia/db';
import {
  acceptInvitationSchema,
  changePasswordSchema,
  consoleSessionSchema,
  idParamsSchema,
  invitationLinkSchema,
  meSchema,
  removeSecondFactorSchema,
  secondFactorCodeSchema,
  secondFactorSchema,
  shownInvitationSchema,
  signInSchema,
  switchTenantSchema,
} from '@netia/protocol';
import type { Request } from 'express';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import { personRoute, publicRoute } from '../http/route.ts';
import { clearSessionCookie, requireOwnPage, setSessionCookie } from '../http/session-cookie.ts';
import { acceptInvitation, type FoundInvitation, findInvitation } from '../people/invitations.ts';
import { showMember } from '../people/members.ts';
import { hashPassword, isPassword } from '../people/passwords.ts';
import { beginSecondFactor, confirmSecondFactor, findSecondFactor, removeSecondFactor, requireSecondFactor } from '../people/second-factor.ts';
import { findMemberships, findSignIn } from '../people/sign-in.ts';
import { endSessions, endSessionsEverywhere, listSessions, signInAt, type UserSession } from '../people/user-sessions.ts';
import { writeAudit } from '../tenants/audit.ts';
import type { Limits } from '../tenants/limits.ts';
import { readTenant } from '../tenants/settings.ts';

export interface ConsoleParts {
  db: Database;
  limits: Limits;
  config: Pick<Config, 'publicUrl' | 'secret'>;
}

/** Has somebody who is signed in give their own password once more; each try counts as one to sign in. @throws {AppError} forbidden, in the words of `said`. */
export async function requirePassword(
  { db, limits }: Pick<ConsoleParts, 'db' | 'limits'>,
  { tenantId, userId, address }: UserSession & { address: string },
  password: string,
  said = 'The password is not right.',
): Promise<void> {
  const { email } = await db.inTenant(tenantId, (tx) => showMember(tx, tenantId, userId));
  await limits.countSignIn(email, address);
  if (!(await isPassword((await findSignIn(db, email))?.password_hash, password))) throw new AppError('forbidden', said);
}

/** Where a link leads; one that leads nowhere counts as a wrong credential. @throws {AppError} not_found, rate_limited */
function openInvitation({ db, limits }: Pick<ConsoleParts, 'db' | 'limits'>, token: string, address: string): Promise<FoundInvitation> {
  return findInvitation(db, token).catch(async (error: unknown) => {
    await limits.countBadCredentials(address);
    throw error;
  });
}

export const userAgentOf = (request: Request) => request.get('user-agent') ?? '';
export const signedIn = z.object({ tenant_id: z.string() });

/** Coming in and going out; everything else the console does goes through the REST API that tenants have anyway. */
export const signInRoutes = ({ db, limits, config }: ConsoleParts) => [
  publicRoute({
    method: 'post',
    path: '/v1/console/sign-in',
    summary: 'Sign in with e-mail address and password; sets the cookie of the session',
    tenantSource: 'none',
    body: signInSchema,
    response: signedIn,
    handle: async ({ request, response, body, address }) => {
      requireOwnPage(request, config.publicUrl);
      await limits.countSignIn(body.email, address);
      const known = await findSignIn(db, body.email);
      const isRight = await isPassword(known?.password_hash, body.password);
      const [first] = known && isRight ? await findMemberships(db, known.user_id) : [];
      // The same words whatever was wrong: they must not tell who has an account.
      if (!known || !first) throw new AppError('unauthorized', 'E-mail address and password do not go together.');
      const tenantId = first.tenant_id;
      const factor = await findSecondFactor(db, config.secret, known.user_id);
      const token = await db.inTenant(tenantId, async (tx) => {
        await requireSecondFactor(tx, known.user_id, factor, body.code);
        // Always a new token: one that was planted before signing in is worth nothing after.
        return signInAt(tx, tenantId, known.user_id, userAgentOf(request));
      });
      setSessionCookie(response, config.publicUrl, token);
      return { tenant_id: tenantId };
    },
  }),
  publicRoute({
    method: 'post',
    path: '/v1/console/invitations/show',
    summary: 'Where an invitation leads',
    tenantSource: 'none',
    body: invitationLinkSchema,
    response: shownInvitationSchema,
    handle: async ({ request, body, address }) => {
      requireOwnPage(request, config.publicUrl);
      const { tenantName, email, role } = await openInvitation({ db, limits }, body.token, address);
      return { tenant_name: tenantName, email, role };
    },
  }),
  publicRoute({
    method: 'post',
    path: '/v1/console/invitations/accept',
    summary: 'Become a member by an invitation, and sign in',
    tenantSource: 'none',
    status: 201,
    body: acceptInvitationSchema,
    response: signedIn,
    handle: async ({ request, response, body, address }) => {
      requireOwnPage(request, config.publicUrl);
      const invitation = await openInvitation({ db, limits }, body.token, address);
      // It may be a try of an account's password: counted by whom the link is for, whatever address is sent along.
      await limits.countSignIn((invitation.email || body.email) ?? body.token, address);
      const { token, tenantId } = await acceptInvitation(db, invitation, config.secret, {
        email: body.email ?? '',
        name: body.name,
        password: body.password,
        code: body.code,
        userAgent: userAgentOf(request),
      });
      setSessionCookie(response, config.publicUrl, token);
      return { tenant_id: tenantId };
    },
  }),
  personRoute({
    method: 'get',
    path: '/v1/console/me',
    summary: 'Who is signed in, where, and what they may do',
    response: meSchema,
    handle: async ({ tenantId, userId, role, scopes }) => {
      const { member, tenant } = await db.inTenant(tenantId, async (tx) => ({
        member: await showMember(tx, tenantId, userId),
        tenant: await readTenant(tx, tenantId),
      }));
      return {
        user: { id: userId, email: member.email, name: member.name },
        tenant: { id: tenantId, slug: tenant.slug, name: tenant.name, widget_website_id: tenant.widget_website_id },
        role,
        scopes: [...scopes],
        has_second_factor: member.has_second_factor,
        tenants: (await findMemberships(db, userId)).map((one) => ({ id: one.tenant_id, name: one.tenant_name, role: one.role })),
      };
    },
  }),
  personRoute({
    method: 'post',
    path: '/v1/console/sign-out',
    summary: 'End this session',
    status: 204,
    handle: async ({ tenantId, userId, sessionId, response }) => {
      await db.inTenant(tenantId, (tx) => endSessions(tx, tenantId, userId, { id: sessionId }));
      clearSessionCookie(response, config.publicUrl);
      return undefined;
    },
  }),
  personRoute({
    method: 'post',
    path: '/v1/console/switch',
    summary: 'Go over to another tenant that this person works for',
    body: switchTenantSchema,
    response: signedIn,
    handle: async ({ userId, sessionId, tenantId, request, response, body }) => {
      const there = (await findMemberships(db, userId)).find((one) => one.tenant_id === body.tenant_id)?.tenant_id;
      if (!there) throw new AppError('not_found', 'You are no member there.');
      // They come in there, as much as by signing in.
      const token = await db.inTenant(there, (tx) => signInAt(tx, there, userId, userAgentOf(request)));
      await db.inTenant(tenantId, (tx) => endSessions(tx, tenantId, userId, { id: sessionId }));
      setSessionCookie(response, config.publicUrl, token);
      return { tenant_id: there };
    },
  }),
  personRoute({
    method: 'put',
    path: '/v1/console/password',
    summary: 'Change the password; every other session of this person ends, at every tenant',
    status: 204,
    body: changePasswordSchema,
    handle: async (call) => {
      const { tenantId, userId, sessionId, body } = call;
      await requirePassword({ db, limits }, call, body.old_password, 'The old password is not right.');
      const hash = await hashPassword(body.new_password);
      await db.inTenant(tenantId, async (tx) => {
        await tx.run('UPDATE users SET password_hash = $2 WHERE id = $1', [userId, hash]);
        await writeAudit(tx, tenantId, { actor: `user:${userId}`, action: 'user.password', resourceType: 'user', resourceId: userId });
      });
      await endSessionsEverywhere(db, userId, { except: sessionId });
      return undefined;
    },
  }),
  personRoute({
    method: 'post',
    path: '/v1/console/second-factor',
    summary: 'Begin a second factor: a secret for an authenticator app, shown this once',
    status: 201,
    response: secondFactorSchema,
    handle: ({ tenantId, userId }) =>
      db.inTenant(tenantId, async (tx) => beginSecondFactor(tx, config.secret, { id: userId, email: (await showMember(tx, tenantId, userId)).email })),
  }),
  personRoute({
    method: 'post',
    path: '/v1/console/second-factor/confirm',
    summary: 'Prove that the app shows codes; from then on sign-in asks for one. Returns recovery codes, shown this once',
    body: secondFactorCodeSchema,
    response: z.object({ recovery_codes: z.array(z.string()) }),
    handle: async ({ tenantId, userId, body, address }) => {
      await limits.countSignIn(userId, address);
      const factor = await findSecondFactor(db, config.secret, userId);
      if (!factor || factor.isConfirmed) throw new AppError('conflict', 'There is no second factor to confirm. Begin one first.');
      const codes = await db.inTenant(tenantId, async (tx) => {
        await writeAudit(tx, tenantId, { actor: `user:${userId}`, action: 'user.second_factor', resourceType: 'user', resourceId: userId });
        return confirmSecondFactor(tx, userId, factor, body.code);
      });
      return { recovery_codes: codes };
    },
  }),
  personRoute({
    method: 'post',
    path: '/v1/console/second-factor/remove',
    summary: 'Do without a second factor again',
    status: 204,
    body: removeSecondFactorSchema,
    handle: async (call) => {
      const { tenantId, userId, body } = call;
      await requirePassword({ db, limits }, call, body.password);
      const factor = await findSecondFactor(db, config.secret, userId);
      await db.inTenant(tenantId, async (tx) => {
        await requireSecondFactor(tx, userId, factor, body.code);
        await removeSecondFactor(tx, userId);
        await writeAudit(tx, tenantId, { actor: `user:${userId}`, action: 'user.second_factor_off', resourceType: 'user', resourceId: userId });
      });
      return undefined;
    },
  }),
  personRoute({
    method: 'get',
    path: '/v1/console/sessions',
    summary: 'The browsers in which this person is signed in at this tenant',
    response: z.object({ items: z.array(consoleSessionSchema) }),
    handle: async ({ tenantId, userId, sessionId }) => ({
      items: (await db.inTenant(tenantId, (tx) => listSessions(tx, tenantId, userId))).map((session) => ({ ...session, is_this: session.id === sessionId })),
    }),
  }),
  personRoute({
    method: 'delete',
    path: '/v1/console/sessions/:id',
    summary: 'Sign one browser out',
    params: idParamsSchema,
    handle: async ({ tenantId, userId, params }) => {
      const ended = await db.inTenant(tenantId, (tx) => endSessions(tx, tenantId, userId, { id: params.id }));
      if (ended === 0) throw new AppError('not_found', 'There is no session with this id.');
      return undefined;
    },
  }),
];
