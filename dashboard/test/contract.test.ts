// Every request of the dashboard is one that the API's document knows, with that method.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test, vi } from "vitest";
import { read, write } from "../src/api/calls";
import { TACTICS } from "../src/ui/tactics";

const schema = readFileSync(join(import.meta.dirname, "../src/api/schema.d.ts"), "utf8");

/** "get /api/v1/incidents/{id}" and the like, as the document has them. */
function declared(): { method: string; pattern: RegExp }[] {
  const paths = schema.slice(schema.indexOf("export interface paths"), schema.indexOf("export type webhooks"));
  return [...paths.matchAll(/^ {4}"([^"]+)": \{\n([\s\S]*?)^ {4}\};/gm)].flatMap(([, path = "", body = ""]) =>
    [...body.matchAll(/^ {8}(get|post|delete): /gm)].map((method) => ({
      method: (method[1] ?? "").toUpperCase(),
      pattern: new RegExp(`^${path.replace(/[.]/g, "\\.").replace(/\{[^}]+\}/g, "[^/]+")}$`),
    })),
  );
}

const asked: { method: string; path: string }[] = [];

beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    asked.push({ method: init.method ?? "GET", path: new URL(url, "http://dashboard.test").pathname });
    return Promise.resolve(new Response("{}", { status: 200, headers: { "content-type": "application/json" } }));
  });
});

test("the document is read", () => {
  expect(declared().length).toBeGreaterThan(40);
});

test("no request goes where the API has nothing", async () => {
  for (const call of Object.values({ ...read, ...write })) {
    // Any text will do where an id, a body or a query is asked for: only the way matters here.
    await (call as (...args: unknown[]) => Promise<unknown>)("x", "y", "z");
  }
  expect(asked.length).toBeGreaterThan(40);
  const known = declared();
  expect(asked.filter(({ method, path }) => !known.some((one) => one.method === method && one.pattern.test(path)))).toEqual([]);
});

test("the tactics stand in the order that the domain has them in", () => {
  const source = readFileSync(join(import.meta.dirname, "../../shared/soc-domain/src/attack.rs"), "utf8");
  const [, listed] = source.match(/TACTICS: \[&str; \d+\] = \[([^\]]*)\]/) ?? [];
  expect(TACTICS).toEqual([...(listed ?? "").matchAll(/"([^"]+)"/g)].map((found) => found[1]));
});
