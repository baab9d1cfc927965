import { until } from '@netia/testkit';
import { describe, expect, test } from 'vitest';
import { Scene } from '../support/scene.ts';
import { NOTHING_KEPT, textOf } from '../support/widget.ts';

const QUESTION = 'Does it work without an AI key?';

describe('on the demo shop', () => {
  const scene = Scene.set();

  test('a visitor asks, reads an answer with its source, opens the source card and follows it to the quoted page', async () => {
    const visitor = await scene.visitor();
    const widget = await visitor.visit(`${scene.stack.url}/`);
    await widget.open();

    await widget.panel.getByRole('button', { name: QUESTION }).click();
    await widget.finishedAnswers.waitFor();

    const cite = widget.lastAnswer.locator('.cite').first();
    expect(await textOf(cite)).toBe('1');
    await cite.click();
    const quote = (await textOf(widget.card.locator('blockquote'))).trim();
    expect(quote.length).toBeGreaterThan(20);
    expect(await cite.getAttribute('aria-expanded')).toBe('true');
    const [source] = await Promise.all([visitor.context.waitForEvent('page'), widget.card.getByRole('link', { name: 'Open source' }).click()]);
    await source.waitForLoadState();
    expect(new URL(source.url()).pathname).toMatch(/^\/guides\//);
    expect(squeeze(await textOf(source.locator('main')))).toContain(squeeze(quote.split(/[.:]/)[0] ?? ''));
    expect(widget.log.errors).toEqual([]);
    expect(widget.log.console).toEqual([]);
  });

  test('before the first click only widget.js is fetched, and nothing is stored until the first message', async () => {
    const visitor = await scene.visitor();
    const widget = await visitor.visit(`${scene.stack.url}/`);
    await widget.page.waitForLoadState('networkidle');
    const paths = () => widget.log.requests.filter((url) => !url.startsWith('data:')).map((url) => url.replace(scene.stack.url, ''));
    expect(paths()).toEqual(['/', '/shop.css', '/widget.js']);
    expect(await widget.storage()).toEqual(NOTHING_KEPT);

    await widget.open();
    await widget.page.waitForLoadState('networkidle');
    const opened = paths().slice(3).sort();
    expect(opened.map((path) => path.replace(/-[0-9a-f]{8}/, '')).sort()).toEqual([
      '/v1/widget/config?website_id=netia-demo',
      '/widget/answer.js',
      '/widget/panel.js',
    ]);
    expect(await widget.storage()).toEqual(NOTHING_KEPT);
    expect(await textOf(widget.thread)).toContain('You are talking to an AI agent of Netia');

    await widget.ask(QUESTION);
    const { local, ...rest } = await widget.storage();
    expect(Object.keys(local)).toEqual(['netia:netia-demo']);
    expect({ local: {}, ...rest }).toEqual(NOTHING_KEPT);
    // Nobody else is told of the visit.
    expect(widget.log.requests.filter((url) => !url.startsWith('data:') && !url.startsWith(scene.stack.url))).toEqual([]);
  });

  test('the conversation is there after a reload and in another tab, and goes on in both', async () => {
    const visitor = await scene.visitor();
    const first = await visitor.visit(`${scene.stack.url}/`);
    await first.open();
    const answer = await first.ask(QUESTION);

    await first.page.reload();
    await first.launcher.waitFor();
    await first.open();
    await first.finishedAnswers.waitFor();
    expect(await textOf(first.lastAnswer.locator('.bubble'))).toBe(answer);
    expect(await first.panel.locator('.row.visitor').allInnerTexts()).toEqual([expect.stringContaining(QUESTION)]);

    const second = await visitor.visit(`${scene.stack.url}/guides/readme`);
    await second.open();
    await second.finishedAnswers.waitFor();
    await second.ask('How do I put it on my website?');
    await until('the other tab to hear of it', async () => (await first.finishedAnswers.count()) === 2);
    expect(await first.panel.locator('.row.visitor').count()).toBe(2);
    expect(await textOf(first.lastAnswer.locator('.bubble'))).toBe(await textOf(second.lastAnswer.locator('.bubble')));
  });
});

/** Letters and digits only: a page may set in bold or break what a quote has in one line. */
function squeeze(text: string): string {
  return text.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
}

describe('a text with marks in it', () => {
  const scene = Scene.set();

  test('marks that a text has escaped are shown without the escapes, and mark nothing', async () => {
    await scene.stack.addKnowledge({
      format: 'markdown',
      title: 'Grinder settings',
      content: 'The grinder takes a list of settings, `number[]`, as \\[coarse\\], \\*fine\\* and number\\[\\], and no \\_more\\_ than four.',
    });
    const widget = await scene.open();
    const answer = await widget.ask('Which list of settings does the grinder take?');
    expect(answer).toContain('as [coarse], *fine* and number[], and no _more_ than four');
    expect(await widget.lastAnswer.locator('em').count()).toBe(0);
  });
});
