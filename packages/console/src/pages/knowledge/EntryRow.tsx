import type { ShownEntry } from '@netia/protocol';
import { call } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { Fault } from '../../parts/Form.tsx';
import { Time } from '../../parts/Time.tsx';

/** An entry: its text, its versions, and what may be done with it. */
export function EntryRow({ entry, mayWrite, onChanged }: { entry: ShownEntry; mayWrite: boolean; onChanged: () => Promise<void> }) {
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
