/** Who is addressed by a title is a person, whatever the language does with capitals. */
const TITLED =
  /(?<![\p{L}\p{M}])(?:dr|prof|mr|mrs|ms|mx|miss|captain|herrn?|frau|fr|hr|señora?|sr|sra|srta|don|doña|m|mme|mlle|monsieur|madame|signora?|sig|dott|dottor|dottoressa|mister)\.?\s+((?:[\p{L}\p{M}'’-]+\s?){1,3})/giu;
const CAPITALISED = /^(?:\p{Lu}[\p{L}\p{M}'’-]+\s?)+/u;
const CJK_TITLED = /(\p{Script=Han}{1,2})(?=医生|先生|女士|老师|经理|經理|教授|主任|大夫|小姐|様|さん|氏)/gu;
/** Orders to the visitor that open a sentence before a name, and nobody's first name. */
const ORDERS = new Set(
  'ask call contact email e-mail meet visit see write speak use open choose select try with at in on from contacter contactez appelez demandez pregunte contacte llame chiami contatti chiamare kontaktieren fragen'.split(
    ' ',
  ),
);
/** German capitalises all nouns; these endings only nouns have. */
const GERMAN_NOUN =
  /(?:ung|heit|keit|schaft|tion|ität|nis|tum|ling|zeit|preis|kosten|betrag|möglichkeit|fall|tag|tage|tagen|jahr|geld|kunden?|hilfe|weise|recht|frist)(?:en|e|s|es|n)?$/u;
const ARTICLE =
  /(?:^|\s)(?:d(?:er|ie|as|en|em|es)|ein\p{L}*|kein\p{L}*|ihr\p{L}*|unser\p{L}*|mein\p{L}*|sein\p{L}*|jede\p{L}*|alle\p{L}*|dies\p{L}*|viele|einige|zur|zum|beim|im|am|vom|ins|\p{Ll}{3,}(?:e|en|er|es|em))\s+$/u;

export interface Name {
  text: string;
  /** Said with a title: a person that the question alone does not vouch for. */
  isTitled: boolean;
}

/**
 * Names of people, places and products in a sentence: words written with a capital where their place does not ask for
 * one. In German, where nouns do, only what stands without an article and does not end as nouns do.
 */
export function findNames(text: string, language: string): Name[] {
  const names: Name[] = [
    ...[...text.matchAll(TITLED)].map(([, name]) => ({ text: CAPITALISED.exec(name ?? '')?.[0].trim() ?? '', isTitled: true })),
    ...[...text.matchAll(CJK_TITLED)].map(([, name]) => ({ text: (name ?? '').slice(-1), isTitled: true })),
  ];
  const isUnspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Arabic}]/u.test(text);
  for (const match of text.matchAll(isUnspaced ? /[A-Za-z][A-Za-z\d-]{2,}/g : /(?<![\p{L}\p{N}@./-])\p{Lu}[\p{L}\p{M}\p{N}'’-]+/gu)) {
    const before = text.slice(0, match.index);
    const behind = text.slice(match.index + match[0].length);
    const isFirst = !isUnspaced && /(?:^|[.!?…:"“„«(]\s*|\n\s*|[-*•]\s+)(?:\*\*)?$/u.test(before) && !/\b(?:dr|prof|mr|mrs|ms|st)\.\s$/iu.test(before);
    if (language === 'de' && !isUnspaced) {
      if (isFirst || GERMAN_NOUN.test(match[0].toLowerCase()) || ARTICLE.test(before)) continue;
    } else if (isFirst && !(/^\s\p{Lu}\p{Ll}/u.test(behind) && !ORDERS.has(match[0].toLowerCase()))) continue;
    if (/^(?:I|I['’]\p{L}+|AI|OK|FAQ|EUR|USD|GBP|CHF)$/u.test(match[0])) continue;
    names.push({ text: match[0], isTitled: false });
  }
  return names.filter(({ text: name }) => name !== '');
}
