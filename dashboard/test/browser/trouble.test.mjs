// What the page does when the server does not do what it should, and with text that wants to be more than text.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { raise, rows } from "./stage.mjs";

let stage;
before(async () => {
  stage = await raise();
});
after(() => stage.strike());
beforeEach(() => stage.tell({ fail: {}, role: "admin", slow: 0, requests: [], poll: 5000, signedIn: true }));

const FAILED = /Failed to load resource/;

test("each refusal has words of its own and a way on", async () => {
  for (const [status, words] of [
    [403, "Not allowed for your role"],
    [429, "Too many requests"],
    [500, "The server failed"],
    [503, "Not available now"],
  ]) {
    await stage.tell({ fail: { "/incidents": status } });
    const { page, done } = await stage.open("/queue", { allow: FAILED });
    await page.getByRole("alert").filter({ hasText: words }).waitFor({ timeout: 20_000 });
    await stage.tell({ fail: {} });
    await page.getByRole("button", { name: "Try again" }).click();
    await rows(page).first().waitFor();
    await done();
  }
});

test("who is not signed in is told how to sign in", async () => {
  await stage.tell({ signedIn: false });
  const { page, done } = await stage.open("/queue", { allow: FAILED });
  await page.getByRole("heading", { name: "Sign in to ai-soc" }).waitFor();
  await done();
});

test("the one-time code is sent once and leaves the address", async () => {
  await stage.tell({ signedIn: false });
  const { page, done } = await stage.open("/?code=abc123", { allow: FAILED });
  await rows(page).first().waitFor();
  assert.doesNotMatch(page.url(), /code/);
  const sent = (await (await fetch(`${stage.url}/mock`)).json()).filter((one) => one.path === "/session");
  assert.deepEqual(sent.map((one) => one.body), [{ code: "abc123" }]);
  await done();
});

test("a session that ends in the middle of the work keeps what is shown", async () => {
  await stage.tell({ poll: 200 });
  const { page, done } = await stage.open("/queue", { allow: FAILED });
  await rows(page).first().waitFor();
  await page.keyboard.press("j");
  await stage.tell({ fail: { "/": 401 } });
  await page.getByRole("dialog").filter({ hasText: "Your session has ended" }).waitFor();
  assert.ok((await rows(page).count()) > 5);
  await done();
});

test("offline is said, what is shown stays, and a change is not lost in silence", async () => {
  await stage.tell({ poll: 200 });
  const { page, done } = await stage.open("/queue", { allow: FAILED });
  await rows(page).first().waitFor();
  await page.keyboard.press("j");
  await page.context().setOffline(true);
  await page.locator(".banner", { hasText: "No connection" }).waitFor();
  assert.ok((await rows(page).count()) > 5);
  await page.keyboard.press("b");
  await page.locator(".toast", { hasText: "Not changed: there is no connection" }).waitFor();
  await page.context().setOffline(false);
  await page.locator(".banner").waitFor({ state: "detached" });
  await done();
});

test("a plan that has changed meanwhile is not approved", async () => {
  const { page, done } = await stage.open("/queue?waiting=true", { allow: FAILED });
  await rows(page).first().waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Shift+A");
  const button = page.getByRole("dialog").getByRole("button", { name: /^Approve \d/ });
  await button.waitFor();
  await stage.tell({ fail: { "/approvals": 409 } });
  await button.click();
  await page.getByRole("dialog").getByRole("alert").filter({ hasText: "Something changed meanwhile" }).waitFor();
  await done();
});

test("hostile text is inert everywhere and nothing of it is a link", async () => {
  const incident = stage.data.incidents.find((row) => row.title.startsWith("<img"));
  for (const path of ["/queue", `/incident/${incident.id}`, `/incident/${stage.data.incidents[0].id}`]) {
    const { page, done } = await stage.open(path);
    await page.locator("h1").waitFor();
    await page.waitForLoadState("networkidle");
    const odd = await page.evaluate(() => ({
      title: document.title,
      images: [...document.images].filter((image) => !image.src.endsWith("/icon.svg")).length,
      scripts: [...document.scripts].filter((script) => script.src === "").length,
      links: [...document.links].filter((link) => !["http:", "https:"].includes(link.protocol)).length,
      raw: /[\u202A-\u202E\u2066-\u2069\u200B]/.test(document.body.textContent ?? ""),
    }));
    assert.doesNotMatch(odd.title, /owned$/);
    assert.deepEqual({ ...odd, title: "" }, { title: "", images: 0, scripts: 0, links: 0, raw: false }, path);
    await done();
  }
});

test("a citation opens the very field that it cites, and the focus comes back", async () => {
  const { page, done } = await stage.open(`/incident/${stage.data.incidents[0].id}`);
  const source = page.getByRole("button", { name: "Evidence: remotes · 1 · ip" });
  await source.click();
  await page.locator("mark.cited", { hasText: "198.51.100.23" }).waitFor();
  await page.waitForURL(/field=/);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Evidence: remotes · 1 · ip");
  await done();
});

test("a printed report is light, whatever the theme", async () => {
  for (const theme of ["dark", "contrast"]) {
    const { page, done } = await stage.open(`/incident/${stage.data.incidents[0].id}`, { theme });
    await page.locator(".summary").waitFor();
    await page.emulateMedia({ media: "print" });
    const colours = await page.evaluate(() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector(".card")).backgroundColor]);
    assert.deepEqual(colours, ["rgb(255, 255, 255)", "rgb(255, 255, 255)"]);
    await done();
  }
});
