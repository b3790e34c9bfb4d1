// Until when a rule may hold: whole UTC days, tomorrow at the soonest, 90 days at most.

const DAY = 24 * 60 * 60 * 1000;
const MOST = 90;
const USUAL = 30;

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

export function expiryLimits(now: number): { first: string; usual: string; last: string } {
  return { first: dayOf(now + DAY), usual: dayOf(now + USUAL * DAY), last: dayOf(now + MOST * DAY) };
}

/** The beginning of the day: never later than 90 days from now, whatever the hour is. */
export function expiryOf(day: string): string {
  return `${day}T00:00:00.000Z`;
}
