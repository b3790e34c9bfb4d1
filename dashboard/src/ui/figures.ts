// Figures as people read them: money, shares, counts.

/** Small sums keep enough digits to be told from nothing. */
export function usd(amount: number): string {
  const digits = amount !== 0 && Math.abs(amount) < 0.1 ? 4 : 2;
  return `$${amount.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

/** "97 %", "99.8 %"; a dash where there is nothing to divide by. Never 100 % of less than all, never 0 % of something. */
export function share(part: number, whole: number): string {
  if (whole <= 0) return "–";
  const percent = (part / whole) * 100;
  const rounded = percent > 99 || percent < 1 ? Math.round(percent * 10) / 10 : Math.round(percent);
  if (rounded === 100 && part < whole) return "> 99.9 %";
  if (rounded === 0 && part > 0) return "< 0.1 %";
  return `${rounded} %`;
}

export function count(n: number): string {
  return n.toLocaleString("en");
}

/** "1 finding", "1,204 findings". */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}
