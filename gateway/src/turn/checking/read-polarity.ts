import { analyzeText } from '../../knowledge/analyze-text.ts';

/** What a clause denies. */
export interface Polarity {
  /** Whether the clause as a whole is denied: "is not …", "no … is". */
  isDenied: boolean;
  /** The lexemes that the denial bears on: "refund" of "not refundable". */
  denied: Set<string>;
  /** Lexemes only left out, while the clause itself is affirmed: "fee" of "without a fee", "free of a fee". */
  without: Set<string>;
}

const DENIALS =
  /(?<![\p{L}\p{M}])(?:not|no|never|cannot|neither|nor|none|nobody|(?:ca|wo|do|does|is|are|did|must|need|should|were|was|would|could|have|has)n['’]?t|nicht|kein(?:e[rnms]?)?|nie(?:mals)?|weder|nunca|jam[aá]s|ning[uú]n[ao]?|tampoco|pas|jamais|aucune?|non|nessun[ao]?|mai|n[aã]o|niet|geen|لا|لن|لم|ليس|ليست|ولا|ممنوع)(?![\p{L}\p{M}])|n['’]t\b/giu;
/** Turns what it is said of into its contrary, and a denial beside it back. */
const EXCLUDES = /\bexcluded from|\bausgeschlossen\b|\bexclue?s? (?:de|des|du)\b|\bexcluid[oa]s? de\b|\besclus[oaie] da\p{L}*/iu;
const LEFT_OUT =
  /(?<![\p{L}\p{M}])(?:non-|(?:without|free (?:of|from)|excluding|except(?: for)?|ohne|frei von|sin|sans|hors|senza|zonder|بدون|دون|غير)(?![\p{L}\p{M}]))\s?/giu;
/** "not later than", "not only": a limit or an addition, no denial. */
const NO_DENIAL =
  /^\s*(?:(?:only|just|nur|s[oó]lo|solo|seulement|solamente)(?![\p{L}])|(?:more|later|longer|less|fewer|earlier|sooner|higher|lower|greater|mehr|später|länger|weniger|früher|m[aá]s|menos|plus|moins|pi[uù]|meno|oltre|über|unter)(?![\p{L}]))/iu;
const CJK_DENIALS = /不(?!仅|但|过|同|超|少|晚|迟|足)|没有?|無(?!料|理)|无(?!理由)|未|勿|禁止|ません|ない(?!ように)|不可/gu;
const CJK_FREE = /无理由|無料|免费/gu;

/** Reads what a clause denies. The words are compared as the index knows them, so in any form. */
export function readPolarity(clause: string, language: string): Polarity {
  const polarity: Polarity = { isDenied: false, denied: new Set(), without: new Set() };
  for (const match of clause.matchAll(LEFT_OUT)) {
    const head = headOf(clause.slice(match.index + match[0].length), language);
    if (head) polarity.without.add(head);
  }
  for (const match of clause.matchAll(DENIALS)) {
    const behind = clause.slice(match.index + match[0].length);
    if (NO_DENIAL.test(behind) || behind.startsWith('-')) continue;
    // "No, …" answers the question; what follows says how.
    if (!/[\p{L}\p{N}]/u.test(clause.slice(0, match.index)) && /^\s*(?:\p{P}|$)/u.test(behind)) continue;
    polarity.isDenied = true;
    const head = headOf(behind, language);
    // Where nothing follows ("liefern wir nicht") it bears on what came before.
    for (const lexeme of head ? [head] : analyzeText(clause.slice(0, match.index), language)) polarity.denied.add(lexeme);
  }
  const excludes = EXCLUDES.exec(clause);
  if (excludes) {
    polarity.isDenied = !polarity.isDenied;
    const behind = analyzeText(clause.slice(excludes.index + excludes[0].length), language).slice(0, 1);
    const heads = behind.length > 0 ? behind : analyzeText(clause.slice(0, excludes.index), language);
    polarity.denied = new Set(polarity.isDenied ? heads : []);
  }
  for (const match of clause.replace(CJK_FREE, '  ').matchAll(CJK_DENIALS)) {
    polarity.isDenied = true;
    // Chinese denies what follows, Japanese what came before.
    const isBehind = /[ぁ-ん]/u.test(match[0]);
    const words = [
      ...(isBehind ? clause.slice(0, match.index) : clause.slice(match.index + match[0].length)).matchAll(/\p{Script=Han}{2,}|[\p{Script=Katakana}ー]{2,}/gu),
    ];
    const head = (isBehind ? words.at(-1) : words[0])?.[0].slice(0, 2);
    if (head) polarity.denied.add(head);
  }
  return polarity;
}

/** The first word with a meaning; "a" has none, though it is no stop word. */
function headOf(text: string, language: string): string | undefined {
  return analyzeText(text, language).find((lexeme) => lexeme.length > 1);
}

/** Pairs, the negative one second, of which a clause that says the one does not bear a sentence that says the other. */
const OPPOSITES: [RegExp, RegExp][] = [
  [/\b(?:full|voll\p{L}{0,2}|llen[oa]s?|pleine?s?|pien[oaie])\b/iu, /\b(?:empty|leer\p{L}{0,2}|vací[oa]s?|vides?|vuot[oaie])\b/iu],
  [
    /\b(?:open|opened|opens|geöffnet|offen|abiert[oa]s?|ouverte?s?|apert[oaie])\b|开放|営業|مفتوح/iu,
    /\b(?:closed|closes|shut|geschlossen|cerrad[oa]s?|fermée?s?|chius[oaie])\b|休息|休業|定休|مغلق/iu,
  ],
  [
    /\b(?:mandatory|required|compulsory|obligatory|pflicht|verpflichtend|erforderlich|obligatori[oae]s?|obligatoires?)\b|必须|必須/iu,
    /\b(?:optional|voluntary|freiwillig|opcional(?:es)?|facultati\w+|facoltativ\w)\b|可选|任意/iu,
  ],
  [
    /\b(?:allowed|permitted|welcome|erlaubt|gestattet|permitid[oa]s?|autorisée?s?|ammess[oaie])\b/iu,
    /\b(?:forbidden|prohibited|banned|verboten|untersagt|prohibid[oa]s?|interdite?s?|vietat[oaie])\b|禁止|ممنوع/iu,
  ],
  [
    /\b(?:includ\w+|inklusive|enthalten|inbegriffen|incluid[oa]s?|inclus[oaie]?s?|comprise?s?)\b/iu,
    /\b(?:exclud\w+|extra charge|exklusive|ausgeschlossen|excluid[oa]s?|exclus[oaie]?s?)\b/iu,
  ],
  [/\bpossible\b|\bmöglich\b|\bposible\b|\bpossibile\b/iu, /\bimpossible\b|\bunmöglich\b|\bimposible\b|\bimpossibile\b/iu],
  [/\bavailable\b|\bverfügbar\b|\bdisponib\w+/iu, /\bunavailable\b|\bsold out\b|\bausverkauft\b|\bagotad\w+|\bindisponib\w+/iu],
  [
    /\b(?:at least|minimum|mindestens|al menos|au moins|almeno|no less than)\b|至少/iu,
    /\b(?:at most|maximum|no more than|höchstens|maximal|como máximo|au plus|al massimo|up to)\b|最多/iu,
  ],
  [/\b(?:before|prior to|vor|vorher|antes de|avant|prima)\b|之前|以前|قبل/iu, /\b(?:after|nach|nachher|después de|après|dopo)\b|之后|以后|بعد/iu],
  [
    /\b(?:above|over|more than|über|mehr als|más de|plus de|oltre)\b|以上/iu,
    /\b(?:below|under|less than|unter|weniger als|menos de|moins de|meno di)\b|以下|未满/iu,
  ],
  [/\b(?:increases?|rises?|steigt|erhöht|aumenta|augmente)\b/iu, /\b(?:decreases?|falls?|sinkt|disminuye|baisse|diminuisce)\b/iu],
];

/** Of how many of the pairs a denial of the one is the other: "not open" is closed, "not before" is not after. */
const STATES = 7;
/** Restricts, so that a denial of the rest follows from it: "only for members". */
const RESTRICTS = /\b(?:only|nur|ausschließlich|s[oó]lo|solamente|únicamente|seulement|uniquement|soltanto|unicamente)\b|仅|只|のみ/iu;
/** Said of everything and for ever, they must be in the source. */
const ABSOLUTE =
  /\b(?:always|never|unlimited|lifetime|forever|guaranteed|immer|niemals|lebenslang\p{L}*|unbegrenzt\p{L}*|siempre|nunca|ilimitad[oa]s?|toujours|illimitée?s?|sempre|illimitat[oaie])(?![\p{L}])/iu;

/** Whether `said` claims the opposite of what `source` says by a word: "open" for "closed", "worn" for "unworn". */
export function isOpposite(said: string, isSaidDenied: boolean, source: string, isSourceDenied: boolean): boolean {
  return (
    OPPOSITES.some(([one, other], i) => {
      if (i >= STATES && (isSaidDenied || isSourceDenied)) return false;
      const side = (text: string, isDenied: boolean) => (Number(one.test(text)) - Number(other.test(text))) * (isDenied ? -1 : 1);
      return side(said, isSaidDenied) * side(source, isSourceDenied) === -1;
    }) ||
    isNegatedIn(said, source) ||
    isNegatedIn(source, said)
  );
}

/** Whether a denial follows from a source that denies nothing: it says the contrary word, or restricts. */
export function bearsDenial(source: string): boolean {
  return RESTRICTS.test(source) || OPPOSITES.slice(0, STATES).some(([, negative]) => negative.test(source));
}

/** Says under which condition, not that it is so: "if the tank is not full". */
export function isCondition(clause: string): boolean {
  return /^\s*(?:if|unless|in case|as long as|wenn|falls|sofern|solange|si|se|als|إذا|如果|若)\b|^\s*(?:إذا|如果|若)/iu.test(clause);
}

/** Whether a text promises for everything or for ever what the source does not. */
export function isAbsolute(said: string, source: string): boolean {
  return ABSOLUTE.test(said) && !ABSOLUTE.test(source);
}

function isNegatedIn(text: string, other: string): boolean {
  const words = (of: string) => new Set(of.toLowerCase().match(/\p{L}+/gu));
  const [here, there] = [words(text), words(other)];
  return [...here].some((word) => word.length > 3 && !there.has(word) && (there.has(`un${word}`) || there.has(`non${word}`)) && !here.has(`un${word}`));
}
