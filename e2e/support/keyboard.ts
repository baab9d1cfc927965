import { until } from '@netia/testkit';
import type { Page } from 'playwright-core';

/** What has the focus. */
export interface Stop {
  /** Its label or its text; "body" where nothing has it. */
  name: string;
  /** It is within sight, and something shows that it has the focus. */
  isSeen: boolean;
  /** It is part of a field for a time or a day, which has several stops of its own. */
  isTimed: boolean;
}

/** What has the focus in the page, looked for in shadow roots too. */
export async function stopOf(page: Page): Promise<Stop> {
  return page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    if (!element || element === document.body) return { name: 'body', isSeen: false, isTimed: false };
    const label =
      element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement ? element.labels?.[0] : null;
    const name = element.getAttribute('aria-label') || label?.textContent || element.textContent || element.localName;
    // A field that is hidden behind its label shows the focus there.
    const shown = label && element.classList.contains('unseen') ? label : element;
    const { outlineStyle, outlineWidth } = getComputedStyle(shown);
    const box = shown.getBoundingClientRect();
    const isSeen =
      (outlineStyle === 'auto' || (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2)) &&
      box.width > 1 &&
      box.bottom > 0 &&
      box.top < innerHeight &&
      box.right > 0 &&
      box.left < innerWidth;
    return {
      name: name.trim().replace(/\s+/g, ' ').slice(0, 60),
      isSeen,
      isTimed: element instanceof HTMLInputElement && ['time', 'date'].includes(element.type),
    };
  });
}

/** Longer without it, and the next key goes nowhere. */
const FOCUS_MS = 1_000;
/** More than any page has. */
const STOPS_MAX = 400;

/** A person without a mouse: goes by Tab, and notes where the focus was lost or not to be seen. */
export class Keyboard {
  readonly page: Page;
  readonly faults: string[] = [];

  constructor(page: Page) {
    this.page = page;
  }

  /** Goes on by Tab to what is called so. @throws when that is nowhere, naming what is. */
  async to(name: string | RegExp): Promise<void> {
    const met = await this.#walk((stop) => (typeof name === 'string' ? stop.name === name : name.test(stop.name)));
    this.faults.push(...met.filter((stop) => stop.name !== 'body' && !stop.isSeen).map((stop) => `the focus on "${stop.name}" is not to be seen`));
  }

  /** Presses a key, waits for what comes of it, and looks where the focus is then. */
  async press(key: string, outcome: () => Promise<unknown>): Promise<Stop> {
    const { name } = await stopOf(this.page);
    await this.page.keyboard.press(key);
    await outcome();
    // What takes the place of what had the focus takes it once it is drawn, a frame later.
    let stop = await stopOf(this.page);
    await until(
      'the focus to be somewhere',
      async () => {
        stop = await stopOf(this.page);
        return stop.name !== 'body';
      },
      FOCUS_MS,
    ).catch(() => this.faults.push(`${key} on "${name}" loses the focus`));
    return stop;
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  /** All stops from the top of the page on until Tab leaves it. @throws when it never does. */
  async stops(): Promise<Stop[]> {
    await this.page.evaluate(() => {
      (document.activeElement as HTMLElement | null)?.blur();
      getSelection()?.removeAllRanges();
    });
    return (await this.#walk(({ name }) => name === 'body')).slice(0, -1);
  }

  /** By Tab from where one is to the first stop that is meant. */
  async #walk(isMeant: (stop: Stop) => boolean): Promise<Stop[]> {
    const met: Stop[] = [];
    for (let presses = 0; presses < STOPS_MAX; presses++) {
      await this.page.keyboard.press('Tab');
      const stop = await stopOf(this.page);
      const last = met.at(-1);
      // Hours, minutes and the button of a time are a field's own stops, and the last of them shows it by itself.
      if (last && last.name === stop.name && stop.isTimed) last.isSeen ||= stop.isSeen;
      else met.push(stop);
      if (isMeant(stop)) return met;
    }
    throw new Error(`Tab never came to what was meant, but to: ${[...new Set(met.map(({ name }) => name))].join(' | ')}`);
  }
}
