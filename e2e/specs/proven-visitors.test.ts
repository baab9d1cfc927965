import { hoursFromNow, signProof, until } from '@netia/testkit';
import { beforeAll, expect, test } from 'vitest';
import { setDesks } from '../support/desks.ts';
import { Scene } from '../support/scene.ts';
import { DELIVERY, SHOP } from '../support/shop.ts';
import { textOf, type Visitor, type Widget } from '../support/widget.ts';

/** V-2 in the browser: whose conversation a page shows, when its visitors sign in and out. */
const scene = Scene.set({ knowledge: SHOP });
const sitDown = setDesks(scene);
let secret: string;
beforeAll(async () => {
  ({ secret } = await scene.stack.admin<{ secret: string }>('POST', '/channels/secrets', { purpose: 'widget_identity_secret' }));
});

/** Each page has a proof of its own, as a site's server would sign it. */
let pages = 0;
const proofOf = (name: string) => ({ proof: signProof(secret, { sub: name, name: `${name} Proven`, exp: hoursFromNow(1 + ++pages / 100) }) });
const identify = (widget: Widget, identity?: object) =>
  widget.page.evaluate((given) => (window as unknown as { Netia(...call: unknown[]): void }).Netia('identify', given), identity);

/** A page of the site, loaded anew, that says who its visitor is before the panel is there. */
async function load(visitor: Visitor, identity?: object): Promise<Widget> {
  const widget = await visitor.visit(scene.pages.page('plain'));
  if (identity) await identify(widget, identity);
  return widget;
}
const tokenIn = async (widget: Widget) => (await widget.storage()).local[`netia:${scene.stack.websiteId}`];
const rows = (widget: Widget) => widget.panel.locator('.row').count();

test('who is signed in finds their conversation on the next page, proven there anew, and people see that they are', async () => {
  const visitor = await scene.visitor();
  const first = await load(visitor, proofOf('ada'));
  await first.open();
  await first.ask(DELIVERY.question);
  const token = await tokenIn(first);
  await first.page.close();

  const second = await load(visitor, proofOf('ada'));
  await second.open();
  await second.panel.getByText(DELIVERY.question).waitFor();
  expect(await tokenIn(second)).toBe(token);
  // A page that says so once more, with one proof or another, changes nothing.
  await identify(second, proofOf('ada'));
  await second.ask('Where is the roastery?');
  expect(await second.panel.locator('.row.visitor').count()).toBe(2);
  const { items } = await scene.stack.admin<{ items: { contact: object }[] }>('GET', '/inbox?limit=1');
  expect(items[0]?.contact).toEqual({ name: 'ada Proven', email: null, phone: null, is_verified: true });
});

test('who signs in next in the same browser finds nothing of it, neither on the screen nor in the storage', async () => {
  const visitor = await scene.visitor();
  const first = await load(visitor, proofOf('bo'));
  await first.open();
  await first.ask(DELIVERY.question);
  expect(await tokenIn(first)).toBeDefined();
  await first.page.close();

  const second = await load(visitor, proofOf('cy'));
  // At once, before anybody opens the panel.
  expect(await tokenIn(second)).toBeUndefined();
  await second.open();
  await second.input.waitFor();
  expect(await rows(second)).toBe(0);
  await second.ask('Where is the roastery?');
  expect(await textOf(second.panel.locator('.thread'))).not.toContain(DELIVERY.question);
  // On a page that stays, as in an app of one page.
  await identify(second, proofOf('di'));
  await second.panel.locator('.row').first().waitFor({ state: 'detached' });
  expect(await tokenIn(second)).toBeUndefined();
});

