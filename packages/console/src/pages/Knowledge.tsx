import type { Me, ShownEntry, ShownSource } from '@netia/protocol';
import { useState } from 'preact/hooks';
import { call } from '../api/client.ts';
import { may } from '../api/may.ts';
import { useAction } from '../api/use-action.ts';
import { useData } from '../api/use-data.ts';
import { Choice, Fault, Field, TextField, valuesOf } from '../parts/Form.tsx';
import { Empty, Loaded } from '../parts/States.tsx';
import { Time } from '../parts/Time.tsx';
import { TryIt } from './TryIt.tsx';

/** While something is being read its progress is watched. */
const EVERY_MS = 2_000;
const STATUS = { pending: 'Waiting', processing: 'Being read', complete: 'Read', error: 'Failed' } as const;

/** What the agent answers from: sources that are read, and entries that were written here. */
export function Knowledge({ me }: { me: Me }) {
  const sources = useData<{ items: ShownSource[] }>('/v1/admin/sources?limit=100', EVERY_MS);
  const entries = useData<{ items: ShownEntry[]; next_cursor: string | null }>('/v1/admin/knowledge?limit=100');
  const mayWrite = may(me, 'knowledge:write');
  const reload = async () => {
    await Promise.all([sources.reload(), entries.reload()]);
  };
  return (
    <div class="page">
      <h1>Knowledge</h1>
      <p class="soft">The agent answers from this and from nothing else.</p>
      {mayWrite && (
        <div class="columns">
          <AddSite onAdded={reload} />
          <AddFiles onAdded={reload} />
          <AddFaq onAdded={reload} />
        </div>
      )}
      <TryIt />
      <h2>Sources</h2>
      <Loaded of={sources}>
        {({ items }) =>
          items.length > 0 ? (
            <ul class="rows">
              {items.map((source) => (
                <SourceRow key={source.id} source={source} mayWrite={mayWrite} onChanged={reload} />
              ))}
            </ul>
          ) : (
            <Empty title="Nothing is read yet.">
              <p>Give the address of your website above: its pages are read, and read again when they change.</p>
            </Empty>
          )
        }
      </Loaded>
      <h2>Entries</h2>
      <Loaded of={entries}>
        {({ items, next_cursor }) =>
          items.length > 0 ? (
            <>
              <ul class="rows">
                {items.map((entry) => (
                  <EntryRow key={entry.id} entry={entry} mayWrite={mayWrite} onChanged={reload} />
                ))}
              </ul>
              {next_cursor && <p class="soft">These are the first 100; the API lists all.</p>}
            </>
          ) : (
            <Empty title="No entries yet." />
          )
        }
      </Loaded>
    </div>
  );
}

