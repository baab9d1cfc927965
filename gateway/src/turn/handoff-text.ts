import type { TenantSettings } from '@netia/protocol';
import { opensAt } from './opening-hours.ts';
import { type Phrases, phrasesFor } from './phrases.ts';

/**
 * What the visitor reads when a person is to take over: the tenant's own words or ours, and, outside the hours that the
 * tenant keeps, when somebody will be there. Promising a person at night would be the one thing worse than none.
 * @param languages the first of them that the agent speaks is used.
 */
export function handoffText(settings: Pick<TenantSettings, 'handoff' | 'hours'>, now: Date, ...languages: (string | null | undefined)[]): string {
  const phrases = phrasesFor(...languages);
  const text = settings.handoff.message || phrases.handoffRequested;
  const next = opensAt(settings.hours, now);
  return next ? `${text}\n\n${phrases.closedUntil.replace('{time}', sayTime(next, settings.hours.time_zone, phrases))}` : text;
}

function sayTime(at: Date, timeZone: string, phrases: Phrases): string {
  return new Intl.DateTimeFormat(phrases.locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
    timeZoneName: 'short',
  }).format(at);
}
