import { until } from '@netia/testkit';
import { beforeAll, expect, test } from 'vitest';
import { HOSTILE_PAYLOADS } from '../../packages/testkit/src/hostile-payloads.ts';
import { openBrowser } from '../support/browser.ts';
import { Scene } from '../support/scene.ts';
import { NOTHING_KEPT, Visitor, type Widget } from '../support/widget.ts';

/**
 * Threat row V-4: what visitors, documents and people of the business write is shown as words and never acts. Each flow
 * is shown twice: under a strict policy, which reports any attempt, and on a plain page, where an attempt would succeed.
 */
const scene = Scene.set();
const MESSAGE_MAX = 2_000;
const TITLE_MAX = 500;

beforeAll(async () => {
  await scene.stack.set('budget', { messages_per_visitor_per_hour: 10_000, messages_per_address_per_hour: 100_000 });
  await scene.stack.set('leads', { is_enabled: false });
});

/** What a browser test sees of a payload that has worked. */
async function expectHarmless(widget: Widget): Promise<void> {
  const shown = await widget.page.evaluate(() => {
    const root = document.querySelector('netia-widget')?.shadowRoot;
    const all = [...(root?.querySelectorAll('*') ?? [])];
    return {
      hostile: (window as unknown as { __hostile?: unknown }).__hostile,
      violations: (window as unknown as { __violations?: string[] }).__violations ?? [],
      tags: [...new Set(all.map((element) => element.localName))],
      attributes: [...new Set(all.flatMap((element) => element.getAttributeNames()))],
      links: [...(root?.querySelectorAll<HTMLAnchorElement>('a[href]') ?? [])].map((link) => link.protocol),
    };
  });
  expect(shown.hostile).toBeUndefined();
  expect(shown.violations).toEqual([]);
  expect(widget.log.dialogs).toEqual([]);
  expect(widget.log.errors).toEqual([]);
  expect(widget.log.requests.filter((url) => new URL(url).hostname.endsWith('canary.invalid'))).toEqual([]);
  expect(shown.links.filter((protocol) => !['http:', 'https:', 'mailto:', 'tel:'].includes(protocol))).toEqual([]);
  const known = 'a b bdi blockquote br button code div em form h2 header i li ol p path pre section span strong svg textarea ul';
  expect(shown.tags.filter((tag) => !known.split(' ').includes(tag))).toEqual([]);
  expect(shown.attributes.filter((name) => /^on|^style$|^src|^id$|^name$|^action$|^formaction$|^xlink/.test(name))).toEqual([]);
}

/** The same conversation in two tabs: under the strict policy, and on a page where a script would run. */
async function openTwice(): Promise<{ visitor: Visitor; tabs: [Widget, Widget]; token: string }> {
  const visitor = await scene.visitor();
  const strict = await visitor.visit(scene.pages.page('strict-policy'));
  await strict.open();
  await strict.ask('Hello');
  const plain = await visitor.visit(scene.pages.page('plain'));
  await plain.open();
  await plain.finishedAnswers.waitFor();
  const token = Object.values((await strict.storage()).local)[0] ?? '';
  expect(token).not.toBe('');
  return { visitor, tabs: [strict, plain], token };
}

test('what visitors and people write is shown as they wrote it and does nothing', async () => {
  const { visitor, tabs, token } = await openTwice();
  const [strict, plain] = tabs;
  await strict.panel.locator('header').getByRole('button', { name: 'Talk to a person' }).click();
  for (const tab of tabs) await tab.withPerson.waitFor();
  const id = (await scene.stack.admin<{ items: { id: string }[] }>('GET', '/conversations?limit=1')).items[0]?.id;

  // What the visitor types.
  const messages: string[] = [];
  for (const { text } of HOSTILE_PAYLOADS) {
    const last = messages.at(-1);
    if (last !== undefined && last.length + text.length < MESSAGE_MAX) messages[messages.length - 1] = `${last}\n${text}`;
    else messages.push(text.slice(0, MESSAGE_MAX));
  }
  for (const message of messages) await strict.send(message);
  // What comes from elsewhere: another device of the visitor, and a person of the business.
  let refused = 0;
  const broken: string[] = [];
  for (const [i, { name, text }] of HOSTILE_PAYLOADS.entries()) {
    const ways = [
      fetch(`${scene.stack.url}/v1/widget/messages`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, Origin: scene.pages.origin, 'Content-Type': 'application/json' },
        body: JSON.stringify({ client_message_id: `hostile-${i}`, text: text.slice(0, MESSAGE_MAX) }),
      }),
      fetch(`${scene.stack.url}/v1/admin/conversations/${id}/messages`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${scene.stack.key}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ text }),
      }),
    ];
    for (const response of await Promise.all(ways)) {
      await response.text();
      if (response.status === 400) refused++;
      if (response.status >= 500) broken.push(`${name}: ${response.url.replace(scene.stack.url, '')}`);
    }
  }
  expect(refused).toBeLessThan(10);
  await scene.stack.admin('POST', `/conversations/${id}/messages`, { text: 'That was the last one.' });
  for (const tab of tabs) {
    await tab.thread.getByText('That was the last one.').waitFor();
    expect(await tab.panel.locator('.row').count()).toBeGreaterThan(HOSTILE_PAYLOADS.length * 2);
    // Control: they are shown, as words.
    expect(await tab.thread.getByText('<script>window.__hostile = true</script>', { exact: false }).count()).toBeGreaterThan(1);
    await expectHarmless(tab);
  }
  // And once more from what is stored.
  await plain.page.reload();
  await plain.open();
  await plain.thread.getByText('That was the last one.').waitFor();
  await expectHarmless(plain);
  // Refused is as good as shown harmlessly; a server error is not.
  expect(broken).toEqual([]);
  expect(scene.pages.violations).toEqual([]);
  expect({ ...(await plain.storage()), local: {} }).toEqual(NOTHING_KEPT);
  await visitor.leave();
});

