// Every page in three modes and three widths: no violation that axe knows, and a picture for a person to look at.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { newContext, newPage, queueIsShown, settled, THEMES, WIDTHS } from "./chrome.mjs";
import { client, newFolder, startSoc, withStories } from "./soc.mjs";

const root = join(import.meta.dirname, "../../..");
const OUT = process.env.SOC_SHOTS ?? join(root, "target/dashboard-shots");
const AXE = readFileSync(createRequire(createRequire(import.meta.url).resolve("@axe-core/playwright")).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

describe("the looks", () => {
  let soc, api, pages;
  before(async () => {
    mkdirSync(OUT, { recursive: true });
    soc = await startSoc({ folder: await withStories(newFolder()) });
    api = await client(soc.url, soc.link);
    const { items } = await api.get("/incidents?limit=50");
    const richest = items.find((row) => row.waiting > 0) ?? items[0];
    const { resource_arns: [arn] } = await api.get(`/incidents/${richest.id}`);
    pages = {
      queue: `/queue?open=${richest.id}`,
      incident: `/incident/${richest.id}`,
      approvals: "/approvals",
      overview: "/overview",
      triage: "/overview?tab=triage",
      attack: "/attack",
      entity: `/entities/resource/${encodeURIComponent(arn)}`,
      pipeline: "/pipeline",
      audit: "/audit",
      settings: "/settings",
      empty: "/queue?q=nothing-is-called-like-this",
      missing: "/no/such/page",
    };
  });
  after(async () => soc?.stop());

  for (const width of WIDTHS) {
    test(`no page has an axe violation at ${width} pixels in light, dark and high contrast`, async (t) => {
      const context = await newContext({ width, cookie: api.cookie, url: soc.url });
      const page = await newPage(context, soc.url);
      const violations = [];
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(soc.url + path);
        await settled(page);
        if (name === "queue") await queueIsShown(page);
        await page.evaluate(AXE);
        for (const theme of THEMES) {
          await page.evaluate((chosen) => (document.documentElement.dataset.theme = chosen), theme);
          await page.screenshot({ path: join(OUT, `${name}-${theme}-${width}.png`) });
          const found = await page.evaluate((tags) => window.axe.run({ runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] }), TAGS);
          for (const one of found.violations) violations.push(`${name} ${theme}: ${one.id} ${one.nodes.length}x ${one.nodes[0].target.join(" ")} ${one.nodes[0].failureSummary.split("\n")[1] ?? ""}`);
        }
      }
      await context.close();
      t.diagnostic(`pictures: ${OUT}`);
      assert.deepEqual(violations, []);
    });
  }

  test("dialogs, the help and the printed incident have no axe violation either", async () => {
    const context = await newContext({ cookie: api.cookie, url: soc.url });
    const page = await newPage(context, soc.url);
    const violations = [];
    const check = async (what) => {
      await page.screenshot({ path: join(OUT, `${what}-light-1440.png`) });
      const found = await page.evaluate((tags) => window.axe.run({ runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] }), TAGS);
      for (const one of found.violations) violations.push(`${what}: ${one.id} ${one.nodes[0].target.join(" ")} ${one.nodes[0].failureSummary.split("\n")[1] ?? ""}`);
    };
    await page.goto(soc.url + pages.queue);
    await queueIsShown(page);
    await page.evaluate(AXE);
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await check("help");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").waitFor();
    await check("command-menu");
    await page.goto(soc.url + pages.incident);
    await settled(page);
    await page.evaluate(AXE);
    await page.keyboard.press("Shift+A");
    await page.getByRole("dialog").waitFor();
    await check("approve");
    await page.keyboard.press("Escape");
    // Paper is always light.
    await page.evaluate(() => (document.documentElement.dataset.theme = "dark"));
    await page.emulateMedia({ media: "print" });
    const [back, ink] = await page.evaluate(() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector("h1")).color]);
    const light = (colour) => colour.match(/[\d.]+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 3;
    assert.ok(/, 0\)$/.test(back) || light(back) > 200, `the paper is ${back}`);
    assert.ok(light(ink) < 120, `the ink is ${ink}`);
    await page.pdf({ path: join(OUT, "incident.pdf") });
    await context.close();
    assert.deepEqual(violations, []);
  });

  test("the picture of the README is made from the queue as it is", { skip: process.env.SOC_README_PICTURE === undefined && "SOC_README_PICTURE names no file" }, async () => {
    const context = await newContext({ cookie: api.cookie, url: soc.url });
    const page = await newPage(context, soc.url);
    await page.setViewportSize({ width: 1280, height: 680 });
    await page.goto(soc.url + pages.queue);
    await settled(page);
    // The pane asks for the rest of the incident once the mark has come to rest.
    await page.locator(".pane-part li").first().waitFor();
    await page.screenshot({ path: process.env.SOC_README_PICTURE });
    await context.close();
  });
});
