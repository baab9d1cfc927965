import { until } from '@netia/testkit';
import type { Locator, Page } from 'playwright-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Desk } from '../support/desk.ts';
import { setDesks } from '../support/desks.ts';
import { Scene } from '../support/scene.ts';
import { PRICE, SHOP } from '../support/shop.ts';

const scene = Scene.set({ knowledge: SHOP });
const sitDown = setDesks(scene);
const PERSON = 'I want to talk to a human';
const CRISP_WEBSITE = '5d0f6c1e-8a43-4e1b-9f27-3b6c2a917e40';
const OPERATOR = '7c9e6679-7425-40de-944b-e07fc1f90ae7';

interface Tenant {
  allowed_origins: string[];
  settings: Record<'leads' | 'handoff' | 'budget' | 'crisp' | 'tidio' | 'hours' | 'widget', Record<string, unknown>>;
}
const readTenant = () => scene.stack.admin<Tenant>('GET', '/tenant');

/** Another tenant, with the same name and nothing of its own: what is set for one must not be so for the other. */
let neighbourKey: string;
const ofNeighbour = async () => (await fetch(`${scene.stack.url}/v1/admin/tenant`, { headers: { Authorization: `Bearer ${neighbourKey}` } })).json();
let untouched: unknown;
beforeAll(async () => {
  // On the embedded database the commands would find the door closed.
  await scene.stack.terminate();
  await scene.stack.netia('tenant', 'create', '--slug', 'shop-2', '--name', 'Tidewater Coffee', '--email', 'owner-2@tidewater.invalid');
  neighbourKey = /^nk_\S+/m.exec(await scene.stack.netia('key', 'create', '--tenant', 'shop-2'))?.[0] ?? '';
  await scene.stack.netia('channel', 'crisp', '--tenant', 'shop', '--website', CRISP_WEBSITE);
  await scene.stack.launch();
  untouched = await ofNeighbour();
});
afterEach(async () => {
  expect(await ofNeighbour()).toEqual(untouched);
});

async function openSection(desk: Desk, name: string): Promise<void> {
  await desk.goTo('Settings');
  await desk.page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name }).click();
  await until(`${name} to be loaded`, async () => (await desk.page.locator('.loading').count()) === 0);
}

const formWith = (page: Page, field: Locator): Locator => page.locator('form').filter({ has: field });
async function save(form: Locator): Promise<void> {
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByText(/^Saved\./).waitFor();
}

describe('leads and hand-over', () => {
  test('visitors are asked for what was ticked, and for nothing where nobody wants it', async () => {
    const { page } = await sitDownAt('Leads and hand-over');
    const form = formWith(page, page.getByLabel('Ask visitors how they can be reached'));
    await form.getByLabel('Company').check();
    await form.getByLabel('Phone number').uncheck();
    await save(form);
    await page.reload();
    await form.waitFor();
    const ticked = async (name: string) => form.getByLabel(name, { exact: true }).isChecked();
    expect(await Promise.all(['Name', 'E-mail address', 'Phone number', 'Company'].map(ticked))).toEqual([true, true, false, true]);
    expect((await readTenant()).settings.leads).toEqual({ is_enabled: true, fields: ['name', 'email', 'company'] });
    const asked = await scene.open();
    await asked.ask(PRICE);
    await asked.lastAnswer.getByLabel('Company').waitFor();
    expect(await asked.lastAnswer.getByLabel('Phone').count()).toBe(0);

    // What cannot be is said in the API's words, and stands as it was typed.
    for (const name of ['Name', 'E-mail address', 'Company']) await form.getByLabel(name, { exact: true }).uncheck();
    await form.getByRole('button', { name: 'Save' }).click();
    expect(await form.getByRole('alert').textContent()).toMatch(/^body\.fields: /);
    expect(await ticked('Company')).toBe(false);
    expect((await readTenant()).settings.leads['fields']).toEqual(['name', 'email', 'company']);

    await form.getByLabel('E-mail address').check();
    await form.getByLabel('Ask visitors how they can be reached').uncheck();
    await save(form);
    const left = await scene.open();
    await left.ask(PRICE);
    expect(await left.lastAnswer.locator('form').count()).toBe(0);
    await scene.stack.set('leads', {});
  });

  test('who asks for a person reads what was written, and cannot ask where nobody is to be asked', async () => {
    const { page } = await sitDownAt('Leads and hand-over');
    const form = formWith(page, page.getByLabel('Let visitors ask for a person'));
    await form.getByLabel('What a visitor reads who asks for a person').fill('Bea calls you back within the hour.');
    await save(form);
    expect(await (await scene.open()).ask(PERSON)).toContain('Bea calls you back within the hour.');
    await page.reload();
    expect(await form.getByLabel('What a visitor reads').inputValue()).toBe('Bea calls you back within the hour.');

    await form.getByLabel('Let visitors ask for a person').uncheck();
    await save(form);
    const widget = await scene.open();
    expect(await widget.ask(PERSON)).not.toContain('Bea');
    expect(await widget.panel.getByRole('button', { name: 'Talk to a person' }).count()).toBe(0);
    await page.reload();
    expect(await form.getByLabel('Let visitors ask for a person').isChecked()).toBe(false);
    // The form for leads beside it has saved nothing.
    expect((await readTenant()).settings.leads).toEqual({ is_enabled: true, fields: ['name', 'email', 'phone'] });
    await scene.stack.set('handoff', {});
  });
});

