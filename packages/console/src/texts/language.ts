/** The languages that there are texts in, each in a folder of its name. */
export const LANGUAGES = ['en'] as const;
export type Language = (typeof LANGUAGES)[number];

const languageOf = (tag: string) => LANGUAGES.find((known) => tag.toLowerCase().split('-')[0] === known);

/** Of these tags the first in a language that the console speaks: its region decides how dates and numbers are written. */
export function chooseLanguage(tags: readonly string[]): { language: Language; locale: string } {
  for (const locale of tags) {
    const language = languageOf(locale);
    if (language) return { language, locale };
  }
  return { language: 'en', locale: 'en' };
}

export const { language, locale } = chooseLanguage(navigator.languages);
