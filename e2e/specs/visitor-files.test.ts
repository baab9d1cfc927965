import { readFileSync } from 'node:fs';
import { until } from '@netia/testkit';
import { expect, test } from 'vitest';
import { setDesks } from '../support/desks.ts';
import { Scene } from '../support/scene.ts';
import { NOTHING_KEPT, type Widget } from '../support/widget.ts';

/** What a visitor sends beside words: chosen, pasted or dropped, seen by the team as a picture, saved and never run. */
const scene = Scene.set();
const sitDown = setDesks(scene);

/** A picture of 64 × 40 points, drawn here. */
const drawPicture = async (page: { evaluate: <T>(work: () => Promise<T>) => Promise<T> }) =>
  Buffer.from(
    await page.evaluate(async () => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 40 });
      const pen = canvas.getContext('2d') as CanvasRenderingContext2D;
      pen.fillStyle = '#c33';
      pen.fillRect(4, 4, 56, 32);
      return canvas.toDataURL('image/png').split(',')[1] ?? '';
    }),
    'base64',
  );

async function choose(widget: Widget, file: { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
  const [chooser] = await Promise.all([widget.page.waitForEvent('filechooser'), widget.panel.getByRole('button', { name: 'Send a picture or a PDF' }).click()]);
  await chooser.setFiles(file);
}

test('a picture is chosen, shown to the team, and saved as it was; the agent says that it cannot read it', async () => {
  const desk = await sitDown('agent');
  const widget = await scene.open('strict-policy');
  const picture = await drawPicture(widget.page);
  await widget.panel.getByRole('button', { name: 'Send a picture or a PDF' }).waitFor();
  await choose(widget, { name: 'broken handle.png', mimeType: 'image/png', buffer: picture });
  await widget.thread.getByText('broken handle.png').waitFor();
  await widget.thread.getByText('I can only read text so far.').waitFor();

  await desk.conversations.first().waitFor();
  await desk.conversations.first().click();
  const link = desk.page.getByRole('link', { name: 'broken handle.png' });
  await link.waitFor();
  await until('the picture to be drawn', () => link.locator('img').evaluate((img) => (img as HTMLImageElement).naturalWidth === 64));
  const [download] = await Promise.all([desk.page.waitForEvent('download'), link.click()]);
  expect(download.suggestedFilename()).toBe('broken handle.png');
  expect(readFileSync(await download.path()).equals(picture)).toBe(true);

  // The same browser, come back, still sees what it sent.
  await widget.page.reload();
  await widget.open();
  await widget.thread.getByText('broken handle.png').waitFor();
  expect(widget.log.errors).toEqual([]);
  expect(scene.pages.violations).toEqual([]);
  expect({ ...(await widget.storage()), local: {} }).toEqual(NOTHING_KEPT);
});

test('what is no picture, or too large, is refused in words', async () => {
  const widget = await scene.open();
  await widget.panel.getByRole('button', { name: 'Send a picture or a PDF' }).waitFor();
  await choose(widget, {
    name: 'photo.png',
    mimeType: 'image/png',
    buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
  });
  await widget.panel.getByRole('alert').filter({ hasText: 'Only pictures (PNG, JPEG, WebP, GIF) and PDFs can be sent.' }).waitFor();
  await widget.thread.getByText('This message was not sent.').waitFor();
  await widget.input.evaluate((input) => {
    const carried = new DataTransfer();
    carried.items.add(new File([new Uint8Array(10 * 1_048_576 + 1)], 'large.png', { type: 'image/png' }));
    input.dispatchEvent(new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true, composed: true }));
  });
  await widget.panel.getByRole('alert').filter({ hasText: 'Keep a file under 10 MB.' }).waitFor();
  expect(widget.log.requests.filter((url) => url.includes('large.png'))).toEqual([]);
});

test('a picture is pasted or dropped; words that are pasted stay words', async () => {
  const widget = await scene.open();
  await widget.panel.getByRole('button', { name: 'Send a picture or a PDF' }).waitFor();
  const bytes = [...(await drawPicture(widget.page))];
  await widget.input.evaluate((input, data) => {
    const carried = new DataTransfer();
    carried.items.add(new File([new Uint8Array(data)], 'pasted.png', { type: 'image/png' }));
    input.dispatchEvent(new ClipboardEvent('paste', { clipboardData: carried, bubbles: true, cancelable: true, composed: true }));
    const dropped = new DataTransfer();
    dropped.items.add(new File([new Uint8Array(data)], 'dropped.png', { type: 'image/png' }));
    input.dispatchEvent(new DragEvent('drop', { dataTransfer: dropped, bubbles: true, cancelable: true, composed: true }));
  }, bytes);
  await widget.thread.getByText('pasted.png').waitFor();
  await widget.thread.getByText('dropped.png').waitFor();
  const isLeftAlone = await widget.input.evaluate((input) => {
    const carried = new DataTransfer();
    carried.setData('text/plain', 'words');
    return input.dispatchEvent(new ClipboardEvent('paste', { clipboardData: carried, bubbles: true, cancelable: true, composed: true }));
  });
  expect(isLeftAlone).toBe(true);
});

test('where the tenant takes no files there is no button, and nothing is sent', async () => {
  await scene.stack.set('widget', { takes_files: false });
  const widget = await scene.open();
  await widget.panel.getByRole('button', { name: 'Send', exact: true }).waitFor();
  await widget.send('Hello');
  await widget.finishedAnswers.first().waitFor();
  expect(await widget.panel.getByRole('button', { name: 'Send a picture or a PDF' }).count()).toBe(0);
  await scene.stack.set('widget', { takes_files: true });
});
