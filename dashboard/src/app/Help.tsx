// `?`: what the keys do on this page, and the switch that turns them off.

import { Dialog } from "../ui/dialog";
import { activeShortcuts } from "./keys";
import { preferences, usePreferences } from "./preferences";

export function Help({ open, onClose }: { open: boolean; onClose: () => void }) {
  const wishes = usePreferences();
  const groups = new Map<string, { keys: string[]; does: string }[]>();
  if (open) {
    for (const shortcut of activeShortcuts()) groups.set(shortcut.group, [...(groups.get(shortcut.group) ?? []), shortcut]);
  }
  return (
    <Dialog open={open} onClose={onClose} title="Keyboard" wide lead="Every key has a button or a menu that does the same.">
      <label className="help-switch">
        <input type="checkbox" checked={wishes.shortcuts} onChange={(event) => preferences.set({ shortcuts: event.target.checked })} />
        Single-key shortcuts
      </label>
      <label className="help-switch">
        <input type="checkbox" checked={wishes.advance} onChange={(event) => preferences.set({ advance: event.target.checked })} />
        Go on to the next incident after a verdict
      </label>
      <div className="help-groups">
        {[...groups].map(([group, list]) => (
          <section key={group}>
            <h3>{group}</h3>
            <ul>
              {list.map((shortcut) => (
                <li key={shortcut.does}>
                  <span>{shortcut.does}</span>
                  <span className="nowrap">
                    {shortcut.keys.map((key) => (
                      <kbd key={key}>{key.replace("+", " ")}</kbd>
                    ))}
                  </span>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
