/** What in a text must be right to the letter: a number with its unit, a time, a date, a day, a month, a telephone number, a link. */
export interface Fact {
  kind: 'number' | 'time' | 'date' | 'day' | 'month' | 'phone' | 'link';
  /** All that it can mean: "3/1/2026" is two dates, "9" of "9 to 5 pm" two times. */
  values: string[];
  unit: string;
  start: number;
  end: number;
  /** "a month" says 1 where somebody asks for it, but states no number. */
  isWeak?: boolean;
  /** Written in letters. */
  isWord?: boolean;
}

const LINK =
  /\bhttps?:\/\/[^\s)>\]"'<，。、]+|(?<=\]\()[^)\s]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b(?:[\p{Ll}\d-]+\.)+[a-z]{2,}\b(?:\/[^\s)>\]"'<，。、]*)?|\bwww\.[^\s)>\]"'<，。、]+/gu;
const RANGE = '(?:-|–|—|~|〜|至|to|and|or|until|till|bis|und|oder|a|al|alle|e|y|à|et|au|から|إلى|الى)';
const NUMBER = "\\d{1,3}(?:[ \\u00a0\\u202f]\\d{3})+(?:[.,]\\d+)?(?!\\d)|\\d+(?:[.,'’]\\d+)*";

const LANGUAGES = ['en', 'de', 'es', 'fr', 'it', 'pt', 'nl', 'sv', 'da', 'no', 'fi', 'tr', 'ru', 'ar'];
const LATIN_SHORT_DAYS = ['en', 'de'];

/** "März" and "marz", "Mondays" and "montags": names of months and days without case, accents and a plural's s. */
const bare = (word: string) => word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/\.$/, '');
function calendarWords(options: Intl.DateTimeFormatOptions, dates: Date[], languages: string[]): Map<string, number> {
  const words = new Map<string, number>();
  for (const language of languages) {
    const format = new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' });
    for (const [i, date] of dates.entries()) {
      // With a day beside it, languages that inflect their months say them as dates do.
      const word = format.formatToParts(date).find(({ type }) => type === 'month' || type === 'weekday')?.value ?? '';
      if (!/\d/.test(word)) words.set(bare(word), i + 1);
    }
  }
  return words;
}
const MONTH_DATES = Array.from({ length: 12 }, (_, month) => new Date(Date.UTC(2026, month, 15)));
/** 5 January 2026 was a Monday. */
const DAY_DATES = Array.from({ length: 7 }, (_, day) => new Date(Date.UTC(2026, 0, 5 + day)));
const MONTHS = calendarWords({ month: 'long', day: 'numeric' }, MONTH_DATES, LANGUAGES);
const SHORT_MONTHS = calendarWords({ month: 'short', day: 'numeric' }, MONTH_DATES, ['en', 'de', 'es', 'fr', 'it']);
const DAYS = calendarWords({ weekday: 'long' }, DAY_DATES, LANGUAGES);
const SHORT_DAYS = calendarWords({ weekday: 'short' }, DAY_DATES, LATIN_SHORT_DAYS);
const CJK_DAYS = /(?:周|星期|礼拜)([一二三四五六日天])|([月火水木金土日])曜/gu;

