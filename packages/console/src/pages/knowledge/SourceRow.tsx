import type { ShownSource } from '@netia/protocol';
import { useState } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { Fault } from '../../parts/Form.tsx';
import { Time } from '../../parts/Time.tsx';
import { knowledge as words } from '../../texts/knowledge.ts';
import { t } from '../../texts/texts.ts';
import { SourceChange } from './SourceChange.tsx';
import { SourcePages } from './SourcePages.tsx';

interface SourceProps {
  source: ShownSource;
  categories?: readonly string[];
  mayWrite: boolean;
  onChanged: () => Promise<void>;
}

/** A source: what it is, how far its reading has come, what of it could not be read, and how it is read. */
export function SourceRow({ source, categories = [], mayWrite, onChanged }: SourceProps) {
  const [isOpen, setOpen] = useState(false);
  const [shown, setShown] = useState<'pages' | 'change'>('pages');
  const { isBusy, fault, run } = useAction(async (method: string, path = '') => {
    await call(method, `/v1/admin/sources/${source.id}${path}`);
    await onChanged();
  });
  const { found, complete, left_out, failed } = source.progress;
  const name = source.name || source.url || '';
  const isRunning = source.status === 'pending' || source.status === 'processing';
  return (
    <li>
      <div class="what">
        <details onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>
            <strong dir="auto">{name}</strong>{' '}
            <span class="soft">
              {source.kind}
              {source.status === 'complete' && source.refreshed_at && (
                <>
                  {' · '}
                  {words.source.asOf(<Time at={source.refreshed_at} />)}
                </>
              )}
              {source.category && ` · ${source.category}`}
              {source.tags.length > 0 && ` · ${source.tags.join(', ')}`}
              {source.visibility === 'internal' && ` · ${t.common.internal}`}
            </span>
          </summary>
          {isOpen && (
            <>
              {mayWrite && (
                <span class="actions wraps">
                  {(['pages', 'change'] as const).map((view) => (
                    <button key={view} type="button" class="quiet" aria-pressed={shown === view} onClick={() => setShown(view)}>
                      {words.source.views[view]}
                    </button>
                  ))}
                </span>
              )}
              {shown === 'change' ? <SourceChange source={source} categories={categories} onChanged={onChanged} /> : <SourcePages source={source} />}
            </>
          )}
        </details>
        {isRunning && found > 0 && <progress value={complete + left_out + failed} max={found} aria-label={words.source.isBeingRead(name)} />}
        {source.reason && <span class="fault">{source.reason}</span>}
        <Fault>{fault}</Fault>
      </div>
      <span class={`badge ${source.status}`}>
        {words.source.statuses[source.status]}
        {source.kind !== 'file' && found > 0 && ` · ${words.source.readOf(complete, found)}`}
      </span>
      {mayWrite && (
        <span class="actions">
          <button type="button" class="quiet" disabled={isBusy || isRunning} onClick={() => run('POST', '/refresh')}>
            {words.source.readAgain}
          </button>
          <button type="button" class="quiet" aria-disabled={isBusy} onClick={() => confirm(words.source.confirmRemove(name)) && run('DELETE')}>
            {t.common.remove}
          </button>
        </span>
      )}
    </li>
  );
}
