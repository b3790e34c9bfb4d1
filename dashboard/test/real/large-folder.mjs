// A data folder with 100,000 findings in 20,000 incidents, made once and kept: it takes minutes.

import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { BINARY, newFolder } from "./soc.mjs";

const COUNT = process.env.SOC_TEST_LARGE_FINDINGS ?? "100000";
const INCIDENTS = process.env.SOC_TEST_LARGE_INCIDENTS ?? "20000";

export async function largeFolder() {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "ai-soc/large");
  // Another program may keep its folder in another form.
  const kept = join(cache, `${COUNT}-${INCIDENTS}-${Math.round(statSync(BINARY).mtimeMs)}`);
  if (!existsSync(kept)) {
    rmSync(cache, { recursive: true, force: true });
    mkdirSync(cache, { recursive: true });
    const making = `${kept}.making`;
    const child = spawn(BINARY, ["inject", "--count", COUNT, "--incidents", INCIDENTS, "--seed", "20", "--data-dir", making, "--quiet"], { stdio: ["ignore", "ignore", "inherit"] });
    process.once("exit", () => child.kill("SIGKILL"));
    const code = await new Promise((done) => child.once("exit", done));
    if (code !== 0) throw new Error(`soc inject ended with ${code}`);
    renameSync(making, kept);
  }
  const folder = newFolder();
  cpSync(kept, folder, { recursive: true });
  return folder;
}
