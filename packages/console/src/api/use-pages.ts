import { useRef } from 'preact/hooks';
import { call } from './client.ts';
import { type Data, useData } from './use-data.ts';

export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}
export interface Pages<Answer> extends Data<Answer> {
  /** Fetches the next page too; undefined where there is none. */
  more: (() => Promise<void>) | undefined;
}

/**
 * A list that the API gives out by pages, as one: those that were asked for so far, all of them anew each time. What moves to
 * the first page is then not on a later one as well, and what is pushed off it not on none.
 * @param path with its query, without a cursor.
 * @param everyMs as in useData.
 */
export function usePages<Answer extends Page<{ id: string }>>(path: string, everyMs: number): Pages<Answer> {
  const wanted = useRef({ path, pages: 1 });
  if (wanted.current.path !== path) wanted.current = { path, pages: 1 };
  const list = useData<Answer>(path, everyMs, false, async (first) => {
    let page = await call<Answer>('GET', first);
    const items = new Map(page.items.map((item) => [item.id, item]));
    // Looked at after each page: somebody may have asked for one more meanwhile.
    for (let fetched = 1; fetched < wanted.current.pages && page.next_cursor; fetched++) {
      page = await call<Answer>('GET', `${first}&cursor=${page.next_cursor}`);
      for (const item of page.items) items.set(item.id, item);
    }
    return { ...page, items: [...items.values()] };
  });
  const more = async () => {
    wanted.current.pages++;
    await list.reload();
  };
  return { ...list, more: list.data?.next_cursor ? more : undefined };
}
