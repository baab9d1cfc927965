import { useRef, useState } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { Fault } from '../../parts/Form.tsx';
import { knowledge as words } from '../../texts/knowledge.ts';
import { Filing, readFiling } from './Filing.tsx';

/** Files, chosen or dropped. */
export function AddFiles({ onAdded, categories = [] }: { onAdded: () => Promise<void>; categories?: readonly string[] }) {
  const filing = useRef<HTMLFormElement>(null);
  const [isOver, setOver] = useState(false);
  const { isBusy, fault, run } = useAction(async (files: File[]) => {
    const { category, language, visibility } = readFiling(new FormData(filing.current ?? undefined));
    const query = new URLSearchParams({ visibility, ...(category && { category }), ...(language && { language }) });
    for (const file of files) await call('POST', `/v1/admin/sources/files?name=${encodeURIComponent(file.name)}&${query}`, file);
    await onAdded();
  });
  const take = (files: FileList | null | undefined) => run([...(files ?? [])]);
  return (
    <section
      class={`card drop ${isOver ? 'over' : ''}`}
      aria-labelledby="add-files"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void take(event.dataTransfer?.files);
      }}
    >
      <h2 id="add-files">{words.files.title}</h2>
      <p class="soft">{words.files.hint}</p>
      {/* Of its own, for the files are sent as soon as they are chosen. */}
      <form ref={filing} onSubmit={(event) => event.preventDefault()}>
        <Filing categories={categories} hasTags={false} />
      </form>
      <label class="button">
        {isBusy ? words.files.sending : words.files.choose}
        <input
          type="file"
          multiple
          class="unseen"
          disabled={isBusy}
          onChange={(event) => {
            void take(event.currentTarget.files).then(() => {
              (event.target as HTMLInputElement).value = '';
            });
          }}
        />
      </label>
      <Fault>{fault}</Fault>
    </section>
  );
}
