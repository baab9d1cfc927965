import type { HoursSettings } from '@netia/protocol';
import { useState } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { may } from '../../api/may.ts';
import { useAction } from '../../api/use-action.ts';
import { useData } from '../../api/use-data.ts';
import { Check, Choice, Fault, Field, Save } from '../../parts/Form.tsx';
import { Loaded } from '../../parts/States.tsx';
import { locale } from '../../texts/language.ts';
import { settings } from '../../texts/settings.ts';
import { t } from '../../texts/texts.ts';
import type { SettingsProps } from './Settings.tsx';

const words = settings.hours;
/** Days by name, Monday first: 5 January 1970 was one. */
const DAYS = Array.from({ length: 7 }, (_, i) => new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(new Date((4 + i) * 86_400_000)));

const LONG_DATE = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' });

/** As the API has the end of a day. A time field has no such time, and 00:00 as an end can mean nothing else. */
const MIDNIGHT = '24:00';
const readEnd = (end: 'from' | 'to', time: string): string => (end === 'to' && time === '00:00' ? MIDNIGHT : time);

/** When people are there. The agent knows it: whoever asks for a person at night reads when one is back. */
export function Hours({ me }: SettingsProps) {
  const tenant = useData<{ settings: { hours: HoursSettings } }>('/v1/admin/tenant');
  return <Loaded of={tenant}>{({ settings }) => <Form saved={settings.hours} mayWrite={may(me, 'settings:write')} />}</Loaded>;
}

function Form({ saved, mayWrite }: { saved: HoursSettings; mayWrite: boolean }) {
  // Who has never set hours is most likely where their browser is.
  const [draft, setDraft] = useState<HoursSettings>(
    saved.is_enabled ? saved : { ...saved, time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC' },
  );
  const [isSaved, setSaved] = useState(false);
  const { isBusy, fault, run } = useAction(async () => {
    setDraft(await call<HoursSettings>('PUT', '/v1/admin/settings/hours', draft));
    setSaved(true);
  });
  const change = (next: Partial<HoursSettings>) => {
    setSaved(false);
    setDraft({ ...draft, ...next });
  };
  const changeDay = (day: number, spans: HoursSettings['week'][number]) => change({ week: draft.week.map((known, i) => (i === day ? spans : known)) });
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
    >
      <h2>{words.title}</h2>
      <Check label={words.enable} checked={draft.is_enabled} disabled={!mayWrite} onChange={(event) => change({ is_enabled: event.currentTarget.checked })} />
      <Choice
        label={words.timeZone}
        value={draft.time_zone}
        disabled={!mayWrite}
        onChange={(event) => change({ time_zone: event.currentTarget.value })}
        options={[...new Set([draft.time_zone, 'UTC', ...Intl.supportedValuesOf('timeZone')])].map((zone) => [zone, zone] as const)}
      />
      <div class="week">
        {DAYS.map((name, day) => {
          const spans = draft.week[day] ?? [];
          return (
            <fieldset key={name} class="line">
              <legend class="unseen">{name}</legend>
              <span class="day" aria-hidden="true">
                {name}
              </span>
              <span class="spans">
                {spans.length === 0 && <span class="soft">{words.closed}</span>}
                {spans.map((span, i) => (
                  <span key={`${day} ${i}`} class="span">
                    {(['from', 'to'] as const).map((end) => (
                      <input
                        key={end}
                        type="time"
                        required
                        aria-label={words[end](name)}
                        value={span[end] === MIDNIGHT ? '00:00' : span[end]}
                        disabled={!mayWrite}
                        onInput={(event) =>
                          changeDay(
                            day,
                            spans.map((known, at) => (at === i ? { ...known, [end]: readEnd(end, event.currentTarget.value) } : known)),
                          )
                        }
                      />
                    ))}
                    {mayWrite && (
                      <button
                        type="button"
                        class="quiet"
                        aria-label={words.without(name, span.from)}
                        onClick={() =>
                          changeDay(
                            day,
                            spans.filter((_, at) => at !== i),
                          )
                        }
                      >
                        ✕
                      </button>
                    )}
                  </span>
                ))}
                {mayWrite && spans.length < 4 && (
                  <button
                    type="button"
                    class="quiet"
                    aria-label={words.addTo(name)}
                    onClick={() => changeDay(day, [...spans, spans.length === 0 ? { from: '09:00', to: '17:00' } : { from: '18:00', to: '20:00' }])}
                  >
                    {words.add}
                  </button>
                )}
              </span>
            </fieldset>
          );
        })}
      </div>
      {mayWrite && <p class="soft">{words.untilMidnight}</p>}
      <h3>{words.holidays}</h3>
      {draft.holidays.map((holiday, i) => {
        const date = LONG_DATE.format(new Date(holiday.day));
        return (
          <span key={holiday.day} class="holiday">
            <span class="holiday-date">{date}</span>
            <input
              aria-label={words.nameOf(date)}
              placeholder={t.common.name}
              value={holiday.name}
              maxLength={60}
              dir="auto"
              disabled={!mayWrite}
              onInput={(event) => change({ holidays: draft.holidays.map((known, at) => (at === i ? { ...known, name: event.currentTarget.value } : known)) })}
            />
            {mayWrite && (
              <button type="button" class="quiet" onClick={() => change({ holidays: draft.holidays.filter((_, at) => at !== i) })}>
                {t.common.remove}
              </button>
            )}
          </span>
        );
      })}
      {mayWrite && (
        <Field
          type="date"
          label={words.addHoliday}
          onChange={(event) => {
            const day = event.currentTarget.value;
            if (!day || draft.holidays.some((known) => known.day === day)) return;
            change({ holidays: [...draft.holidays, { day, name: '' }].sort((a, b) => a.day.localeCompare(b.day)) });
            event.currentTarget.value = '';
          }}
        />
      )}
      <Fault>{fault}</Fault>
      {mayWrite && <Save isBusy={isBusy} done={isSaved && t.common.saved} />}
    </form>
  );
}
