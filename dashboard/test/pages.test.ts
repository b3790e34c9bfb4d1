import { expect, test } from "vitest";
import type { ApprovalView, Page } from "../src/api/model";
import { newsIn } from "../src/pages/approvals/list";
import { heatOf, STEPS } from "../src/pages/attack/heat";
import { everyDay } from "../src/pages/overview/days";
import { precisionOf } from "../src/pages/overview/Triage";
import { expiryLimits, expiryOf } from "../src/pages/settings/expiry";
import { share, usd } from "../src/ui/figures";

const question = (id: string, state = "Pending", plan = "p1", expires = "2026-01-01T00:00:00.000Z") =>
  ({ action: { id }, state, plan_sha256: plan, missing: state === "Pending" ? 1 : 0, expires_at: expires }) as unknown as ApprovalView;
const page = (items: ApprovalView[], next: string | null = null): Page<ApprovalView> => ({ items, next });

test("a question that came, went or has another plan is news", () => {
  const rows = [question("a"), question("b")];
  expect(newsIn(rows, page(rows), false)).toBe(0);
  expect(newsIn(rows, page([...rows, question("c")]), false)).toBe(1);
  expect(newsIn(rows, page([question("a")]), false)).toBe(1);
  expect(newsIn(rows, page([question("a"), question("b", "Pending", "p2")]), false)).toBe(1);
});

test("a question that was answered here is no news", () => {
  expect(newsIn([question("a", "Approved"), question("b")], page([question("b")]), false)).toBe(0);
});

test("what is only not loaded yet is no news", () => {
  const late = question("z", "Pending", "p1", "2026-01-03T00:00:00.000Z");
  expect(newsIn([question("a"), question("b")], page([question("a"), question("b"), late]), true)).toBe(0);
  expect(newsIn([question("a"), question("b")], page([question("a")], "more"), true)).toBe(0);
});

test("the shade grows with the count, and only nothing has none", () => {
  for (const most of [1, 2, 7, 100, 100_000]) {
    const shades = Array.from({ length: Math.min(most, 200) + 1 }, (_, n) => heatOf(n, most));
    expect(shades[0]).toBe(0);
    expect(shades.slice(1).every((shade) => shade >= 1 && shade <= STEPS)).toBe(true);
    expect(shades).toEqual(shades.toSorted((a, b) => a - b));
    expect(heatOf(most, most)).toBe(STEPS);
  }
});

test("a share is never rounded to all or to nothing", () => {
  expect(share(99_999, 100_000)).toBe("> 99.9 %");
  expect(share(1, 100_000)).toBe("< 0.1 %");
  expect(share(5, 5)).toBe("100 %");
  expect(share(0, 5)).toBe("0 %");
  expect(share(1, 0)).toBe("–");
});

test("small sums are told from nothing", () => {
  expect(usd(0.0312)).toBe("$0.0312");
  expect(usd(0)).toBe("$0.00");
  expect(usd(1234.5)).toBe("$1,234.50");
});

test("verdicts that say neither way do not count for precision", () => {
  expect(precisionOf({ detector: "x", TruePositive: 3, Benign: 1, InsufficientData: 90, Test: 5 })).toEqual({ right: 3, of: 4 });
  expect(precisionOf({ detector: "x", Duplicate: 4 })).toBeNull();
});

test("no rule lasts longer than ninety days, at whatever hour it is proposed", () => {
  for (const now of ["2026-11-22T00:00:00.000Z", "2026-11-22T12:00:00.000Z", "2026-12-31T23:59:59.999Z"]) {
    const at = Date.parse(now);
    const { first, usual, last } = expiryLimits(at);
    expect(Date.parse(expiryOf(last)) - at).toBeLessThanOrEqual(90 * 86_400_000);
    expect(Date.parse(expiryOf(first))).toBeGreaterThan(at);
    expect(first < usual && usual < last).toBe(true);
  }
});

test("days without anything are shown as such, and a long time is cut to what can be drawn", () => {
  const none = (day: string) => ({ day, usd: 0 });
  const week = { window: "7d", from: "2026-01-01T10:00:00.000Z", to: "2026-01-08T10:00:00.000Z" } as const;
  expect(everyDay([{ day: "2026-01-03", usd: 2 }], week, none).map((each) => each.usd)).toEqual([0, 0, 2, 0, 0, 0, 0, 0]);
  expect(everyDay([], week, none)).toEqual([]);
  const all = { window: "all", from: "1970-01-01T00:00:00.000Z", to: "2026-01-08T10:00:00.000Z" } as const;
  expect(everyDay([{ day: "2026-01-06", usd: 2 }], all, none).map((each) => each.day)).toEqual(["2026-01-06", "2026-01-07", "2026-01-08"]);
  expect(everyDay([{ day: "2001-01-01", usd: 2 }], all, none)).toHaveLength(400);
});
