import type { ShownEntry } from '@netia/protocol';
import { useState } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { Fault, Field, TextField } from '../../parts/Form.tsx';
import { Time } from '../../parts/Time.tsx';
import { knowledge as words } from '../../texts/knowledge.ts';
import { t } from '../../texts/texts.ts';
import { Beginning } from './Beginning.tsx';
import type { ShownDraft } from './Drafts.tsx';
import { Filing, readFiling } from './Filing.tsx';
import { Passages } from './Passages.tsx';
import { howSent, PublishOrDraft } from './PublishOrDraft.tsx';
import { Versions } from './Versions.tsx';

interface EntryProps {
  entry: ShownEntry;
  /** What is to become of it when the drafts are published. */
  draft: ShownDraft | undefined;
  categories: readonly string[];
  mayWrite: boolean;
  onChanged: () => Promise<void>;
}

/** An entry: its text, what it was, how it was cut, and what may be done with it. */
export function EntryRow({ entry, draft, categories, mayWrite, onChanged }: EntryProps) {
  const [isOpen, setOpen] = useState(false);
  const [shown, setShown] = useState<'text' | 'versions' | 'passages'>('text');
  const { isBusy, fault, run } = useAction(async (method: string, body?: object) => {
    await call(method, `/v1/admin/knowledge/${entry.id}`, body);
    await onChanged();
  });
  const filed = [entry.category, entry.tags.join(', '), entry.visibility === 'internal' && t.common.internal].filter(Boolean).join(' · ');
  return (
    <li>
      <details class="what" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <strong dir="auto">{entry.title || entry.content.slice(0, 80)}</strong>
          {filed && (
            <span class="soft" dir="auto">
              {' '}
              {filed}
            </span>
          )}
        </summary>
        {isOpen && (
          <>
            <span class="actions wraps">
              {(['text', 'versions', 'passages'] as const).map((name) => (
                <button key={name} type="button" class="quiet" aria-pressed={shown === name} onClick={() => setShown(name)}>
                  {words.entry.views[name]}
                </button>
              ))}
            </span>
            {shown === 'text' && (
              <Text
                key={`${entry.version} ${draft?.updated_at}`}
                entry={entry}
                draft={draft}
                categories={categories}
                mayWrite={mayWrite}
                onChanged={onChanged}
              />
            )}
            {shown === 'versions' && <Versions entry={entry} mayWrite={mayWrite} onChanged={onChanged} />}
            {shown === 'passages' && <Passages id={entry.id} />}
          </>
        )}
        <span class="soft">
          {entry.format} · {words.entry.version(entry.version)} · <Time at={entry.updated_at} />
        </span>
        <Fault>{fault}</Fault>
      </details>
      {draft && <span class="badge">{words.entry.hasDraft}</span>}
      {!entry.is_active && <span class="badge">{words.entry.withdrawn}</span>}
      {mayWrite && (
        <span class="actions">
          <button type="button" class="quiet" aria-disabled={isBusy} onClick={() => run('PATCH', { is_active: !entry.is_active })}>
            {entry.is_active ? words.entry.withdraw : t.common.publish}
          </button>
          {/* What a source brought, it would bring again. */}
          {entry.is_typed && (
            <button type="button" class="quiet" aria-disabled={isBusy} onClick={() => confirm(words.entry.confirmDelete) && run('DELETE')}>
              {words.entry.delete}
            </button>
          )}
        </span>
      )}
    </li>
  );
}

/** What it says now or in its draft, to be changed at once or with other drafts: a draft that did not show would be overwritten unseen. */
function Text({ entry: published, draft, categories, mayWrite, onChanged }: EntryProps) {
  const entry = { ...published, ...draft?.entry };
  const { isBusy, fault, run } = useAction(async (how: 'publish' | 'draft', form: HTMLFormElement) => {
    const data = new FormData(form);
    const change = { title: data.get('title'), content: data.get('content'), url: String(data.get('url')).trim() || null, ...readFiling(data) };
    if (how === 'publish') await call('PATCH', `/v1/admin/knowledge/${entry.id}`, change);
    else await call('POST', '/v1/admin/knowledge/drafts', { action: 'change', knowledge_id: entry.id, entry: change });
    await onChanged();
  });
  if (!mayWrite) return <Beginning of={published.content} />;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void run(howSent(event), event.currentTarget);
      }}
    >
      <Field label={entry.format === 'faq' ? t.common.question : t.common.title} name="title" defaultValue={entry.title} maxLength={500} dir="auto" />
      <TextField label={entry.format === 'faq' ? t.common.answer : t.common.text} name="content" rows={8} required defaultValue={entry.content} dir="auto" />
      <Field label={words.entry.address} name="url" type="url" defaultValue={entry.url ?? ''} maxLength={2_000} hint={words.entry.addressHint} />
      <Filing of={entry} categories={categories} />
      <Fault>{fault}</Fault>
      <PublishOrDraft publish={words.entry.publishChange} isBusy={isBusy} />
    </form>
  );
}
