// Writes src/api/schema.d.ts from the API's document; with --check it only says whether the committed one is that.
// Apart from the dashboard because the generator does not run under the TypeScript that the dashboard is checked with.

import { readFileSync, writeFileSync } from "node:fs";
import openapi, { astToString } from "openapi-typescript";

const document = new URL("../../shared/soc-api/openapi.json", import.meta.url);
const target = new URL("../src/api/schema.d.ts", import.meta.url);
const head = "// Generated from shared/soc-api/openapi.json by dashboard/codegen (npm run generate). Not to be edited.\n\n";
const text = head + astToString(await openapi(document));
if (!process.argv.includes("--check")) writeFileSync(target, text);
else if (readFileSync(target, "utf8") !== text) {
  process.stderr.write("src/api/schema.d.ts is not what shared/soc-api/openapi.json says: npm run generate\n");
  process.exitCode = 1;
}
