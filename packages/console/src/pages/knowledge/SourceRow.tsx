import type { ShownSource } from '@netia/protocol';
import { call } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { Fault } from '../../parts/Form.tsx';
import { Time } from '../../parts/Time.tsx';

const STATUS = { pending: 'Waiting', processing: 'Being read', complete: 'Read', error: 'Failed' } as const;

/** A source: what it is, how far its reading has come, and why something of it could not be read. */
export function SourceRow({ source, mayWrite, onChanged }: { source: ShownSource; mayWrite: boolean; onChanged: () => Promise<void> }) {
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
            aria-disabled={isBusy}
            onClick={() => confirm(`Remove ${source.name || source.url} and all that came from it?`) && run('DELETE')}
          >
            Remove
          </button>
        </span>
      )}
    </li>
  );
}
