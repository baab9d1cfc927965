import { hoursSettingsSchema, SETTINGS } from '@netia/protocol';
import { describe, expect, it } from 'vitest';
import { handoffText } from '../../src/turn/handoff-text.ts';
import { opensAt } from '../../src/turn/opening-hours.ts';

const rome = (more: object = {}) =>
  hoursSettingsSchema.parse({
    is_enabled: true,
    time_zone: 'Europe/Rome',
    week: [
      [
        { from: '09:00', to: '13:00' },
        { from: '14:30', to: '18:00' },
      ],
      [{ from: '09:00', to: '18:00' }],
      [],
      [{ from: '09:00', to: '18:00' }],
      [{ from: '09:00', to: '18:00' }],
      [],
      [],
    ],
    holidays: [{ day: '2026-12-25', name: 'Christmas' }],
    ...more,
  });

describe('when people are there next', () => {
  it.each([
    ['in the morning they are there', '2026-11-30T09:30:00+01:00', null],
    ['in the break, after it', '2026-11-30T13:30:00+01:00', '2026-11-30T14:30:00+01:00'],
    ['a moment before, at that moment', '2026-11-30T08:59:59+01:00', '2026-11-30T09:00:00+01:00'],
    ['at closing time, the next day', '2026-11-30T18:00:00+01:00', '2026-12-01T09:00:00+01:00'],
    ['on a day off, the day after', '2026-12-02T12:00:00+01:00', '2026-12-03T09:00:00+01:00'],
    ['over a holiday and a weekend, on Monday', '2026-12-24T19:00:00+01:00', '2026-12-28T09:00:00+01:00'],
    ['where the clock goes forward, by the clock on the wall', '2027-03-27T12:00:00+01:00', '2027-03-29T09:00:00+02:00'],
    ['where it goes back', '2026-10-24T12:00:00+02:00', '2026-10-26T09:00:00+01:00'],
    ['asked from elsewhere, by the tenant’s day and not by ours', '2026-11-29T23:30:00Z', '2026-11-30T09:00:00+01:00'],
  ])('%s', (_what, now, expected) => {
    expect(opensAt(rome(), new Date(now))?.toISOString() ?? null).toBe(expected && new Date(expected).toISOString());
  });

  it('is not known where no hours are kept, or none lie ahead', () => {
    expect(opensAt(rome({ is_enabled: false }), new Date())).toBeUndefined();
    expect(opensAt(rome({ week: [[], [], [], [], [], [], []] }), new Date())).toBeUndefined();
  });
});

describe('the words of a hand-over', () => {
  const settings = (hours: object) => ({ handoff: SETTINGS.handoff.parse({}), hours: rome(hours) });
  it('say when somebody is there, in the visitor’s language, and only while nobody is', () => {
    expect(handoffText(settings({}), new Date('2026-11-30T09:30:00+01:00'), 'en')).not.toContain('Right now');
    expect(handoffText(settings({}), new Date('2026-11-28T12:00:00+01:00'), 'en')).toMatch(/back on Monday,? 30 November at 09:00/);
    expect(handoffText(settings({}), new Date('2026-11-28T12:00:00+01:00'), 'de')).toMatch(/Montag, 30\. November um 09:00/);
    expect(handoffText(settings({ is_enabled: false }), new Date('2026-11-28T12:00:00+01:00'), 'en')).not.toContain('Right now');
  });
});

describe('hours that make no sense are refused', () => {
  it.each([
    [{ time_zone: 'Europe/Nowhere' }, 'Europe/Rome'],
    [{ week: [[{ from: '18:00', to: '09:00' }], [], [], [], [], [], []] }, 'end after'],
    [{ week: [[]] }, 'seven'],
    [{ holidays: [{ day: '2026-02-30', name: '' }] }, '2027-01-31'],
  ])('%j', (hours, said) => {
    expect(JSON.stringify(hoursSettingsSchema.safeParse({ ...hours }).error?.issues)).toContain(said);
  });
});
