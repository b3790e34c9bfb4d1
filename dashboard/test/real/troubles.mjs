// What goes wrong between page and server, and who may do what: against the stand-in, which can be made to fail.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { serve } from "../mock/server.mjs";
import { isWellBehaved, markFirst, newContext, newPage, queueIsShown, settled } from "./chrome.mjs";
import { until } from "./soc.mjs";

const ADVICE = {
  401: /sign in|session has ended|signed out/i,
  403: /not allowed for your role/i,
  409: /changed meanwhile/i,
  429: /too many requests/i,
  500: /the server failed/i,
  503: /not available now/i,
};

describe("troubles", () => {
  let mock, context, page;
  const tell = (wanted) => fetch(`${mock.url}/mock`, { method: "POST", body: JSON.stringify(wanted) });
  before(async () => {
    mock = await serve();
  });
  after(async () => {
    await context?.close();
    mock?.server.close();
    mock?.server.closeAllConnections();
  });
  const open = async (path) => {
    await context?.close();
    await tell({ fail: {}, slow: 0, signedIn: true });
    mock.state.requests.length = 0;
    context = await newContext();
    page = await newPage(context, mock.url);
    page.mayFail = true;
    await page.goto(mock.url + path);
    await settled(page);
    return page;
  };
  const firstId = () => page.evaluate(() => document.querySelector("[data-id]").dataset.id);

  for (const [status, words] of Object.entries(ADVICE)) {
    test(`a page that is answered ${status} says what happened and goes on afterwards`, async () => {
      await open("/queue");
      await tell({ fail: { "/incidents": Number(status) } });
      await page.goto(`${mock.url}/queue?severity=High`);
      await page.getByText(words).first().waitFor({ timeout: 30_000 });
      await tell({ fail: {} });
      if (Number(status) === 401) await page.reload();
      else {
        const again = page.getByRole("button", { name: "Try again" }).first();
        if (await again.isVisible()) await again.click();
      }
      await queueIsShown(page);
      await isWellBehaved(page);
    });
  }

  for (const status of [403, 409, 429, 500]) {
    test(`a verdict that is answered ${status} is taken off the page again and nothing is pretended`, async () => {
      await open("/queue");
      await queueIsShown(page);
      await markFirst(page);
      const id = await firstId();
      const said = () => page.evaluate((row) => document.getElementById(`row-${row}`).querySelector(".cell-verdict").textContent, id);
      const before = await said();
      await tell({ fail: { [`/incidents/${id}/verdict`]: status } });
      await page.keyboard.press(/benign/i.test(before) ? "t" : "b");
      await page.getByText(/^Not changed/).waitFor();
      await until("the verdict is as before", async () => (await said()) === before);
      await isWellBehaved(page);
    });
  }

  test("a change that got no answer is sent again with the same key", async () => {
    await open("/queue");
    await queueIsShown(page);
    await markFirst(page);
    const keys = [];
    let dropped = 0;
    await page.route("**/verdict", async (route) => {
      keys.push(route.request().headers()["idempotency-key"]);
      if (dropped++ === 0) await route.abort("connectionreset");
      else await route.continue();
    });
    await page.keyboard.press("t");
    await until("the first try", () => keys.length >= 1);
    await until("the second try", () => keys.length >= 2);
    assert.equal(keys[0], keys[1]);
    assert.ok(keys[0].length >= 8);
    await isWellBehaved(page);
  });

  const MAY = { viewer: 0, analyst: 1, approver: 2, admin: 3 };
  for (const role of Object.keys(MAY)) {
    test(`the page offers a ${role} nothing that the API would refuse`, async () => {
      await tell({ role });
      try {
        await open("/queue?waiting=true");
        await queueIsShown(page);
        await markFirst(page);
        await page.keyboard.press("x");
        const bulk = page.getByRole("toolbar", { name: "With the selected incidents" });
        await bulk.waitFor();
        assert.equal(await bulk.getByRole("button", { name: "Close" }).count(), MAY[role] >= 1 ? 1 : 0);
        await page.keyboard.press("Escape");
        const id = await firstId();
        await page.goto(`${mock.url}/incident/${id}`);
        await settled(page);
        const decide = page.getByRole("toolbar", { name: "Decide" });
        await decide.waitFor();
        assert.equal(await decide.getByRole("button", { name: /^Approve/ }).count(), MAY[role] >= 2 ? 1 : 0);
        assert.equal(await decide.getByRole("button", { name: /^Verdict/ }).count(), MAY[role] >= 1 ? 1 : 0);
        // A key does no more than a button.
        await page.keyboard.press("t");
        await page.keyboard.press("Shift+A");
        if (role === "viewer") {
          await page.getByText("Your role may only look at this").first().waitFor();
          assert.deepEqual(mock.state.requests.filter((request) => request.method !== "GET"), []);
        } else if (role === "analyst") {
          assert.equal(await page.getByRole("dialog").count(), 0);
        }
        await isWellBehaved(page);
      } finally {
        await tell({ role: "admin" });
      }
    });
  }
});
