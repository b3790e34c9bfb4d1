// Days without anything are left out by the API; a chart without them would show a calm week as a steep line.

import type { Metrics } from "../../api/model";

const DAY = 24 * 60 * 60 * 1000;
/** More would be thinner than a pixel. */
const MOST = 400;

const startOf = (at: string) => Date.parse(`${at.slice(0, 10)}T00:00:00Z`);

/** Every day of the window, oldest first; without a bounded window from the first day that has something. */
export function everyDay<T extends { day: string }>(days: readonly T[], { window, from, to }: Pick<Metrics, "window" | "from" | "to">, none: (day: string) => T): T[] {
  const there = new Map(days.map((each) => [startOf(each.day), each]));
  const known = [...there.keys()].toSorted((a, b) => a - b);
  const last = Math.max(startOf(to), known.at(-1) ?? 0);
  const first = Math.max(Math.min(window === "all" ? last : startOf(from), known[0] ?? last), last - (MOST - 1) * DAY);
  if (known.length === 0) return [];
  const every: T[] = [];
  for (let at = first; at <= last; at += DAY) every.push(there.get(at) ?? none(new Date(at).toISOString().slice(0, 10)));
  return every;
}
