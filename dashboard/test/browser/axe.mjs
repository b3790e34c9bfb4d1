// Every page in three themes and three widths, looked at by axe: `node test/browser/axe.mjs [/path ...]`.
// It also looks for what axe cannot see: a page that is wider than the screen, a target that is too small.

import { AxeBuilder } from "@axe-core/playwright";
import { PAGES, stage } from "./stage.mjs";

const asked = process.argv.slice(2);
const THEMES = (process.env.THEMES ?? "light,dark,contrast").split(",");
const WIDTHS = (process.env.WIDTHS ?? "1440,1024,390").split(",").map(Number);
const scene = await stage();
let faults = 0;
const fault = (text) => {
  faults += 1;
  process.stdout.write(`${text}\n`);
};

for (const theme of THEMES) {
  for (const width of WIDTHS) {
    const page = await scene.visit(null, { theme, width });
    for (const path of asked.length > 0 ? asked : PAGES) {
      const where = `${path} ${theme} ${width}`;
      await page.goto(scene.at(path), { waitUntil: "networkidle" });
      const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
      for (const { id, nodes } of violations) fault(`${where}: ${id}\n    ${nodes.map((node) => `${node.html.slice(0, 160)} ${(node.any[0]?.message ?? "").slice(0, 140)}`).slice(0, 4).join("\n    ")}`);
      const wide = await page.evaluate(() => {
        const main = document.querySelector("main");
        return main.scrollWidth > main.clientWidth + 1 ? `${main.scrollWidth} in ${main.clientWidth}` : null;
      });
      if (wide) fault(`${where}: wider than the screen, ${wide}`);
      const small = await page.evaluate(() =>
        [...document.querySelectorAll("main button, main a.button, main summary, main input, nav.tabs a, nav.switch a")]
          .filter((each) => each.checkVisibility() && !each.closest("p, label") && (each.getBoundingClientRect().height < 23.5 || each.getBoundingClientRect().width < 23.5))
          .map((each) => each.outerHTML.slice(0, 120)),
      );
      for (const each of small) fault(`${where}: a target below 24 px: ${each}`);
    }
    for (const complaint of page.complaints) fault(`${theme} ${width}: ${complaint}`);
    await page.context().close();
  }
}
await scene.close();
process.stdout.write(`${faults} faults\n`);
process.exitCode = faults > 0 ? 1 : 0;
