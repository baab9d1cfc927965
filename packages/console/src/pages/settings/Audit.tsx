import type { ShownMember } from '@netia/protocol';
import { useState } from 'preact/hooks';
import { may } from '../../api/may.ts';
import { useData } from '../../api/use-data.ts';
import { nameAmong } from '../../parts/member-name.ts';
import { Empty, Loaded } from '../../parts/States.tsx';
import { Time } from '../../parts/Time.tsx';
import { settings } from '../../texts/settings.ts';
import { t } from '../../texts/texts.ts';
import type { SettingsProps } from './Settings.tsx';

interface Line {
  id: string;
  actor: string;
  action: string;
  resource_type: string;
  resource_id: string | null;
  changes: Record<string, unknown>;
  created_at: string;
}

/** Who changed what, newest first, page by page. */
export function Audit({ me }: SettingsProps) {
  const [cursors, setCursors] = useState<string[]>([]);
  const cursor = cursors.at(-1);
  const lines = useData<{ items: Line[]; next_cursor: string | null }>(`/v1/admin/audit?limit=50${cursor ? `&cursor=${cursor}` : ''}`);
  const members = useData<{ items: ShownMember[] }>(may(me, 'people:read') ? '/v1/admin/members' : undefined);
  const known = members.data?.items ?? [];
  const nameOfMember = (id: string) => {
    const member = known.find(({ user_id }) => user_id === id);
    return member && nameAmong(known, member);
  };
  const nameOf = (actor: string) => nameOfMember(actor.replace(/^user:/, '')) ?? actor;
  return (
    <>
      <span class="line">
        <span class="soft">{settings.audit.about}</span>
        <a class="button" href="/v1/admin/audit.csv" download>
          {t.common.export}
        </a>
      </span>
      <Loaded of={lines}>
        {({ items, next_cursor }) =>
          items.length > 0 ? (
            <>
              <ul class="rows">
                {items.map((line) => (
                  <li key={line.id}>
                    <div class="what">
                      <span>
                        <strong dir="auto">{nameOf(line.actor)}</strong> · <code>{line.action}</code> · {line.resource_type}{' '}
                        {line.resource_id !== null && <bdi>{nameOfMember(line.resource_id) ?? line.resource_id}</bdi>}
                      </span>
                      {Object.keys(line.changes).length > 0 && (
                        <span class="soft" dir="auto">
                          {JSON.stringify(line.changes).slice(0, 300)}
                        </span>
                      )}
                    </div>
                    <Time at={line.created_at} />
                  </li>
                ))}
              </ul>
              <span class="line">
                <button type="button" disabled={cursors.length === 0} onClick={() => setCursors(cursors.slice(0, -1))}>
                  {settings.audit.newer}
                </button>
                <button type="button" disabled={!next_cursor} onClick={() => next_cursor && setCursors([...cursors, next_cursor])}>
                  {t.common.older}
                </button>
              </span>
            </>
          ) : (
            <Empty title={settings.audit.none} />
          )
        }
      </Loaded>
    </>
  );
}
