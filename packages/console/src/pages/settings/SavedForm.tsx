import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { Fault, Save } from '../../parts/Form.tsx';
import { t } from '../../texts/texts.ts';

interface SavedFormProps {
  /** What stands there is replaced as a whole. */
  path: string;
  /** What to put there, from the fields. */
  read: (fields: FormData) => object;
  mayWrite: boolean;
  /** Said when it is saved. */
  done?: string;
  class?: string;
  children: ComponentChildren;
}

/** Fields that are saved together. What the API refuses is said in its words, and what was typed stays. */
export function SavedForm({ path, read, mayWrite, done = t.common.saved, children, ...form }: SavedFormProps) {
  const [isSaved, setSaved] = useState(false);
  const { isBusy, fault, run } = useAction(async (fields: FormData) => {
    setSaved(false);
    await call('PUT', path, read(fields));
    setSaved(true);
  });
  return (
    <form
      {...form}
      onInput={() => setSaved(false)}
      onSubmit={(event) => {
        event.preventDefault();
        void run(new FormData(event.currentTarget));
      }}
    >
      <fieldset class="fields" disabled={!mayWrite}>
        {children}
      </fieldset>
      <Fault>{fault}</Fault>
      {mayWrite && <Save isBusy={isBusy} done={isSaved && done} />}
    </form>
  );
}

/** What stands in a field; empty where there is none. */
export const textIn = (fields: FormData, name: string): string => String(fields.get(name) ?? '').trim();
