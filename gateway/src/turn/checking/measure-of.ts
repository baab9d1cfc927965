/** Facts are rivals where they measure the same, be it in other units: "two years" and "six months". */
export function measureOf(unit: string): string {
  if (/^(?:minute|hour|day|week|month|year)$/.test(unit)) return 'duration';
  return /^(?:eur|usd|gbp|chf|yen|cent|riyal|dirham)$/.test(unit) ? 'money' : unit;
}
