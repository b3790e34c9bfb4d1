// From nothing to a decided incident, with the keyboard alone, on the program as a newcomer starts it.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { focused, isWellBehaved, marked, newContext, newPage, queueIsShown } from "./chrome.mjs";
import { atRest, clientOf, newFolder, startSoc, until } from "./soc.mjs";

describe("the golden path", () => {
  let soc, context, page, api;
  before(async () => {
    const began = Date.now();
    soc = await startSoc({ folder: newFolder() });
    context = await newContext();
    page = await newPage(context, soc.url);
    page.began = began;
  });
  after(async () => {
    await context?.close();
    await soc?.stop();
  });

  test("the printed link signs in once, leaves no code in the address, and shows a real incident within a minute", async (t) => {
    await page.goto(soc.link);
    await queueIsShown(page);
    assert.equal(new URL(page.url()).search.includes("code"), false, page.url());
    const [cookie] = await context.cookies();
    assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.path], [true, "Strict", "/"]);
    api = clientOf(soc.url, `${cookie.name}=${cookie.value}`);
    await until("an incident with an analysis and a plan", async () => {
      const { items } = await api.get("/incidents?waiting=true&limit=10");
      for (const row of items) {
        const detail = await api.get(`/incidents/${row.id}`);
        if (detail.analysis_detail?.claims.length > 0 && detail.plan_sha256) return true;
      }
      return false;
    });
    const seconds = (Date.now() - page.began) / 1000;
    t.diagnostic(`${seconds.toFixed(1)} s from the start of a debug build`);
    assert.ok(seconds < 60, `${seconds} s`);
    const again = await fetch(`${soc.url}/api/v1/session`, { method: "POST", headers: { origin: soc.url, "content-type": "application/json" }, body: JSON.stringify({ code: new URL(soc.link).searchParams.get("code") }) });
    assert.equal(again.status, 401);
  });

  test("j, k, Enter, verdict, approve, reverse and verify need no pointer", async () => {
    // What is decided below must hold still: first the stories play to their end.
    await atRest(api);
    await page.goto(`${soc.url}/queue?waiting=true`);
    await queueIsShown(page);
    // One that this person may decide alone: production needs two.
    const { items: asked } = await api.get("/approvals?state=Pending&limit=200");
    const alone = asked.map((one) => one.incident.id).find((id) => asked.every((one) => one.incident.id !== id || one.persons === 1));
    assert.ok(alone, "every incident needs two people");
    for (let press = 0; press < 40 && (await marked(page)) !== alone; press += 1) await page.keyboard.press("j");
    assert.equal(await marked(page), alone);
    await page.keyboard.press("j");
    assert.notEqual(await marked(page), alone);
    await page.keyboard.press("k");
    assert.equal(await marked(page), alone);
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/incident/${alone}`);
    await page.getByRole("heading", { name: "What you need to decide" }).waitFor();

    const judged = (await api.get(`/incidents/${alone}`)).verdict;
    const [key, verdict] = judged === "TruePositive" ? ["b", "Benign"] : ["t", "TruePositive"];
    await page.keyboard.press(key);
    await until("the verdict is kept", async () => (await api.get(`/incidents/${alone}`)).people_verdict?.verdict === verdict);
    await page.getByRole("button", { name: /^Undo/ }).first().waitFor();
    await page.keyboard.press("u");
    await until("the verdict is taken back", async () => (await api.get(`/incidents/${alone}`)).people_verdict === null);

    const pending = async () => (await api.get("/approvals?state=Pending&limit=200")).items.filter((one) => one.incident.id === alone);
    const waiting = await pending();
    assert.ok(waiting.length > 0, "nothing waits for approval");
    await page.keyboard.press("Shift+A");
    await page.getByRole("dialog").getByRole("button", { name: /^Approve / }).waitFor();
    await tabTo(page, /^BUTTON Approve /);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await until("the approval is kept", async () => (await pending()).length === 0);
    const action = await until("an approved action is done", async () => {
      for (const one of waiting) {
        const now = await api.get(`/actions/${one.action.id}`);
        if (now.state === "Done" && now.reversible) return now;
      }
      return null;
    });

    const undo = page.getByRole("button", { name: "Take back" }).first();
    await undo.waitFor();
    await undo.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByRole("button", { name: "Take it back" }).waitFor();
    await tabTo(page, /^BUTTON Take it back/);
    await page.keyboard.press("Enter");
    await until("the action is reversed", async () => (await api.get("/actions?limit=200")).items.some((one) => one.state === "Reversed"));
    assert.ok(action.id);
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  test("the audit page verifies what was done, by key", async () => {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Find or go to" }).waitFor();
    await page.keyboard.type("go to audit");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/audit*");
    const verify = page.getByRole("button", { name: /verify/i }).first();
    await verify.waitFor();
    await verify.focus();
    await page.keyboard.press("Enter");
    await page.getByText(/intact|unbroken|nothing was changed/i).first().waitFor();
    assert.equal((await api.get("/ledger/verify")).intact, true);
    await isWellBehaved(page);
  });
});

/** Presses Tab until the focus is on what is meant. */
async function tabTo(page, wanted, most = 40) {
  for (let press = 0; press < most; press += 1) {
    if (wanted.test(await focused(page))) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab does not lead to ${wanted}; the focus is on ${await focused(page)}`);
}
