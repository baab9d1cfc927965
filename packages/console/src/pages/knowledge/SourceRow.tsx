import type { ShownSource } from '@netia/protocol';
import { call } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { Fault } from '../../parts/Form.tsx';
import { Time } from '../../parts/Time.tsx';
import { knowledge as words } from '../../texts/knowledge.ts';
import { t } from '../../texts/texts.ts';

/** A source: what it is, how far its reading has come, and why something of it could not be read. */
export function SourceRow({ source, mayWrite, onChanged }: { source: ShownSource; mayWrite: boolean; onChanged: () => Promise<void> }) {
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
        <strong dir="auto">{name}</strong>
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
