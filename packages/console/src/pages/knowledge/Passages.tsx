import type { ShownPassage } from '@netia/protocol';
import { useData } from '../../api/use-data.ts';
import { Loaded } from '../../parts/States.tsx';

/** What the text was cut into: these are found, and quoted. */
export function Passages({ id }: { id: string }) {
  const passages = useData<{ items: ShownPassage[] }>(`/v1/admin/knowledge/${id}/passages`);
  return (
    <Loaded of={passages}>
      {({ items }) =>
        items.length > 0 ? (
          <ol class="passages">
            {items.map((passage) => (
              <li key={passage.id}>
                <p class="line">
                  <strong dir="auto">{passage.title_path.join(' › ')}</strong>
                  <span class="soft">
                    {passage.language} · {passage.token_count} words indexed
                  </span>
                </p>
                <p class="content" dir="auto">
                  {passage.body}
                </p>
              </li>
            ))}
          </ol>
        ) : (
          <p class="soft">Nothing of it is searched: it is withdrawn or internal.</p>
        )
      }
    </Loaded>
  );
}
