// No violation of WCAG 2.2 AA on any page, in three themes and three widths; and nothing moves while a page loads.

import AxeBuilder from "@axe-core/playwright";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { raise, rows } from "./stage.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
let stage;
before(async () => {
  stage = await raise();
});
after(() => stage.strike());

async function check(page, where) {
  const found = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  const faults = found.violations.map((fault) => `${where}: ${fault.id}: ${fault.nodes.map((node) => `${node.target} ${node.failureSummary?.split("\n")[1]?.trim()}`).slice(0, 3)}`);
  assert.deepEqual(faults, []);
}

const PAGES = (process.env.PAGES ?? "/queue,/incident/FIRST,/approvals").split(",");

for (const theme of ["light", "dark", "contrast"]) {
  for (const width of [1440, 1024, 390]) {
    test(`axe finds nothing: ${theme}, ${width} px`, async () => {
      for (const path of PAGES) {
        const { page, done } = await stage.open(path.replace("FIRST", stage.data.incidents[0].id), { theme, width });
        await page.locator("h1").waitFor();
        await page.waitForLoadState("networkidle");
        await check(page, path);
        if (path === "/queue") {
          await rows(page).first().waitFor();
          await page.locator(".queue-grid").focus();
          await page.keyboard.press("j");
          await page.keyboard.press("x");
          await page.waitForTimeout(300);
          await check(page, `${path} with a selection`);
          await page.keyboard.press("?");
          await page.getByRole("dialog").waitFor();
          await check(page, `${path} with help`);
          await page.keyboard.press("Escape");
          await page.getByRole("button", { name: "Theme" }).click();
          await page.getByRole("menu").waitFor();
          await check(page, `${path} with a menu`);
        }
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(sideways <= 0, `${path} scrolls sideways by ${sideways} px`);
        await done();
      }
    });
  }
}

test("targets are at least 24 px high and wide", async () => {
  for (const path of PAGES) {
    const { page, done } = await stage.open(path.replace("FIRST", stage.data.incidents[0].id));
    await page.locator("h1").waitFor();
    await page.waitForLoadState("networkidle");
    const small = await page.locator("button:visible, input:visible, select:visible, summary:visible").evaluateAll((targets) =>
      targets
        .map((target) => ({ name: target.outerHTML.slice(0, 90), box: (target.closest("label") ?? target.closest(".queue-check, .queue-check-head") ?? target).getBoundingClientRect() }))
        .filter(({ box }) => box.width < 24 || box.height < 24)
        .map(({ name, box }) => `${name} ${box.width}x${box.height}`),
    );
    assert.deepEqual(small, [], path);
    await done();
  }
});

test("nothing moves while the queue loads", async () => {
  const { page, done } = await stage.open("/queue");
  await rows(page).first().waitFor();
  await page.waitForLoadState("networkidle");
  const moved = await page.evaluate(
    () =>
      new Promise((answer) => {
        let sum = 0;
        new PerformanceObserver((list) => list.getEntries().forEach((entry) => (sum += entry.value))).observe({ type: "layout-shift", buffered: true });
        setTimeout(() => answer(sum), 200);
      }),
  );
  assert.ok(moved <= 0.01, `layout shift ${moved}`);
  await done();
});
