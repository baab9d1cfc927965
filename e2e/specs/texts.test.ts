import { expect, test } from 'vitest';
import { Scene } from '../support/scene.ts';
import { DELIVERY, SHOP } from '../support/shop.ts';
import { textOf } from '../support/widget.ts';

const scene = Scene.set({ knowledge: SHOP });

test.each([
  ['en-GB', 'en', 'ltr', 'Write a message', 'Close chat', 'You are talking to an AI agent of Tidewater Coffee.'],
  ['es-MX', 'es', 'ltr', 'Escribe un mensaje', 'Cerrar el chat', 'Hablas con un agente de IA de Tidewater Coffee.'],
  ['de-AT', 'de', 'ltr', 'Nachricht schreiben', 'Chat schließen', 'Sie sprechen mit einem KI-Agenten von Tidewater Coffee.'],
  ['fr-CA', 'fr', 'ltr', 'Écrivez un message', 'Fermer le chat', 'Vous parlez à un agent IA de Tidewater Coffee.'],
  ['ar-EG', 'ar', 'rtl', 'اكتب رسالة', 'إغلاق المحادثة', 'أنت تتحدث إلى وكيل ذكاء اصطناعي تابع لـ Tidewater Coffee.'],
  ['ja-JP', 'en', 'ltr', 'Write a message', 'Close chat', 'You are talking to an AI agent of Tidewater Coffee.'],
])('a browser in %s is spoken to in %s, from %s', async (locale, language, direction, placeholder, close, notice) => {
  const widget = await scene.open('plain', { locale });
  await widget.panel.getByText(notice).waitFor();
  expect(await widget.input.getAttribute('placeholder')).toBe(placeholder);
  expect(await widget.panel.getByRole('button', { name: close }).count()).toBe(1);
  expect(await widget.panel.getAttribute('lang')).toBe(language);
  expect(await widget.panel.getAttribute('dir')).toBe(direction);
  // Each language is fetched only where it is spoken.
  expect(widget.log.requests.filter((url) => url.includes('/widget/texts-')).map((url) => /texts-(..)/.exec(url)?.[1])).toEqual(
    language === 'en' ? [] : [language],
  );
  expect(widget.log.errors).toEqual([]);
});

test('where the visitor’s language is unknown, the tenant’s own is spoken', async () => {
  await scene.stack.set('widget', { title: 'Questions ?', language: 'fr' });
  try {
    const widget = await scene.open('plain', { locale: 'ja-JP' });
    await widget.panel.getByText('Vous parlez à un agent IA').waitFor();
    expect(await widget.input.getAttribute('placeholder')).toBe('Écrivez un message');
  } finally {
    await scene.stack.set('widget', {});
  }
});

test('an Arabic question is answered from an Arabic text, from right to left', async () => {
  const widget = await scene.open('right-to-left', { locale: 'ar-EG' });
  expect(await widget.ask('كم يكلف الكيس الواحد؟')).toContain('11 يورو');
  await widget.openSource();
  expect(await widget.card.locator('blockquote').evaluate((element) => getComputedStyle(element).direction)).toBe('rtl');
  expect(await textOf(widget.card)).toContain('قهوتنا');
});

test('a text of the other direction keeps its own: its full stop stands at its end', async () => {
  await scene.stack.set('widget', { greeting: 'Ask about beans, delivery and visits.' });
  try {
    const widget = await scene.open('right-to-left', { locale: 'ar-EG' });
    await widget.ask(DELIVERY.question);
    const directions = await widget.panel.locator('.bubble').evaluateAll((bubbles) => bubbles.map((bubble) => getComputedStyle(bubble).direction));
    expect(directions).toEqual(['ltr', 'ltr', 'ltr']);
  } finally {
    await scene.stack.set('widget', {});
  }
});

test('the agent’s own words are in the language of the question', async () => {
  const widget = await scene.open('plain', { locale: 'de-DE' });
  expect(await widget.ask('Wer hat im Jahr 1987 den Pokal gewonnen?')).toContain('keine Antwort gefunden');
});
