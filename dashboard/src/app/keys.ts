// Keyboard shortcuts: one listener for the page, scopes that come and go with components, and a switch to turn them off.

import { useLayoutEffect, useRef } from "react";
import { preferences } from "./preferences";

export type Shortcut = {
  /** As in `KeyboardEvent.key`, with `Shift+` or `Ctrl+` before it where it matters ("j", "Shift+j", "?"). */
  keys: string[];
  /** What it does, in the words of the help. */
  does: string;
  group: string;
  run: (event: KeyboardEvent) => void;
  /** Works while text is being typed, in dialogs, and when shortcuts are switched off: only for Ctrl+K and the like. */
  always?: boolean;
};

const active = new Set<{ current: Shortcut[] }>();

function nameOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 && event.shiftKey && /[a-z]/i.test(event.key) ? `Shift+${event.key.toLowerCase()}` : event.key;
  return event.ctrlKey || event.metaKey ? `Ctrl+${key}` : key;
}

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && target.type !== "checkbox" && target.type !== "radio";
}

function onKey(event: KeyboardEvent) {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  const name = nameOf(event);
  const busy =
    typing(event.target) || document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null || !preferences.get().shortcuts;
  // Enter and Space belong to the control that has the focus.
  const onControl =
    (event.key === "Enter" || event.key === " ") && event.target instanceof Element && event.target.closest("a, button, input, summary") !== null;
  for (const list of [...active].reverse()) {
    for (const shortcut of list.current) {
      if (!shortcut.keys.includes(name)) continue;
      if (!shortcut.always && (busy || onControl)) continue;
      event.preventDefault();
      shortcut.run(event);
      return;
    }
  }
}

let listening = false;

/** Shortcuts that hold while the component is on the page. The newest component wins. */
export function useShortcuts(shortcuts: Shortcut[]) {
  const list = useRef(shortcuts);
  list.current = shortcuts;
  // Before the paint: a key pressed at what has just appeared must not fall through.
  useLayoutEffect(() => {
    if (!listening) {
      document.addEventListener("keydown", onKey);
      listening = true;
    }
    active.add(list);
    return () => {
      active.delete(list);
    };
  }, []);
}

/** For the help: all that holds now. */
export function activeShortcuts(): Shortcut[] {
  return [...active].flatMap((list) => list.current);
}
