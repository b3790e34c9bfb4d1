// The pages beside queue and incident, in a real browser under the production headers: `node --test test/browser/`.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { FIRST, PLACES } from "./places.mjs";
import { raise } from "./stage.mjs";

let stage;
let open = null;
before(async () => {
  stage = await raise();
});
after(() => stage.strike());
beforeEach(() => Object.assign(stage.state, { fail: {}, role: "admin", slow: 0, signedIn: true, requests: [], empty: false, broken: false }));
afterEach(async () => {
  await open?.done();
  open = null;
});

async function visit(path, wishes) {
  open = await stage.open(path, wishes);
  open.page.setDefaultTimeout(10_000);
  return open.page;
}

const go = (page, path) => page.goto(stage.url + path);
const changes = () => stage.state.requests.filter((request) => request.method !== "GET");
const row = (page, key) => page.locator(`[data-row="${key}"]`);
const button = (page, name) => page.getByRole("button", { name, exact: true });
const KEY = `${FIRST.action.id}.1`;

/** Where the focus is given back. */
async function focusOn(page, key) {
  await page.waitForFunction((wanted) => document.activeElement?.getAttribute("data-row") === wanted, key);
}

async function shown(page, path) {
  await go(page, path);
  await page.locator("main h1").waitFor();
  await page.waitForFunction(() => document.querySelector("main .loading") === null);
}

test("opening every address changes nothing, shows text as text and breaks no policy", async () => {
  const page = await visit("/approvals");
  for (const path of PLACES) {
    await shown(page, path);
    assert.doesNotMatch(await page.title(), /owned/, path);
    assert.equal(await page.locator("main img, main script, main iframe").count(), 0, path);
  }
  assert.deepEqual(changes(), []);
});

test("an answer names the plan that was shown and is sent once, however often it is pressed", async () => {
  const page = await visit(`/approvals?action=${FIRST.action.id}`);
  await page.locator(".side").waitFor();
  await page.keyboard.press("Shift+A");
  stage.state.slow = 150;
  const send = page.getByRole("dialog").getByRole("button", { name: "Approve", exact: true });
  await send.dblclick();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  const [sent, ...more] = changes();
  assert.deepEqual(more, []);
  assert.equal(sent.path, `/approvals/${FIRST.action.id}/approve`);
  assert.equal(sent.body.plan_sha256, FIRST.plan_sha256);
  assert.match(sent.key, /^[A-Za-z0-9_-]{8,64}$/);
  // It stays where it was, answered, and the next one is open.
  await page.locator(`tr:has([data-row="${KEY}"])`).getByText("Approved").waitFor();
  assert.notEqual(new URL(page.url()).searchParams.get("action"), FIRST.action.id);
});

