// Who is signed in, and how. Apart from the client because the AWS form loads a library that the local form must not.

import { Problem, offlineProblem, problemOf } from "./problem";

export type Form = { form: "local" } | { form: "aws"; issuer: string; client_id: string; domain: string };
export type SessionState = "unknown" | "in" | "out" | "expired";

type Listener = () => void;

let form: Form = { form: "local" };
let state: SessionState = "unknown";
let accessToken: (() => Promise<string | null>) | null = null;
const listeners = new Set<Listener>();

export const session = {
  get state() {
    return state;
  },
  get form() {
    return form;
  },
  subscribe(listener: Listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  set(next: SessionState) {
    if (next === state) return;
    state = next;
    for (const listener of listeners) listener();
  },
  /** What a request carries besides the cookie. */
  async headers(): Promise<Record<string, string>> {
    const token = accessToken === null ? null : await accessToken();
    return token === null ? {} : { authorization: `Bearer ${token}` };
  },
};

/** Learns how to sign in, and finishes a sign-in that is under way. Runs once, before the first page. */
export async function beginSession(): Promise<void> {
  form = await readForm();
  if (form.form === "aws") {
    const oidc = await import("./oidc");
    accessToken = oidc.accessToken;
    session.set((await oidc.resume(form)) ? "in" : "out");
    return;
  }
  const code = new URLSearchParams(location.search).get("code");
  if (code === null) return;
  // The code must not stay in the address bar, in the history or in a bookmark.
  history.replaceState(null, "", location.pathname);
  const response = await fetch("/api/v1/session", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code }),
  }).catch(() => null);
  session.set(response?.ok ? "in" : "out");
}

async function readForm(): Promise<Form> {
  const response = await fetch("/config.json", { headers: { accept: "application/json" } }).catch(() => null);
  if (response === null) throw offlineProblem();
  if (!response.ok) throw await problemOf(response);
  const read: unknown = await response.json().catch(() => null);
  if (read !== null && typeof read === "object" && "form" in read) return read as Form;
  throw new Problem(response.status, "config", "The dashboard is not configured", "config.json could not be read.");
}

export async function signIn(): Promise<void> {
  if (form.form === "aws") await (await import("./oidc")).start(form);
}

export async function signOut(): Promise<void> {
  if (form.form === "aws") {
    await (await import("./oidc")).leave(form);
    return;
  }
  await fetch("/api/v1/session", { method: "DELETE", headers: { "content-type": "application/json" } }).catch(() => null);
  session.set("out");
}
