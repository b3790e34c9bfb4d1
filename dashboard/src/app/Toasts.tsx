// Shows the messages of `toasts.ts`. They stay while they are pointed at or have the focus.

import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { Button, IconButton } from "../ui/button";
import { toast, type Toast } from "./toasts";

export function Toasts() {
  const list = useSyncExternalStore(toast.subscribe, toast.get);
  return (
    <div className="toasts" role="region" aria-label="Messages">
      <div role="status" aria-live="polite">
        {list.map((shown) => (
          <One key={shown.id} shown={shown} />
        ))}
      </div>
    </div>
  );
}

function One({ shown }: { shown: Toast }) {
  const [held, setHeld] = useState(false);
  const left = useRef(shown.until - Date.now());
  useEffect(() => {
    if (held) return;
    const began = Date.now();
    const timer = setTimeout(() => toast.dismiss(shown.id), Math.max(left.current, 0));
    return () => {
      clearTimeout(timer);
      left.current = Math.max(left.current - (Date.now() - began), 1500);
    };
  }, [held, shown.id]);
  return (
    <div
      className={`toast ${shown.tone}`}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className="toast-text">{shown.text}</span>
      {shown.undo && (
        <Button icon="undo" hint="u" onClick={() => void toast.undo(shown.id)}>
          Undo
        </Button>
      )}
      <IconButton icon="close" label="Dismiss" onClick={() => toast.dismiss(shown.id)} />
    </div>
  );
}
