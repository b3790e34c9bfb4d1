// 100,000 findings: how long until the first rows are there, and what a key press costs. Figures to look at, never a
// test of time: the machines are noisy. The limits of dashboard.md stand beside them.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { isWellBehaved, markFirst, newContext, newPage, queueIsShown } from "./chrome.mjs";
import { client, startSoc } from "./soc.mjs";

export const percentile = (values, part) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))];

/** From the address being asked for to rows on the screen; and what the browser says of the page. */
export async function firstRows(page, address) {
  await page.addInitScript(() => {
    window.shift = 0;
    window.blocked = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => (window.largest = entry.startTime))).observe({ type: "largest-contentful-paint", buffered: true });
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => entry.hadRecentInput || (window.shift += entry.value))).observe({ type: "layout-shift", buffered: true });
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => (window.blocked += Math.max(0, entry.duration - 50)))).observe({ type: "longtask", buffered: true });
    const look = () => {
      if (document.querySelector('[role="grid"] [data-id]') === null) return requestAnimationFrame(look);
      // After the next frame the rows are on the screen.
      requestAnimationFrame(() => setTimeout(() => (window.rowsAt = performance.now()), 0));
    };
    look();
  });
  await page.goto(address);
  await queueIsShown(page);
  await page.waitForFunction(() => window.rowsAt !== undefined);
  await page.waitForLoadState("networkidle");
  return page.evaluate(() => ({ rows_ms: Math.round(window.rowsAt), lcp_ms: Math.round(window.largest ?? 0), cls: Number(window.shift.toFixed(4)), tbt_ms: Math.round(window.blocked) }));
}

/** From the key to the painted mark, and processor time by the clock of the page's own thread. */
export async function keyPresses(page, count) {
  await page.evaluate(() => {
    window.presses = [];
    document.addEventListener("keydown", () => {
      const began = performance.now();
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => window.presses.push(performance.now() - began);
        channel.port2.postMessage(0);
      });
    }, { capture: true });
  });
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const spent = async () => (await session.send("Performance.getMetrics")).metrics.find((metric) => metric.name === "TaskDuration").value * 1000;
  await markFirst(page);
  await page.waitForTimeout(500);
  const before = await spent();
  for (let press = 0; press < count; press += 1) await page.keyboard.press("j", { delay: 0 });
  await page.waitForFunction((wanted) => window.presses.length >= wanted, count);
  const cpu = (await spent()) - before;
  const times = await page.evaluate((wanted) => window.presses.slice(-wanted), count);
  return { p50_ms: Number(percentile(times, 0.5).toFixed(1)), p95_ms: Number(percentile(times, 0.95).toFixed(1)), cpu_ms: Number((cpu / count).toFixed(2)) };
}

/** How long whoever asks waits for each of `rounds` answers, one after the other. */
async function waits(ask, rounds = 200) {
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    await ask();
    times.push(performance.now() - began);
  }
  return { p50_ms: Number(percentile(times, 0.5).toFixed(1)), p95_ms: Number(percentile(times, 0.95).toFixed(1)) };
}

/** The first open incidents, page after page; null if there are fewer. */
async function openOnes(api, count) {
  const ids = [];
  for (let after = ""; ids.length < count; ) {
    const { items: rows, next } = await api.get(`/incidents?status=New&limit=100${after}`);
    ids.push(...rows.map((row) => row.id));
    if (!next) break;
    after = `&after=${encodeURIComponent(next)}`;
  }
  return ids.length < count ? null : ids.slice(0, count);
}

async function inBulk(api, path, body) {
  const began = performance.now();
  const answer = await api.post(path, body, { "idempotency-key": crypto.randomUUID() });
  assert.equal(answer.status, 202, await answer.clone().text());
  let job = await answer.json();
  while (job.state !== "Done") job = await api.get(`/jobs/${job.id}`);
  return { job, ms: Math.round(performance.now() - began) };
}

export function figures(where) {
  describe(where.name, () => {
    let soc, api;
    before(async () => {
      soc = await startSoc({ folder: await where.folder() });
      api = await client(soc.url, soc.link);
    });
    after(async () => soc?.stop());

    test("the first rows are painted, and a key press moves the mark", async (t) => {
      const { total } = await api.get("/incidents?status=any&limit=1".replace("status=any&", ""));
      assert.ok(total >= where.incidents, `${total} incidents`);
      const context = await newContext({ cookie: api.cookie, url: soc.url });
      const first = [];
      for (let load = 0; load < 3; load += 1) {
        const page = await newPage(context, soc.url);
        first.push(await firstRows(page, `${soc.url}/queue?status=any`));
        if (load < 2) await page.close();
        else {
          const pressed = await keyPresses(page, 100);
          t.diagnostic(`${total} incidents; first rows ${JSON.stringify(first)} (aims: rows 1000, LCP 800, CLS 0.01, TBT 50)`);
          t.diagnostic(`key press ${JSON.stringify(pressed)} (aims: p95 50, cpu 8)`);
          await isWellBehaved(page);
        }
      }
      await context.close();
    });

    test("the API answers, and many incidents are closed and opened again", async (t) => {
      const { cursor } = await api.get("/changes");
      t.diagnostic(`/incidents ${JSON.stringify(await waits(() => api.get("/incidents?limit=50")))} (aim: p95 50)`);
      t.diagnostic(`/changes ${JSON.stringify(await waits(() => api.get(`/changes?after=${cursor}`)))} (aim: p95 5)`);
      const ids = await openOnes(api, where.bulk);
      assert.ok(ids, `there are no ${where.bulk} open incidents`);
      const before = await api.get("/incidents?limit=1&status=New");
      const closed = await inBulk(api, "/incidents/bulk", { ids, change: { kind: "status", status: "Closed", reason: "seen before" } });
      assert.deepEqual([closed.job.done, closed.job.failed.length], [where.bulk, 0]);
      const undone = await inBulk(api, `/jobs/${closed.job.id}/undo`, {});
      assert.deepEqual([undone.job.done, undone.job.failed.length], [where.bulk, 0]);
      assert.equal((await api.get("/incidents?limit=1&status=New")).total, before.total);
      t.diagnostic(`${where.bulk} closed in ${closed.ms} ms (aim 3000), opened again in ${undone.ms} ms`);
    });
  });
}
