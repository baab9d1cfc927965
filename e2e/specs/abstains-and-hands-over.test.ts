import { until } from '@netia/testkit';
import { describe, expect, test } from 'vitest';
import { Scene } from '../support/scene.ts';
import { DELIVERY, GRINDER, PRICE, SHOP, UNKNOWN } from '../support/shop.ts';
import { textOf, type Widget } from '../support/widget.ts';

interface Conversation {
  id: string;
  status: string;
  messages: { sender_type: string; content: string }[];
}

const scene = Scene.set({ knowledge: SHOP });

/** The newest conversation as the REST API tells it. */
async function readConversation(): Promise<Conversation> {
  const { items } = await scene.stack.admin<{ items: { id: string }[] }>('GET', '/conversations?limit=1');
  return scene.stack.admin<Conversation>('GET', `/conversations/${items[0]?.id}`);
}

describe('where the knowledge has no answer', () => {
  test('the agent says so, cites nothing, and offers a person', async () => {
    const widget = await scene.open();
    expect(await widget.ask(UNKNOWN)).toContain('I could not find an answer to that in what I have been given.');
    expect(await widget.lastAnswer.locator('.cite, .source').count()).toBe(0);
    await widget.lastAnswer.getByRole('button', { name: 'Talk to a person' }).click();
    await widget.withPerson.waitFor();
    // Control: what is known is answered, with a source.
    expect((await readConversation()).status).toBe('transferred');
    const other = await (await scene.visitor()).visit(scene.pages.page('plain'));
    await other.open();
    expect(await other.ask(DELIVERY.question)).toContain(DELIVERY.answer);
    expect(await other.sources.count()).toBeGreaterThan(0);
    await other.page.context().close();
  });
});

describe('the contact form', () => {
  test('comes with a question about prices, wants a way to answer, and what is sent is a lead', async () => {
    const widget = await scene.open();
    expect(await widget.ask(PRICE)).toContain('€ 21');
    const form = widget.lastAnswer.locator('form');
    const send = form.getByRole('button', { name: 'Send contact details' });

    await send.click();
    expect(await textOf(form.getByRole('alert'))).toBe('Leave an e-mail address or a phone number.');

    await form.getByLabel('Name').fill('Ada Example');
    await form.getByLabel('E-mail').fill('ada@example.com');
    await form.getByLabel('Phone').fill('+49 30 901820');
    await send.click();
    await widget.lastAnswer.getByText('Thank you, your details were passed on.').waitFor();

    const { items } = await scene.stack.admin<{ items: { contact_info: object; intent: string; conversation_id: string }[] }>('GET', '/leads');
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ contact_info: { name: 'Ada Example', email: 'ada@example.com', phone: '+4930901820' }, intent: 'pricing' });
    expect(items[0]?.conversation_id).toBe((await readConversation()).id);
  });

  test('says in a sentence what is wrong with a number and keeps what was typed', async () => {
    const widget = await scene.open();
    await widget.ask(PRICE);
    const form = widget.lastAnswer.locator('form');
    await form.getByLabel('Name').fill('Ada Example');
    await form.getByLabel('Phone').fill('030 12');
    await form.getByRole('button', { name: 'Send contact details' }).click();
    await widget.panel.getByText('Write the phone number with its country code').waitFor();
    expect(await form.getByLabel('Name').inputValue()).toBe('Ada Example');
    expect(await form.getByRole('button', { name: 'Send contact details' }).isEnabled()).toBe(true);
  });
});

describe('handed over to a person', () => {
  test("the person's words appear, the visitor's reach them, and the agent keeps silent", async () => {
    const widget = await scene.open();
    // Control: asked before the hand-over, the agent answers.
    await widget.ask(DELIVERY.question);
    await widget.panel.locator('header').getByRole('button', { name: 'Talk to a person' }).click();
    await widget.withPerson.waitFor();
    const { id, status } = await readConversation();
    expect(status).toBe('transferred');
    const agentAnswers = await widget.answers.count();

    await says(id, 'Hello, this is Mara. How can I help?');
    await fromPerson(widget, 'Hello, this is Mara.');
    await widget.send(DELIVERY.question);
    await until(
      'the message to arrive',
      async () => (await readConversation()).messages.filter((message) => message.content === DELIVERY.question).length === 2,
    );
    await says(id, 'It is € 4.50, as the page says.');
    await fromPerson(widget, 'It is € 4.50');

    expect(await widget.answers.count()).toBe(agentAnswers);
    const messages = (await readConversation()).messages;
    expect(messages.slice(-3).map((message) => message.sender_type)).toEqual(['agent', 'visitor', 'agent']);
    expect(await widget.panel.getByText('was not sent').count()).toBe(0);
    expect(await widget.panel.locator('.dots').count()).toBe(0);

    // Given back, the agent answers again.
    await scene.stack.admin('PATCH', `/conversations/${id}`, { status: 'active' });
    await widget.send(GRINDER.question);
    await widget.lastAnswer.getByText(GRINDER.answer).waitFor();
    await widget.withPerson.waitFor({ state: 'detached' });
    expect(widget.log.errors).toEqual([]);
  });

  test('asking for one in words is enough', async () => {
    const widget = await scene.open();
    await widget.send('I want to talk to a real person please');
    await widget.withPerson.waitFor();
    expect((await readConversation()).status).toBe('transferred');
  });

  const says = (id: string, text: string) => scene.stack.admin('POST', `/conversations/${id}/messages`, { text });
  const fromPerson = (widget: Widget, text: string) => widget.panel.locator('.row.person').filter({ hasText: text }).waitFor();
});
