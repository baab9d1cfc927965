import { stemmer as ar } from '@orama/stemmers/arabic';
import { stemmer as bg } from '@orama/stemmers/bulgarian';
import { stemmer as da } from '@orama/stemmers/danish';
import { stemmer as nl } from '@orama/stemmers/dutch';
import { stemmer as en } from '@orama/stemmers/english';
import { stemmer as fi } from '@orama/stemmers/finnish';
import { stemmer as fr } from '@orama/stemmers/french';
import { stemmer as de } from '@orama/stemmers/german';
import { stemmer as el } from '@orama/stemmers/greek';
import { stemmer as hu } from '@orama/stemmers/hungarian';
import { stemmer as hi } from '@orama/stemmers/indian';
import { stemmer as id } from '@orama/stemmers/indonesian';
import { stemmer as it } from '@orama/stemmers/italian';
import { stemmer as no } from '@orama/stemmers/norwegian';
import { stemmer as pt } from '@orama/stemmers/portuguese';
import { stemmer as ro } from '@orama/stemmers/romanian';
import { stemmer as ru } from '@orama/stemmers/russian';
import { stemmer as sr } from '@orama/stemmers/serbian';
import { stemmer as es } from '@orama/stemmers/spanish';
import { stemmer as sv } from '@orama/stemmers/swedish';
import { stemmer as ta } from '@orama/stemmers/tamil';
import { stemmer as tr } from '@orama/stemmers/turkish';
import { stemmer as uk } from '@orama/stemmers/ukrainian';
import { stopwords as arStop } from '@orama/stopwords/arabic';
import { stopwords as bgStop } from '@orama/stopwords/bulgarian';
import { stopwords as daStop } from '@orama/stopwords/danish';
import { stopwords as nlStop } from '@orama/stopwords/dutch';
import { stopwords as enStop } from '@orama/stopwords/english';
import { stopwords as fiStop } from '@orama/stopwords/finnish';
import { stopwords as frStop } from '@orama/stopwords/french';
import { stopwords as deStop } from '@orama/stopwords/german';
import { stopwords as elStop } from '@orama/stopwords/greek';
import { stopwords as huStop } from '@orama/stopwords/hungarian';
import { stopwords as hiStop } from '@orama/stopwords/indian';
import { stopwords as idStop } from '@orama/stopwords/indonesian';
import { stopwords as itStop } from '@orama/stopwords/italian';
import { stopwords as noStop } from '@orama/stopwords/norwegian';
import { stopwords as ptStop } from '@orama/stopwords/portuguese';
import { stopwords as roStop } from '@orama/stopwords/romanian';
import { stopwords as ruStop } from '@orama/stopwords/russian';
import { stopwords as esStop } from '@orama/stopwords/spanish';
import { stopwords as svStop } from '@orama/stopwords/swedish';
import { stopwords as taStop } from '@orama/stopwords/tamil';
import { stopwords as trStop } from '@orama/stopwords/turkish';
import { normalizeText } from './normalize-text.ts';

/** What the analyser knows of a language. Languages without an entry are indexed word by word, as written. */
interface Language {
  stem: (word: string) => string;
  stopWords: ReadonlySet<string>;
}

/**
 * Cut to five letters, which finds nearly as much as a stemmer where a word's endings are many and its beginning stays (McNamee,
 * Nicholas and Mayfield, "Addressing morphological variation in alphabetic languages", SIGIR 2009): for languages without one.
 */
const beginning = (word: string) => [...word].slice(0, 5).join('');

const words = (list: string) => list.split(' ');

/** Of languages for which the library has no list, or one with broken letters. */
const CZECH = words(
  'a aby ale ani ano asi až bez bude budou by byl byla bylo byli být co či do ho i ještě je jeho její jejich jen jí jsem jsme jsou jste já jak jako jaký jaká jaké kde kdo kdy kolik která které který kteří k ke ku má mají mě mi mnou mohu můžu může na nad nebo není než o od on ona ono pak po pod podle pro proč proto před při s se si svůj ta tak také tam te ten tento této to toho tom tu ty u už v ve však vy z za ze že',
);
const POLISH = words(
  'a aby ale albo bez bo by był była było były być ci co czy czego dla do gdzie go i ich ile im innych iż ja jak jaka jaki jakie jako je jego jej jest jestem jeszcze już kiedy kto która które który którzy lub ma mają mam mi mnie mogę może można moje na nad nie niż o od on ona one oni oraz po pod ponieważ proszę przed przez przy są się swoje ta tak także tam te tego tej ten to tu ty tym u w we więc z za ze że żeby',
);
const SERBIAN = words(
  'a ali ako bi bih bila bile bili bilo bio biti do da ga gde gdje ga i ih ili im iz ja je jedan jesu jer joj kad kada kako kao ko koja koje koji kojih kojoj kojem koliko li mi moj moje može mogu mu na nad ne nego nije nisu o od on ona oni ono ova ove ovaj ovo po pod pre prije pri s sa se su šta što ta taj te ti to tu u uz vi za zašto',
);
const SERBIAN_IN_CYRILLIC = words(
  'а али ако би бих била биле били било био бити до да га где и их или им из ја је један јесу јер јој кад када како као ко која које који којих којој којем колико ли ми мој моје може могу му на над не него није нису о од он она они оно ова ове овај ово по под пре при с са се су шта што та тај те ти то ту у уз ви за зашто',
);
const UKRAINIAN = words(
  'а або але б без би був бути була було були в вам вас ви від він вона вони воно все всі де до для є з за зі і із й його її їх коли котрий куди ми може можна на над навіщо нам нас не ні о об от по під при про скільки та так також там те ти то тому ту у хто це цей ця ці чи чому що щоб я як яка яке який які',
);

