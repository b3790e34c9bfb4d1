// The bar on top: find, live indicator, theme, who is signed in.

import { useSyncExternalStore } from "react";
import { live } from "../api/live";
import { useConfig } from "../api/queries";
import { signOut } from "../api/session";
import { IconButton } from "../ui/button";
import { Icon } from "../ui/icon";
import { Menu } from "../ui/menu";
import { plain, words } from "../ui/text";
import { useNow } from "../ui/time";
import { setTheme, usePreferences, type Theme } from "./preferences";

const THEMES: Record<Theme, string> = { system: "As the system", light: "Light", dark: "Dark", contrast: "High contrast" };

export function TopBar({ onCommands, onHelp, onMenu }: { onCommands: () => void; onHelp: () => void; onMenu: () => void }) {
  const { theme } = usePreferences();
  const me = useConfig()?.me;
  return (
    <header className="top">
      <IconButton icon="menu" label="Pages" className="menu-open" onClick={onMenu} />
      <button type="button" className="command-open" aria-keyshortcuts="Control+K" onClick={onCommands}>
        <Icon name="search" />
        Find or go to
        <kbd>Ctrl K</kbd>
      </button>
      <div className="top-right">
        <Live />
        <IconButton icon="help" label="Keyboard shortcuts and help" onClick={onHelp} />
        <Menu
          align="end"
          trigger={<IconButton icon="theme" label="Theme" />}
          items={(Object.keys(THEMES) as Theme[]).map((each) => ({
            kind: "choice",
            label: THEMES[each],
            chosen: theme === each,
            run: () => setTheme(each),
          }))}
        />
        {me && (
          <Menu
            align="end"
            trigger={
              <button type="button" className="person-open" aria-label={`Signed in as ${plain(me.name)}, ${me.role}`}>
                <Icon name="person" />
                <span>{plain(me.name, 24)}</span>
                <Icon name="down" size={12} />
              </button>
            }
            items={[
              { kind: "heading", label: `${plain(me.name, 40)} · ${words(me.role)}` },
              { label: "Sign out", icon: "outside", run: () => void signOut() },
            ]}
          />
        )}
      </div>
    </header>
  );
}

function Live() {
  const state = useSyncExternalStore(live.subscribe, live.get);
  const now = useNow();
  const poll = useConfig()?.poll_visible_ms ?? 5000;
  const old = state.at === null ? 0 : Math.max(0, now - state.at);
  const stale = !state.connected || old > poll * 6 + 15_000;
  const text = stale ? "not live" : `live ${Math.round(poll / 1000)} s`;
  return (
    <span className={stale ? "live off" : "live"} title={stale ? "The server has not answered for a while" : `Asked every ${Math.round(poll / 1000)} s`}>
      <span>{text}</span>
    </span>
  );
}
