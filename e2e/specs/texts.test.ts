import { expect, test } from 'vitest';
import { Scene } from '../support/scene.ts';
import { DELIVERY, PRICE, SHOP } from '../support/shop.ts';
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

test.each([
  ['en-GB', 'ltr', 'This site could not show who you are.', 'Write the e-mail address as name@example.com.'],
  ['es-MX', 'ltr', 'Este sitio no ha podido demostrar quién eres.', 'Escribe el correo con la forma name@example.com.'],
  ['de-AT', 'ltr', 'Diese Website konnte nicht zeigen, wer Sie sind.', 'Bitte die E-Mail-Adresse in der Form name@example.com angeben.'],
  ['fr-CA', 'ltr', 'Ce site n’a pas pu montrer qui vous êtes.', 'Indiquez l’adresse e-mail sous la forme name@example.com.'],
  ['ar-EG', 'rtl', 'تعذّر على هذا الموقع إثبات هويتك.', 'اكتب البريد الإلكتروني بالشكل name@example.com.'],
])('in a browser in %s, why something was refused is said in its language, from %s', async (locale, direction, proof, email) => {
  const widget = await scene.visit('plain', { locale });
  const identify = (identity: object) =>
    widget.page.evaluate((given) => (window as unknown as { Netia(...call: unknown[]): void }).Netia('identify', given), identity);
  await identify({ proof: 'nonsense' });
  await widget.open();
  await widget.send(DELIVERY.question);
  const alert = widget.panel.getByRole('alert');
  await alert.getByText(proof).waitFor();
  expect(await alert.evaluate((element) => getComputedStyle(element).direction)).toBe(direction);

  await identify({});
  await widget.ask(PRICE);
  const form = widget.lastAnswer.locator('form');
  // A browser takes it for an address; the gateway does not.
  await form.locator('input[type=email]').fill('ada@example');
  await form.locator('.primary').click();
  await alert.waitFor();
  expect(await textOf(alert)).toBe(email);
});
