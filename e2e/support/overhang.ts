import type { Page } from 'playwright-core';

/** What scrolls up and down as a whole, and must not have to be scrolled sideways to be read. */
const SCROLLERS = 'html, main, .list, .conversation, .thread';

/** How far the console's page hangs over at its sides, one line for each part that does. The document alone would not tell: its parts scroll by themselves. */
export async function findOverhang(page: Page): Promise<string[]> {
  return page.evaluate(
    (scrollers) =>
      [...document.querySelectorAll(scrollers)].flatMap((part) => {
        const over = part.scrollWidth - part.clientWidth;
        return over > 0 ? [`${part.className || part.localName}: ${over} px hang over`] : [];
      }),
    SCROLLERS,
  );
}
