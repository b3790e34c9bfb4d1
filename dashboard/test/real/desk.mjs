// How the queue is worked with, on the real program with the built-in stories: what moves, what is sent, what is kept.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { focused, isWellBehaved, marked, markFirst, newContext, newPage, queueIsShown, settled } from "./chrome.mjs";
import { client, findings, newFolder, startSoc, until, withStories } from "./soc.mjs";

const rowsOf = (page) => page.evaluate(() => [...document.querySelectorAll("[data-id]")].map((row) => row.dataset.id));
const selectedOf = (page) => page.evaluate(() => [...document.querySelectorAll('[data-id][aria-selected="true"]')].map((row) => row.dataset.id));

describe("the desk", () => {
  let soc, api, context, page;
  before(async () => {
    soc = await startSoc({ folder: await withStories(newFolder()), input: true });
    api = await client(soc.url, soc.link);
  });
  after(async () => {
    await context?.close();
    await soc?.stop();
  });
  const open = async (path, options = {}) => {
    await context?.close();
    context = await newContext({ ...options, cookie: api.cookie, url: soc.url });
    page = await newPage(context, soc.url);
    await page.goto(soc.url + path);
    if (path.startsWith("/queue")) await queueIsShown(page);
    return page;
  };

  test("new incidents during a selection wait behind a pill, and the list and the selection stay", async () => {
    await open("/queue?status=any&sort=-last_seen");
    await markFirst(page);
    await page.keyboard.press("x");
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    const [before, selected] = [await rowsOf(page), await selectedOf(page)];
    assert.equal(selected.length, 2);
    const known = (await api.get("/incidents/counts")).total;
    const now = new Date().toISOString();
    soc.give((await findings(4, 99)).map((record) => JSON.parse(JSON.stringify(record).replaceAll(/"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"/g, `"${now}"`))));
    await until("the new incidents", async () => (await api.get("/incidents/counts")).total > known);
    const pill = page.getByRole("button", { name: /\d+\+? new/ });
    await pill.waitFor({ timeout: 30_000 });
    assert.deepEqual(await rowsOf(page), before, "the list moved");
    assert.deepEqual(await selectedOf(page), selected, "the selection was lost");
    await page.keyboard.press("Escape");
    await page.keyboard.press("n");
    await until("the new rows", async () => (await rowsOf(page))[0] !== before[0]);
    await isWellBehaved(page);
  });

  test("a double click on a bulk button sends one request, and its undo brings everything back", async () => {
    await open("/queue");
    await markFirst(page);
    for (const _ of [1, 2, 3]) await page.keyboard.press("Shift+J");
    const ids = await selectedOf(page);
    assert.equal(ids.length, 4);
    const statuses = async () => Promise.all(ids.map(async (id) => (await api.get(`/incidents/${id}`)).status));
    const before = await statuses();
    const sent = [];
    page.on("request", (request) => request.method() === "POST" && sent.push(new URL(request.url()).pathname));
    // Slow enough that the second press comes while the first is under way.
    await page.route("**/incidents/bulk", async (route) => {
      await new Promise((done) => setTimeout(done, 300));
      await route.continue();
    });
    await page.getByRole("toolbar", { name: "With the selected incidents" }).getByRole("button", { name: "Close" }).dblclick();
    await until("all are closed", async () => (await statuses()).every((status) => status === "Closed"));
    await page.getByRole("button", { name: /^Undo/ }).first().waitFor();
    assert.deepEqual(sent.filter((path) => path.endsWith("/bulk")), ["/api/v1/incidents/bulk"]);
    await page.keyboard.press("u");
    await until("all are as before", async () => JSON.stringify(await statuses()) === JSON.stringify(before));
    await isWellBehaved(page);
  });

  test("back, forward, reload and a shared address keep the view", async () => {
    await open("/queue");
    await page.goto(`${soc.url}/queue?severity=Critical,High&sort=-severity`);
    await queueIsShown(page);
    const filtered = await rowsOf(page);
    await markFirst(page);
    await page.waitForURL(/open=/);
    const shared = page.url();
    const chosen = await marked(page);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/incident/**");
    await page.goBack();
    await queueIsShown(page);
    assert.equal(page.url(), shared);
    assert.deepEqual(await rowsOf(page), filtered);
    await until("the mark is back", async () => (await marked(page)) === chosen);
    await page.goForward();
    await page.waitForURL(`**/incident/${chosen}`);
    await page.goBack();
    await page.reload();
    await queueIsShown(page);
    assert.equal(page.url(), shared);
    await until("the mark is there after a reload", async () => (await marked(page)) === chosen);
    assert.deepEqual(await rowsOf(page), filtered);
    const other = await newPage(context, soc.url);
    await other.goto(shared);
    await queueIsShown(other);
    assert.deepEqual(await rowsOf(other), filtered, "another tab shows something else");
    await until("the mark is in another tab", async () => (await marked(other)) === chosen);
    await isWellBehaved(page);
  });

  for (const width of [1280, 1440, 1920]) {
    test(`every column has room at ${width} pixels`, async () => {
      await open("/queue?status=any", { width });
      const widths = await page.evaluate(() => [...document.querySelectorAll('[role="columnheader"]')].map((head) => [head.textContent, Math.round(head.getBoundingClientRect().width)]));
      assert.ok(widths.length >= 6, JSON.stringify(widths));
      for (const [name, wide] of widths) assert.ok(wide >= (name === "" ? 24 : name === "Age" ? 44 : name.startsWith("Incident") ? 160 : 56), `${name} is ${wide} px wide`);
      const { cells, box } = await page.evaluate(() => {
        const rows = [...document.querySelectorAll("[data-id]")];
        const narrow = rows.flatMap((row) => [...row.querySelectorAll('[role="gridcell"]')].map((cell) => [cell.className, cell.getBoundingClientRect().width])).filter(([, wide]) => wide < 24);
        const grid = document.querySelector(".queue-box");
        return { cells: narrow, box: [grid.scrollWidth, grid.clientWidth] };
      });
      assert.deepEqual(cells, []);
      assert.ok(box[0] <= box[1], `the table is ${box[0]} px wide in ${box[1]} px`);
      const [{ id }] = (await api.get("/incidents?limit=1")).items;
      for (const path of [`/incident/${id}`, "/approvals", "/audit", "/pipeline", "/settings", "/overview"]) {
        await page.goto(soc.url + path);
        await settled(page);
        const thin = await page.evaluate(() => [...document.querySelectorAll("th")].filter((head) => head.offsetParent !== null && head.getBoundingClientRect().width < 24).map((head) => head.textContent));
        assert.deepEqual(thin, [], `columns of ${path}`);
        const [needed, has] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        assert.ok(needed <= has, `${path} is ${needed} px wide in ${has} px`);
      }
    });
  }

  test("every overlay gives the focus back to where it was", async () => {
    await open("/queue");
    await markFirst(page);
    await page.keyboard.press("x");
    await page.keyboard.press("Shift+J");
    const back = [];
    const opens = async (what, key, shown, from) => {
      await from?.focus();
      const before = await focused(page);
      await page.keyboard.press(key);
      await shown.first().waitFor();
      await page.keyboard.press("Escape");
      await shown.first().waitFor({ state: "detached" });
      back.push([what, before, await until(`the focus after ${what}`, () => focused(page), 2_000)]);
    };
    const dialog = page.getByRole("dialog");
    const menu = page.locator('[role="menu"]');
    await page.evaluate(() => document.querySelector('[role="grid"]').focus());
    await opens("the command menu", "Control+k", dialog);
    await opens("the help", "?", dialog);
    for (const name of [/^Verdict/, /^Assign/, /^Status/, /^View:/, /^Sort:/, /^Export/, /^Theme/, /^Signed in as/]) {
      const button = page.getByRole("button", { name }).first();
      await opens(`the menu ${name}`, "Enter", menu, button);
    }
    const merge = page.getByRole("button", { name: "Merge" });
    await opens("the question which one stays", "Enter", dialog, merge);
    const [{ id }] = (await api.get("/incidents?waiting=true&limit=1")).items;
    await page.goto(`${soc.url}/incident/${id}`);
    const approve = page.getByRole("toolbar", { name: "Decide" }).getByRole("button", { name: /^Approve/ });
    await approve.waitFor();
    await opens("the question of the plan", "Enter", dialog, approve);
    const cite = page.locator("#why button, #why a").first();
    await opens("a citation", "Enter", dialog, cite);
    const lost = back.filter(([, before, now]) => before !== now);
    assert.deepEqual(lost, []);
    await isWellBehaved(page);
  });

  test("following every link and asking every address changes nothing", async () => {
    await open("/queue");
    const state = async () => {
      const all = ["/incidents?limit=200", "/approvals?limit=200", "/actions?limit=200", "/ledger/chains?limit=200", "/suppressions", "/quarantine?limit=200"];
      return JSON.stringify(await Promise.all(all.map(async (path) => ({ path, ...(await api.get(path)) }))));
    };
    const before = await state();
    const { items: approvals } = await api.get("/approvals?limit=50");
    const seen = new Set(["/queue", "/approvals", ...approvals.flatMap((one) => [`/approvals?action=${one.action.id}`, `/incident/${one.incident.id}?action=approve`])]);
    const writes = [];
    page.on("request", (request) => request.method() !== "GET" && writes.push(`${request.method()} ${request.url()}`));
    let visited = 0;
    for (const path of seen) {
      if (visited++ > 60) break;
      await page.goto(soc.url + path);
      await settled(page);
      const found = await page.evaluate(() => [...document.querySelectorAll("a[href]")].map((link) => link.href).filter((href) => href.startsWith(location.origin)));
      // One of each kind of page is enough to find what it links to; addresses of incidents are many.
      for (const href of found) {
        const { pathname, search } = new URL(href);
        if (seen.size < 60) seen.add(pathname + search);
      }
    }
    const { paths } = await api.get("/openapi.json");
    const [incident] = (await api.get("/incidents?limit=1")).items;
    const [action] = (await api.get("/actions?limit=1")).items;
    for (const path of Object.keys(paths)) {
      const filled = path.replace("{id}", path.includes("/incidents/") ? incident.id : (action?.id ?? "x")).replaceAll(/\{[^}]+\}/g, action?.id ?? "x");
      for (const method of ["GET", "HEAD"]) await api.ask(filled, { method, headers: {} });
    }
    assert.deepEqual(writes, []);
    assert.equal(await state(), before);
  });

  test("a session that ends in the middle of triage keeps what is seen, and a new link brings it back", async () => {
    await open("/queue");
    await markFirst(page);
    const rows = await rowsOf(page);
    assert.equal((await api.ask("/session", { method: "DELETE", body: "{}" })).status, 204);
    await page.keyboard.press("t");
    await page.getByRole("dialog", { name: "Your session has ended" }).waitFor();
    assert.deepEqual(await rowsOf(page), rows);
    // Trying the spent link makes the program print a new one.
    const old = soc.newestLink();
    await fetch(`${soc.url}/api/v1/session`, { method: "POST", headers: { origin: soc.url, "content-type": "application/json" }, body: JSON.stringify({ code: new URL(old).searchParams.get("code") }) });
    const link = await until("a new link", () => (soc.newestLink() === old ? null : soc.newestLink()));
    const other = await context.newPage();
    await other.goto(link);
    await queueIsShown(other);
    const [cookie] = await context.cookies();
    api.cookie = `${cookie.name}=${cookie.value}`;
    await page.getByRole("dialog").waitFor({ state: "detached", timeout: 30_000 });
    assert.deepEqual(await rowsOf(page), rows);
    await isWellBehaved(page);
  });
});
