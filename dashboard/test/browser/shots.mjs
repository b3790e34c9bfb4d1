// Pictures of pages in three themes and widths, for a person to look at: `node test/browser/shots.mjs OUT [/path ...]`.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { serve } from "../mock/server.mjs";

const [out = "shots", ...asked] = process.argv.slice(2);
const THEMES = (process.env.THEMES ?? "light,dark,contrast").split(",");
const WIDTHS = (process.env.WIDTHS ?? "1440,1024,390").split(",").map(Number);

mkdirSync(out, { recursive: true });
const { server, url, data } = await serve();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const paths = asked.length > 0 ? asked : ["/queue", `/incident/${data.incidents[0].id}`, "/approvals", "/overview", "/attack", "/entities/account/111122223333", "/pipeline", "/audit", "/settings"];
let complaints = 0;
for (const theme of THEMES) {
  for (const width of WIDTHS) {
    const context = await browser.newContext({ viewport: { width, height: width < 500 ? 844 : 900 } });
    await context.addInitScript((chosen) => localStorage.setItem("soc.theme", chosen), theme);
    const page = await context.newPage();
    page.on("console", (message) => {
      if (message.type() !== "error" && message.type() !== "warning") return;
      complaints += 1;
      process.stderr.write(`${message.text()}\n`);
    });
    page.on("pageerror", (error) => {
      complaints += 1;
      process.stderr.write(`${error.stack}\n`);
    });
    for (const path of paths) {
      await page.goto(url + path.replace("FIRST", data.incidents[0].id), { waitUntil: "networkidle" });
      const name = `${path.split("?")[0].split("/").slice(1, 2).join("-")}-${theme}-${width}.png`;
      await page.screenshot({ path: join(out, name), fullPage: process.env.FULL === "1" });
      process.stdout.write(`${name}\n`);
    }
    await context.close();
  }
}
await browser.close();
server.close();
process.exitCode = complaints > 0 ? 1 : 0;
