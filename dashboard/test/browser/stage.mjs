// A browser and a page for the tests; every complaint of the console is a fault, so that the page's policy is kept.

import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { serve } from "../mock/server.mjs";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** One browser and one stand-in server for a file of tests. */
export async function raise() {
  const mock = await serve();
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
  const tell = (wish) => fetch(`${mock.url}/mock`, { method: "POST", body: JSON.stringify(wish) });
  return {
    ...mock,
    browser,
    tell,
    async strike() {
      await browser.close();
      mock.server.close();
      mock.server.closeAllConnections();
    },
    /** A page on `path`. `allow` names console messages that belong to the test. */
    async open(path, { theme = "light", width = 1440, height = 900, allow = /$^/, preferences = {} } = {}) {
      const context = await browser.newContext({ viewport: { width, height } });
      await context.addInitScript(
        ([chosen, wishes]) => {
          localStorage.setItem("soc.theme", chosen);
          if (Object.keys(wishes).length > 0 && localStorage.getItem("soc.preferences") === null) localStorage.setItem("soc.preferences", JSON.stringify(wishes));
        },
        [theme, preferences],
      );
      const page = await context.newPage();
      const complaints = [];
      page.on("console", (message) => ["error", "warning"].includes(message.type()) && !allow.test(message.text()) && complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(String(error.stack)));
      await page.goto(mock.url + path);
      return {
        page,
        async done() {
          await context.close();
          assert.deepEqual(complaints, [], "the console complains");
        },
      };
    },
  };
}

export const rows = (page) => page.locator(".queue-row");
export const activeText = (page) => page.locator(".queue-row.active .queue-title").textContent();
export const focused = (page) => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent?.trim().slice(0, 60) ?? "");