/** Units by the word behind the number, without case and accents; German puts them behind other words ("Werktage"). */
const UNITS: [string, RegExp][] = [
  ['day', /^(?:days?|\p{L}*tage?[sn]?|dias?|jours?|jornadas?|giorn[oi]|dagen|dag|يوما?|ايام|天|日|个?工作日|営業日)$/u],
  ['week', /^(?:weeks?|wochen?|semanas?|semaines?|settiman[ae]|weken|اسبوعا?|اسابيع|周|星期|週間?)$/u],
  ['month', /^(?:months?|monat(?:en?|s)?|mes(?:es)?|mois|mes[ei]|maanden|شهرا?|اشهر|شهور|个月|か月|ヶ月|カ月)$/u],
  ['year', /^(?:years?|jahr(?:en?|es)?|anos?|ans?|annees?|ann[oi]|jaar|سنه|سنوات|عاما?|اعوام|年)$/u],
  ['hour', /^(?:hours?|hrs?|stunden?|horas?|heures?|or[ae]|uur|ساعه|ساعات|个?小时|時間)$/u],
  ['minute', /^(?:minutes?|mins?|minuten?|minutos?|minut[oi]|دقيقه|دقائق|分钟?)$/u],
  ['second', /^(?:seconds?|secs?|sekunden?|segundos?|secondes?|second[oi]|秒)$/u],
  ['%', /^(?:%|٪|percent|prozent|porcento|パーセント|بالمائه|بالمئه)$/u],
  ['eur', /^(?:€|euros?|eur|يورو|欧元|ユーロ)$/u],
  ['usd', /^(?:\$|dollars?|dolares|dollari|usd|us\$|دولارا?|美元|ドル)$/u],
  ['gbp', /^(?:£|pounds?|gbp|pfund|libras?|livres|sterling|英镑|ポンド)$/u],
  ['yen', /^(?:¥|yen|yuan|rmb|cny|jpy|元|块|円)$/u],
  ['chf', /^(?:chf|franken|francs?|sfr)$/u],
  ['riyal', /^(?:ريالا?|ريالات|sar)$/u],
  ['dirham', /^(?:درهما?|دراهم|aed)$/u],
  ['cent', /^(?:cents?|ct|centimes?|centesimi|pence|p)$/u],
  ['degree', /^(?:°c?|degrees?|grad|grados|degres|gradi|度)$/u],
  ['m2', /^(?:m2|sqm|qm|平方米)$/u],
  ...['km', 'kg', 'cm', 'mm', 'gb', 'mb', 'tb', 'kb'].map((unit): [string, RegExp] => [unit, new RegExp(`^${unit}$`, 'u')]),
  ['thousand', /^(?:thousand|tausend|mil|mille|mila)$/u],
  ['million', /^(?:millions?|millionen|millon(?:es)?|milion[ie]|m(?:io|n))$/u],
];
const CJK_UNIT =
  /^\s?(个?工作日|営業日|个月|か月|ヶ月|カ月|个?小时|時間|分钟|週間|パーセント|平方米|欧元|美元|英镑|ユーロ|ドル|ポンド|[天日周星年分秒元块円度])/u;
/** Words between a number and its unit that do not change it. */
const BETWEEN = /^(?:working|business|calendar|full|whole|consecutive|further|more|per|por|pour|volle|ganze|weitere|us|british|laufende|freie)$/u;

const list = (words: string, from = 0): [string, number][] => words.split(' ').map((word, i) => [bare(word), from + i]);
const tens = (words: string): [string, number][] => words.split(' ').map((word, i) => [bare(word), 20 + 10 * i]);
/** Number words from 2 on; "one" is an article in most languages. */
const NUMBER_WORDS: Record<string, Map<string, number>> = Object.fromEntries(
  Object.entries({
    en: [
      ...list('two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen', 2),
      ...tens('twenty thirty forty fifty sixty seventy eighty ninety hundred'),
    ],
    de: [
      ...list('zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn', 2),
      ...tens('zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert'),
    ],
    es: [
      ...list('dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve', 2),
      ...tens('veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien'),
    ],
    fr: [
      ...list('deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize', 2),
      ...tens('vingt trente quarante cinquante soixante'),
    ],
    it: [
      ...list('due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove', 2),
      ...tens('venti trenta quaranta cinquanta sessanta settanta ottanta novanta cento'),
    ],
    pt: [...list('dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze', 2), ...tens('vinte trinta quarenta cinquenta sessenta')],
    nl: [...list('twee drie vier vijf zes zeven acht negen tien elf twaalf', 2), ...tens('twintig dertig veertig vijftig zestig')],
    ar: [
      ...list('ثلاثه اربعه خمسه سته سبعه ثمانيه تسعه عشره', 3),
      ...list('ثلاث اربع خمس ست سبع ثماني تسع عشر', 3),
      ...tens('عشرون ثلاثون اربعون خمسون ستون سبعون ثمانون تسعون'),
      ...tens('عشرين ثلاثين اربعين خمسين ستين سبعين ثمانين تسعين'),
    ],
  }).map(([language, words]) => [language, new Map(words)]),
);
/** Two of something in one word. */
const ARABIC_PAIRS: Record<string, string> = { يومين: 'day', اسبوعين: 'week', شهرين: 'month', سنتين: 'year', عامين: 'year', ساعتين: 'hour', دقيقتين: 'minute' };
const ONE = /^(?:one|a|an|ein|eine[mnrs]?|eine|un|una|une|uno|einmal|once)$/u;
const CJK_DIGITS = '〇一二三四五六七八九';