test.each([
  ['proven', () => proofOf('ed')],
  ['named by the page', () => ({ email: 'ed@example.com' })],
])('who signs out leaves nothing behind (%s), with and without a word of the page', async (_, who) => {
  const visitor = await scene.visitor();
  const first = await load(visitor, who());
  await first.open();
  await first.ask(DELIVERY.question);
  await identify(first);
  await first.panel.locator('.row').first().waitFor({ state: 'detached' });
  expect(await tokenIn(first)).toBeUndefined();
  await identify(first, who());
  await first.ask(DELIVERY.question);
  await first.page.close();

  // Nobody says anything: the panel must not show it.
  const second = await load(visitor);
  await second.open();
  await second.input.waitFor();
  expect(await rows(second)).toBe(0);
  expect(await tokenIn(second)).toBeUndefined();
});

test('who is nobody in particular keeps their conversation, also where each page says so', async () => {
  const visitor = await scene.visitor();
  const first = await load(visitor);
  await first.open();
  await first.ask(DELIVERY.question);
  await first.page.close();
  const second = await visitor.visit(scene.pages.page('plain'));
  await identify(second);
  await second.open();
  await second.panel.getByText(DELIVERY.question).waitFor();
  expect(await rows(second)).toBe(2);
});

test('a token that somebody has planted is not taken up by who is signed in', async () => {
  const planter = await scene.open();
  await planter.ask(DELIVERY.question);
  const planted = await tokenIn(planter);

  const visitor = await scene.visitor();
  const first = await load(visitor, proofOf('fay'));
  await first.open();
  await first.ask('Where is the roastery?');
  // Beside the mark that says whose it is, as a script on the page could leave it.
  await first.page.evaluate(([key, token]) => localStorage.setItem(key, token), [`netia:${scene.stack.websiteId}`, planted ?? ''] as const);
  await first.page.close();

  const widget = await load(visitor, proofOf('fay'));
  expect(await tokenIn(widget)).toBe(planted);
  await widget.open();
  await widget.ask('Where is the roastery?');
  expect(await tokenIn(widget)).not.toBe(planted);
  expect(await textOf(widget.panel.locator('.thread'))).not.toContain(DELIVERY.question);
  expect(await textOf(planter.panel.locator('.thread'))).not.toContain('roastery?');
});

test('a proof that is none is told, and what was written is not lost', async () => {
  const visitor = await scene.visitor();
  const widget = await load(visitor, { proof: signProof('somebody else’s', { sub: 'gus' }) });
  await widget.open();
  await widget.input.fill(DELIVERY.question);
  await widget.input.press('Enter');
  await widget.panel.getByRole('alert').getByText('could not show who you are').waitFor();
  expect(await tokenIn(widget)).toBeUndefined();
  await identify(widget, proofOf('gus'));
  await widget.ask(DELIVERY.question);
  expect(await widget.panel.getByRole('alert').count()).toBe(0);
});

test('what is under way when somebody else signs in on the same page comes to nothing there', async () => {
  const visitor = await scene.visitor();
  const widget = await load(visitor, proofOf('joe'));
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let asked = () => {};
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  await widget.page.route(
    '**/v1/widget/sessions',
    async (route) => {
      asked();
      await held;
      await route.continue();
    },
    { times: 1 },
  );
  await widget.open();
  await widget.send(DELIVERY.question);
  await isAsked;
  await widget.input.fill('half a sentence of joe');
  await identify(widget, proofOf('kim'));
  await until('the panel to be empty', async () => (await rows(widget)) === 0 && (await widget.input.inputValue()) === '');
  const answered = widget.page.waitForResponse((response) => response.url().endsWith('/v1/widget/sessions'));
  release();
  await (await answered).finished();
  await widget.ask('Where is the roastery?');
  expect(await textOf(widget.panel.locator('.thread'))).not.toContain(DELIVERY.question);
  expect(await widget.panel.locator('.row.visitor').count()).toBe(1);
  // The token that is kept is the second one's: the next page shows theirs.
  await widget.page.close();
  const next = await load(visitor, proofOf('kim'));
  await next.open();
  await next.panel.locator('.row.visitor', { hasText: 'Where is the roastery?' }).waitFor();
  expect(await textOf(next.panel.locator('.thread'))).not.toContain(DELIVERY.question);
});

