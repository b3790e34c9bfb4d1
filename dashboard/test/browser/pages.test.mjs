// The pages beside queue and incident, in a real browser under the production headers: `node --test test/browser/`.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { PAGES, stage } from "./stage.mjs";

let scene;
before(async () => {
  scene = await stage();
});
after(() => scene.close());
beforeEach(() => scene.reset());

const row = (page, key) => page.locator(`[data-row="${key}"]`);
const button = (page, name) => page.getByRole("button", { name, exact: true });
const focused = (page) => page.evaluate(() => document.activeElement?.getAttribute("data-row"));
const key = () => `${scene.first.action.id}.1`;

test("opening every address changes nothing, shows text as text and breaks no policy", async () => {
  const page = await scene.visit(null);
  for (const path of PAGES) {
    await page.goto(scene.at(path));
    await page.locator("main h1").waitFor();
    await page.locator("main .loading").first().waitFor({ state: "detached" });
    assert.doesNotMatch(await page.title(), /owned/, path);
    assert.equal(await page.locator("main img, main script, main iframe").count(), 0, path);
  }
  assert.deepEqual(scene.changes(), []);
  assert.deepEqual(page.complaints, []);
});

test("an answer names the plan that was shown and is sent once, however often it is pressed", async () => {
  const page = await scene.visit("/approvals?action=FIRST");
  await page.locator(".side").waitFor();
  await page.keyboard.press("Shift+A");
  scene.state.slow = 150;
  const send = page.getByRole("dialog").getByRole("button", { name: "Approve", exact: true });
  await send.dblclick();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  const [sent, ...more] = scene.changes();
  assert.deepEqual(more, []);
  assert.equal(sent.path, `/approvals/${scene.first.action.id}/approve`);
  assert.equal(sent.body.plan_sha256, scene.first.plan_sha256);
  assert.match(sent.key, /^[A-Za-z0-9_-]{8,64}$/);
  // It stays where it was, answered, and the next one is open.
  await page.locator(`tr:has([data-row="${key()}"])`).getByText("Approved").waitFor();
  assert.notEqual(new URL(page.url()).searchParams.get("action"), scene.first.action.id);
});

test("a denial needs a reason, and keeps it when the plan has changed meanwhile", async () => {
  const page = await scene.visit("/approvals", { wanted: (text) => text.includes("409") });
  const second = page.locator(".row-open").nth(3);
  await second.click();
  const chosen = await second.getAttribute("data-row");
  await button(page, "Deny D").or(page.locator(".side").getByRole("button", { name: "Deny" })).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Deny" }).click();
  assert.deepEqual(scene.changes(), [], "sent without a reason");
  await dialog.getByLabel("Reason").fill("The owner works on it");
  scene.state.fail = { "/approvals/": 409 };
  await dialog.getByRole("button", { name: "Deny" }).click();
  await dialog.getByText("Something changed meanwhile").waitFor();
  assert.equal(await dialog.getByLabel("Reason").inputValue(), "The owner works on it");
  scene.state.fail = {};
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await page.locator(".side-close").click();
  assert.equal(await focused(page), chosen);
});

test("j, k and Escape go through the rows, and the focus comes back", async () => {
  const page = await scene.visit("/approvals");
  await page.locator(".row-open").first().waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  const second = await page.locator(".row-open").nth(1).getAttribute("data-row");
  assert.equal(await focused(page), second);
  await page.locator(".side").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".side").waitFor({ state: "detached" });
  assert.equal(await focused(page), second);
});

test("where there is no room the pane is a dialog that gives the focus back", async () => {
  const page = await scene.visit("/pipeline", { width: 390, height: 844 });
  await page.locator(".row-open").first().click();
  await page.getByRole("dialog").getByText("As it came, as text").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.equal(await focused(page), await page.locator(".row-open").first().getAttribute("data-row"));
});

test("the view is the address: reload, back and a shared address show the same", async () => {
  const page = await scene.visit("/overview");
  await page.getByRole("link", { name: "Triage" }).click();
  await page.getByRole("link", { name: "30 days" }).click();
  await page.getByText("Verdicts by detector").waitFor();
  assert.equal(new URL(page.url()).search, "?tab=triage&window=30d");
  await page.reload();
  await page.locator('[aria-current="page"]', { hasText: "Triage" }).waitFor();
  await page.goBack();
  await page.locator('[aria-current="page"]', { hasText: "7 days" }).waitFor();
  await page.goto(scene.at("/attack?technique=Discovery:T1046"));
  await page.locator(".side").getByText("Network Service Discovery").waitFor();
});