/**
 * One spelling of digits, spaces and letters that people write either way (NFKC leaves them): "٢٥" is 25, "Yılmaz" is
 * also "Yilmaz". As long as the text for letters of the languages we know, so places in it stay comparable.
 */
export function foldText(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0))
    .replace(/[ıİøØłŁđĐ]/g, (letter) => ({ ı: 'i', İ: 'I', ø: 'o', Ø: 'O', ł: 'l', Ł: 'L', đ: 'd', Đ: 'D' })[letter] ?? letter)
    .replace(/(?<=\d)٫(?=\d)/g, '.')
    .replace(/(?<=\d)٬(?=\d)/g, ',');
}

/**
 * The facts of a folded text, in order. Each kind is read from what the kinds before it left, so the 24 of a date is not
 * a number besides.
 * @param languages whose number words are understood: "due" is 2 in Italian only.
 */
export function readFacts(folded: string, languages: string[]): Fact[] {
  const facts: Fact[] = [];
  let left = folded;
  const take = (pattern: RegExp, read: (match: RegExpExecArray) => Omit<Fact, 'start' | 'end'>[] | undefined) => {
    for (const match of [...left.matchAll(pattern)]) {
      const found = read(match);
      if (!found) continue;
      const [start, end] = [match.index, match.index + match[0].length];
      facts.push(...found.map((fact) => ({ ...fact, start, end })));
      left = left.slice(0, start) + ' '.repeat(end - start) + left.slice(end);
    }
  };
  take(LINK, ([link]) => (/^\W*$/.test(link) ? undefined : [{ kind: 'link', values: [bareLink(link)], unit: '' }]));
  takeDates(take);
  takeTimes(take);
  take(/(?:\+|\(?0|\d{2,}-)[\d\s()./–-]{5,}\d/gu, ([phone]) => {
    const digits = phone.replace(/\D/g, '').replace(/^0+/, '');
    return digits.length < 6 ? undefined : [{ kind: 'phone', values: [digits], unit: '' }];
  });
  takeNumbers(left, languages, facts);
  takeDays(left, facts);
  return facts.sort((a, b) => a.start - b.start);
}

/** "https://www.shop.example/" and "shop.example" lead to the same place. */
export function bareLink(link: string): string {
  return link
    .toLowerCase()
    .replace(/^(?:https?:)?\/\/|^mailto:|^tel:/, '')
    .replace(/^www\./, '')
    .replace(/[.,;:!?。，]+$/, '')
    .replace(/\/$/, '');
}

type Take = (pattern: RegExp, read: (match: RegExpExecArray) => Omit<Fact, 'start' | 'end'>[] | undefined) => void;

function takeDates(take: Take): void {
  const date = (month: number | undefined, days: (string | undefined)[], year?: string): Omit<Fact, 'start' | 'end'>[] | undefined => {
    const valid = days.filter((day) => day !== undefined && Number(day) >= 1 && Number(day) <= 31);
    if (!month || month > 12 || valid.length === 0) return undefined;
    return [
      ...valid.map((day) => ({ kind: 'date' as const, values: [`${month}-${Number(day)}`], unit: '' })),
      ...(year ? [{ kind: 'number' as const, values: [year.length === 2 ? `20${year}` : year], unit: '' }] : []),
    ];
  };
  take(/\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b/gu, ([, year, month, day]) => date(Number(month), [day], year));
  take(/(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号]/gu, ([, year, month, day]) => date(Number(month), [day], year));
  take(/\b(\d{1,2})([/.-])(\d{1,2})\2\s?(\d{4}|\d{2})\b/gu, ([, first, mark, second, year]) => {
    const read = date(Number(second), [first], year);
    const swapped = mark === '/' ? date(Number(first), [second], year) : undefined;
    if (!read || !swapped) return read ?? swapped;
    return read.map((fact, i) => ({ ...fact, values: [...new Set([...fact.values, ...(swapped[i]?.values ?? [])])] }));
  });
  take(/(?<=\b(?:am|vom|bis|ab|zum|dem|den|der)\s)(\d{1,2})\.\s?(\d{1,2})\.(?!\d)/giu, ([, day, month]) => date(Number(month), [day]));
  const month = (word: string | undefined) => (word === 'may' ? undefined : (MONTHS.get(bare(word ?? '')) ?? SHORT_MONTHS.get(bare(word ?? ''))));
  take(
    new RegExp(
      `(?:(?<!\\d)(\\d{1,2})(?:st|nd|rd|th|\\.|°)?\\s?${RANGE}\\s?)?(?<![\\d.,:])(\\d{1,2})(?:st|nd|rd|th|er|\\.|°|º|o\\b)?\\s?(?:of |de |di |d['’])?(\\p{L}{3,})\\.?(?:,? (?:de |del |of )?(\\d{4}))?`,
      'giu',
    ),
    ([, first, day, word, year]) => date(month(word), [first, day], year),
  );
  take(/(?<!\p{L})(\p{L}{3,})\.? (\d{1,2})(?:st|nd|rd|th)?(?![\d:%])(?:,? (\d{4}))?/giu, ([, word, day, year]) => date(month(word), [day], year));
}

function takeTimes(take: Take): void {
  const time = (hour: string | undefined, minute: string | undefined, half: string): string[] => {
    const [h, m] = [Number(hour), Number(minute ?? 0)];
    if (h > 24 || m > 59) return [];
    const isLate = /^(?:p|下午|晚上|午後)/.test(half) && h < 12;
    const isMidnight = /^(?:a|上午|午前)/.test(half) && h === 12;
    return [`${(isLate ? h + 12 : isMidnight ? 0 : h) * 60 + m}`];
  };
  const fact = (values: string[]): Omit<Fact, 'start' | 'end'>[] => (values.length > 0 ? [{ kind: 'time', values, unit: '' }] : []);
  take(
    new RegExp(`(?:\\b(\\d{1,2})(?:[:.](\\d{2}))?\\s?${RANGE}\\s?)?\\b(\\d{1,2})(?:[:.](\\d{2}))?\\s?([ap])\\.?m\\b\\.?`, 'giu'),
    ([, fromHour, fromMinute, hour, minute, half]) => [
      // "9 to 5 pm" begins in the morning, "3 to 5 pm" does not; both may be said of it.
      ...(fromHour ? fact([...time(fromHour, fromMinute, 'a'), ...time(fromHour, fromMinute, 'p')]) : []),
      ...fact(time(hour, minute, half?.toLowerCase() ?? '')),
    ],
  );
  take(/(上午|下午|晚上|午前|午後)?(\d{1,2})(?:[点點时]|時(?!間))(?:(\d{1,2})分|(半))?/gu, ([, half, hour, minute, isHalf]) =>
    fact(time(hour, isHalf ? '30' : minute, half ?? '')),
  );
  take(
    new RegExp(`(?:\\b(\\d{1,2})(?:[:.](\\d{2}))?\\s?${RANGE}\\s?)?\\b(\\d{1,2})(?:[:.](\\d{2}))?\\s?(?:uhr|h)(?:\\s?(\\d{2}))?\\b`, 'giu'),
    ([, fromHour, fromMinute, hour, minute, after]) => [...(fromHour ? fact(time(fromHour, fromMinute, '')) : []), ...fact(time(hour, minute ?? after, ''))],
  );
  take(/\b(\d{1,2}):(\d{2})\b(?!:)/gu, ([, hour, minute]) => {
    const found = fact(time(hour, minute, ''));
    return found.length > 0 ? found : undefined;
  });
}

function takeNumbers(text: string, languages: string[], facts: Fact[]): void {
  const words = languages.map((language) => NUMBER_WORDS[language]).filter((known) => known !== undefined);
  const pattern = new RegExp(
    `(?:(€|\\$|£|¥|\\b(?:eur|usd|gbp|chf)) ?)?(?<!\\b[kc]?m)(${NUMBER})|\\p{L}[\\p{L}\\p{M}]*(?:-\\p{L}+)?|[〇一二两三四五六七八九十]+`,
    'giu',
  );
  const found: (Fact & { isAlone: boolean })[] = [];
  for (const match of text.matchAll(pattern)) {
    const [whole, before, digits] = match;
    const [start, end] = [match.index, match.index + whole.length];
    const push = (value: string, unit: string, isWeak = false) =>
      found.push({ kind: 'number', values: [value], unit, start, end, isAlone: unit === '', isWeak, isWord: !digits });
    if (digits) {
      push(bareNumber(digits), (before && unitOf(before)) || unitBehind(text.slice(end)));
      continue;
    }
    if (/^\p{Script=Han}/u.test(whole)) {
      for (const han of whole.matchAll(/[〇一二两三四五六七八九十]+/gu)) {
        const unit = unitBehind(text.slice(start + han.index + han[0].length));
        if (unit) push(String(hanNumber(han[0])), unit);
      }
      continue;
    }
    const word = bareArabic(bare(whole));
    const pair = ARABIC_PAIRS[word];
    if (pair) push('2', pair);
    const numberOf = (of: string) => words.map((known) => wordNumber(of, known)).find((number) => number !== undefined);
    const value = numberOf(word);
    // "a two-year warranty"
    const [first = '', second = ''] = word.split('-');
    const [joined, unit] = [numberOf(first), unitOf(second)];
    if (value !== undefined) push(String(value), unitBehind(text.slice(end)));
    else if (joined !== undefined && unit) push(String(joined), unit);
    else if (ONE.test(word) && unitBehind(text.slice(end))) push('1', unitBehind(text.slice(end)), word !== 'one');
    else if (first === 'one' && unit) push('1', unit);
  }
  // "3 to 5 days": what stands behind the second is the unit of both.
  for (const [i, fact] of found.entries()) {
    const next = found[i + 1];
    if (fact.isAlone && next && new RegExp(`^\\s?${RANGE}?\\s?[€$£]?\\s?$`, 'iu').test(text.slice(fact.end, next.start))) fact.unit = next.unit;
    const { isAlone: _isAlone, ...rest } = fact;
    facts.push(rest);
  }
}

const bareArabic = (word: string) =>
  word
    .replace(/[آأإ]/g, 'ا')
    .replace(/ى/g, 'ي')
    .replace(/ة/g, 'ه')
    .replace(/[\u064B-\u065F\u0640]/g, '');

function wordNumber(word: string, known: Map<string, number>): number | undefined {
  const [ten, one] = word.split('-');
  if (ten && one) {
    const [left, right] = [known.get(ten), known.get(one)];
    return left !== undefined && left >= 20 && one === 'one' ? left + 1 : left !== undefined && right !== undefined && right < 10 ? left + right : undefined;
  }
  const german = /^(\p{L}+)und(\p{L}+ig)$/u.exec(word);
  const right = german?.[1] === 'ein' ? 1 : known.get(german?.[1] ?? '');
  const left = known.get(german?.[2] ?? '');
  return german && left !== undefined && right !== undefined ? left + right : known.get(word);
}

function hanNumber(han: string): number {
  const [before, after] = han.includes('十') ? han.split('十') : ['', ''];
  const digit = (character: string | undefined, otherwise: number) =>
    character ? (character === '两' ? 2 : Math.max(0, CJK_DIGITS.indexOf(character))) : otherwise;
  return han.includes('十') ? digit(before, 1) * 10 + digit(after, 0) : digit(han[0], 0);
}

/** "1,200.50", "1.200,50", "1 200,50" and "1200.5" are one number; "4.5" and "45" are two. */
function bareNumber(number: string): string {
  const plain = number.replace(/[ \u00a0\u202f'’]/g, '');
  const marks = plain.match(/[.,]/g) ?? [];
  const last = Math.max(plain.lastIndexOf('.'), plain.lastIndexOf(','));
  const isMixed = new Set(marks).size === 2;
  // One mark with three digits behind it groups thousands, unless a nought stands alone before it.
  const isDecimal = isMixed || (marks.length === 1 && !(plain.length - last === 4 && last <= 3 && plain[0] !== '0'));
  const whole = (isDecimal ? plain.slice(0, last) : plain).replace(/[.,]/g, '').replace(/^0+(?=\d)/, '');
  const rest = isDecimal ? plain.slice(last + 1).replace(/0+$/, '') : '';
  return rest ? `${whole}.${rest}` : whole;
}

function unitOf(word: string): string {
  const plain = bareArabic(bare(word));
  return UNITS.find(([, pattern]) => pattern.test(plain))?.[0] ?? '';
}

function unitBehind(rest: string): string {
  const cjk = CJK_UNIT.exec(rest)?.[1];
  if (cjk) return unitOf(cjk);
  const [, first = '', second = ''] = /^[\s-]{0,2}([%٪€$£¥°]|\p{L}[\p{L}\p{M}\d]*)(?:\s([\p{L}\p{M}]+))?/u.exec(rest) ?? [];
  const unit = unitOf(first);
  if (unit) return unit;
  if (/^(?:per|por|pour)$/iu.test(first) && /^(?:cent|ciento|cento)$/iu.test(second)) return '%';
  return BETWEEN.test(bare(first)) ? unitOf(second) : '';
}

function takeDays(text: string, facts: Fact[]): void {
  const days: Fact[] = [];
  for (const match of text.matchAll(/(?<![\p{L}\p{M}])(?:ال)?\p{L}[\p{L}\p{M}-]*/gu)) {
    const [word] = match;
    const plain = bare(word);
    const place = { unit: '', start: match.index, end: match.index + word.length };
    const day = DAYS.get(plain) ?? DAYS.get(plain.replace(/s$/, '')) ?? DAYS.get(`${plain}-feira`);
    const shortDay = /^\p{Lu}/u.test(word) ? SHORT_DAYS.get(plain) : undefined;
    const month = /^(?:may|march)$/.test(word) ? undefined : MONTHS.get(plain);
    if (day) days.push({ kind: 'day', values: [String(day)], ...place });
    else if (shortDay) days.push({ kind: 'day', values: [String(shortDay)], ...place, isWeak: true });
    else if (month) facts.push({ kind: 'month', values: [String(month)], ...place });
    // Said of every day, it is true of each.
    else if (/^(?:daily|everyday|taglich|diariamente|quotidiennement|giornalmente|quotidianamente)$/.test(plain))
      facts.push({ kind: 'day', values: ['1', '2', '3', '4', '5', '6', '7'], ...place, isWeak: true });
  }
  for (const match of text.matchAll(CJK_DAYS)) {
    const day = match[1] ? '一二三四五六日'.indexOf(match[1].replace('天', '日')) : '月火水木金土日'.indexOf(match[2] ?? '');
    days.push({ kind: 'day', values: [String(day + 1)], unit: '', start: match.index, end: match.index + match[0].length });
  }
  for (const [i, day] of days.entries()) {
    const next = days[i + 1];
    if (!next || !/^\s?(?:-|–|to|through|till|until|bis|a|al|à|au|至|到|から|إلى|الى)\s?$/iu.test(text.slice(day.end, next.start))) continue;
    const [from, to] = [Number(day.values[0]), Number(next.values[0])];
    for (let between = (from % 7) + 1; between !== to; between = (between % 7) + 1)
      facts.push({ ...day, values: [String(between)], start: day.start, end: next.end, isWeak: true });
  }
  facts.push(...days);
}
