// Something small that opens beside a button. The browser's own popover does what matters (top layer, light dismiss,
// Escape, focus back to the button) for none of the bytes that a library takes; here it only gets its place.

import { cloneElement, useId, useRef, useState, type KeyboardEvent, type ReactElement, type ReactNode } from "react";
import { flushSync } from "react-dom";

const GAP = 4;
const EDGE = 8;

type PopupProps = {
  /** One element that renders a `button` and hands on its props. */
  trigger: ReactElement<Record<string, unknown>>;
  role: "menu" | "dialog";
  label?: string;
  align?: "start" | "end";
  onKeyDown?: (event: KeyboardEvent<HTMLDivElement>) => void;
  /** Rendered only while open. */
  children: (close: () => void) => ReactNode;
};

function place(popup: HTMLElement, trigger: Element, align: "start" | "end") {
  const at = trigger.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popup;
  const below = at.bottom + GAP + height <= innerHeight - EDGE || at.top < innerHeight / 2;
  const left = align === "end" ? at.right - width : at.left;
  popup.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`;
  popup.style.top = `${Math.max(EDGE, below ? at.bottom + GAP : at.top - GAP - height)}px`;
  popup.style.maxHeight = `${below ? innerHeight - at.bottom - GAP - EDGE : at.top - GAP - EDGE}px`;
  popup.style.visibility = "visible";
}

export function Popup({ trigger, role, label, align = "start", onKeyDown, children }: PopupProps) {
  const id = useId();
  const own = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const close = () => own.current?.hidePopover();
  return (
    <>
      {cloneElement(trigger, { id: `${id}t`, popoverTarget: `${id}p`, "aria-haspopup": role, "aria-expanded": open })}
      <div
        ref={own}
        id={`${id}p`}
        popover="auto"
        className="menu"
        role={open ? role : undefined}
        aria-label={open ? label : undefined}
        aria-labelledby={open && label === undefined ? `${id}t` : undefined}
        onKeyDown={onKeyDown}
        onBeforeToggle={(event) => {
          if (event.newState !== "open") return;
          if (own.current) own.current.style.visibility = "hidden";
          flushSync(() => setOpen(true));
        }}
        onToggle={(event) => {
          const button = document.getElementById(`${id}t`);
          if (event.newState !== "open") return setOpen(false);
          if (!own.current || !button) return;
          place(own.current, button, align);
          const first = own.current.querySelector<HTMLElement>('[aria-checked="true"], [role^="menuitem"]:not([aria-disabled="true"]), input, button');
          first?.focus({ preventScroll: true });
        }}
      >
        {open && children(close)}
      </div>
    </>
  );
}
