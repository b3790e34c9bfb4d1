// Times: short for reading, exact (UTC) on hover and for machines. One clock for the page, not one timer a row.

import { useSyncExternalStore } from "react";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void) {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 15 * SECOND);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The time now, at most fifteen seconds old. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

/** "2m", "3h 10m", "4d": two units at most. */
export function durationText(ms: number): string {
  const whole = Math.max(0, ms);
  if (whole < SECOND) return `${Math.round(whole)} ms`;
  if (whole < MINUTE) return `${Math.round(whole / SECOND)}s`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)}m`;
  if (whole < DAY) {
    const minutes = Math.floor((whole % HOUR) / MINUTE);
    return minutes === 0 ? `${Math.floor(whole / HOUR)}h` : `${Math.floor(whole / HOUR)}h ${minutes}m`;
  }
  return `${Math.floor(whole / DAY)}d`;
}

export function utcText(at: string): string {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return at;
  return `${time.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** How long ago. */
export function Ago({ at }: { at: string }) {
  const since = useNow() - Date.parse(at);
  const text = since < MINUTE ? "now" : since < HOUR ? `${Math.floor(since / MINUTE)}m` : since < DAY ? `${Math.floor(since / HOUR)}h` : `${Math.floor(since / DAY)}d`;
  return (
    <time dateTime={at} title={utcText(at)} className="num">
      {text}
    </time>
  );
}

/** How long until then; says so when it is past. */
export function Until({ at }: { at: string }) {
  const left = Date.parse(at) - useNow();
  return (
    <time dateTime={at} title={utcText(at)} className={left < HOUR ? "num soon" : "num"}>
      {left <= 0 ? "past" : durationText(left)}
    </time>
  );
}

/** The exact time. */
export function Time({ at }: { at: string }) {
  return (
    <time dateTime={at} className="num nowrap">
      {utcText(at)}
    </time>
  );
}

export function Duration({ ms }: { ms: number | null }) {
  return <span className="num">{ms === null ? "–" : durationText(ms)}</span>;
}
