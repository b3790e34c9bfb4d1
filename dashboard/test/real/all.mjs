// All suites in one browser: `node --test-name-pattern="double click" test/real/all.mjs` runs one test.
//
// SOC_BINARY names the program, SOC_SHOTS where pictures go, SOC_TEST_LARGE=1 adds 100,000 findings, and
// SOC_README_PICTURE=../docs/images/queue.png makes the README's picture again.

import { figures } from "./large.mjs";
import { newFolder, withStories } from "./soc.mjs";
import "./golden.mjs";
import "./desk.mjs";
import "./troubles.mjs";
import "./hostile.mjs";
import "./looks.mjs";

figures({ name: "figures with the built-in stories", incidents: 10, bulk: 10, folder: () => withStories(newFolder()) });
if (process.env.SOC_TEST_LARGE === "1") {
  const { largeFolder } = await import("./large-folder.mjs");
  figures({ name: "figures with 100,000 findings", incidents: 20_000, bulk: 500, folder: largeFolder });
}
