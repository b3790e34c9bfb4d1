// How long a key press takes to a painted row, and how much of the processor it takes. Reported, not judged, because
// machines differ: `node test/browser/keys.bench.mjs`, on 20,000 incidents.

process.env.MOCK_INCIDENTS ??= "20000";
const { raise, rows } = await import("./stage.mjs");

const stage = await raise();
const { page } = await stage.open("/queue", { allow: /./ });
await rows(page).first().waitFor();
await page.waitForLoadState("networkidle");
const client = await page.context().newCDPSession(page);
await client.send("Performance.enable", { timeDomain: "threadTicks" });
const metric = async (name) => (await client.send("Performance.getMetrics")).metrics.find((one) => one.name === name).value;
await page.evaluate(() => {
  window.painted = [];
  addEventListener(
    "keydown",
    () => {
      const began = performance.now();
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => window.painted.push(performance.now() - began);
        channel.port2.postMessage(0);
      });
    },
    true,
  );
});
const PRESSES = 150;
const PARTS = ["ScriptDuration", "RecalcStyleDuration", "LayoutDuration"];
const partsBefore = await Promise.all(PARTS.map(metric));
const before = await metric("TaskDuration");
for (let press = 0; press < PRESSES; press++) {
  await page.keyboard.press("j");
  await page.waitForTimeout(16);
}
const processor = ((await metric("TaskDuration")) - before) * 1000;
const parts = await Promise.all(PARTS.map(async (name, index) => `${name} ${((((await metric(name)) - partsBefore[index]) * 1000) / PRESSES).toFixed(2)}`));
const times = (await page.evaluate(() => window.painted)).sort((a, b) => a - b);
const at = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))].toFixed(1);
process.stdout.write(`key press to painted row: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms; processor ${(processor / PRESSES).toFixed(2)} ms a press; ${times.length} presses; of it ${parts.join(", ")}\n`);
await stage.strike();
