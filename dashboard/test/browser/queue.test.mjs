// The queue under the hands of somebody who works in it all day.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { activeText, focused, raise, rows } from "./stage.mjs";

let stage;
before(async () => {
  stage = await raise();
});
after(() => stage.strike());
beforeEach(() => stage.tell({ fail: {}, role: "admin", slow: 0, requests: [], poll: 5000 }));

const sent = async (method, part) => (await (await fetch(`${stage.url}/mock`)).json()).filter((one) => one.method === method && one.path.includes(part));

test("the golden path needs no mouse: move, open the pane, judge, undo, open, go back", async () => {
  const { page, done } = await stage.open("/queue");
  await rows(page).first().waitFor();
  await page.keyboard.press("j");
  const first = await activeText(page);
  await page.keyboard.press("j");
  assert.notEqual(await activeText(page), first);
  await page.keyboard.press("k");
  assert.equal(await activeText(page), first);
  await page.locator(".pane-part").first().waitFor();
  await page.keyboard.press("b");
  await page.locator(".toast", { hasText: "1 incident judged benign" }).waitFor();
  assert.notEqual(await activeText(page), first, "the mark goes on to the next incident");
  assert.equal((await sent("POST", "/verdict")).length, 1);
  await page.keyboard.press("u");
  await page.locator(".toast", { hasText: "Undone" }).waitFor();
  assert.equal((await sent("POST", "/undo")).length, 1);
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/incident\//);
  await page.locator("h1", { hasText: first }).waitFor();
  await page.goBack();
  await page.locator(".queue-row.active").waitFor();
  assert.equal(await activeText(page), first, "the mark is where it was");
  await done();
});

test("a first key goes where it says, with nothing marked before", async () => {
  for (const [key, place] of [["j", 0], ["Home", 0], ["k", -1], ["End", -1]]) {
    const { page, done } = await stage.open("/queue");
    await rows(page).first().waitFor();
    await page.keyboard.press(key);
    await page.locator(".queue-row.active").waitFor();
    const ids = (await (await page.request.get(`${stage.url}/api/v1/incidents?limit=100`)).json()).items.map((row) => row.id);
    const marked = await page.locator(".queue-row.active").getAttribute("data-id");
    assert.equal(marked, ids.at(place), key);
    await done();
  }
});

test("approving shows the plan, sends its hash, and gives the focus back", async () => {
  const { page, done } = await stage.open("/queue?waiting=true");
  await rows(page).first().waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Shift+A");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: /^Approve \d steps?$/ }).waitFor();
  await dialog.getByRole("button", { name: /^Approve \d steps?$/ }).click();
  await page.locator(".toast", { hasText: "approved" }).waitFor();
  const approvals = await sent("POST", "/approve");
  assert.ok(approvals.length > 0);
  for (const one of approvals) assert.match(one.body.plan_sha256, /^[0-9a-f]{64}$/);
  await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "grid");
  await done();
});

test("denying asks for a reason", async () => {
  const { page, done } = await stage.open("/queue?waiting=true");
  await rows(page).nth(3).waitFor();
  for (let step = 0; step < 3; step++) await page.keyboard.press("j");
  await page.keyboard.press("Shift+D");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: /^Deny/ }).click();
  assert.equal((await sent("POST", "/deny")).length, 0);
  await dialog.getByLabel("Reason").fill("The owner did this");
  await dialog.getByRole("button", { name: /^Deny/ }).click();
  await page.locator(".toast", { hasText: "denied" }).waitFor();
  assert.equal((await sent("POST", "/deny"))[0].body.reason, "The owner did this");
  await done();
});

test("what is new waits for `n`, and neither rows nor selection move before", async () => {
  await stage.tell({ poll: 200 });
  const { page, done } = await stage.open("/queue?sort=-last_seen");
  await rows(page).first().waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  const before = await rows(page).first().textContent();
  const row = structuredClone(stage.data.incidents[3]);
  const fresh = { ...row, id: "inc_new0000000000000000000000", short_id: "new00000", title: "Brand new", status: "New", last_seen: new Date(Date.now() + 60_000).toISOString() };
  stage.data.incidents.push(fresh);
  stage.state.version += 1;
  stage.state.changed.push({ version: stage.state.version, id: fresh.id });
  await page.getByRole("button", { name: /1 new/ }).waitFor();
  assert.equal(await rows(page).first().textContent(), before, "the list is frozen");
  assert.equal(await page.locator('.queue-row[aria-selected="true"]').count(), 1);
  await page.keyboard.press("n");
  await page.locator(".queue-row", { hasText: "Brand new" }).waitFor();
  assert.equal(await page.locator(".strip-bulk").count(), 1, "the selection is kept");
  stage.data.incidents.pop();
  await done();
});