test('a limit is counted from when it is saved, and one beyond all measure is refused', async () => {
  const { page } = await sitDownAt('Limits and costs');
  const before = (await readTenant()).settings.budget;
  const visitor = page.getByLabel('Messages of one visitor');
  const form = formWith(page, visitor);
  await visitor.fill('10001');
  await page.getByLabel('Calls to AI models').fill('7');
  await form.getByRole('button', { name: 'Save' }).click();
  expect(await form.getByRole('alert').textContent()).toMatch(/messages_per_visitor_per_hour: Give a whole number from 1 to 10,000\./);
  expect([await visitor.inputValue(), await page.getByLabel('Calls to AI models').inputValue()]).toEqual(['10001', '7']);
  expect((await readTenant()).settings.budget).toEqual(before);

  await visitor.fill('1');
  await page.getByLabel('Messages from one internet address').fill('900');
  await page.getByLabel('Texts and questions read for the search by meaning').fill('0');
  await page.getByLabel('Longest answer of a model').fill('80');
  await save(form);
  await page.reload();
  expect(await visitor.inputValue()).toBe('1');
  expect((await readTenant()).settings.budget).toEqual({
    messages_per_visitor_per_hour: 1,
    messages_per_address_per_hour: 900,
    model_calls_per_day: 7,
    embedding_tokens_per_day: 0,
    tokens_per_answer: 80,
  });
  const widget = await scene.open();
  await widget.ask(PRICE);
  const refused = widget.page.waitForResponse((response) => response.status() === 429);
  await widget.send(PRICE);
  await refused;
  await scene.stack.set('budget', {});
});

test('the widget may be used where it was said, and everywhere when nothing is said', async () => {
  const { page } = await sitDownAt('Where the widget may be used');
  const begin = async (origin: string) =>
    (
      await fetch(`${scene.stack.url}/v1/widget/sessions`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Origin: origin },
        body: JSON.stringify({ website_id: scene.stack.websiteId }),
      })
    ).status;
  const sites = page.getByLabel('Websites, one a line');
  const form = formWith(page, sites);
  await sites.fill('https://shop.example\nhttps://www.shop.example/coffee');
  await form.getByRole('button', { name: 'Save' }).click();
  expect(await form.getByRole('alert').textContent()).toContain('Give an origin as https://shop.example, without a path.');
  expect(await sites.inputValue()).toBe('https://shop.example\nhttps://www.shop.example/coffee');
  expect((await readTenant()).allowed_origins).toEqual([]);

  await sites.fill('https://shop.example\n\n  https://www.shop.example  ');
  await save(form);
  await page.reload();
  expect(await sites.inputValue()).toBe('https://shop.example\nhttps://www.shop.example');
  expect(await Promise.all(['https://shop.example', 'https://www.shop.example', 'https://shop.example.evil.example'].map(begin))).toEqual([200, 200, 403]);

  await sites.fill('');
  await save(form);
  expect((await readTenant()).allowed_origins).toEqual([]);
  expect(await begin('https://elsewhere.example')).toBe(200);
});

