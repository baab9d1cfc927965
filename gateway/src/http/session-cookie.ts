import type { Request, Response } from 'express';
import { AppError } from '../errors.ts';
import { SESSION_DAYS } from '../people/user-sessions.ts';

/**
 * The cookie of a browser that is signed in. Under https its name binds it to this very host, so that no sub-domain can
 * plant one; without https browsers refuse such a name.
 */
function nameOf(publicUrl: string): string {
  return publicUrl.startsWith('https:') ? '__Host-netia' : 'netia_session';
}

/** Strict: no link and no form of another site carries it along. */
const optionsOf = (publicUrl: string) => ({ httpOnly: true, sameSite: 'strict', secure: publicUrl.startsWith('https:'), path: '/' }) as const;

export function setSessionCookie(response: Response, publicUrl: string, token: string): void {
  response.cookie(nameOf(publicUrl), token, { ...optionsOf(publicUrl), maxAge: SESSION_DAYS * 86_400_000 });
}

export function clearSessionCookie(response: Response, publicUrl: string): void {
  response.clearCookie(nameOf(publicUrl), optionsOf(publicUrl));
}

export function readSessionCookie(request: Request, publicUrl: string): string | undefined {
  const found = new RegExp(`(?:^|;\\s*)${nameOf(publicUrl)}=([\\w-]{20,200})(?:;|$)`).exec(request.get('cookie') ?? '');
  return found?.[1];
}

/**
 * Proof that a change comes from the console's own pages. Browsers say where a request comes from, in one of two headers,
 * and pages cannot change either; what says nothing is no browser, and has no cookie of anybody's to abuse, but is refused
 * all the same.
 */
export function requireOwnPage(request: Request, publicUrl: string): void {
  if (['GET', 'HEAD'].includes(request.method)) return;
  const site = request.get('sec-fetch-site');
  const isOwn = site === undefined ? request.get('origin') === new URL(publicUrl).origin : site === 'same-origin';
  if (!isOwn) throw new AppError('forbidden', 'Changes are taken from the console’s own pages only.');
}
