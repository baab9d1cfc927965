import { TZDate } from '@date-fns/tz';
import type { HoursSettings } from '@netia/protocol';

/** A holiday week and the next one; who is closed for longer says so in their own words. */
const DAYS_AHEAD = 15;

/**
 * When people are there next, by the tenant's own clock, with its changes of the hour.
 * @returns null while they are there; undefined where no hours are kept, or none lie within two weeks.
 */
export function opensAt(hours: HoursSettings, now: Date): Date | null | undefined {
  if (!hours.is_enabled) return undefined;
  const { time_zone: zone } = hours;
  const today = new TZDate(now.getTime(), zone);
  const closed = new Set(hours.holidays.map(({ day }) => day));
  for (let ahead = 0; ahead < DAYS_AHEAD; ahead++) {
    const at = (clock: string) => {
      const [hour = 0, minute = 0] = clock.split(':').map(Number);
      return new TZDate(today.getFullYear(), today.getMonth(), today.getDate() + ahead, hour, minute, zone);
    };
    const noon = at('12:00');
    const day = `${noon.getFullYear()}-${String(noon.getMonth() + 1).padStart(2, '0')}-${String(noon.getDate()).padStart(2, '0')}`;
    if (closed.has(day)) continue;
    // The week begins on Monday.
    for (const { from, to } of hours.week[(noon.getDay() + 6) % 7] ?? []) {
      if (now < at(from)) return new Date(at(from).getTime());
      if (now < at(to)) return null;
    }
  }
  return undefined;
}
