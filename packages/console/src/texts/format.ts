import { locale } from './language.ts';

/** A number as it is written in the language of the texts. @param digits that stand behind the point; absent: as many as it has. */
export const number = (value: number, digits?: number): string =>
  new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);

/** What models cost comes in millionths of a dollar. */
export const dollars = (micros: number, digits: number): string =>
  new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD', maximumFractionDigits: digits }).format(micros / 1e6);