test('documents with hostile titles and words are quoted, and do nothing', async () => {
  const { tabs, token } = await openTwice();
  const word = (i: number) => `lantern${i}`;
  let published = 0;
  const broken: string[] = [];
  for (const [i, { name, text }] of HOSTILE_PAYLOADS.entries()) {
    const response = await fetch(`${scene.stack.url}/v1/admin/knowledge`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${scene.stack.key}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({
        format: i % 2 ? 'text' : 'markdown',
        title: text.slice(0, TITLE_MAX),
        content: `The ${word(i)} stands on the shelf. ${text}`,
        url: `https://tidewater.invalid/${i}`,
      }),
    });
    await response.text();
    if (response.status === 201) published++;
    if (response.status >= 500) broken.push(name);
  }
  expect(published).toBeGreaterThan(HOSTILE_PAYLOADS.length - 20);
  let quoted = 0;
  for (const i of HOSTILE_PAYLOADS.keys()) {
    const response = await fetch(`${scene.stack.url}/v1/widget/messages`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, Origin: scene.pages.origin, 'Content-Type': 'application/json' },
      body: JSON.stringify({ client_message_id: `question-${i}`, text: `The ${word(i)} stands on which shelf?` }),
    });
    expect(response.status).toBe(200);
    if ((await response.text()).includes('event: citation')) quoted++;
  }
  expect(quoted).toBeGreaterThan(published * 0.9);
  for (const tab of tabs) {
    await until('all answers to be shown', async () => (await tab.finishedAnswers.count()) >= HOSTILE_PAYLOADS.length);
    await tab.panel.locator('.source').evaluateAll((buttons) => {
      for (const button of buttons) (button as HTMLButtonElement).click();
    });
    await until('the source cards', async () => (await tab.panel.locator('.card blockquote').count()) >= quoted);
    // Control: there are links to be looked at, and words that would have been scripts.
    expect(await tab.panel.locator('.bubble a, .card a').count()).toBeGreaterThan(HOSTILE_PAYLOADS.length / 2);
    expect(await tab.thread.getByText('<script>window.__hostile = true</script>', { exact: false }).count()).toBeGreaterThan(1);
    await expectHarmless(tab);
  }
  expect(broken).toEqual([]);
  expect(scene.pages.violations).toEqual([]);
});

test('control: put into a page as HTML, the same texts run scripts, open dialogs and ask the canary', async () => {
  // In a browser of its own: what they do to a page sometimes ends the whole browser.
  await using victims = await ownBrowser();
  const visitor = await Visitor.come(victims.browser);
  const victim = await visitor.visit(scene.pages.page('without-widget'), { awaitWidget: false });
  // Each in its own frame, because some of them leave the page.
  await victim.page.evaluate(
    (texts) => {
      for (const text of texts) {
        const frame = document.createElement('iframe');
        document.body.append(frame);
        frame.srcdoc = `<!doctype html><body>${text}`;
        frame.onload = () => {
          if ((frame.contentWindow as unknown as { __hostile?: boolean } | null)?.__hostile)
            document.documentElement.dataset['hostile'] = String(Number(document.documentElement.dataset['hostile'] ?? 0) + 1);
        };
      }
    },
    HOSTILE_PAYLOADS.slice(0, 60).map(({ text }) => text),
  );
  await until('scripts to have run', async () => Number(await victim.page.locator('html').getAttribute('data-hostile')) > 10, 30_000);
  await until('dialogs and requests', () => victim.log.dialogs.length > 0 && victim.log.requests.some((url) => url.includes('canary.invalid')));
  expect(victim.log.requests.filter((url) => url.includes('canary.invalid')).length).toBeGreaterThan(2);
});

async function ownBrowser() {
  const browser = await openBrowser();
  return { browser, [Symbol.asyncDispose]: () => browser.close().catch(() => {}) };
}