test("a rule can be sent only after a look at exactly what it would have hidden", async () => {
  const page = await scene.visit("/settings?kind=Recon*");
  await page.getByLabel("Why it is accepted").fill("Our scanner");
  assert.equal(await button(page, "Propose").count(), 0);
  await button(page, "See what it would have hidden").click();
  await page.getByText(/it would have hidden \d+ incidents? with/).waitFor();
  await page.getByLabel("Account").fill("111122223333");
  assert.equal(await button(page, "Propose").count(), 0);
  await button(page, "See what it would have hidden").click();
  await button(page, "Propose").click();
  await page.getByText("Proposed; it holds").waitFor();
  const sent = scene.changes().at(-1);
  assert.equal(sent.path, "/suppressions");
  assert.deepEqual({ ...sent.body, expires: undefined }, { kind: "Recon*", account: "111122223333", reason: "Our scanner", expires: undefined });
  assert.ok(Date.parse(sent.body.expires) - Date.now() <= 90 * 86_400_000);
});

test("a rule that may not be is refused with the reason", async () => {
  const page = await scene.visit("/settings?kind=*");
  await button(page, "See what it would have hidden").click();
  await page.getByText("This may not be proposed:").waitFor();
  assert.equal(await button(page, "Propose").count(), 0);
});

test("a second person consents, and the own proposal offers none", async () => {
  const page = await scene.visit("/settings");
  const own = page.locator("tr", { hasText: "333344445555" });
  await own.getByText("needs a second person").waitFor();
  assert.equal(await own.getByRole("button", { name: "Consent" }).count(), 0);
  await page.locator("tr", { hasText: "222233334444" }).getByRole("button", { name: "Consent" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Consent" }).click();
  await page.locator("tr", { hasText: "222233334444" }).getByText("Active").waitFor();
});

test("the ledger is verified only when asked, and says where it broke", async () => {
  const page = await scene.visit("/audit");
  await page.locator(".row-open").first().waitFor();
  assert.ok(!scene.state.requests.some((request) => request.path === "/ledger/verify"));
  await button(page, "Verify all chains").click();
  await page.getByText("The ledger is intact.").waitFor();
  scene.state.broken = true;
  await button(page, "Verify all chains").click();
  await page.getByText("The ledger is not intact.").waitFor();
  await page.getByText("the hash does not fit the entry").waitFor();
});

test("a quarantined record is text, and goes away once it is read", async () => {
  const page = await scene.visit("/pipeline?entry=qua_00000000000000000000000000");
  const raw = page.locator(".raw");
  await raw.getByText("U+001B").first().waitFor();
  assert.match(await raw.innerText(), /<img src=x onerror/);
  await button(page, "Read it again").click();
  await page.getByText("It was read and went in.").waitFor();
  await row(page, "qua_00000000000000000000000000").waitFor({ state: "detached" });
});

test("who may only look is offered nothing that changes", async () => {
  scene.state.role = "viewer";
  const page = await scene.visit(null);
  for (const path of PAGES) {
    await page.goto(scene.at(path));
    await page.locator("main h1").waitFor();
    await page.locator("main .loading").first().waitFor({ state: "detached" });
    const offered = await page.locator("main").getByRole("button", { name: /^(Approve|Deny|Undo the action|Propose|Consent|Withdraw|End it|Read it again|Send a test)/ }).count();
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
    scene.state.fail = Object.fromEntries(["/approvals", "/metrics", "/attack", "/entities", "/pipeline", "/quarantine", "/ledger", "/suppressions", "/channels"].map((path) => [path, status]));
    const page = await scene.visit(null, { wanted: () => true });
    for (const path of ["/approvals", "/overview", "/attack", "/entities/account/1", "/pipeline", "/audit", "/settings", "/settings?tab=channels"]) {
      await page.goto(scene.at(path));
      await page.locator("main").getByText(title).first().waitFor();
    }
  });
}

test("empty pages say what to do", async () => {
  scene.state.empty = true;
  const page = await scene.visit(null);
  for (const [path, text] of [
    ["/attack", "No technique was seen in this window"],
    ["/pipeline", "Everything could be read"],
    ["/settings", "Nothing is suppressed"],
    ["/settings?tab=channels", "No channel is set up"],
    ["/audit?chain=none", "There is no such chain"],
    ["/entities/resource/unknown", "No finding names it"],
  ]) {
    await page.goto(scene.at(path));
    await page.getByText(text).waitFor();
  }
});

test("paper is light, shows the days as a table, and nothing of the frame", async () => {
  const page = await scene.visit("/overview", { theme: "dark" });
  await page.locator(".days-canvas canvas").waitFor();
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector(".card")).backgroundColor), "rgb(255, 255, 255)");
  assert.equal(await page.locator(".rail").isVisible(), false);
  assert.equal(await page.locator(".days-canvas").isVisible(), false);
  assert.ok(await page.locator(".as-table table").isVisible());
});

test("theme, density and keys are kept on this machine", async () => {
  const page = await scene.visit("/settings?tab=machine");
  await page.getByLabel("Dark").check();
  await page.getByLabel("Compact").check();
  await page.getByLabel("Single-key shortcuts").uncheck();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
  await page.goto(scene.at("/approvals"));
  assert.equal(await page.evaluate(() => document.documentElement.dataset.density), "compact");
  await page.locator(".row-open").first().waitFor();
  await page.keyboard.press("j");
  assert.equal(await page.locator(".side").count(), 0);
});
