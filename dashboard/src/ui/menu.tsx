// A menu behind a button.

import type { KeyboardEvent, ReactElement, ReactNode } from "react";
import { Icon, type IconName } from "./icon";
import { Popup } from "./popup";

export type MenuItem =
  | { kind?: "item"; label: ReactNode; run: () => void; icon?: IconName; hint?: string; danger?: boolean; disabled?: boolean }
  | { kind: "choice"; label: ReactNode; chosen: boolean; run: () => void }
  | { kind: "heading"; label: string }
  | { kind: "line" };

type MenuProps = {
  /** `Button`, `IconButton`, or a `button`. */
  trigger: ReactElement<Record<string, unknown>>;
  items: MenuItem[];
  align?: "start" | "end";
};

/** Arrow keys, Home, End and the first letters of an item. */
function move(event: KeyboardEvent<HTMLDivElement>) {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role^="menuitem"]')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const go = (to: number) => {
    event.preventDefault();
    items[(to + items.length) % items.length]?.focus();
  };
  if (event.key === "ArrowDown") go(at + 1);
  else if (event.key === "ArrowUp") go(at - 1);
  else if (event.key === "Home") go(0);
  else if (event.key === "End") go(items.length - 1);
  else if (event.key === "Tab") event.currentTarget.hidePopover();
  else if (/^[\p{L}\p{N}]$/u.test(event.key) && !event.ctrlKey && !event.metaKey) {
    const after = [...items.slice(at + 1), ...items.slice(0, at + 1)];
    const found = after.find((item) => (item.textContent ?? "").trim().toLowerCase().startsWith(event.key.toLowerCase()));
    if (found) go(items.indexOf(found));
  }
}

export function Menu({ trigger, items, align = "start" }: MenuProps) {
  return (
    <Popup trigger={trigger} role="menu" align={align} onKeyDown={move}>
      {(close) => items.map((item, index) => <Item key={index} item={item} close={close} />)}
    </Popup>
  );
}

function Item({ item, close }: { item: MenuItem; close: () => void }) {
  if (item.kind === "line") return <div role="separator" className="menu-line" />;
  if (item.kind === "heading") return <div className="menu-heading">{item.label}</div>;
  const run = () => {
    close();
    item.run();
  };
  if (item.kind === "choice") {
    return (
      <button type="button" role="menuitemradio" aria-checked={item.chosen} tabIndex={-1} className="menu-item" onClick={run}>
        <span className="menu-mark">{item.chosen && <Icon name="check" />}</span>
        <span className="menu-label">{item.label}</span>
      </button>
    );
  }
  const { disabled = false } = item;
  return (
    <button
      type="button"
      role="menuitem"
      aria-disabled={disabled || undefined}
      tabIndex={-1}
      className={item.danger ? "menu-item danger" : "menu-item"}
      onClick={disabled ? undefined : run}
    >
      {item.icon && <Icon name={item.icon} />}
      <span className="menu-label">{item.label}</span>
      {item.hint && <kbd aria-hidden="true">{item.hint}</kbd>}
    </button>
  );
}
