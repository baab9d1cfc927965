import type { Me, ShownEntry, ShownSource } from '@netia/protocol';
import { useState } from 'preact/hooks';
import { may } from '../../api/may.ts';
import { useData } from '../../api/use-data.ts';
import { Empty, Loaded } from '../../parts/States.tsx';
import { knowledge as words } from '../../texts/knowledge.ts';
import { t } from '../../texts/texts.ts';
import { AddFaq } from './AddFaq.tsx';
import { AddFiles } from './AddFiles.tsx';
import { AddSite } from './AddSite.tsx';
import { Drafts, type ShownDraft } from './Drafts.tsx';
import { EntryRow } from './EntryRow.tsx';
import { RenameCategory } from './RenameCategory.tsx';
import { SourceRow } from './SourceRow.tsx';
import { TryIt } from './TryIt.tsx';

/** While something is being read its progress is watched. */
const EVERY_MS = 2_000;

/** What the agent answers from: sources that are read, and entries that were written here. */
export function Knowledge({ me }: { me: Me }) {
  const sources = useData<{ items: ShownSource[] }>('/v1/admin/sources?limit=100', EVERY_MS);
  const [text, setText] = useState('');
  const [category, setCategory] = useState('');
  const query = new URLSearchParams({ limit: '100', ...(text.trim().length >= 2 && { text: text.trim() }), ...(category && { category }) });
  const entries = useData<{ items: ShownEntry[]; next_cursor: string | null }>(`/v1/admin/knowledge?${query}`);
  const categories = useData<{ items: { category: string | null; entries: number }[] }>('/v1/admin/knowledge/categories');
  const known = categories.data?.items.flatMap((one) => one.category ?? []) ?? [];
  const drafts = useData<{ items: ShownDraft[] }>('/v1/admin/knowledge/drafts?limit=100');
  const mayWrite = may(me, 'knowledge:write');
  const reload = async () => {
    await Promise.all([sources.reload(), entries.reload(), drafts.reload(), categories.reload()]);
  };
  return (
    <div class="page">
      <h1>{t.common.pages.knowledge}</h1>
      <p class="soft">{words.about}</p>
      {mayWrite && (
        <div class="columns">
          <AddSite onAdded={reload} categories={known} />
          <AddFiles onAdded={reload} categories={known} />
          <AddFaq onAdded={reload} categories={known} />
        </div>
      )}
      <Drafts drafts={drafts} mayWrite={mayWrite} onPublished={reload} />
      <TryIt hasDrafts={(drafts.data?.items.length ?? 0) > 0} />
      <h2>{words.sources}</h2>
      <Loaded of={sources}>
        {({ items }) =>
          items.length > 0 ? (
            <ul class="rows">
              {items.map((source) => (
                <SourceRow key={source.id} source={source} categories={known} mayWrite={mayWrite} onChanged={reload} />
              ))}
            </ul>
          ) : (
            <Empty title={words.noSources}>
              <p>{words.noSourcesHint}</p>
            </Empty>
          )
        }
      </Loaded>
      <div class="line">
        <h2>{words.entries}</h2>
        <span class="actions wraps">
          <input type="search" placeholder={t.common.search} aria-label={words.searchIn} value={text} onInput={(event) => setText(event.currentTarget.value)} />
          {(categories.data?.items.length ?? 0) > 1 && (
            <select aria-label={words.category} value={category} onChange={(event) => setCategory(event.currentTarget.value)}>
              <option value="">{words.everyCategory}</option>
              {categories.data?.items.flatMap((one) =>
                one.category === null
                  ? []
                  : [
                      <option key={one.category} value={one.category}>
                        {words.categoryOf(one.category, one.entries)}
                      </option>,
                    ],
              )}
            </select>
          )}
        </span>
      </div>
      {mayWrite && category && (
        <RenameCategory
          key={category}
          category={category}
          onRenamed={async (to) => {
            setCategory(to);
            await reload();
          }}
        />
      )}
      <Loaded of={entries}>
        {({ items, next_cursor }) =>
          items.length > 0 ? (
            <>
              <ul class="rows">
                {items.map((entry) => (
                  <EntryRow
                    key={entry.id}
                    entry={entry}
                    draft={drafts.data?.items.find(({ knowledge_id }) => knowledge_id === entry.id)}
                    categories={known}
                    mayWrite={mayWrite}
                    onChanged={reload}
                  />
                ))}
              </ul>
              {next_cursor && <p class="soft">{words.firstHundred}</p>}
            </>
          ) : (
            <Empty title={text || category ? words.noMatch : words.noEntries} />
          )
        }
      </Loaded>
    </div>
  );
}