test('whether visitors may send files is set with the look, and leaves the rest of it alone', async () => {
  const desk = await sitDown();
  const { page } = desk;
  await desk.goTo('Your site');
  const before = (await readTenant()).settings.widget;
  const files = page.getByLabel('Visitors may send pictures and PDFs');
  expect(await files.isChecked()).toBe(true);
  await files.uncheck();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved. Visitors see it within a minute.').waitFor();
  await page.reload();
  await files.waitFor();
  expect(await files.isChecked()).toBe(false);
  expect((await readTenant()).settings.widget).toEqual({ ...before, takes_files: false });
  expect(await (await scene.open()).panel.locator('input[type=file]').count()).toBe(0);
  await scene.stack.set('widget', {});
});

describe('in a chat that the site has', () => {
  test('the agent behaves in Crisp as each field says', async () => {
    const { page } = await sitDownAt('Crisp and Tidio');
    const crisp = page.getByRole('region', { name: 'Crisp' });
    await crisp.getByText('How the agent behaves in Crisp').click();
    await crisp.getByLabel('Name over its messages').fill('Tide');
    await crisp.getByLabel('Say over the first answer').uncheck();
    await crisp.getByLabel('The agent is back when').fill('60');
    await crisp.getByLabel('Operator who gets').fill('Bea');
    await crisp.getByLabel('is theirs at once').uncheck();
    await crisp.getByLabel('Segment for visitors').fill('');
    await crisp.getByLabel('Show that an answer is being written').uncheck();
    await crisp.getByLabel('Longest message').fill('800');
    const form = formWith(page, page.getByLabel('Name over its messages'));
    await form.getByRole('button', { name: 'Save' }).click();
    expect(await form.getByRole('alert').textContent()).toMatch(/^body\.assign_to: /);
    expect(await crisp.getByLabel('Operator who gets').inputValue()).toBe('Bea');
    await crisp.getByLabel('Operator who gets').fill(OPERATOR);
    await save(form);
    const { settings } = await readTenant();
    expect(settings.crisp).toEqual({
      nickname: 'Tide',
      introduces_itself: false,
      quiet_minutes: 60,
      assign_to: OPERATOR,
      assignment_is_takeover: false,
      lead_segment: '',
      shows_typing: false,
      message_max: 800,
    });
    expect(settings.tidio['introduces_itself']).toBe(true);
    await page.reload();
    await crisp.getByText('How the agent behaves in Crisp').click();
    expect(await crisp.getByLabel('Operator who gets').inputValue()).toBe(OPERATOR);
    expect(await crisp.getByLabel('Show that an answer is being written').isChecked()).toBe(false);
  });

  test('Tidio’s settings are there once it is connected, and switch the bridge on', async () => {
    const { page } = await sitDownAt('Crisp and Tidio');
    const tidio = page.getByRole('region', { name: 'Tidio' });
    expect(await tidio.getByText('How the agent behaves in Tidio').count()).toBe(0);
    await tidio.getByLabel('Public key').fill('k3m9x0q7w2e5r8t1y4u6i0o3p5a7s9d1');
    await tidio.getByRole('button', { name: 'Connect' }).click();
    await tidio.getByText('How the agent behaves in Tidio').click();
    const fallback = page.getByLabel('What a visitor reads when no answer came');
    await fallback.fill('Sorry, that took too long.');
    await tidio.getByLabel('A Flow’s call may take').fill('6.5');
    await tidio.getByLabel('Answers to one contact').fill('1001');
    await tidio.getByLabel('Let the bridge script answer').check();
    const form = formWith(page, fallback);
    await form.getByRole('button', { name: 'Save' }).click();
    expect(await form.getByRole('alert').textContent()).toMatch(/^body\.answers_per_contact_per_hour: Give a whole number from 1 to 1,000\./);
    expect(await fallback.inputValue()).toBe('Sorry, that took too long.');
    await tidio.getByLabel('Answers to one contact').fill('12');
    await tidio.getByLabel('Answers on one ticket').fill('3');
    await save(form);
    expect((await readTenant()).settings.tidio).toEqual({
      introduces_itself: true,
      quiet_minutes: 30,
      fallback: 'Sorry, that took too long.',
      flow_seconds: 6.5,
      answers_per_contact_per_hour: 12,
      bot_operator_id: null,
      answers_per_ticket_per_hour: 3,
      bridge_is_enabled: true,
    });
    await page.reload();
    await tidio.getByText('How the agent behaves in Tidio').click();
    expect(await fallback.inputValue()).toBe('Sorry, that took too long.');
    await tidio.getByRole('listitem').filter({ hasText: 'bridge script on your pages' }).getByText('Yes', { exact: true }).waitFor();
  });
});

