/**
 * A text as Postgres can keep it and give it back unchanged: it stores no NUL, and a lone surrogate would come back as
 * another character and move every span behind it.
 */
export function storableText(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed();
}

/** For JSON.parse: makes every text of a body storable, names included, so that no route has to think of it. */
export function storableValue(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.keys(value).every((name) => storableText(name) === name)
    ? value
    : Object.fromEntries(Object.entries(value).map(([name, part]) => [storableText(name), part]));
}