/** What the lists lack: articles, and words of a question that say that it is one, not what it is about. */
const MORE_STOP_WORDS = {
  // Accents as they are written, which the library's list has not.
  el: words(
    'από αυτή αυτό αυτός γιατί δεν είμαι είναι ένα ένας ή θα μας μία μπορώ μου ού πού πότε ποιος ποια ποιο πόσα πόσο πώς σας στις στους τη τι τις του τους των ως όταν όπως',
  ),
  en: ['a', 'please', 'tell', 'get', 'want', 'need', 'know', 'many', 'much', 'us', 'shall', 'may', 'might'],
  da: ['hvordan', 'hvornår'],
  de: ['wann'],
  fi: ['miten'],
  fr: ['comment', 'quand', 'où'],
  hi: words('की के में पर क्या कब कहाँ कहां कैसे क्यों कितना कितनी कितने कौनसा कौनसी मैं हम मेरा मेरी है हैं था थे'),
  id: words('apa berapa di dimana mana'),
  it: ['quando'],
  nl: ['we', 'wanneer', 'waar'],
  pt: ['é', 'onde'],
  ro: words('când cât ce cum unde a o este poate pot se'),
};

const stopSet = (words: string[], more: string[] = []) =>
  // "i'm" is cut into "i" and "m" by the tokenizer, so stop words are cut the same way.
  new Set([...words, ...more].flatMap((word) => normalizeText(word).split(/[^\p{L}\p{N}\p{M}]+/u)).filter(Boolean));

const LANGUAGES: Record<string, Language> = {
  ar: { stem: ar, stopWords: stopSet(arStop) },
  bg: { stem: bg, stopWords: stopSet(bgStop) },
  cs: { stem: beginning, stopWords: stopSet(CZECH) },
  da: { stem: da, stopWords: stopSet(daStop, MORE_STOP_WORDS.da) },
  de: { stem: de, stopWords: stopSet(deStop, MORE_STOP_WORDS.de) },
  el: {
    stem: el,
    stopWords: stopSet(
      elStop.map((word) => word.replace(/σ$/, 'ς')),
      MORE_STOP_WORDS.el,
    ),
  },
  en: { stem: en, stopWords: stopSet(enStop, MORE_STOP_WORDS.en) },
  es: { stem: es, stopWords: stopSet(esStop) },
  fi: { stem: fi, stopWords: stopSet(fiStop, MORE_STOP_WORDS.fi) },
  fr: { stem: fr, stopWords: stopSet(frStop, MORE_STOP_WORDS.fr) },
  hi: { stem: hi, stopWords: stopSet(hiStop, MORE_STOP_WORDS.hi) },
  hu: { stem: hu, stopWords: stopSet(huStop) },
  id: { stem: id, stopWords: stopSet(idStop, MORE_STOP_WORDS.id) },
  it: { stem: it, stopWords: stopSet(itStop, MORE_STOP_WORDS.it) },
  nl: { stem: nl, stopWords: stopSet(nlStop, MORE_STOP_WORDS.nl) },
  no: { stem: no, stopWords: stopSet(noStop) },
  pl: { stem: beginning, stopWords: stopSet(POLISH) },
  pt: { stem: pt, stopWords: stopSet(ptStop, MORE_STOP_WORDS.pt) },
  ro: { stem: ro, stopWords: stopSet(roStop, MORE_STOP_WORDS.ro) },
  ru: { stem: ru, stopWords: stopSet(ruStop) },
  sr: { stem: sr, stopWords: stopSet([...SERBIAN, ...SERBIAN_IN_CYRILLIC]) },
  sv: { stem: sv, stopWords: stopSet(svStop) },
  ta: { stem: ta, stopWords: stopSet(taStop) },
  tr: { stem: tr, stopWords: stopSet(trStop) },
  uk: { stem: uk, stopWords: stopSet(UKRAINIAN) },
};

/** The language's rules, or undefined for one we have none for. */
export function languageRules(code: string): Language | undefined {
  return LANGUAGES[code];
}