function AddSite({ onAdded }: { onAdded: () => Promise<void> }) {
  const { isBusy, fault, run } = useAction(async ({ url = '', kind }: Record<string, string>, form: HTMLFormElement) => {
    // People write addresses without the scheme.
    await call('POST', '/v1/admin/sources', { kind, url: /^https?:\/\//i.test(url) ? url : `https://${url}` });
    form.reset();
    await onAdded();
  });
  return (
    <form class="card" onSubmit={(event) => run(valuesOf(event), event.currentTarget)}>
      <h2>Read a website</h2>
      <Field label="Address" name="url" inputMode="url" placeholder="shop.example" required />
      <Choice
        label="What of it"
        name="kind"
        options={[
          ['site', 'This page and all below it'],
          ['page', 'This page only'],
          ['sitemap', 'All that this sitemap names'],
        ]}
      />
      <Fault>{fault}</Fault>
      <button type="submit" class="main" disabled={isBusy}>
        Read it
      </button>
    </form>
  );
}

function AddFiles({ onAdded }: { onAdded: () => Promise<void> }) {
  const [isOver, setOver] = useState(false);
  const { isBusy, fault, run } = useAction(async (files: File[]) => {
    for (const file of files) await call('POST', `/v1/admin/sources/files?name=${encodeURIComponent(file.name)}`, file);
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
      <h2 id="add-files">Give files</h2>
      <p class="soft">PDF, Word, Excel, CSV, HTML, Markdown or text. Drop them here, or choose them.</p>
      <label class="button">
        {isBusy ? 'Being sent…' : 'Choose files'}
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

function AddFaq({ onAdded }: { onAdded: () => Promise<void> }) {
  const { isBusy, fault, run } = useAction(async (values: Record<string, string>, form: HTMLFormElement) => {
    await call('POST', '/v1/admin/knowledge', { format: 'faq', ...values });
    form.reset();
    await onAdded();
  });
  return (
    <form class="card" onSubmit={(event) => run(valuesOf(event), event.currentTarget)}>
      <h2>Answer a question yourself</h2>
      <Field label="Question" name="title" required maxLength={500} dir="auto" />
      <TextField label="Answer" name="content" rows={3} required dir="auto" />
      <Fault>{fault}</Fault>
      <button type="submit" class="main" disabled={isBusy}>
        Publish
      </button>
    </form>
  );
}

function SourceRow({ source, mayWrite, onChanged }: { source: ShownSource; mayWrite: boolean; onChanged: () => Promise<void> }) {
  const { isBusy, fault, run } = useAction(async (method: string, path = '') => {
    await call(method, `/v1/admin/sources/${source.id}${path}`);
    await onChanged();
  });
  const { found, complete, left_out, failed } = source.progress;
  const isRunning = source.status === 'pending' || source.status === 'processing';
  return (
    <li>
      <div class="what">
        <strong dir="auto">{source.name || source.url}</strong>
        <span class="soft">
          {source.kind}
          {source.status === 'complete' && source.refreshed_at && (
            <>
              {' · as of '}
              <Time at={source.refreshed_at} />
            </>
          )}
          {source.visibility === 'internal' && ' · internal'}
        </span>
        {isRunning && found > 0 && <progress value={complete + left_out + failed} max={found} aria-label={`${source.name || source.url} is being read`} />}
        {source.reason && <span class="fault">{source.reason}</span>}
        <Fault>{fault}</Fault>
      </div>
      <span class={`badge ${source.status}`}>
        {STATUS[source.status]}
        {source.kind !== 'file' && found > 0 && ` · ${complete} of ${found}`}
      </span>
      {mayWrite && (
        <span class="actions">
          <button type="button" class="quiet" disabled={isBusy || isRunning} onClick={() => run('POST', '/refresh')}>
            Read again
          </button>
          <button
            type="button"
            class="quiet"
            disabled={isBusy}
            onClick={() => confirm(`Remove ${source.name || source.url} and all that came from it?`) && run('DELETE')}
          >
            Remove
          </button>
        </span>
      )}
    </li>
  );
}

function EntryRow({ entry, mayWrite, onChanged }: { entry: ShownEntry; mayWrite: boolean; onChanged: () => Promise<void> }) {
  const { isBusy, fault, run } = useAction(async (method: string, body?: object) => {
    await call(method, `/v1/admin/knowledge/${entry.id}`, body);
    await onChanged();
  });
  return (
    <li>
      <details class="what">
        <summary>
          <strong dir="auto">{entry.title || entry.content.slice(0, 80)}</strong>
        </summary>
        <p class="content" dir="auto">
          {entry.content.slice(0, 2_000)}
          {entry.content.length > 2_000 && '…'}
        </p>
        <span class="soft">
          version {entry.version} · <Time at={entry.updated_at} />
        </span>
        <Fault>{fault}</Fault>
      </details>
      {!entry.is_active && <span class="badge">Withdrawn</span>}
      {mayWrite && (
        <span class="actions">
          <button type="button" class="quiet" disabled={isBusy} onClick={() => run('PATCH', { is_active: !entry.is_active })}>
            {entry.is_active ? 'Withdraw' : 'Publish'}
          </button>
          <button type="button" class="quiet" disabled={isBusy} onClick={() => confirm('Delete this entry with all its versions?') && run('DELETE')}>
            Delete
          </button>
        </span>
      )}
    </li>
  );
}
