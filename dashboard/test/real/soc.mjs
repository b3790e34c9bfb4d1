// The real program: `soc run` on a folder of its own, on a free port, ended by its id.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../../..");
export const BINARY = process.env.SOC_BINARY ?? join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug/soc");
const PATIENCE_MS = 60_000;
const STOP_MS = 20_000;

const started = new Set();
const folders = new Set();
process.on("exit", () => {
  for (const child of started) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

// Ended by a signal, the servers are ended too.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

export function newFolder() {
  const folder = mkdtempSync(join(tmpdir(), "soc-browser-"));
  folders.add(folder);
  return folder;
}

/** Asks until there is an answer: the page and the runner go their own ways. */
export async function until(what, ask, patience = PATIENCE_MS) {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited ${patience / 1000} s for: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

function launch(args) {
  if (!existsSync(BINARY)) throw new Error(`${BINARY} is not there: cargo build -p soc-cli`);
  const child = spawn(BINARY, args, { stdio: ["pipe", "ignore", "pipe"], env: { ...process.env, USER: "tester" } });
  started.add(child);
  const ended = new Promise((done) => child.once("exit", (code) => (started.delete(child), done(code))));
  const said = { text: "" };
  child.stderr.setEncoding("utf8").on("data", (piece) => (said.text += piece));
  // The program may end before it has read all.
  child.stdin.on("error", () => undefined);
  return { child, ended, said };
}

/** Takes the built-in stories in, to their end. */
export async function withStories(folder) {
  const { child, ended, said } = launch(["run", "--until-idle", "--quiet", "--data-dir", folder]);
  child.stdin.end();
  const code = await ended;
  if (code !== 0) throw new Error(`soc run ended with ${code}: ${said.text}`);
  return folder;
}

/** A server; `input` gives it an open standard input, through which findings can come while it runs. */
export async function startSoc({ folder, input = false }) {
  const args = ["run", "--data-dir", folder, "--listen", "127.0.0.1:0", ...(input ? ["--input", "-"] : [])];
  const { child, ended, said } = launch(args);
  if (!input) child.stdin.end();
  let over = false;
  void ended.then(() => (over = true));
  const links = () => [...said.text.matchAll(/http:\/\/127\.0\.0\.1:\d+\/\?code=[0-9a-f]+/g)].map((found) => found[0]);
  const link = await until("the link", () => {
    if (over) throw new Error(`soc run ended: ${said.text}`);
    return links()[0];
  });
  const url = new URL(link).origin;
  return {
    url,
    folder,
    link,
    newestLink: () => links().at(-1),
    said: () => said.text,
    give: (records) => child.stdin.write(records.map((record) => `${typeof record === "string" ? record : JSON.stringify(record)}\n`).join("")),
    async stop() {
      child.stdin.destroy();
      child.kill("SIGINT");
      const gone = await Promise.race([ended, new Promise((done) => setTimeout(done, STOP_MS, "late").unref())]);
      if (gone === "late") {
        child.kill("SIGKILL");
        throw new Error(`soc run had not ended ${STOP_MS / 1000} s after Ctrl-C`);
      }
    },
  };
}

/** A client without a browser, signed in: for looking at the server from beside the page. */
export async function client(url, link) {
  const headers = { origin: url, "content-type": "application/json" };
  const entered = await fetch(`${url}/api/v1/session`, { method: "POST", headers, body: JSON.stringify({ code: new URL(link).searchParams.get("code") }) });
  if (entered.status !== 204) throw new Error(`signing in was answered with ${entered.status}`);
  return clientOf(url, entered.headers.getSetCookie()[0].split(";")[0]);
}

export function clientOf(url, cookie) {
  const own = {
    cookie,
    ask(path, init = {}) {
      const headers = { cookie: own.cookie, origin: url, ...(init.method ? { "content-type": "application/json" } : {}), ...init.headers };
      return fetch(`${url}/api/v1${path.replace("/api/v1", "")}`, { ...init, headers });
    },
    async get(path) {
      const answer = await own.ask(path);
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    },
    post: (path, body, headers = {}) => own.ask(path, { method: "POST", body: JSON.stringify(body), headers }),
  };
  return own;
}

/** Nothing has changed for a while: what came in is handled. */
export async function atRest(api, quiet = 2_000) {
  let [seen, since] = [null, Date.now()];
  await until("the runner to come to rest", async () => {
    const { cursor } = await api.get("/changes");
    if (cursor !== seen) [seen, since] = [cursor, Date.now()];
    return Date.now() - since > quiet;
  }, 240_000);
}

/** Made by the program itself, as a file for its input would be. */
export async function findings(count, seed = 7) {
  if (!existsSync(BINARY)) throw new Error(`${BINARY} is not there: cargo build -p soc-cli`);
  const child = spawn(BINARY, ["inject", "--count", String(count), "--seed", String(seed), "--incidents", String(count), "--out", "-", "--quiet"], { stdio: ["ignore", "pipe", "inherit"] });
  started.add(child);
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (piece) => (text += piece));
  const code = await new Promise((done) => child.once("close", done));
  started.delete(child);
  if (code !== 0) throw new Error(`soc inject ended with ${code}`);
  return text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
}
