import { type Me, WIDGET_LANGUAGES, type WidgetSettings } from '@netia/protocol';
import { useEffect, useState } from 'preact/hooks';
import { call } from '../api/client.ts';
import { may } from '../api/may.ts';
import { useAction } from '../api/use-action.ts';
import { useData } from '../api/use-data.ts';
import { Choice, Done, Fault, Field, TextField, valuesOf } from '../parts/Form.tsx';
import { Loaded } from '../parts/States.tsx';
import { Preview } from './Preview.tsx';

/** How the widget looks, and the line that puts it on a site. */
export function Site({ me }: { me: Me }) {
  const tenant = useData<{ settings: { widget: WidgetSettings } }>('/v1/admin/tenant');
  return (
    <div class="page">
      <h1>Your site</h1>
      <Snippet websiteId={me.tenant.widget_website_id} />
      <Loaded of={tenant}>{({ settings }) => <Look saved={settings.widget} mayWrite={may(me, 'settings:write')} />}</Loaded>
    </div>
  );
}

function Snippet({ websiteId }: { websiteId: string }) {
  const snippet = `<script async src="${location.origin}/widget.js" data-website-id="${websiteId}"></script>`;
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 3_000);
    return () => clearTimeout(timer);
  }, [isCopied]);
  return (
    <section class="card">
      <h2>Put it on your pages</h2>
      <p>Paste this line into every page, just before &lt;/body&gt;. In WordPress, Shopify or Tag Manager it goes where custom HTML goes.</p>
      <pre class="snippet">
        <code>{snippet}</code>
      </pre>
      <span class="line">
        <button type="button" class="main" onClick={() => navigator.clipboard.writeText(snippet).then(() => setCopied(true))}>
          Copy
        </button>
        <Done>{isCopied ? 'Copied.' : ''}</Done>
      </span>
    </section>
  );
}

function Look({ saved, mayWrite }: { saved: WidgetSettings; mayWrite: boolean }) {
  const [draft, setDraft] = useState(saved);
  const [isSaved, setSaved] = useState(false);
  const { isBusy, fault, run } = useAction(async (next: WidgetSettings) => {
    setDraft(await call<WidgetSettings>('PUT', '/v1/admin/settings/widget', next));
    setSaved(true);
  });
  const change = (event: Event) => {
    const { name, value } = event.target as HTMLInputElement;
    setSaved(false);
    setDraft({ ...draft, [name]: name === 'suggestions' ? readLines(value) : value });
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
        <h2>How it looks</h2>
        <Field label="Title" name="title" value={draft.title} required maxLength={60} dir="auto" disabled={!mayWrite} />
        <Field label="Greeting" name="greeting" value={draft.greeting} maxLength={300} dir="auto" disabled={!mayWrite} />
        <TextField
          label="Suggested questions, one a line, at most four"
          name="suggestions"
          rows={4}
          value={draft.suggestions.join('\n')}
          dir="auto"
          disabled={!mayWrite}
        />
        <div class="pair">
          <Field label="Colour" name="color" type="color" value={draft.color} disabled={!mayWrite} />
          <Choice
            label="Side"
            name="position"
            value={draft.position}
            disabled={!mayWrite}
            options={[
              ['right', 'Right'],
              ['left', 'Left'],
            ]}
          />
          <Choice
            label="Language, where the visitor's own is not there"
            name="language"
            value={draft.language}
            disabled={!mayWrite}
            options={WIDGET_LANGUAGES.map((code) => [code, new Intl.DisplayNames(undefined, { type: 'language' }).of(code) ?? code] as const)}
          />
        </div>
        <Fault>{fault}</Fault>
        {mayWrite && (
          <span class="line">
            <button type="submit" class="main" disabled={isBusy}>
              Save
            </button>
            <Done>{isSaved ? 'Saved. Visitors see it within a minute.' : ''}</Done>
          </span>
        )}
      </form>
      <Preview settings={draft} />
    </section>
  );
}

const readLines = (text: string) => text.split('\n').slice(0, 4);
