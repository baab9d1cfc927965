import { until } from '@netia/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { Scene } from '../support/scene.ts';
import { DELIVERY, SHOP, UNKNOWN } from '../support/shop.ts';
import { NOTHING_KEPT, type Visitor, type Widget } from '../support/widget.ts';

const scene = Scene.set({ knowledge: SHOP });
const CONSENT = 'I agree that Tidewater Coffee stores what I write here in order to answer me.';
const POLICY = 'https://tidewater.invalid/privacy';

beforeAll(async () => {
  await scene.stack.set('privacy', { consent: CONSENT, policy_url: POLICY });
});

/** Everything that the test's visitor asked for, in all tabs. */
let asked: string[] = [];

async function come(): Promise<Visitor> {
  const visitor = await scene.visitor();
  const own: string[] = [];
  visitor.context.on('request', (request) => own.push(request.url()));
  asked = own;
  return visitor;
}

async function openPanel(visitor: Visitor): Promise<Widget> {
  const widget = await visitor.visit(scene.pages.page('plain'));
  await widget.launcher.click();
  await widget.panel.getByText(CONSENT).waitFor();
  return widget;
}

/** Calls about a visitor, and not just the tenant's public settings. */
const personal = () => asked.filter((url) => url.includes('/v1/') && !url.includes('/v1/widget/config'));
const strangers = () => asked.filter((url) => ![scene.pages.origin, scene.stack.url].includes(new URL(url).origin) && !url.startsWith('data:'));
/** What the page has begun to ask by now is asked, once this is answered. A page that listens to a stream is never idle. */
const settle = (widget: Widget) => widget.page.evaluate(async () => void (await fetch('/settled')));
const agree = (widget: Widget) => widget.panel.getByRole('button', { name: 'I agree' }).click();
const conversations = async () => (await scene.stack.admin<{ items: { id: string }[] }>('GET', '/inbox?limit=100')).items.map(({ id }) => id);

describe('before a visitor agrees', () => {
  test('nothing is kept and nothing is asked about them, from the visit to what they decline', async () => {
    const visitor = await come();
    const widget = await visitor.visit(scene.pages.page('plain'));
    await widget.page.waitForLoadState('networkidle');
    expect([await widget.storage(), personal(), strangers()]).toEqual([NOTHING_KEPT, [], []]);

    await widget.launcher.click();
    await widget.panel.getByText(CONSENT).waitFor();
    await widget.panel.getByText('You are talking to an AI agent of Tidewater Coffee').waitFor();
    expect(await widget.panel.getByRole('link', { name: 'Privacy policy' }).getAttribute('href')).toBe(POLICY);
    expect(await widget.input.count()).toBe(0);
    await widget.page.waitForLoadState('networkidle');
    expect([await widget.storage(), personal(), strangers()]).toEqual([NOTHING_KEPT, [], []]);

    await widget.panel.getByRole('button', { name: 'No, thank you' }).click();
    await widget.panel.getByText('Without your consent nothing is sent.').waitFor();
    expect(await widget.input.count()).toBe(0);
    await widget.page.reload();
    await widget.launcher.click();
    await widget.panel.getByText(CONSENT).waitFor();
    expect([await widget.storage(), personal(), strangers()]).toEqual([NOTHING_KEPT, [], []]);

    // Control: had anything been asked of another host, it would have been seen.
    await widget.page.evaluate(() => fetch('https://stranger.invalid/pixel').catch(() => undefined));
    expect(strangers()).toEqual(['https://stranger.invalid/pixel']);
  });

  test('the way to a person does not get round it', async () => {
    const widget = await openPanel(await come());
    const person = widget.panel.locator('header').getByRole('button', { name: 'Talk to a person' });
    if ((await person.count()) > 0) await person.click();
    await settle(widget);
    expect([await widget.storage(), personal()]).toEqual([NOTHING_KEPT, []]);
  });

  test('the page cannot send in their name', async () => {
    const widget = await openPanel(await come());
    await widget.page.evaluate("Netia('send', 'Is delivery free?')");
    await settle(widget);
    expect([await widget.storage(), personal()]).toEqual([NOTHING_KEPT, []]);
  });

  test('nothing can be sent while it is not known yet whether they are to be asked', async () => {
    const widget = await (await come()).visit(scene.pages.page('plain'));
    const held = Promise.withResolvers<void>();
    await widget.page.route('**/v1/widget/config*', async (route) => {
      await held.promise;
      await route.continue();
    });
    await widget.launcher.click();
    await widget.panel.waitFor();
    if ((await widget.input.count()) > 0) await widget.send(DELIVERY.question);
    held.resolve();
    await widget.panel.getByText(CONSENT).or(widget.finishedAnswers.first()).first().waitFor();
    await settle(widget);
    expect([await widget.storage(), personal()]).toEqual([NOTHING_KEPT, []]);
  });
});

