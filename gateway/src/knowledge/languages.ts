import { stemmer as ar } from '@orama/stemmers/arabic';
import { stemmer as da } from '@orama/stemmers/danish';
import { stemmer as nl } from '@orama/stemmers/dutch';
import { stemmer as en } from '@orama/stemmers/english';
import { stemmer as fi } from '@orama/stemmers/finnish';
import { stemmer as fr } from '@orama/stemmers/french';
import { stemmer as de } from '@orama/stemmers/german';
import { stemmer as it } from '@orama/stemmers/italian';
import { stemmer as no } from '@orama/stemmers/norwegian';
import { stemmer as pt } from '@orama/stemmers/portuguese';
import { stemmer as ru } from '@orama/stemmers/russian';
import { stemmer as es } from '@orama/stemmers/spanish';
import { stemmer as sv } from '@orama/stemmers/swedish';
import { stemmer as tr } from '@orama/stemmers/turkish';
import { stopwords as arStop } from '@orama/stopwords/arabic';
import { stopwords as daStop } from '@orama/stopwords/danish';
import { stopwords as nlStop } from '@orama/stopwords/dutch';
import { stopwords as enStop } from '@orama/stopwords/english';
import { stopwords as fiStop } from '@orama/stopwords/finnish';
import { stopwords as frStop } from '@orama/stopwords/french';
import { stopwords as deStop } from '@orama/stopwords/german';
import { stopwords as itStop } from '@orama/stopwords/italian';
import { stopwords as noStop } from '@orama/stopwords/norwegian';
import { stopwords as ptStop } from '@orama/stopwords/portuguese';
import { stopwords as ruStop } from '@orama/stopwords/russian';
import { stopwords as esStop } from '@orama/stopwords/spanish';
import { stopwords as svStop } from '@orama/stopwords/swedish';
import { stopwords as trStop } from '@orama/stopwords/turkish';
import { normalizeText } from './normalize-text.ts';

/** What the analyser knows of a language. Languages without an entry are indexed word by word, as written. */
interface Language {
  stem: (word: string) => string;
  stopWords: ReadonlySet<string>;
}

/** What the lists lack: articles, and words of a question that say that it is one, not what it is about. */
const MORE_STOP_WORDS = {
  en: ['a', 'please', 'tell', 'get', 'want', 'need', 'know', 'many', 'much', 'us', 'shall', 'may', 'might'],
  da: ['hvordan', 'hvornår'],
  de: ['wann'],
  fi: ['miten'],
  fr: ['comment', 'quand', 'où'],
  it: ['quando'],
  nl: ['we', 'wanneer', 'waar'],
  pt: ['é', 'onde'],
};

const stopSet = (words: string[], more: string[] = []) =>
  // "i'm" is cut into "i" and "m" by the tokenizer, so stop words are cut the same way.
  new Set([...words, ...more].flatMap((word) => normalizeText(word).split(/[^\p{L}\p{N}\p{M}]+/u)).filter(Boolean));

const LANGUAGES: Record<string, Language> = {
  ar: { stem: ar, stopWords: stopSet(arStop) },
  da: { stem: da, stopWords: stopSet(daStop, MORE_STOP_WORDS.da) },
  de: { stem: de, stopWords: stopSet(deStop, MORE_STOP_WORDS.de) },
  en: { stem: en, stopWords: stopSet(enStop, MORE_STOP_WORDS.en) },
  es: { stem: es, stopWords: stopSet(esStop) },
  fi: { stem: fi, stopWords: stopSet(fiStop, MORE_STOP_WORDS.fi) },
  fr: { stem: fr, stopWords: stopSet(frStop, MORE_STOP_WORDS.fr) },
  it: { stem: it, stopWords: stopSet(itStop, MORE_STOP_WORDS.it) },
  nl: { stem: nl, stopWords: stopSet(nlStop, MORE_STOP_WORDS.nl) },
  no: { stem: no, stopWords: stopSet(noStop) },
  pt: { stem: pt, stopWords: stopSet(ptStop, MORE_STOP_WORDS.pt) },
  ru: { stem: ru, stopWords: stopSet(ruStop) },
  sv: { stem: sv, stopWords: stopSet(svStop) },
  tr: { stem: tr, stopWords: stopSet(trStop) },
};

/** The language's rules, or undefined for one we have none for. */
export function languageRules(code: string): Language | undefined {
  return LANGUAGES[code];
}

const SCRIPTS: [RegExp, string][] = [
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/gu, 'ja'],
  [/\p{Script=Han}/gu, 'zh'],
  [/\p{Script=Hangul}/gu, 'ko'],
  [/\p{Script=Thai}/gu, 'th'],
  [/\p{Script=Arabic}/gu, 'ar'],
  [/\p{Script=Cyrillic}/gu, 'ru'],
];
const LATIN = ['en', 'de', 'es', 'fr', 'it', 'pt', 'nl', 'sv', 'da', 'no', 'fi', 'tr'];

/**
 * The likeliest language of a text, by its script and then by the share of its words that are stop words of each
 * language. Good for a passage; for a question of a few words give `fallback`, used where nothing speaks clearly.
 */
export function detectLanguage(text: string, fallback = 'en'): string {
  const sample = normalizeText(text.slice(0, 4_000));
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  for (const [script, language] of SCRIPTS) {
    // Kana decides for Japanese at a fifth of the letters: the rest is Han, as in Chinese.
    if ((sample.match(script)?.length ?? 0) > letters * (language === 'ja' ? 0.1 : 0.4)) return language;
  }
  const words = sample.match(/[\p{L}\p{M}]+/gu) ?? [];
  const share = (language: string) => words.filter((word) => LANGUAGES[language]?.stopWords.has(word)).length;
  let best = fallback;
  let most = share(fallback);
  for (const language of LATIN) {
    const n = share(language);
    if (n > most) [best, most] = [language, n];
  }
  return best;
}
