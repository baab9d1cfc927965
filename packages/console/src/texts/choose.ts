import { type Language, language } from './language.ts';

/** Of the same texts in every language, those that are shown. */
export const choose = <Texts>(texts: Record<Language, Texts>): Texts => texts[language];
