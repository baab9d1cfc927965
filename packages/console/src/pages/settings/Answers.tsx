import type { AiSettings } from '@netia/protocol';
import { useState } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { may } from '../../api/may.ts';
import { useAction } from '../../api/use-action.ts';
import { useData } from '../../api/use-data.ts';
import { Choice, Fault, Field, Save, TextField, valuesOf } from '../../parts/Form.tsx';
import { Loaded } from '../../parts/States.tsx';
import type { SettingsProps } from './Settings.tsx';

const CAUTION = [
  ['careful', 'Careful: says more often that it does not know'],
  ['balanced', 'Balanced'],
  ['eager', 'Eager: answers more, and is wrong more often'],
] as const;
const QUOTES = [
  ['short', 'Short, about 35 words'],
  ['medium', 'Medium, about 60 words'],
  ['long', 'Long, about 100 words'],
] as const;

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
    setDraft({ ...draft, [name]: value });
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
        <h2>Answers</h2>
        <Choice label="How sure it must be" name="caution" value={draft.caution} disabled={!mayWrite} options={CAUTION} />
        <Choice label="How long quoted answers are" name="quotes" value={draft.quotes} disabled={!mayWrite} options={QUOTES} />
        <TextField
          label="Instructions to the model: tone, names, what to mention"
          name="instructions"
          rows={5}
          maxLength={4_000}
          value={draft.instructions}
          disabled={!mayWrite}
          dir="auto"
        />
        <p class="soft">
          <code>{'{business}'}</code>, <code>{'{page}'}</code> and <code>{'{language}'}</code> are filled in. Without a model they change nothing: your texts
          are then quoted as they stand.
        </p>
        <Fault>{fault}</Fault>
        {mayWrite && <Save isBusy={isBusy} done={isSaved && 'Saved.'} />}
      </form>
      <PromptPreview instructions={draft.instructions} />
    </>
  );
}

function PromptPreview({ instructions }: { instructions: string }) {
  const [prompt, setPrompt] = useState<{ system: string; user: string }>();
  const { isBusy, fault, run } = useAction(async ({ question }: Record<string, string>) => {
    setPrompt(await call('POST', '/v1/admin/settings/ai/preview', { question, instructions }));
  });
  return (
    <section class="card" aria-labelledby="preview-title">
      <h2 id="preview-title">What a model would be given</h2>
      <form onSubmit={(event) => run(valuesOf(event))}>
        <Field label="For this question" name="question" required maxLength={2_000} dir="auto" />
        <Fault>{fault}</Fault>
        <button type="submit" aria-disabled={isBusy}>
          Show
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
