/** Cuts rows, of which one more than the page was read, into a page. */
export function toPage<Row extends { id: string }>(rows: Row[], limit: number): { items: Row[]; next_cursor: string | null } {
  const items = rows.slice(0, limit);
  return { items, next_cursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
