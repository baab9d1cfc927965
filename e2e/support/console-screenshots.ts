import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { openBrowser } from './browser.ts';
import { Desk } from './desk.ts';
import { HostPages } from './host-page.ts';
import { DELIVERY, PRICE, SHOP, UNKNOWN } from './shop.ts';
import { Stack } from './stack.ts';
import { Visitor } from './widget.ts';

const LOOKS: Record<string, BrowserContextOptions> = {
  desktop: {},
  dark: { colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
};
const LONG = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';

/** Takes a picture of every page of the console, empty, full and failing, in each look. @returns the names of the files. */
export async function takeConsoleScreenshots(folder: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const [stack, browser] = await Promise.all([Stack.start(), openBrowser()]);
  const pages = await HostPages.start(stack);
  try {
    const taken = await shootAll(browser, stack, folder, 'empty');
    await stack.addKnowledge(...SHOP, { format: 'faq', title: `${LONG}?`, content: `${LONG} ${LONG}` });
    await stack.admin('POST', '/sources', { kind: 'page', url: 'http://127.0.0.1:9/private' });
    for (const questions of [[DELIVERY.question], [PRICE, 'I am ada@example.com'], [UNKNOWN], [LONG], ['متى تفتحون؟', 'I want to talk to a human']]) {
      const visitor = await Visitor.come(browser);
      const widget = await visitor.visit(pages.page('plain'));
      await widget.open();
      for (const question of questions) await widget.ask(question);
      await visitor.leave();
    }
    return [...taken, ...(await shootAll(browser, stack, folder, 'full'))];
  } finally {
    await browser.close();
    await pages.stop();
    await stack.stop();
  }
}

async function shootAll(browser: Browser, stack: Stack, folder: string, state: string): Promise<string[]> {
  const taken: string[] = [];
  for (const [look, options] of Object.entries(LOOKS)) {
    const desk = await Desk.open(browser, stack, options);
    const shoot = async (name: string) => {
      const file = join(folder, `console-${name}-${state}-${look}.png`);
      await desk.page.screenshot({ path: file, animations: 'disabled' });
      taken.push(file);
    };
    await desk.page.goto(`${stack.url}/console/`);
    await desk.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await shoot('sign-in');
    await desk.join(stack, { name: 'Ada Example', email: `${look}-${state}@tidewater.invalid`, role: 'admin', password: 'a long enough password' });
    await shoot('inbox');
    if (state === 'full') {
      for (const [name, text] of [
        ['conversation', DELIVERY.question],
        ['rtl', 'human'],
      ] as const) {
        await desk.page.goto(`${stack.url}/console/#/inbox`);
        await desk.page.getByLabel('Search in messages').fill(text);
        await desk.conversations.first().click();
        await desk.messages.nth(1).waitFor();
        await shoot(name);
        await desk.page.locator('.about summary').click();
        await shoot(`${name}-visitor`);
      }
      await desk.page.goto(`${stack.url}/console/#/inbox`);
      await desk.page.getByLabel('Search in messages').fill(DELIVERY.question);
      await desk.conversations.first().click();
      await desk.messages.nth(1).getByRole('button', { name: 'How it came about' }).click();
      await desk.page.getByRole('dialog').locator('dd').first().waitFor();
      await shoot('receipt');
      await desk.page.keyboard.press('Escape');
    }
    for (const name of ['Set up', 'Knowledge', 'Gaps', 'Leads', 'Numbers', 'Your site', 'People', 'Settings']) {
      await desk.goTo(name);
      await desk.page.locator('.loading').first().waitFor({ state: 'detached' });
      await shoot(name.toLowerCase().replace(' ', '-'));
    }
    for (const path of [
      'start/2',
      'start/3',
      'start/4',
      'settings/replies',
      'settings/channels',
      'settings/privacy',
      'settings/visitors',
      'settings/webhooks',
      'settings/keys',
      'settings/audit',
    ]) {
      await desk.page.goto(`${stack.url}/console/#/${path}`);
      await desk.page.locator('.loading').first().waitFor({ state: 'detached' });
      await shoot(path.replace('/', '-'));
    }
    await desk.leave();
  }
  return taken;
}
