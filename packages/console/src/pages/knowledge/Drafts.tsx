import { call } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import type { Data } from '../../api/use-data.ts';
import { Fault } from '../../parts/Form.tsx';
import { knowledge as words } from '../../texts/knowledge.ts';
import { Beginning } from './Beginning.tsx';
import type { Filed } from './Filing.tsx';

export interface ShownDraft {
  id: string;
  action: 'add' | 'change' | 'remove';
  knowledge_id: string | null;
  entry: { title?: string; content?: string; url?: string | null } & Partial<Filed>;
  updated_at: string;
}

/** What is to be published, all of it at one moment; nothing here is searched before. */
export function Drafts({ drafts, mayWrite, onPublished }: { drafts: Data<{ items: ShownDraft[] }>; mayWrite: boolean; onPublished: () => Promise<void> }) {
  const { isBusy, fault, run } = useAction(async (method: string, path: string) => {
    await call(method, `/v1/admin/knowledge/${path}`);
    await Promise.all([drafts.reload(), onPublished()]);
  });
  const items = drafts.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section class="card" aria-labelledby="drafts-title">
      <h2 id="drafts-title">{words.drafts.title}</h2>
      <ul class="log">
        {items.map((draft) => (
          <li key={draft.id} class="line">
            <details class="what">
              <summary dir="auto">
                <span class="badge">{words.drafts.actions[draft.action]}</span> {draft.entry.title || draft.entry.content?.slice(0, 80) || draft.knowledge_id}
              </summary>
              <Beginning of={draft.entry.content ?? ''} />
            </details>
            {mayWrite && (
              <button type="button" class="quiet" aria-disabled={isBusy} onClick={() => run('DELETE', `drafts/${draft.id}`)}>
                {words.drafts.drop}
              </button>
            )}
          </li>
        ))}
      </ul>
      <Fault>{fault}</Fault>
      {mayWrite && (
        <button type="button" class="main" aria-disabled={isBusy} onClick={() => run('POST', 'publish')}>
          {words.drafts.publishAll}
        </button>
      )}
    </section>
  );
}
