import type { ShownPassage } from '@netia/protocol';
import { useData } from '../../api/use-data.ts';
import { Loaded } from '../../parts/States.tsx';
import { knowledge as words } from '../../texts/knowledge.ts';

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
                    {passage.language} · {words.passages.wordsIndexed(passage.token_count)}
                  </span>
                </p>
                <p class="content" dir="auto">
                  {passage.body}
                </p>
              </li>
            ))}
          </ol>
        ) : (
          <p class="soft">{words.passages.none}</p>
        )
      }
    </Loaded>
  );
}
