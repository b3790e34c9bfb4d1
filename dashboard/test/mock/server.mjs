// Answers the API from `data.mjs` and serves `dist` under the production headers. For states that the real server
// cannot be brought into (429, 500, slow, another role): `POST /mock {fail: {"/incidents": 500}, role: "viewer"}`.

import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import * as data from "./data.mjs";
import { answer } from "./answers.mjs";

const dist = process.env.DIST ?? join(import.meta.dirname, "../../dist");
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json", ".woff2": "font/woff2" };
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

export const state = { fail: {}, role: process.env.MOCK_ROLE ?? "admin", slow: 0, signedIn: true, requests: [], version: 1, changed: [] };

const problem = (response, status, code, detail, headers = {}) => {
  response.writeHead(status, { "content-type": "application/problem+json", "cache-control": "no-store", ...headers });
  response.end(JSON.stringify({ type: `urn:ai-soc:problem:${code}`, title: code, status, detail, code }));
};

async function bodyOf(request) {
  let text = "";
  for await (const piece of request) text += piece;
  return text === "" ? {} : JSON.parse(text);
}

async function api(request, response, url) {
  const path = url.pathname.replace("/api/v1", "");
  const body = request.method === "GET" ? {} : await bodyOf(request);
  state.requests.push({ method: request.method, path, key: request.headers["idempotency-key"] ?? null, body });
  const failing = Object.keys(state.fail).find((prefix) => path.startsWith(prefix));
  if (failing !== undefined) {
    const status = state.fail[failing];
    if (status === 0) return response.destroy();
    return problem(response, status, { 401: "unauthorized", 403: "forbidden", 409: "conflict", 429: "rate_limited" }[status] ?? "internal", "As asked for by the test.", status === 429 ? { "retry-after": "1" } : {});
  }
  if (path === "/session") {
    state.signedIn = request.method === "POST";
    response.writeHead(204);
    return response.end();
  }
  if (!state.signedIn) return problem(response, 401, "unauthorized", "Sign in first.");
  if (state.slow) await new Promise((done) => setTimeout(done, state.slow));
  const result = answer(request.method, path, url.searchParams, body, state, request.headers);
  if (result === null) return problem(response, 404, "not_found", "There is no such thing.");
  if (result.status === 304) {
    response.writeHead(304, { etag: result.etag });
    return response.end();
  }
  if (result.problem) return problem(response, result.status, result.problem, result.detail);
  response.writeHead(result.status ?? 200, { "content-type": result.type ?? "application/json", "cache-control": "no-store", ...(result.etag ? { etag: result.etag } : {}) });
  response.end(typeof result.body === "string" ? result.body : JSON.stringify(result.body));
}

function page(response, url) {
  let path = join(dist, normalize(url.pathname));
  if (!path.startsWith(dist) || !existsSync(path) || statSync(path).isDirectory()) path = join(dist, "index.html");
  if (!existsSync(path)) return problem(response, 404, "not_found", "Run `npm run build` first.");
  response.writeHead(200, {
    "content-type": TYPES[extname(path)] ?? "application/octet-stream",
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  });
  createReadStream(path).pipe(response);
}

export function serve(port = 0) {
  const server = createServer((request, response) => {
    const url = new URL(request.url, "http://127.0.0.1");
    const handle = async () => {
      if (url.pathname === "/mock" && request.method === "POST") {
        Object.assign(state, await bodyOf(request));
        return response.end("{}");
      }
      if (url.pathname === "/mock") return response.end(JSON.stringify(state.requests));
      if (url.pathname === "/config.json") return response.writeHead(200, { "content-type": "application/json" }).end('{"form":"local"}');
      if (url.pathname.startsWith("/api/v1")) return api(request, response, url);
      return page(response, url);
    };
    handle().catch((error) => problem(response, 500, "internal", String(error)));
  });
  return new Promise((done) => server.listen(port, "127.0.0.1", () => done({ server, url: `http://127.0.0.1:${server.address().port}`, data, state })));
}

if (process.argv[1] === import.meta.filename) {
  const { url } = await serve(Number(process.env.PORT ?? 8799));
  process.stdout.write(`${url}\n`);
}
