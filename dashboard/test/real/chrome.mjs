// The browser, and a watch over every page: what a page complains of, asks elsewhere, or shows a dialog for is kept.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after } from "node:test";
import { chromium } from "playwright-core";
import { until } from "./soc.mjs";

const PLACES = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
export const THEMES = ["light", "dark", "contrast"];
export const WIDTHS = [1440, 1024, 390];

let browser;

export async function theBrowser() {
  const executablePath = PLACES.find((place) => place && existsSync(place));
  assert.ok(executablePath, "chromium is not installed");
  browser ??= chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  return browser;
}

// One browser for all suites of the process.
after(async () => (await browser)?.close());

export const sized = (width) => ({ width, height: width < 500 ? 844 : 900 });

/** A browser of its own: own cookies, own storage. */
export async function newContext({ width = 1440, theme = "light", cookie, url } = {}) {
  const context = await (await theBrowser()).newContext({ viewport: sized(width), serviceWorkers: "block", reducedMotion: "reduce" });
  context.setDefaultTimeout(20_000);
  await context.addInitScript((chosen) => {
    localStorage.setItem("soc.theme", chosen);
    const kept = JSON.parse(localStorage.getItem("soc.preferences") ?? "{}");
    localStorage.setItem("soc.preferences", JSON.stringify({ ...kept, theme: chosen }));
    window.watched = [];
    document.addEventListener("securitypolicyviolation", (event) => window.watched.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
  }, theme);
  if (cookie) {
    const [name, value] = cookie.split("=");
    await context.addCookies([{ name, value, url }]);
  }
  return context;
}

/** A page of `url` whose misbehaviour is written down. */
export async function newPage(context, url) {
  const page = await context.newPage();
  const complaints = [];
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("pageerror", (error) => complaints.push(`error: ${error.stack ?? error.message}`));
  page.on("console", (message) => {
    // That a request was refused is part of many tests; what the page makes of it is looked at there.
    if (["error", "warning"].includes(message.type()) && !message.text().startsWith("Failed to load resource")) complaints.push(`console: ${message.text().slice(0, 400)}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !/^(blob|data):/.test(request.url())) complaints.push(`request elsewhere: ${request.url().slice(0, 200)}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 500 && !page.mayFail) complaints.push(`${response.status()}: ${response.url()}`);
  });
  page.on("popup", (popup) => complaints.push(`a window: ${popup.url()}`));
  page.complaints = complaints;
  return page;
}

export async function isWellBehaved(page) {
  const violations = await page.evaluate(() => window.watched ?? []);
  assert.deepEqual([...page.complaints, ...violations], [], "the page complained");
}

/** What has the focus, in words that name it among its equals. */
export const focused = (page) =>
  page.evaluate(() => {
    const at = document.activeElement;
    return `${at?.tagName} ${at?.getAttribute("aria-label") ?? at?.textContent?.trim().slice(0, 40) ?? ""}`;
  });

/** The row that is marked in the queue. */
export const marked = (page) => page.evaluate(() => document.querySelector('[role="grid"]')?.getAttribute("aria-activedescendant")?.replace("row-", "") ?? null);

export async function queueIsShown(page) {
  await page.locator('[role="grid"] [data-id]').first().waitFor();
}

/** Marks the first row. Pressed again until it shows: before a page's first paint the browser drops keys. */
export async function markFirst(page) {
  await until("the mark", async () => {
    await page.keyboard.press("Home");
    return marked(page);
  });
}

/** Nothing is loading any more. */
export async function settled(page) {
  await page.waitForLoadState("networkidle");
  const isStill = () => document.querySelector(".loading") === null && document.querySelector("main") !== null;
  await page.waitForFunction(isStill).catch(() => assert.fail(`${page.url()} goes on loading`));
}
