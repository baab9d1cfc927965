import type { AiSettings } from '@netia/protocol';
import { useState } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { may } from '../../api/may.ts';
import { useAction } from '../../api/use-action.ts';
import { useData } from '../../api/use-data.ts';
import { Choice, Fault, Field, Save, TextField, valuesOf } from '../../parts/Form.tsx';
import { namesIn } from '../../parts/names-in.ts';
import { Loaded } from '../../parts/States.tsx';
import { settings } from '../../texts/settings.ts';
import { t } from '../../texts/texts.ts';
import type { SettingsProps } from './Settings.tsx';

const words = settings.answers;
const CAUTION = (['careful', 'balanced', 'eager'] as const).map((name) => [name, words.cautions[name]] as const);
const ANSWERERS = (['openai,anthropic,extractive', 'anthropic,openai,extractive', 'openai,extractive', 'anthropic,extractive', 'extractive'] as const).map(
  (order) => [order, words.answerers[order]] as const,
);
const QUOTES = (['short', 'medium', 'long'] as const).map((name) => [name, words.quoteLengths[name]] as const);

/** How sure the agent must be, how much it quotes, and what a model is told besides; seen before it is saved. */
export function Answers({ me }: SettingsProps) {
  const tenant = useData<{ settings: { ai: AiSettings } }>('/v1/admin/tenant');
  return <Loaded of={tenant}>{({ settings }) => <Form saved={settings.ai} mayWrite={may(me, 'settings:write')} />}</Loaded>;
}

function Form({ saved, mayWrite }: { saved: AiSettings; mayWrite: boolean }) {
  const [draft, setDraft] = useState(saved);
  const [isSaved, setSaved] = useState(false);
  const { isBusy, fault, run } = useAction(async () => {
    setDraft(await call<AiSettings>('PUT', '/v1/admin/settings/ai', draft));
    setSaved(true);
  });
  const change = (event: Event) => {
    const { name, value } = event.target as HTMLInputElement;
    setSaved(false);
    if (name === 'answerers') setDraft({ ...draft, answerers: value.split(',') as AiSettings['answerers'] });
    else if (name === 'categories' || name === 'tags') setDraft({ ...draft, answer_from: { ...draft.answer_from, [name]: namesIn(value) } });
    else setDraft({ ...draft, [name]: value });
  };
  return (
    <>
      <form
        class="card"
        onInput={change}
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <h2>{words.title}</h2>
        <Choice label={words.whoAnswers} name="answerers" value={orderOf(draft)} disabled={!mayWrite} options={ANSWERERS} hint={words.whoAnswersHint} />
        <Choice label={words.caution} name="caution" value={draft.caution} disabled={!mayWrite} options={CAUTION} />
        <Choice label={words.quotes} name="quotes" value={draft.quotes} disabled={!mayWrite} options={QUOTES} />
        <Field
          label={words.categories}
          name="categories"
          defaultValue={saved.answer_from.categories.join(', ')}
          disabled={!mayWrite}
          dir="auto"
          hint={words.categoriesHint}
        />
        <Field label={words.tags} name="tags" defaultValue={saved.answer_from.tags.join(', ')} disabled={!mayWrite} dir="auto" hint={words.tagsHint} />
        <TextField label={words.instructions} name="instructions" rows={5} maxLength={4_000} value={draft.instructions} disabled={!mayWrite} dir="auto" />
        <p class="soft">{words.filledIn(<Placeholder of="business" />, <Placeholder of="page" />, <Placeholder of="language" />)}</p>
        <Fault>{fault}</Fault>
        {mayWrite && <Save isBusy={isBusy} done={isSaved && t.common.saved} />}
      </form>
      <PromptPreview instructions={draft.instructions} />
    </>
  );
}

/** Quoting always comes last, also where it was left out. */
const orderOf = ({ answerers }: AiSettings): string => [...answerers.filter((name) => name !== 'extractive'), 'extractive'].join();

function Placeholder({ of }: { of: string }) {
  return <code>{`{${of}}`}</code>;
}

function PromptPreview({ instructions }: { instructions: string }) {
  const [prompt, setPrompt] = useState<{ system: string; user: string }>();
  const { isBusy, fault, run } = useAction(async ({ question }: Record<string, string>) => {
    setPrompt(await call('POST', '/v1/admin/settings/ai/preview', { question, instructions }));
  });
  return (
    <section class="card" aria-labelledby="preview-title">
      <h2 id="preview-title">{words.preview}</h2>
      <form onSubmit={(event) => run(valuesOf(event))}>
        <Field label={words.forQuestion} name="question" required maxLength={2_000} dir="auto" />
        <Fault>{fault}</Fault>
        <button type="submit" aria-disabled={isBusy}>
          {words.show}
        </button>
      </form>
      {prompt && (
        <div role="status">
          <pre class="snippet" dir="auto">
            {prompt.system}
          </pre>
          <pre class="snippet" dir="auto">
            {prompt.user}
          </pre>
        </div>
      )}
    </section>
  );
}