/**
 * What makes a question of a sentence in languages whose index holds pairs of characters: there it cannot be left out word by
 * word, and "what is X?" would find a passage that says "what" before the one that says X. (Measured on 1,002 Chinese and
 * 1,029 Japanese questions, see docs/quality.md.) Longer ones first: an alternation takes the first that fits.
 */
const QUESTION_WORDS: Record<string, RegExp> = {
  zh: /(?:指的)?是(?:什[么麼]|甚[么麼]|[谁誰]|怎[么麼样樣]|如何|[几幾]|多少|哪)|[为為](?:什[么麼]|何)|什[么麼](?:[时時]候|[样樣])?|甚[么麼]|怎[么麼]?[样樣]?|如何|多少|[几幾][个個]?|哪(?:[个個]|些|里|裡|[儿兒]|一[种種个個]|[种種年天位])?|[谁誰]|何[时時处處地年]|是否|能否|可否|[请請][问問]|有[没沒]有|是不是|能不能|可不可以|[吗嗎呢吧]/gu,
  ja: /どのように|どのくらい|どのような|どれくらい|どれだけ|どうやって|どうして|どちら|どっち|どこ|どれ|どの|どう|なぜ|いつ|いくつ|いくら|何(?:ですか|でしたか|なの|か)?|誰(?:ですか|でしたか|なの|か)?|だれ|なに|なん|(?:の|もの|こと|ところ)?(?:です|でしょう|ます|でした|ました|ません)(?:か|の)|(?:だった|なの|った|した)(?:の|か)?(?=[?？。]|$)|か(?=[?？。]|$)/gu,
  ko: /무엇(?:을|이|은)?(?:인가요|입니까|일까요)?|무슨|어떻게|어떤|어느|어디(?:에서|에|서|로)?|언제(?:까지|부터)?|누구(?:의|를|가)?|누가|얼마나?|몇|왜|(?:인가요|입니까|일까요|습니까|나요|까요|은가요|는가)(?=[\s?？]|$)/gu,
};

/** A question without the words that only say that it is one; as it was where nothing else would be left of it. */
export function withoutQuestionWords(question: string, language: string): string {
  const words = QUESTION_WORDS[language];
  if (!words) return question;
  // A blank in their place: the characters on either side are no pair.
  const rest = question.replace(words, ' ');
  return /[\p{L}\p{N}]/u.test(rest) ? rest : question;
}

const SCRIPTS: [RegExp, string[]][] = [
  // Kana decides for Japanese at a tenth of the letters: the rest is Han, as in Chinese.
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/gu, ['ja']],
  [/\p{Script=Han}/gu, ['zh']],
  [/\p{Script=Hangul}/gu, ['ko']],
  [/\p{Script=Thai}/gu, ['th']],
  [/\p{Script=Arabic}/gu, ['ar', 'fa', 'ur']],
  [/\p{Script=Cyrillic}/gu, ['ru', 'uk', 'bg', 'sr']],
  [/\p{Script=Greek}/gu, ['el']],
  [/\p{Script=Devanagari}/gu, ['hi']],
  [/\p{Script=Tamil}/gu, ['ta']],
  [/\p{Script=Hebrew}/gu, ['he']],
];
/** Letters that a language has and the first one of its script has not. */
const OWN_LETTERS: Record<string, RegExp> = { fa: /[پچژگ]/, ur: /[ٹڈڑےں]/, uk: /[іїєґ]/, sr: /[јљњћђџ]/ };
const LATIN = ['en', 'de', 'es', 'fr', 'it', 'pt', 'nl', 'sv', 'da', 'no', 'fi', 'tr', 'pl', 'cs', 'ro', 'hu', 'id', 'sr'];

/**
 * The likeliest language of a text, by its script, by letters that only one language of the script has, and then by the share of
 * its words that are stop words of each. Good for a passage; for a question of a few words give `fallback`, used where nothing
 * speaks clearly.
 */
export function detectLanguage(text: string, fallback = 'en'): string {
  const sample = normalizeText(text.slice(0, 4_000));
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  const candidates = SCRIPTS.find(([script, [first]]) => (sample.match(script)?.length ?? 0) > letters * (first === 'ja' ? 0.1 : 0.4))?.[1] ?? LATIN;
  if (candidates.length === 1) return candidates[0] as string;
  const own = candidates.find((language) => OWN_LETTERS[language] && (sample.match(new RegExp(OWN_LETTERS[language], 'gu'))?.length ?? 0) > letters / 100);
  if (own) return own;
  const said = sample.match(/[\p{L}\p{M}]+/gu) ?? [];
  const share = (language: string) => said.filter((word) => LANGUAGES[language]?.stopWords.has(word)).length;
  // What speaks for none of them is the fallback's, or of a script's first language.
  let best = candidates === LATIN || candidates.includes(fallback) ? fallback : (candidates[0] ?? fallback);
  let most = share(best);
  for (const language of candidates) {
    const n = share(language);
    if (n > most) [best, most] = [language, n];
  }
  return best;
}