test('a key of its own pace is held to it, and one without has the usual', async () => {
  const { page } = await sitDownAt('API keys');
  const make = async (name: string, perMinute: string) => {
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Requests a minute').fill(perMinute);
    await page.getByLabel('leads:read').check();
    await page.getByRole('button', { name: 'Make it' }).click();
  };
  await make('Too fast', '100001');
  expect(await page.getByRole('alert').textContent()).toMatch(/^body\.rate_limit: .*100000/);
  expect(await page.getByLabel('Name').inputValue()).toBe('Too fast');
  await make('Slow', '2');
  await page.locator('.rows li').filter({ hasText: 'Slow' }).getByText('2 a minute').waitFor();
  const key = (await page.locator('.snippet').textContent()) ?? '';
  await make('Usual', '');
  await page.locator('.rows li').filter({ hasText: 'Usual' }).getByText('600 a minute').waitFor();
  const read = async () => (await fetch(`${scene.stack.url}/v1/admin/leads`, { headers: { Authorization: `Bearer ${key}` } })).status;
  expect([await read(), await read(), await read()]).toEqual([200, 200, 429]);
});

test('an end at midnight and the name of a holiday are kept', async () => {
  const { page } = await sitDownAt('Opening hours');
  await page.getByLabel('Tell visitors who ask for a person').check();
  await page.getByLabel('Friday to').fill('00:00');
  await page.getByLabel('Add a holiday').fill('2026-12-25');
  await page.getByLabel('Name of 25 December 2026').fill('Christmas');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  const { hours } = (await readTenant()).settings;
  expect(hours).toMatchObject({ holidays: [{ day: '2026-12-25', name: 'Christmas' }] });
  expect((hours['week'] as unknown[])[4]).toEqual([{ from: '09:00', to: '24:00' }]);
  await page.reload();
  expect(await page.getByLabel('Friday to').inputValue()).toBe('00:00');
  expect(await page.getByLabel('Name of 25 December 2026').inputValue()).toBe('Christmas');
  // As a beginning it is the beginning of the day.
  await page.getByLabel('Friday from').fill('00:00');
  await page.getByLabel('Friday to').fill('08:00');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  expect(((await readTenant()).settings.hours['week'] as unknown[])[4]).toEqual([{ from: '00:00', to: '08:00' }]);
  await scene.stack.set('hours', {});
});

test('who may not change settings sees them, and cannot', async () => {
  const desk = await sitDown('viewer');
  for (const [section, field] of [
    ['Leads and hand-over', 'Let visitors ask for a person'],
    ['Limits and costs', 'Calls to AI models'],
    ['Where the widget may be used', 'Websites, one a line'],
  ] as const) {
    await openSection(desk, section);
    expect([await desk.page.getByLabel(field).isDisabled(), await desk.page.getByRole('button', { name: 'Save' }).count()]).toEqual([true, 0]);
  }
});

/** An admin at a section of the settings. */
async function sitDownAt(section: string): Promise<Desk> {
  const desk = await sitDown();
  await openSection(desk, section);
  return desk;
}
