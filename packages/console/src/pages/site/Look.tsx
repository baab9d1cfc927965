import type { WidgetSettings } from '@netia/protocol';
import { WIDGET_LANGUAGES } from '@netia/protocol/names';
import { useState } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { Check, Choice, Fault, Field, Save, TextField, valuesOf } from '../../parts/Form.tsx';
import { locale } from '../../texts/language.ts';
import { site } from '../../texts/site.ts';
import { t } from '../../texts/texts.ts';
import { Preview } from './Preview.tsx';

const words = site.look;

/** How the widget looks and speaks, drawn while one changes it. */
export function Look({ saved, websiteId, mayWrite }: { saved: WidgetSettings; websiteId: string; mayWrite: boolean }) {
  const [draft, setDraft] = useState(saved);
  const [isSaved, setSaved] = useState(false);
  const { isBusy, fault, run } = useAction(async (next: WidgetSettings) => {
    setDraft(await call<WidgetSettings>('PUT', '/v1/admin/settings/widget', next));
    setSaved(true);
  });
  const logo = useAction(async (file: File) => {
    const { logo: name } = await call<{ logo: string }>('POST', '/v1/admin/setup/logo', file);
    setSaved(false);
    setDraft((now) => ({ ...now, logo: name }));
  });
  const change = (event: Event) => {
    const { name, type, value, checked } = event.target as HTMLInputElement;
    if (!(name in draft)) return;
    setSaved(false);
    setDraft({ ...draft, [name]: name === 'suggestions' ? readLines(value) : type === 'checkbox' ? checked : value });
  };
  return (
    <section class="card look">
      <form
        onInput={change}
        onSubmit={(event) => {
          valuesOf(event);
          void run({ ...draft, suggestions: draft.suggestions.map((line) => line.trim()).filter(Boolean) });
        }}
      >
        <h2>{words.title}</h2>
        <Field label={t.common.title} name="title" value={draft.title} required maxLength={60} dir="auto" disabled={!mayWrite} />
        <Field label={words.greeting} name="greeting" value={draft.greeting} maxLength={300} dir="auto" disabled={!mayWrite} />
        <TextField label={words.suggestions} name="suggestions" rows={4} value={draft.suggestions.join('\n')} dir="auto" disabled={!mayWrite} />
        <div class="pair">
          <Field label={words.color} name="color" type="color" value={draft.color} disabled={!mayWrite} />
          <Choice
            label={words.side}
            name="position"
            value={draft.position}
            disabled={!mayWrite}
            options={[
              ['right', words.right],
              ['left', words.left],
            ]}
          />
          <Choice
            label={words.appearance}
            name="appearance"
            value={draft.appearance}
            disabled={!mayWrite}
            options={[
              ['auto', words.asDevice],
              ['light', words.light],
              ['dark', words.dark],
            ]}
          />
          <Choice
            label={words.language}
            name="language"
            value={draft.language}
            disabled={!mayWrite}
            options={WIDGET_LANGUAGES.map((code) => [code, new Intl.DisplayNames(locale, { type: 'language' }).of(code) ?? code] as const)}
          />
        </div>
        <Check label={words.takesFiles} name="takes_files" checked={draft.takes_files} disabled={!mayWrite} />
        {mayWrite && (
          <span class="line">
            <label class="button">
              {draft.logo ? words.anotherLogo : words.chooseLogo}
              <input
                type="file"
                accept="image/png,image/jpeg,image/webp,image/gif"
                class="unseen"
                onChange={(event) => event.currentTarget.files?.[0] && logo.run(event.currentTarget.files[0])}
              />
            </label>
            {draft.logo && (
              <button type="button" class="quiet" onClick={() => setDraft({ ...draft, logo: '' })}>
                {words.withoutLogo}
              </button>
            )}
            <Fault>{logo.fault}</Fault>
          </span>
        )}
        <Fault>{fault}</Fault>
        {mayWrite && <Save isBusy={isBusy} done={isSaved && words.saved} />}
      </form>
      <Preview settings={draft} savedLogo={saved.logo} websiteId={websiteId} />
    </section>
  );
}

const readLines = (text: string) => text.split('\n').slice(0, 4);
