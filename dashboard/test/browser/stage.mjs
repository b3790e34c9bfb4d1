// A browser and a stand-in server for tests: no waiting for times, only for what can be seen.

import { chromium } from "playwright-core";
import { serve } from "../mock/server.mjs";

export const BROWSER = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
};

/** The first pages of all kinds, with the states that change what is on them. */
export const PAGES = [
  "/approvals",
  "/approvals?action=FIRST",
  "/approvals?state=settled",
  "/overview",
  "/overview?tab=triage&window=30d",
  "/attack",
  "/attack?by=findings&technique=Initial+Access:T1078.004",
  "/entities/account/111122223333",
  "/entities/resource/arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fpayments-api",
  "/pipeline",
  "/pipeline?entry=qua_00000000000000000000000000",
  "/audit",
  "/audit?chain=soc&entry=soc%2F7",
  "/settings",
  "/settings?kind=Recon*",
  "/settings?tab=channels",
  "/settings?tab=machine",
];

export async function stage() {
  const { server, url, data, state } = await serve();
  const browser = await chromium.launch(BROWSER);
  const first = data.approvalsOf(data.incidents.find((row) => row.waiting > 0))[0];
  const at = (path) => url + path.replace("FIRST", first.action.id);
  return {
    url,
    state,
    data,
    first,
    at,
    /** A new visitor. Everything that the page complains about ends up in `complaints`. */
    async visit(path, { theme = "light", width = 1440, height = 900, wanted = () => false } = {}) {
      const context = await browser.newContext({ viewport: { width, height } });
      await context.addInitScript((chosen) => localStorage.setItem("soc.theme", chosen), theme);
      context.setDefaultTimeout(8_000);
      const page = await context.newPage();
      page.complaints = [];
      page.on("console", (message) => ["error", "warning"].includes(message.type()) && !wanted(message.text()) && page.complaints.push(message.text()));
      page.on("pageerror", (error) => page.complaints.push(String(error)));
      if (path) await page.goto(at(path));
      return page;
    },
    /** Without any page's own reads. */
    changes: () => state.requests.filter((request) => request.method !== "GET"),
    async reset() {
      Object.assign(state, { fail: {}, role: "admin", slow: 0, signedIn: true, requests: [], empty: false, broken: false });
    },
    async close() {
      await browser.close();
      server.close();
      server.closeAllConnections();
    },
  };
}
