// Short messages with an undo. A store, because requests end long after the component that sent them is gone.

export type Toast = {
  id: number;
  tone: "done" | "problem" | "note";
  text: string;
  /** Takes back what the message tells of; offered until the message goes. */
  undo?: () => Promise<unknown>;
  until: number;
};

export const UNDO_MS = 10_000;
const STAY_MS = 6_000;
const PROBLEM_MS = 12_000;

let toasts: Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();

function publish(list: Toast[]) {
  toasts = list;
  for (const listener of listeners) listener();
}

function show(tone: Toast["tone"], text: string, stay: number, undo?: Toast["undo"]): number {
  const id = next++;
  publish([...toasts.slice(-3), { id, tone, text, until: Date.now() + stay, ...(undo ? { undo } : {}) }]);
  return id;
}

export const toast = {
  get: () => toasts,
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  done: (text: string, undo?: () => Promise<unknown>) => show("done", text, undo ? UNDO_MS : STAY_MS, undo),
  note: (text: string) => show("note", text, STAY_MS),
  problem: (text: string) => show("problem", text, PROBLEM_MS),
  dismiss: (id: number) => publish(toasts.filter((shown) => shown.id !== id)),
  /** Takes back the newest change that still can be. */
  async undoNewest() {
    const newest = toasts.findLast((shown) => shown.undo);
    if (newest) await toast.undo(newest.id);
  },
  async undo(id: number) {
    const shown = toasts.find((one) => one.id === id);
    if (!shown?.undo) return;
    toast.dismiss(id);
    try {
      await shown.undo();
      show("note", `Undone: ${shown.text}`, STAY_MS);
    } catch (error) {
      show("problem", error instanceof Error ? `Not undone. ${error.message}` : "Not undone.", PROBLEM_MS);
    }
  },
};
