/** Arabic vowel signs, superscript alef and the stretching tatweel: written or left out at will. */
const ARABIC_MARKS = /[\u064B-\u065F\u0670\u0640]/g;

/** One spelling for what readers take as the same text: compatibility forms, case, Arabic vowel signs and alefs, quotes. */
export function normalizeText(text: string): string {
  const folded = text.normalize('NFKC').toLowerCase();
  if (!/[\u0600-\u06FF]/.test(folded)) return folded;
  return (
    folded
      .replace(ARABIC_MARKS, '')
      .replace(/[\u0622\u0623\u0625]/g, '\u0627')
      // Persian writes yeh and kaf with letters of its own, and people's keyboards with either.
      .replace(/[\u0649\u06CC]/g, '\u064A')
      .replace(/\u06A9/g, '\u0643')
      .replace(/\u0629/g, '\u0647')
  );
}
