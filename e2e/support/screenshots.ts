import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { FakeModels } from '@netia/testkit';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { openBrowser } from './browser.ts';
import { answerInTwo } from './delivery-answers.ts';
import { HostPages } from './host-page.ts';
import { DELIVERY, GRINDER, PRICE, SHOP, UNKNOWN } from './shop.ts';
import { Stack } from './stack.ts';
import { Visitor, type Widget } from './widget.ts';

const DESKTOP = { viewport: { width: 1280, height: 800 } } satisfies BrowserContextOptions;
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 } satisfies BrowserContextOptions;
const LONG = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';
const DEMO_QUESTION = 'Does it work without an AI key?';

interface Set {
  browser: Browser;
  stack: Stack;
  pages: HostPages;
  models: FakeModels;
}

/** Takes a picture of the widget in each of its states. @returns the names of the files. */
export async function takeScreenshots(folder: string, answerImage: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const models = await FakeModels.start();
  const [stack, browser] = await Promise.all([Stack.start({ models }), openBrowser()]);
  const pages = await HostPages.start(stack);
  const taken: string[] = [];
  try {
    await stack.addKnowledge(...SHOP, {
      format: 'text',
      title: `${LONG} and what it is`,
      content: `${LONG} is the name of a society. Its page is https://tidewater.invalid/${LONG.toLowerCase()}/${LONG.toLowerCase()} and nothing else.`,
    });
    await stack.set('widget', { title: 'Ask Tidewater', greeting: 'Ask about beans, delivery and visits.', suggestions: [DELIVERY.question, PRICE] });
    await stack.set('ai', { answerers: ['extractive'] });
    for (const [name, scene] of Object.entries(SCENES)) {
      const visitors: Visitor[] = [];
      const widget = await scene({ browser, stack, pages, models }, async (options) => {
        const visitor = await Visitor.come(browser, options);
        visitors.push(visitor);
        return visitor;
      });
      const file = join(folder, `${name}.png`);
      await widget.page.screenshot({ path: file, animations: 'disabled' });
      if (name === 'cited') await widget.page.screenshot({ path: answerImage, animations: 'disabled' });
      taken.push(file);
      for (const visitor of visitors) await visitor.leave();
    }
    return taken;
  } finally {
    await browser.close();
    await pages.stop();
    await stack.stop();
    await models.close();
  }
}

type Come = (options: BrowserContextOptions) => Promise<Visitor>;
type TakeScene = (set: Set, come: Come) => Promise<Widget>;

async function open(visitor: Visitor, url: string): Promise<Widget> {
  const widget = await visitor.visit(url);
  await widget.open();
  return widget;
}

/** The demo's answer with its source card, in a look. */
const cited =
  (options: BrowserContextOptions): TakeScene =>
  async ({ stack }, come) => {
    const widget = await open(await come(options), `${stack.url}/`);
    await widget.ask(DEMO_QUESTION);
    await widget.openSource();
    return widget;
  };

const asked =
  (question: string, options: BrowserContextOptions = DESKTOP, page = 'plain'): TakeScene =>
  async ({ pages }, come) => {
    const widget = await open(await come(options), pages.page(page));
    await widget.ask(question);
    return widget;
  };

const SCENES: Record<string, TakeScene> = {
  closed: async ({ stack }, come) => (await come(DESKTOP)).visit(`${stack.url}/`),
  open: async ({ stack }, come) => open(await come(DESKTOP), `${stack.url}/`),
  streaming: async ({ stack, pages, models }, come) => {
    answerInTwo(models);
    await stack.set('ai', { answerers: ['openai'] });
    const widget = await open(await come(DESKTOP), pages.page('plain'));
    await widget.send(DELIVERY.question);
    await widget.lastAnswer.getByText('costs € 4.50').waitFor();
    await stack.set('ai', { answerers: ['extractive'] });
    return widget;
  },
  cited: cited(DESKTOP),
  'cited-dark': cited({ ...DESKTOP, colorScheme: 'dark' }),
  'cited-phone': cited(PHONE),
  'cited-phone-dark': cited({ ...PHONE, colorScheme: 'dark' }),
  'cited-forced-colours': cited({ ...DESKTOP, forcedColors: 'active' }),
  abstaining: asked(UNKNOWN),
  'list-and-code': asked(GRINDER.question),
  'contact-form': asked(PRICE),
  'contact-form-dark': asked(PRICE, { ...DESKTOP, colorScheme: 'dark' }),
  'handed-over': async ({ stack, pages }, come) => {
    const widget = await open(await come(DESKTOP), pages.page('plain'));
    await widget.ask('I want to talk to a real person please');
    const { items } = await stack.admin<{ items: { id: string }[] }>('GET', '/conversations?limit=1');
    await stack.admin('POST', `/conversations/${items[0]?.id}/messages`, { text: 'Hello, this is Mara from the roastery.\nWhat can I do for you?' });
    await widget.panel.locator('.row.person').waitFor();
    return widget;
  },
  'phone-closed': async ({ stack }, come) => (await come(PHONE)).visit(`${stack.url}/`),
  'phone-open': async ({ stack }, come) => open(await come(PHONE), `${stack.url}/`),
  arabic: async (set, come) => {
    const widget = await asked('كم يكلف الكيس الواحد؟', { ...DESKTOP, locale: 'ar-EG' }, 'right-to-left')(set, come);
    await widget.openSource();
    return widget;
  },
  'arabic-contact-form': asked(PRICE, { ...DESKTOP, locale: 'ar-EG' }, 'right-to-left'),
  'long-words': async (set, come) => {
    const widget = await asked(`What is the ${LONG}?`, { ...DESKTOP, locale: 'de-DE' })(set, come);
    await widget.openSource();
    return widget;
  },
  'long-words-phone': asked(`What is the ${LONG}?`, { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 }),
  unreachable: async ({ stack, pages }, come) => {
    const visitor = await come(DESKTOP);
    await visitor.context.route(`${stack.url}/v1/**`, (route) => route.abort());
    const widget = await visitor.visit(pages.page('plain'));
    await widget.launcher.click();
    await widget.panel.getByText('The chat cannot be reached right now.').waitFor();
    return widget;
  },
  // The last one: the gateway is gone after it.
  'gateway-stopped': async ({ stack, pages }, come) => {
    const widget = await open(await come(DESKTOP), pages.page('plain'));
    await widget.ask(GRINDER.question);
    await stack.terminate();
    await widget.send(DELIVERY.question);
    await widget.panel.getByText('No connection. Trying again…').waitFor();
    return widget;
  },
};
