import { randomUUID } from 'node:crypto';
import { PIXEL, until } from '@netia/testkit';
import { HOSTILE_PAYLOADS } from '@netia/testkit/hostile-payloads';
import { beforeAll, expect, test } from 'vitest';
import type { Desk } from '../support/desk.ts';
import { setDesks } from '../support/desks.ts';
import { Scene } from '../support/scene.ts';

/**
 * Threat row V-4 at the console: each of the hundred and fifty texts stands in every field that somebody else writes, and every
 * page that shows one is opened under the console's own strict policy. `setDesks` has each desk report what the policy
 * forbade and whom it asked beside the gateway.
 */
const scene = Scene.set({ env: { TRUSTED_PROXIES: '1' } });
const sitDown = setDesks(scene);

const AT_ONCE = 6;
const SCOPES = 'settings knowledge conversations leads keys people'.split(' ').flatMap((of) => [`${of}:read`, `${of}:write`]);
/** What a browser that is not ours may be refused with; a server error is a fault of ours. */
const refusals = new Map<string, number>();
const broken: string[] = [];

interface Call {
  as: string;
  /** Where from; one address may begin so many conversations an hour. */
  from?: string;
  body?: object | Buffer;
  method?: string;
}

/** @returns what came back, or undefined where it was refused: refused is as good as shown harmlessly. */
async function ask<Answer>(path: string, { as, body, from = '192.0.2.1', method = 'POST' }: Call): Promise<Answer | undefined> {
  const isFile = Buffer.isBuffer(body);
  const response = await fetch(`${scene.stack.url}${path}`, {
    method,
    headers: { Authorization: `Bearer ${as}`, 'X-Forwarded-For': from, 'Content-Type': isFile ? 'application/octet-stream' : 'application/json' },
    ...(body ? { body: isFile ? new Uint8Array(body) : JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  const name = path.replaceAll(/[0-9a-f-]{36}/g, 'ID').split('?')[0] ?? path;
  if (response.status >= 500) broken.push(`${name}: ${response.status}`);
  if (!response.ok) {
    refusals.set(name, (refusals.get(name) ?? 0) + 1);
    return undefined;
  }
  return text === '' || response.headers.get('content-type')?.startsWith('text/event-stream') ? undefined : (JSON.parse(text) as Answer);
}

/** Conversations by the payload that fills them. */
const talks: string[] = [];

beforeAll(async () => {
  const { stack } = scene;
  await stack.set('budget', { messages_per_visitor_per_hour: 10_000, messages_per_address_per_hour: 100_000 });
  const { key: as } = await stack.admin<{ key: string }>('POST', '/keys', { name: 'many requests', scopes: SCOPES, rate_limit: 10_000 });
  const key = { as };
  await inTurns(async ({ text }, i) => {
    const entry = {
      title: text.slice(0, 500),
      content: `The lantern${i} stands on the shelf. ${text}`,
      category: text.slice(0, 100),
      tags: [text.slice(0, 50)],
    };
    await ask('/v1/admin/knowledge', { ...key, body: { format: i % 2 ? 'text' : 'markdown', ...entry, url: `https://tidewater.invalid/${i}` } });
    await ask('/v1/admin/canned-replies', { ...key, body: { shortcut: `reply${i}`, text } });
  });
  await inTurns(async ({ text }) => {
    await ask('/v1/admin/roles', { ...key, body: { name: text.slice(0, 60), scopes: ['leads:read'] } });
    await ask('/v1/admin/keys', { ...key, body: { name: text.slice(0, 100), scopes: ['leads:read'] } });
  }, 40);
  await inTurns(async ({ text }, i) => {
    const session = await ask<{ token: string; conversation: { id: string } }>('/v1/widget/sessions', {
      as: '',
      from: `192.0.2.${2 + (i % 5)}`,
      body: {
        website_id: stack.websiteId,
        identity: { name: text.slice(0, 200), company: text.slice(0, 200) },
        page_url: `https://tidewater.invalid/?q=${encodeURIComponent(text.toWellFormed())}#${encodeURIComponent(text.toWellFormed().slice(0, 100))}`.slice(
          0,
          1_900,
        ),
      },
    });
    if (!session) return;
    const { token, conversation } = session;
    talks[i] = conversation.id;
    const visitor = { as: token };
    const say = (words: string) => ask('/v1/widget/messages', { ...visitor, body: { client_message_id: randomUUID(), text: words.slice(0, 2_000) } });
    // Answered with a quotation of the hostile entry, then a gap of its own, then a lead, a file and words at the end.
    await say(`The lantern${i} stands on which shelf?`);
    await say(text);
    await ask('/v1/widget/leads', { ...visitor, body: { name: text.slice(0, 200), company: text.slice(0, 200), email: `lead${i}@tidewater.invalid` } });
    await ask(`/v1/widget/files?client_message_id=${randomUUID()}&name=${encodeURIComponent(text.toWellFormed().slice(0, 300))}`, {
      ...visitor,
      body: Buffer.from(PIXEL),
    });
    await ask(`/v1/admin/conversations/${conversation.id}/messages`, { ...key, body: { text } });
    await ask(`/v1/admin/conversations/${conversation.id}/notes`, { ...key, body: { text } });
    await ask('/v1/widget/rating', { ...visitor, body: { rating: 1 + (i % 5), comment: text.slice(0, 2_000) } });
  });
  const leads = await ask<{ items: { id: string }[] }>('/v1/admin/leads?limit=100', { ...key, method: 'GET' });
  await Promise.all(
    (leads?.items ?? []).map(({ id }, i) => ask(`/v1/admin/leads/${id}`, { ...key, method: 'PATCH', body: { notes: HOSTILE_PAYLOADS[i]?.text } })),
  );
  const [breaker] = HOSTILE_PAYLOADS;
  await ask('/v1/admin/tenant', { ...key, method: 'PATCH', body: { name: breaker?.text.slice(0, 100) } });
  await stack.set('widget', { title: breaker?.text.slice(0, 60), greeting: breaker?.text, suggestions: [breaker?.text.slice(0, 80)] });
}, 300_000);

/** Does the work for each of the first `most` texts, some at once. */
async function inTurns(work: (payload: { name: string; text: string }, i: number) => Promise<void>, most = HOSTILE_PAYLOADS.length): Promise<void> {
  const waiting = [...HOSTILE_PAYLOADS.slice(0, most).entries()];
  const take = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await work(next[1], next[0]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, take));
}

/** What a page shows of a payload that has worked; `setDesks` looks at policy, errors and requests. */
async function expectHarmless({ page }: Desk, where: string): Promise<void> {
  const shown = await page.evaluate(() => {
    const all = [...document.body.querySelectorAll('*')];
    return {
      hostile: (window as unknown as { __hostile?: unknown }).__hostile,
      tags: [...new Set(all.map((element) => element.localName))],
      handlers: all.flatMap((element) => element.getAttributeNames().filter((name) => /^on|^formaction$|^srcdoc$/.test(name))),
      // The colour of the tenant's own widget is shown so.
      styles: all.map((element) => element.getAttribute('style') ?? '').filter((style) => /url\(|expression|import|position/i.test(style)),
      links: [...document.body.querySelectorAll<HTMLAnchorElement>('a[href]')].map((link) => link.protocol),
      pictures: [...document.body.querySelectorAll('img')].map((picture) => new URL(picture.src).pathname),
    };
  });
  expect(shown.hostile, where).toBeUndefined();
  expect(
    shown.tags.filter((tag) => /^(script|iframe|object|embed|base|meta|link|style|math|template|audio|video|source|marquee|isindex)$/.test(tag)),
    where,
  ).toEqual([]);
  expect([shown.handlers, shown.styles], where).toEqual([[], []]);
  expect(
    shown.links.filter((protocol) => !['http:', 'https:', 'mailto:', 'tel:'].includes(protocol)),
    where,
  ).toEqual([]);
  expect(
    shown.pictures.filter((path) => !path.startsWith('/v1/admin/files/')),
    where,
  ).toEqual([]);
}

/** Goes to an address and waits until what it shows has been fetched. */
async function visit({ page }: Desk, path: string): Promise<void> {
  await page.goto(`${scene.stack.url}/console/#/${path}`);
  await page.locator('main').waitFor();
  await page.locator('.loading').first().waitFor({ state: 'detached' });
}

test('every conversation, with what was said, noted, sent and known of the visitor, shows words and runs nothing', { timeout: 300_000 }, async () => {
  const desk = await sitDown('admin');
  const dialogs: string[] = [];
  desk.page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await visit(desk, 'inbox');
  await desk.conversations.first().waitFor();
  await expectHarmless(desk, 'the inbox');
  let shown = 0;
  for (const [i, id] of talks.entries()) {
    if (!id) continue;
    await visit(desk, `inbox/${id}`);
    await until(`the conversation about ${HOSTILE_PAYLOADS[i]?.name}`, async () => (await desk.messages.count()) >= 5);
    await desk.page.locator('.about details').evaluateAll((all) => {
      for (const details of all) (details as HTMLDetailsElement).open = true;
    });
    await expectHarmless(desk, HOSTILE_PAYLOADS[i]?.name ?? '');
    shown++;
  }
  expect(dialogs).toEqual([]);
  // Nearly all of them were let in, and stand there as they were written.
  expect(shown).toBeGreaterThan(HOSTILE_PAYLOADS.length - 15);
  await visit(desk, `inbox/${talks[0]}`);
  await desk.page.locator('.said').getByText('<script>window.__hostile = true</script>').first().waitFor();
  await desk.page.locator('.said .file img').waitFor();
});

test('every other page shows them as words too', { timeout: 180_000 }, async () => {
  const desk = await sitDown('admin');
  const dialogs: string[] = [];
  desk.page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await visit(desk, 'settings');
  const sections = await desk.page
    .getByRole('navigation', { name: 'Settings' })
    .getByRole('link')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')?.replace('#/', '') ?? ''));
  expect(sections.length).toBeGreaterThan(6);
  const first = '<script>window.__hostile = true</script>';
  for (const path of ['knowledge', 'gaps', 'leads', 'numbers', 'site', 'people', 'start/1', 'start/2', 'start/3', 'start/4', ...sections]) {
    await visit(desk, path);
    await desk.page.locator('main details').evaluateAll((all) => {
      for (const details of all) (details as HTMLDetailsElement).open = true;
    });
    await expectHarmless(desk, path);
    if (['knowledge', 'people', 'settings/replies', 'settings/keys'].includes(path)) await desk.page.getByText(first).first().waitFor();
  }
  await visit(desk, 'leads');
  await desk.page.getByRole('button', { name: 'Board' }).click();
  await desk.page.getByText(first).first().waitFor();
  await expectHarmless(desk, 'the board');
  await visit(desk, 'knowledge');
  await desk.page.getByLabel('As a visitor would ask it').fill('The lantern0 stands on which shelf?');
  await desk.page.getByRole('button', { name: 'Try', exact: true }).click();
  await desk.page.getByRole('status').getByText('Passages').click();
  await desk.page.getByRole('status').locator('.passages li').first().waitFor();
  await expectHarmless(desk, 'the passages of a try');
  expect(dialogs).toEqual([]);
  expect(broken).toEqual([]);
});

test('control: put into the console as HTML, a script is stopped by the policy, and the desk reports it', async () => {
  const desk = await sitDown('viewer');
  await desk.page.evaluate(() => {
    const victim = document.createElement('div');
    victim.innerHTML = '<img src="https://canary.invalid/x" onerror="window.__hostile = true"><a href="javascript:alert(1)" onclick="alert(1)">x</a>';
    document.body.append(victim);
  });
  await until('the policy to have spoken', () => desk.faults.length > 0);
  await expect(expectHarmless(desk, 'the control')).rejects.toThrow();
  expect(await desk.page.evaluate(() => (window as unknown as { __hostile?: unknown }).__hostile)).toBeUndefined();
  // Reported, and of this test's own making.
  desk.faults.length = 0;
  desk.strangers.length = 0;
});
