// Rules that no type keeps: text from outside never becomes markup, and nothing needs more than the page's policy gives.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

const FORBIDDEN: [RegExp, string][] = [
  [/dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser/, "markup from text"],
  [/\beval\(|new Function\(|setTimeout\(\s*["'`]/, "script from text"],
  [/createElement\(\s*["'`]style|<style|adoptedStyleSheets|setAttribute\(\s*["'`]style/, "styles that the policy forbids"],
  [/href=\{`?(?!`https:\/\/attack\.mitre\.org|allowed)[^}]*(arn|url|finding|value|raw)/i, "a link made of text from outside; use OutsideLink"],
  [/javascript:/i, "a script address"],
  [/console\.(log|info|warn|error|debug)/, "findings must not get into a log"],
  [/localStorage|sessionStorage/, "storage outside preferences and sign-in"],
];
const MAY_STORE = ["src/app/preferences.ts", "src/api/oidc.ts", "public/theme.js"];

function faults(path: string, text: string): string[] {
  return FORBIDDEN.filter(([pattern, why]) => pattern.test(text) && !(why.startsWith("storage") && MAY_STORE.some((end) => path.endsWith(end)))).map(
    ([, why]) => `${path}: ${why}`,
  );
}

test("no source makes markup, script or styles from text", () => {
  const sources = [...filesBelow(join(root, "src")), ...filesBelow(join(root, "public"))].filter((path) => /\.(tsx?|js)$/.test(path));
  expect(sources.length).toBeGreaterThan(30);
  expect(sources.flatMap((path) => faults(path, readFileSync(path, "utf8")))).toEqual([]);
});

test("the guard sees a planted fault", () => {
  expect(faults("src/planted.tsx", "<p dangerouslySetInnerHTML={{ __html: title }} />")).toHaveLength(1);
  expect(faults("src/planted.tsx", "<a href={finding.url}>")).toHaveLength(1);
});

test("the page has no inline script and no inline style", () => {
  const page = readFileSync(join(root, "index.html"), "utf8");
  expect(page).not.toMatch(/<style|style=|\son[a-z]+=/i);
  expect(page.match(/<script(?![^>]*\ssrc=)/g)).toBeNull();
});

test("what is needed only by itself is loaded only then", () => {
  const eager = filesBelow(join(root, "src")).filter((path) => /\.tsx?$/.test(path));
  for (const library of ["cytoscape", "cytoscape-dagre", "uplot", "oidc-client-ts"]) {
    for (const path of eager) {
      const text = readFileSync(path, "utf8");
      if (!new RegExp(`^import (?!type).*["']${library}["']`, "m").test(text)) continue;
      const name = path.replace(/.*\//, "").replace(/\.tsx?$/, "");
      const importers = eager.filter((other) => new RegExp(`^import (?!type).*/${name}["']`, "m").test(readFileSync(other, "utf8")));
      expect(importers, `${name} holds ${library} and must be imported with import()`).toEqual([]);
    }
  }
});
