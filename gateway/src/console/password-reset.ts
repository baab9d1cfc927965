import { askResetSchema, resetPasswordSchema } from '@netia/protocol';
import { AppError } from '../errors.ts';
import { publicRoute } from '../http/route.ts';
import { requireOwnPage } from '../http/session-cookie.ts';
import type { Log } from '../log.ts';
import type { Mailer } from '../mail/mailer.ts';
import { passwordMail } from '../mail/mails.ts';
import { resetUrl } from '../people/owner-link.ts';
import { askForReset, resetPassword } from '../people/password-resets.ts';
import type { ConsoleParts } from './sign-in.ts';

export interface ResetParts extends ConsoleParts {
  /** Undefined: this installation sends no mail. */
  mailer: Mailer | undefined;
  log: Log;
}

/** A password that was lost. */
export const passwordResetRoutes = ({ db, limits, config, mailer, log }: ResetParts) => [
  publicRoute({
    method: 'post',
    path: '/v1/console/password-reset',
    summary: 'Have a link for a new password sent to the address, if somebody has an account with it',
    tenantSource: 'none',
    status: 204,
    body: askResetSchema,
    handle: async ({ request, body, address }) => {
      requireOwnPage(request, config.publicUrl);
      if (!mailer) throw new AppError('unavailable', 'This Netia sends no mail. Ask whoever runs it for a new password.');
      await limits.countReset(body.email, address);
      // Not waited for: how long it takes must not tell who has an account.
      askForReset(db, body.email).then(
        (token) => token && mailer.begin('password', passwordMail(body.email, resetUrl(config.publicUrl, token))),
        (error) => log.warn({ err: error }, 'a link for a new password could not be made'),
      );
      return undefined;
    },
  }),
  publicRoute({
    method: 'post',
    path: '/v1/console/password-reset/use',
    summary: 'Choose a new password with the link; every session of the person ends',
    tenantSource: 'none',
    status: 204,
    body: resetPasswordSchema,
    handle: async ({ request, body, address }) => {
      requireOwnPage(request, config.publicUrl);
      await resetPassword(db, body.token, body.new_password).catch(async (error: unknown) => {
        await limits.countBadCredentials(address);
        throw error;
      });
      return undefined;
    },
  }),
];
