// Lighthouse on the queue that `soc run` serves, as a desktop: `node run.mjs`, with SOC_BINARY naming the program.
//
// What does not depend on the machine (accessibility, best practices) must be 100; the rest is printed beside its aim.
// Apart from the dashboard because Lighthouse brings two hundred packages that no other test needs.

import { launch } from "chrome-launcher";
import lighthouse, { desktopConfig } from "lighthouse";
import { client, newFolder, startSoc, withStories } from "../test/real/soc.mjs";

const HELD = ["accessibility", "best-practices"];

const soc = await startSoc({ folder: await withStories(newFolder()) });
const chrome = await launch({
  chromePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
});
try {
  const { cookie } = await client(soc.url, soc.link);
  const options = { port: chrome.port, output: "json", logLevel: "error", extraHeaders: { Cookie: cookie }, onlyCategories: ["performance", ...HELD] };
  const { lhr } = await lighthouse(`${soc.url}/queue?status=any`, options, desktopConfig);
  const scores = Object.fromEntries(Object.entries(lhr.categories).map(([name, { score }]) => [name, Math.round(score * 100)]));
  const [lcp, tbt, cls] = ["largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift"].map((name) => lhr.audits[name].numericValue);
  console.log(`lighthouse ${JSON.stringify(scores)} (aims 98, 100, 100); LCP ${lcp.toFixed(0)} ms (800), TBT ${tbt.toFixed(0)} ms (50), CLS ${cls.toFixed(4)} (0.01)`);
  for (const name of HELD.filter((held) => scores[held] < 100)) {
    const failed = lhr.categories[name].auditRefs.filter(({ id }) => lhr.audits[id].score !== null && lhr.audits[id].score < 1);
    console.error(`${name} is below 100: ${failed.map(({ id }) => `${id}: ${lhr.audits[id].title}`).join("; ")}`);
    process.exitCode = 1;
  }
} finally {
  chrome.kill();
  await soc.stop();
}