test("a denial needs a reason, and keeps it when the plan has changed meanwhile", async () => {
  const page = await visit("/approvals", { allow: /409/ });
  const second = page.locator(".row-open").nth(3);
  await second.click();
  const chosen = await second.getAttribute("data-row");
  await page.locator(".side").getByRole("button", { name: "Deny" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Deny" }).click();
  assert.deepEqual(changes(), [], "sent without a reason");
  await dialog.getByLabel("Reason").fill("The owner works on it");
  stage.state.fail = { "/approvals/": 409 };
  await dialog.getByRole("button", { name: "Deny" }).click();
  await dialog.getByText("Something changed meanwhile").waitFor();
  assert.equal(await dialog.getByLabel("Reason").inputValue(), "The owner works on it");
  stage.state.fail = {};
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await page.locator(".side-close").click();
  await focusOn(page, chosen);
});

test("j, k and Escape go through the rows, and the focus comes back", async () => {
  const page = await visit("/approvals");
  await page.locator(".row-open").first().waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  const second = await page.locator(".row-open").nth(1).getAttribute("data-row");
  await focusOn(page, second);
  await page.locator(".side").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".side").waitFor({ state: "detached" });
  await focusOn(page, second);
});

test("where there is no room the pane is a dialog that gives the focus back", async () => {
  const page = await visit("/pipeline", { width: 390, height: 844 });
  await page.locator(".row-open").first().click();
  await page.getByRole("dialog").getByText("As it came, as text").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await focusOn(page, await page.locator(".row-open").first().getAttribute("data-row"));
});

test("the view is the address: reload, back and a shared address show the same", async () => {
  const page = await visit("/overview");
  await page.getByRole("link", { name: "Triage" }).click();
  await page.getByRole("link", { name: "30 days" }).click();
  await page.getByText("Verdicts by detector").waitFor();
  assert.equal(new URL(page.url()).search, "?tab=triage&window=30d");
  await page.reload();
  await page.locator('[aria-current="page"]', { hasText: "Triage" }).waitFor();
  await page.goBack();
  await page.locator('[aria-current="page"]', { hasText: "7 days" }).waitFor();
  await go(page, "/attack?technique=Discovery:T1046");
  await page.locator(".side").getByText("Network Service Discovery").waitFor();
});

test("a rule can be sent only after a look at exactly what it would have hidden", async () => {
  const page = await visit("/settings?kind=Recon*");
  await page.getByLabel("Why it is accepted").fill("Our scanner");
  assert.equal(await button(page, "Propose").count(), 0);
  await button(page, "See what it would have hidden").click();
  await page.getByText(/it would have hidden \d+ incidents? with/).waitFor();
  await page.getByLabel("Account").fill("111122223333");
  assert.equal(await button(page, "Propose").count(), 0);
  await button(page, "See what it would have hidden").click();
  await button(page, "Propose").click();
  await page.getByText("Proposed; it holds").waitFor();
  const sent = changes().at(-1);
  assert.equal(sent.path, "/suppressions");
  assert.deepEqual({ ...sent.body, expires: undefined }, { kind: "Recon*", account: "111122223333", reason: "Our scanner", expires: undefined });
  assert.ok(Date.parse(sent.body.expires) - Date.now() <= 90 * 86_400_000);
});

test("a rule that may not be is refused with the reason", async () => {
  const page = await visit("/settings?kind=*");
  await button(page, "See what it would have hidden").click();
  await page.getByText("This may not be proposed:").waitFor();
  assert.equal(await button(page, "Propose").count(), 0);
});

test("a second person consents, and the own proposal offers none", async () => {
  const page = await visit("/settings");
  const own = page.locator("tr", { hasText: "333344445555" });
  await own.getByText("needs a second person").waitFor();
  assert.equal(await own.getByRole("button", { name: "Consent" }).count(), 0);
  await page.locator("tr", { hasText: "222233334444" }).getByRole("button", { name: "Consent" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Consent" }).click();
  await page.locator("tr", { hasText: "222233334444" }).getByText("Active").waitFor();
});

test("the ledger is verified only when asked, and says where it broke", async () => {
  const page = await visit("/audit");
  await page.locator(".row-open").first().waitFor();
  assert.ok(!stage.state.requests.some((request) => request.path === "/ledger/verify"));
  await button(page, "Verify all chains").click();
  await page.getByText("The ledger is intact.").waitFor();
  stage.state.broken = true;
  await button(page, "Verify all chains").click();
  await page.getByText("The ledger is not intact.").waitFor();
  await page.getByText("the hash does not fit the entry").waitFor();
});

test("a quarantined record is text, and goes away once it is read", async () => {
  const page = await visit("/pipeline?entry=qua_00000000000000000000000000");
  // The address leads to the record, however long the page above is.
  await page.waitForFunction((key) => {
    const at = document.querySelector(`[data-row="${key}"]`)?.getBoundingClientRect();
    return at !== undefined && at.top >= 0 && at.bottom <= innerHeight;
  }, "qua_00000000000000000000000000");
  const raw = page.locator(".raw");
  await raw.getByText("U+001B").first().waitFor();
  assert.match(await raw.innerText(), /<img src=x onerror/);
  await button(page, "Read it again").click();
  await page.getByText("It was read and went in.").waitFor();
  await row(page, "qua_00000000000000000000000000").waitFor({ state: "detached" });
});

test("who may only look is offered nothing that changes", async () => {
  stage.state.role = "viewer";
  const page = await visit("/approvals");
  for (const path of PLACES) {
    await shown(page, path);
    const offered = await page.locator("main").getByRole("button", { name: /^(Approve|Deny|Undo the action|Propose|Propose a rule|Consent|Withdraw|End it|Read it again|Send a test to .*)$/ }).count();
    assert.equal(offered, 0, path);
  }
});

for (const [status, title] of [
  [403, "Not allowed for your role"],
  [429, "Too many requests"],
  [500, "The server failed"],
  [0, "No connection"],
]) {
  test(`every page says what is wrong when the server answers ${status}`, async () => {
    stage.state.fail = Object.fromEntries(["/approvals", "/metrics", "/attack", "/entities", "/pipeline", "/quarantine", "/ledger", "/suppressions", "/channels"].map((path) => [path, status]));
    const page = await visit("/settings?tab=machine", { allow: /Failed to load resource|net::ERR/ });
    for (const path of ["/approvals", "/overview", "/attack", "/entities/account/1", "/pipeline", "/audit", "/settings", "/settings?tab=channels"]) {
      await go(page, path);
      await page.locator("main").getByText(title).first().waitFor();
    }
  });
}

test("empty pages say what to do", async () => {
  stage.state.empty = true;
  const page = await visit("/settings?tab=machine", { allow: /404/ });
  for (const [path, text] of [
    ["/attack", "No technique was seen in this window"],
    ["/pipeline", "Everything could be read"],
    ["/settings", "Nothing is suppressed"],
    ["/settings?tab=channels", "No channel is set up"],
    ["/audit?chain=none", "There is no such chain"],
    ["/entities/resource/unknown", "No finding names it"],
  ]) {
    await go(page, path);
    await page.getByText(text).waitFor();
  }
});

test("paper is light, shows the days as a table, and nothing of the frame", async () => {
  const page = await visit("/overview", { theme: "dark" });
  await page.locator(".days-canvas canvas").waitFor();
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector(".card")).backgroundColor), "rgb(255, 255, 255)");
  assert.equal(await page.locator(".rail").isVisible(), false);
  assert.equal(await page.locator(".days-canvas").isVisible(), false);
  assert.ok(await page.locator(".as-table table").isVisible());
});

test("theme, density and keys are kept on this machine", async () => {
  const page = await visit("/settings?tab=machine");
  await page.getByLabel("Dark").check();
  await page.getByLabel("Compact").check();
  await page.getByLabel("Single-key shortcuts").uncheck();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
  await go(page, "/approvals");
  assert.equal(await page.evaluate(() => document.documentElement.dataset.density), "compact");
  await page.locator(".row-open").first().waitFor();
  await page.keyboard.press("j");
  assert.equal(await page.locator(".side").count(), 0);
});
