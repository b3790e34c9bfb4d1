// The first load in bytes over the wire: what index.html names, what those import, and the page that opens first.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const LIMIT = 180_000;
const dist = join(import.meta.dirname, "dist");
const page = readFileSync(join(dist, "index.html"), "utf8");
const wanted = new Set([...page.matchAll(/(?:src|href)="\/([^"]+)"/g)].map((match) => match[1]));
const assets = readdirSync(join(dist, "assets"));
for (const name of assets) if (/^(QueuePage|SeverityShape)-/.test(name)) wanted.add(`assets/${name}`);
// Static imports of what is loaded are loaded too; `import()` is not.
for (let before = 0; before !== wanted.size; ) {
  before = wanted.size;
  for (const name of [...wanted]) {
    if (!name.endsWith(".js")) continue;
    const text = readFileSync(join(dist, name), "utf8");
    for (const match of text.matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) wanted.add(`assets/${match[1]}`);
  }
}
let total = gzipSync(page, { level: 9 }).length;
for (const name of [...wanted].sort()) {
  const bytes = gzipSync(readFileSync(join(dist, name)), { level: 9 }).length;
  total += bytes;
  process.stdout.write(`${String(bytes).padStart(8)}  ${name}\n`);
}
process.stdout.write(`${String(total).padStart(8)}  first load, gzip; at most ${LIMIT}\n`);
if (total > LIMIT) process.exitCode = 1;
