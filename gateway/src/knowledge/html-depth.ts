/** Elements deeper than this are no page that a person has written; what walks the tree would run out of stack. */
export const DEPTH_MAX = 400;

const VOID = /^(area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr|p|li|td|th|tr|option|dt|dd)$/i;

/** How deep elements stand in each other, roughly, and in one pass: before anything is built from them. */
export function depthOf(html: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [, end, name, selfClosed] of html.matchAll(/<(\/)?([a-z][a-z0-9-]*)[^<>]*?(\/)?>/gi)) {
    if (selfClosed || VOID.test(name ?? '')) continue;
    depth = end ? Math.max(0, depth - 1) : depth + 1;
    if (depth > deepest) deepest = depth;
  }
  return deepest;
}
