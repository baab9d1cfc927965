/**
 * A text as Postgres can keep it and give it back unchanged: it stores no NUL, and a lone surrogate would come back as
 * another character and move every span behind it.
 */
export function storableText(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed();
}

/** For JSON.parse: makes every text of a body storable, so that no route has to think of it. */
export function storableValue(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? storableText(value) : value;
}
