import { texts as en, type Texts } from './en.ts';

/** Names of the files with the other languages' texts, filled in by the build. */
declare const __TEXT_FILES__: Record<string, string>;

/** The first of these languages that the widget speaks; English comes with the panel, the others in a file of half a kilobyte. */
export async function chooseTexts(base: string, languages: readonly string[]): Promise<{ language: string; texts: Texts }> {
  for (const language of languages.map((tag) => tag.slice(0, 2).toLowerCase())) {
    if (language === 'en') break;
    const file = __TEXT_FILES__[language];
    if (!file) continue;
    try {
      const module = (await import(/* @vite-ignore */ `${base}/widget/${file}`)) as { texts: Texts };
      return { language, texts: module.texts };
    } catch {
      break;
    }
  }
  return { language: 'en', texts: en };
}