test("a bulk close that is pressed twice is sent once, shows at once and can be undone", async () => {
  await stage.tell({ slow: 2000 });
  const { page, done } = await stage.open("/queue");
  await rows(page).nth(5).waitFor();
  await page.keyboard.press("j");
  for (let step = 0; step < 3; step++) await page.keyboard.press("Shift+J");
  await page.getByRole("toolbar", { name: "With the selected incidents" }).waitFor();
  assert.match(await page.locator(".strip-bulk strong").textContent(), /^4 selected/);
  const began = Date.now();
  await page.getByRole("button", { name: "Close", exact: true }).dblclick();
  await page.locator(".queue-row.over").nth(3).waitFor();
  assert.ok(Date.now() - began < 1800, "the rows show it before the server answers");
  await page.locator(".toast", { hasText: "4 incidents set to closed" }).waitFor();
  const bulk = await sent("POST", "/incidents/bulk");
  assert.equal(bulk.length, 1);
  assert.equal(bulk[0].body.ids.length, 4);
  assert.match(bulk[0].key, /^[A-Za-z0-9_-]{8,64}$/);
  await page.getByRole("button", { name: /^Undo/ }).click();
  await page.locator(".toast", { hasText: "Undone" }).waitFor();
  await page.waitForFunction(() => document.querySelectorAll(".queue-row.over").length === 0);
  await done();
});

test("the filter is the address: typed, shared, reloaded, gone back", async () => {
  const { page, done } = await stage.open("/queue");
  await rows(page).first().waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("severity:high");
  await page.keyboard.press("Enter");
  await page.waitForURL(/severity=High/);
  await page.locator(".token", { hasText: "Severity: High" }).waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll(".queue-row .severity")].every((cell) => cell.textContent === "High"));
  await page.reload();
  await page.locator(".token", { hasText: "Severity: High" }).waitFor();
  await page.goBack();
  await page.waitForFunction(() => document.querySelector(".token") === null);
  await page.goForward();
  await page.locator(".token", { hasText: "Severity: High" }).waitFor();
  await done();
});

test("every overlay of the queue gives the focus back", async () => {
  const { page, done } = await stage.open("/queue");
  await rows(page).first().waitFor();
  for (const name of [/^View/, /^Sort/, "Export", "Theme", /^Signed in/]) {
    const button = page.getByRole("button", { name }).first();
    await button.focus();
    const was = await focused(page);
    await page.keyboard.press("Enter");
    await page.getByRole("menu").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("menu").waitFor({ state: "detached" });
    assert.equal(await focused(page), was);
  }
  for (const key of ["?", "Control+k"]) {
    await page.locator(".queue-grid").focus();
    await page.keyboard.press(key);
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "grid");
  }
  await done();
});

test("Ctrl+K finds an incident by its words and goes there", async () => {
  const { page, done } = await stage.open("/queue");
  await rows(page).first().waitFor();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("mining pool");
  await page.locator(".command-item .mono").first().waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/incident\//);
  await done();
});

test("single keys can be switched off", async () => {
  const { page, done } = await stage.open("/queue", { preferences: { shortcuts: false } });
  await rows(page).first().waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("b");
  assert.equal(await page.locator(".queue-row.active").count(), 0);
  assert.equal((await sent("POST", "/verdict")).length, 0);
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").waitFor();
  await done();
});

test("no column is narrower than what it holds at any width", async () => {
  for (const width of [1024, 1280, 1440, 1920]) {
    const { page, done } = await stage.open("/queue", { width });
    await rows(page).first().waitFor();
    const widths = await page.locator(".queue-head .queue-cell").evaluateAll((cells) => cells.map((cell) => cell.getBoundingClientRect().width));
    assert.ok(widths.length >= 4);
    assert.ok(Math.min(...widths) >= 44, `${width}: ${widths}`);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.equal(overflow, 0, `${width}: the page scrolls sideways`);
    await done();
  }
});

test("a viewer is offered nothing that would be refused", async () => {
  await stage.tell({ role: "viewer" });
  const { page, done } = await stage.open("/queue?waiting=true");
  await rows(page).first().waitFor();
  await page.keyboard.press("j");
  await page.locator(".pane-part").nth(3).waitFor();
  assert.equal(await page.getByRole("button", { name: /^(Approve|Deny|Take it)/ }).count(), 0);
  await page.keyboard.press("b");
  await page.locator(".toast", { hasText: "only look" }).waitFor();
  assert.equal((await sent("POST", "")).length, 0);
  await done();
});
