// A list with what was chosen in it beside it: rows by key, focus back to the row, a dialog where there is no room.

import { useSyncExternalStore, type ReactNode } from "react";
import { useShortcuts } from "../app/keys";
import { IconButton } from "./button";
import { Dialog } from "./dialog";

const ROOM = "(min-width: 1101px)";

function useRoom(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const query = matchMedia(ROOM);
      query.addEventListener("change", listener);
      return () => query.removeEventListener("change", listener);
    },
    () => matchMedia(ROOM).matches,
  );
}

/** Gives the focus to the button of a row. */
export function focusRow(key: string) {
  const button = document.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`);
  button?.focus({ preventScroll: true });
  button?.closest("tr, li")?.scrollIntoView({ block: "nearest" });
}

type RowsProps = {
  /** As in the help: "Approvals". */
  group: string;
  keys: readonly string[];
  chosen: string | null;
  choose: (key: string | null) => void;
};

/** j and k through the rows, Escape closes. */
export function useRows({ group, keys, chosen, choose }: RowsProps) {
  const step = (by: number) => {
    const at = chosen === null ? -1 : keys.indexOf(chosen);
    const to = at < 0 ? (by > 0 ? 0 : keys.length - 1) : Math.min(Math.max(at + by, 0), keys.length - 1);
    const key = keys[to];
    if (key === undefined) return;
    choose(key);
    focusRow(key);
  };
  useShortcuts([
    { keys: ["j"], does: "Next row", group, run: () => step(1) },
    { keys: ["k"], does: "Row before", group, run: () => step(-1) },
    { keys: ["Escape"], does: "Close the pane", group, run: () => close({ chosen, choose }) },
  ]);
}

function close({ chosen, choose }: Pick<RowsProps, "chosen" | "choose">) {
  if (chosen === null) return;
  choose(null);
  focusRow(chosen);
}

/** In the cell that names a row: opens it, and takes the focus back. */
export function RowButton({ row, open, onOpen, children }: { row: string; open: boolean; onOpen: () => void; children: ReactNode }) {
  return (
    <button type="button" className="row-open" data-row={row} aria-expanded={open} onClick={onOpen}>
      {children}
    </button>
  );
}

type SplitProps = {
  /** What the pane is about; also its heading where it is a dialog. */
  label: string;
  chosen: string | null;
  choose: (key: string | null) => void;
  /** Nothing is chosen: no pane. */
  pane: ReactNode | null;
  children: ReactNode;
};

export function Split({ label, chosen, choose, pane, children }: SplitProps) {
  const room = useRoom();
  const beside = room && pane !== null;
  return (
    <div className={beside ? "split with-side" : "split"}>
      <div className="split-main">{children}</div>
      {beside && (
        <aside className="side" aria-label={label} key={chosen}>
          <IconButton icon="close" label="Close the pane" className="side-close" onClick={() => close({ chosen, choose })} />
          {pane}
        </aside>
      )}
      {!room && (
        <Dialog open={pane !== null} onClose={() => choose(null)} title={label} wide>
          {pane}
        </Dialog>
      )}
    </div>
  );
}
