import type { Me, WidgetSettings } from '@netia/protocol';
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
export function Look({ saved, tenant, mayWrite }: { saved: WidgetSettings; tenant: Me['tenant']; mayWrite: boolean }) {
  const [draft, setDraft] = useState(saved);
  // The gateway gives out the one that is saved only.
  const [chosen, setChosen] = useState<{ name: string; url: string }>();
  const [isSaved, setSaved] = useState(false);
  const { isBusy, fault, run } = useAction(async (next: WidgetSettings) => {
    setDraft(await call<WidgetSettings>('PUT', '/v1/admin/settings/widget', next));
    setSaved(true);
  });
  const setLogo = (name: string) => {
    setSaved(false);
    setDraft((now) => ({ ...now, logo: name }));
  };
  const logo = useAction(async (file: File) => {
    const { logo: name } = await call<{ logo: string }>('POST', '/v1/admin/setup/logo', file);
    setChosen({ name, url: await readAsUrl(file) });
    setLogo(name);
  });
  const change = (event: Event) => {
    const { name, type, value, checked } = event.target as HTMLInputElement;
    if (!(name in draft)) return;
    setSaved(false);
    setDraft({ ...draft, [name]: name === 'suggestions' ? readLines(value) : type === 'checkbox' ? checked : value });
  };
  const savedLogo = draft.logo && `/v1/widget/logo/${encodeURIComponent(tenant.widget_website_id)}/${draft.logo}`;
  const shownLogo = draft.logo === chosen?.name ? chosen.url : savedLogo;
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
              <button type="button" class="quiet" onClick={() => setLogo('')}>
                {words.withoutLogo}
              </button>
            )}
            <Fault>{logo.fault}</Fault>
          </span>
        )}
        <Fault>{fault}</Fault>
        {mayWrite && <Save isBusy={isBusy} done={isSaved && words.saved} />}
      </form>
      <Preview settings={draft} logo={shownLogo} tenant={tenant} />
    </section>
  );
}

const readLines = (text: string) => text.split('\n').slice(0, 4);

/** A file as an address that the page's policy lets it show, which one of a blob is not. */
function readAsUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