describe('once a visitor agrees', () => {
  test('they can write, and when they take it back nothing is left, here or there', async () => {
    const visitor = await come();
    const widget = await openPanel(visitor);
    await agree(widget);
    await until('the field to have the focus', () => widget.input.evaluate((input) => (input.getRootNode() as ShadowRoot).activeElement === input));
    expect(personal()).toEqual([]);
    expect(await widget.ask(DELIVERY.question)).toContain(DELIVERY.answer);
    // Control: what is kept, and what is asked, would have been seen before.
    const kept = await widget.storage();
    expect(Object.keys(kept.local).sort()).toEqual([`netia:${scene.stack.websiteId}`, `netia:${scene.stack.websiteId}:agreed`]);
    expect({ ...kept, local: {} }).toEqual(NOTHING_KEPT);
    expect(personal().some((url) => url.endsWith('/v1/widget/sessions'))).toBe(true);
    const [id = ''] = await conversations();
    expect((await scene.stack.admin<{ messages: unknown[] }>('GET', `/conversations/${id}`)).messages).toHaveLength(2);

    await widget.panel.getByRole('button', { name: 'Withdraw consent and delete this conversation' }).click();
    await widget.panel.getByText('Deleted. Nothing of this conversation is kept.').waitFor();
    await widget.panel.getByText(CONSENT).waitFor();
    expect(await widget.panel.locator('.row').count()).toBe(0);
    expect([await widget.storage(), strangers()]).toEqual([NOTHING_KEPT, []]);
    expect(await conversations()).not.toContain(id);
    await expect(scene.stack.admin('GET', `/conversations/${id}`)).rejects.toThrow('404');

    // Nothing of it comes back, and nothing begins anew, by a look at another page.
    const before = personal().length;
    await widget.page.reload();
    await widget.launcher.click();
    await widget.panel.getByText(CONSENT).waitFor();
    expect([await widget.storage(), personal().slice(before)]).toEqual([NOTHING_KEPT, []]);
  });

  test('what they take back in one tab is taken back in the other', async () => {
    const visitor = await come();
    const widget = await openPanel(visitor);
    await agree(widget);
    await widget.ask(DELIVERY.question);
    const other = await visitor.visit(scene.pages.page('plain'));
    await other.open();
    await other.finishedAnswers.first().waitFor();
    await widget.panel.getByRole('button', { name: 'Withdraw consent and delete this conversation' }).click();
    await widget.panel.getByText('Deleted. Nothing of this conversation is kept.').waitFor();
    const before = personal().length;
    if ((await other.input.count()) > 0) await other.send(UNKNOWN);
    await other.panel.getByText(CONSENT).or(other.panel.getByText('I could not find')).first().waitFor();
    expect([
      await other.storage(),
      personal()
        .slice(before)
        .filter((url) => url.endsWith('/sessions')),
    ]).toEqual([NOTHING_KEPT, []]);
  });
});

describe('when what they are to agree to changes', () => {
  test('a visitor who agreed to the old words is asked again before anything is fetched or sent', async () => {
    const visitor = await come();
    const widget = await openPanel(visitor);
    await agree(widget);
    await widget.ask(DELIVERY.question);
    const changed = `${CONSENT} And for longer.`;
    await scene.stack.set('privacy', { consent: changed, policy_url: POLICY });
    await widget.page.route('**/v1/widget/config*', (route) => route.continue({ headers: { ...route.request().headers(), 'cache-control': 'no-cache' } }));
    const before = personal().length;
    await widget.page.reload();
    await widget.launcher.click();
    await widget.panel.getByText('And for longer.').waitFor();
    expect(await widget.input.count()).toBe(0);
    expect(personal().slice(before)).toEqual([]);
    await agree(widget);
    expect(await widget.ask(DELIVERY.question)).toContain(DELIVERY.answer);
    await scene.stack.set('privacy', { consent: CONSENT, policy_url: POLICY });
  });

  test('and where the settings cannot be fetched, the gateway takes nothing without it', async () => {
    const widget = await (await come()).visit(scene.pages.page('plain'));
    const before = await conversations();
    await widget.page.route('**/v1/widget/config*', (route) => route.abort());
    await widget.launcher.click();
    await widget.input.waitFor();
    await widget.send('Is it open?');
    await widget.panel.getByRole('alert').filter({ hasText: 'This site asks for your consent first.' }).waitFor();
    expect(await conversations()).toEqual(before);
    expect(await widget.storage()).toEqual(NOTHING_KEPT);
  });
});

describe('by keyboard', () => {
  const isFocusInPanel = (widget: Widget) => widget.panel.evaluate((panel) => panel.contains((panel.getRootNode() as ShadowRoot).activeElement));

  test('the focus comes into the question for consent, stays there when it is declined, and Escape leads back', async () => {
    const widget = await (await come()).visit(scene.pages.page('plain'));
    await widget.launcher.focus();
    await widget.page.keyboard.press('Enter');
    await widget.panel.getByText(CONSENT).waitFor();
    expect(await isFocusInPanel(widget)).toBe(true);
    await widget.panel.getByRole('button', { name: 'No, thank you' }).focus();
    await widget.page.keyboard.press('Enter');
    await widget.panel.getByText('Without your consent nothing is sent.').waitFor();
    expect(await isFocusInPanel(widget)).toBe(true);
    await widget.page.keyboard.press('Escape');
    await widget.panel.waitFor({ state: 'detached' });
    expect(await widget.launcher.evaluate((button) => (button.getRootNode() as ShadowRoot).activeElement === button)).toBe(true);
  });

  test('the focus is still in the panel after consent was withdrawn', async () => {
    const widget = await openPanel(await come());
    await agree(widget);
    await widget.ask(DELIVERY.question);
    await widget.panel.getByRole('button', { name: 'Withdraw consent and delete this conversation' }).focus();
    await widget.page.keyboard.press('Enter');
    await widget.panel.getByText('Deleted. Nothing of this conversation is kept.').waitFor();
    expect(await isFocusInPanel(widget)).toBe(true);
  });
});