test('who signs in next is asked for their own consent', async () => {
  await scene.stack.set('privacy', { consent: 'We keep what you write.' });
  try {
    const visitor = await scene.visitor();
    const first = await load(visitor, proofOf('lee'));
    await first.launcher.click();
    const agree = (widget: Widget) => widget.panel.getByRole('button', { name: 'I agree' });
    await agree(first).click();
    await first.page.close();
    // Also before they have written: they need not agree twice.
    const again = await load(visitor, proofOf('lee'));
    await again.open();
    await again.ask(DELIVERY.question);
    await again.page.close();
    const second = await load(visitor, proofOf('mia'));
    await second.launcher.click();
    await agree(second).waitFor();
    expect(await second.input.count()).toBe(0);
  } finally {
    await scene.stack.set('privacy', {});
  }
});

test('a site that wants its visitors proven asks the others to sign in', async () => {
  await scene.stack.set('identity', { is_required: true });
  try {
    const visitor = await scene.visitor();
    const widget = await load(visitor);
    await widget.open();
    await widget.input.fill(DELIVERY.question);
    await widget.input.press('Enter');
    await widget.panel.getByRole('alert').getByText('Sign in on this site first').waitFor();
    const signedIn = await load(await scene.visitor(), proofOf('hal'));
    await signedIn.open();
    expect(await signedIn.ask(DELIVERY.question)).toContain(DELIVERY.answer);
  } finally {
    await scene.stack.set('identity', { is_required: false });
  }
});

test('the secret is made in the console, and there it is seen who is proven and where they were', async () => {
  const { page } = await sitDown();
  await page.goto(`${scene.stack.url}/console/#/settings/visitors`);
  const ends = page.getByRole('button', { name: 'End it' });
  await page.getByRole('button', { name: 'Make a secret' }).click();
  await page.getByText('It is shown this once.').waitFor();
  const made = await textOf(page.getByRole('status').locator('code').first());
  expect(made).toMatch(/^[\w-]{43}$/);

  const visitor = await scene.visitor();
  const widget = await load(visitor, { proof: signProof(made, { sub: 'ivy', name: 'Ivy Proven', email: 'ivy@example.com' }) });
  await widget.open();
  await widget.ask('Write to me at ivy-at-home@example.com, do you deliver?');

  await page.goto(`${scene.stack.url}/console/#/inbox`);
  const line = page.locator('.list li a').first();
  await line.getByText('Ivy Proven').waitFor();
  expect(await textOf(line)).toContain('proven');
  await line.click();
  const about = page.locator('.about details');
  await about.locator('summary').click();
  expect(await textOf(about)).toContain('proven by your site');
  await about.getByText('ivy@example.com', { exact: true }).waitFor();
  expect(await textOf(about.locator('dt', { hasText: 'as they said' }).locator('+ dd'))).toBe('ivy-at-home@example.com');
  expect(await textOf(about.locator('.visited li').first())).toContain(scene.pages.page('plain'));

  await page.goto(`${scene.stack.url}/console/#/settings/visitors`);
  await page.getByLabel('Only proven visitors may write').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved. It counts from now on.').waitFor();
  try {
    const stranger = await scene.open();
    await stranger.input.fill(DELIVERY.question);
    await stranger.input.press('Enter');
    await stranger.panel.getByRole('alert').getByText('Sign in on this site first').waitFor();
    // All but the last can be ended.
    page.on('dialog', (dialog) => void dialog.accept());
    await ends.first().waitFor();
    for (let left = await ends.count(); left > 1; left--) {
      await ends.first().click();
      await until('it to be gone', async () => (await ends.count()) === left - 1);
    }
    await ends.click();
    await page.getByRole('alert').getByText('this is the last secret').waitFor();
  } finally {
    await scene.stack.set('identity', { is_required: false });
  }
});
