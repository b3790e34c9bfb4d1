// One way to talk to the API: problems instead of status codes, one key for each intended change.

import { offlineProblem, problemOf } from "./problem";
import { session } from "./session";

export type Query = Record<string, string | number | boolean | null | undefined>;

export const BASE = "/api/v1";

/** A key for one intended change; the same key is sent again when the same change is tried again. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function withQuery(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return BASE + path + (text === "" ? "" : `?${text}`);
}

async function send(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    const headers = { accept: "application/json", ...(await session.headers()), ...init.headers };
    response = await fetch(url, { ...init, headers, credentials: "same-origin" });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw offlineProblem();
  }
  if (response.status === 401) session.set(session.state === "in" ? "expired" : session.state === "expired" ? "expired" : "out");
  else if (response.ok || response.status === 304) session.set("in");
  return response;
}

async function bodyOf<T>(response: Response): Promise<T> {
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

export async function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  return bodyOf<T>(await send(withQuery(path, query), { signal: signal ?? null }));
}

export async function change<T>(method: "POST" | "DELETE", path: string, body: unknown, key = newKey()): Promise<T> {
  const headers = { "content-type": "application/json", "idempotency-key": key };
  return bodyOf<T>(await send(BASE + path, { method, headers, body: JSON.stringify(body) }));
}

export type Tagged<T> = { etag: string | null; value: T };

/** `null` when nothing changed since `etag`. */
export async function getChanged<T>(path: string, query: Query, etag: string | null, signal?: AbortSignal): Promise<Tagged<T> | null> {
  const headers: Record<string, string> = etag === null ? {} : { "if-none-match": etag };
  const response = await send(withQuery(path, query), { headers, signal: signal ?? null, cache: "no-store" });
  if (response.status === 304) return null;
  return { etag: response.headers.get("etag"), value: await bodyOf<T>(response) };
}

/** Saves an attachment; a link would not carry the token that the AWS form needs. */
export async function download(path: string, query: Query, name: string): Promise<void> {
  const response = await send(withQuery(path, query), {});
  if (!response.ok) throw await problemOf(response);
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
