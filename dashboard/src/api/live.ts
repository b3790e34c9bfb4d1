// What has changed since the last look: one poll for the whole dashboard, and a small store that pages listen to.

import { getChanged } from "./client";
import type { Changes } from "./model";
import { asProblem } from "./problem";
import { session } from "./session";

export type LiveState = {
  /** When the server last answered, by this machine's clock. */
  at: number | null;
  connected: boolean;
  approvals: number | null;
  quarantine: number | null;
};

type ChangedListener = (incidents: string[], more: boolean) => void;

let state: LiveState = { at: null, connected: true, approvals: null, quarantine: null };
const stateListeners = new Set<() => void>();
const changedListeners = new Set<ChangedListener>();
let cursor: string | null = null;
let etag: string | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let under_way = false;
let visibleMs = 5_000;
let hiddenMs = 60_000;
let notBefore = 0;

function set(next: Partial<LiveState>) {
  state = { ...state, ...next };
  for (const listener of stateListeners) listener();
}

export const live = {
  get: () => state,
  subscribe(listener: () => void) {
    stateListeners.add(listener);
    return () => stateListeners.delete(listener);
  },
  /** Tells which incidents changed; `more` says that the list is not complete. */
  onChanged(listener: ChangedListener) {
    changedListeners.add(listener);
    return () => changedListeners.delete(listener);
  },
  start(visible: number, hidden: number) {
    visibleMs = visible;
    hiddenMs = hidden;
    document.addEventListener("visibilitychange", wake);
    addEventListener("online", wake);
    addEventListener("offline", wake);
    void look();
  },
  stop() {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", wake);
    removeEventListener("online", wake);
    removeEventListener("offline", wake);
  },
  /** Looks now, for instance after a change of our own. */
  look: () => void look(),
};

function wake() {
  if (!navigator.onLine) set({ connected: false });
  else if (!document.hidden) void look();
}

async function look(): Promise<void> {
  if (under_way || session.state === "out") return;
  under_way = true;
  clearTimeout(timer);
  let again = document.hidden ? hiddenMs : visibleMs;
  try {
    if (Date.now() < notBefore) return;
    const answer = await getChanged<Changes>("/changes", { after: cursor }, etag);
    set({ at: Date.now(), connected: true });
    if (answer === null) return;
    const first = cursor === null;
    cursor = answer.value.cursor;
    etag = answer.etag;
    set({ approvals: answer.value.approvals_waiting, quarantine: answer.value.quarantine });
    if (!first && answer.value.incidents.length > 0) {
      for (const listener of changedListeners) listener(answer.value.incidents, answer.value.more);
    }
    if (answer.value.more) again = 50;
  } catch (error) {
    const problem = asProblem(error);
    if (problem.offline) set({ connected: false });
    if (problem.retryAfterSeconds !== null) notBefore = Date.now() + problem.retryAfterSeconds * 1000;
    // A cursor that the server does not know any more: begin again from now.
    if (problem.status === 400) cursor = etag = null;
  } finally {
    under_way = false;
    timer = setTimeout(() => void look(), again);
  }
}
