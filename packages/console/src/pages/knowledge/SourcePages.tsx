import type { ShownSource, ShownSourceDocument } from '@netia/protocol';
import { SOURCE_DOCUMENT_STATUSES } from '@netia/protocol/names';
import { useState } from 'preact/hooks';
import { useData } from '../../api/use-data.ts';
import { Loaded } from '../../parts/States.tsx';
import { Time } from '../../parts/Time.tsx';
import { knowledge } from '../../texts/knowledge.ts';

const words = knowledge.source;

/** As often is looked how far a reading has come. */
const EVERY_MS = 2_000;

/** What a source has brought, page by page, and why something of it was left out. */
export function SourcePages({ source }: { source: ShownSource }) {
  const [status, setStatus] = useState('');
  const query = new URLSearchParams({ limit: '100', ...(status && { status }) });
  const isRunning = source.status === 'pending' || source.status === 'processing';
  const pages = useData<{ items: ShownSourceDocument[]; next_cursor: string | null }>(
    `/v1/admin/sources/${source.id}/documents?${query}`,
    isRunning ? EVERY_MS : undefined,
  );
  return (
    <>
      {source.kind !== 'file' && (
        <select aria-label={words.whichPages} value={status} onChange={(event) => setStatus(event.currentTarget.value)}>
          <option value="">{words.allPages}</option>
          {SOURCE_DOCUMENT_STATUSES.map((name) => (
            <option key={name} value={name}>
              {words.pageStatuses[name]}
            </option>
          ))}
        </select>
      )}
      <Loaded of={pages}>
        {({ items, next_cursor }) =>
          items.length > 0 ? (
            <>
              <ul class="passages">
                {items.map((page) => (
                  <li key={page.id}>
                    <bdi>{page.address}</bdi>
                    <span class="soft">
                      {' '}
                      {words.pageStatuses[page.status]}
                      {page.read_at && (
                        <>
                          {' · '}
                          <Time at={page.read_at} />
                        </>
                      )}
                    </span>
                    {page.reason && <p class="fault">{page.reason}</p>}
                  </li>
                ))}
              </ul>
              {next_cursor && <p class="soft">{knowledge.firstHundred}</p>}
            </>
          ) : (
            <p class="soft">{words.noPages}</p>
          )
        }
      </Loaded>
    </>
  );
}
