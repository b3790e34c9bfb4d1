// Ctrl+K: pages, what the page itself offers, and incidents by their words.

import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useDeferredValue, useId, useMemo, useState, type ReactNode } from "react";
import { read } from "../api/calls";
import { Dialog } from "../ui/dialog";
import { SeverityShape } from "../ui/badge";
import { Icon } from "../ui/icon";
import { Text } from "../ui/text";
import { activeShortcuts } from "./keys";
import { PAGES } from "./Rail";
import { setTheme } from "./preferences";

type Command = { key: string; label: ReactNode; text: string; icon: ReactNode; hint?: string; run: () => void };

export function CommandMenu({ open, onClose, onHelp }: { open: boolean; onClose: () => void; onHelp: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Find or go to">
      <Commands onClose={onClose} onHelp={onHelp} />
    </Dialog>
  );
}

function Commands({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }) {
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const list = useId();
  const all = useCommands(onHelp);
  const found = useFound(typed);
  const wanted = typed.trim().toLowerCase();
  const shown = [...all.filter((command) => command.text.toLowerCase().includes(wanted)), ...found].slice(0, 40);
  const chosen = Math.min(at, shown.length - 1);
  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    // After the dialog has given the focus back (a timer of its own), so that what the command opens keeps it.
    setTimeout(() => setTimeout(command.run, 0), 0);
  };
  return (
    <>
      <input
        className="command-input"
        role="combobox"
        aria-label="Find or go to"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={shown[chosen] ? `${list}-${chosen}` : undefined}
        placeholder="A page, a command, or words of an incident"
        value={typed}
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
          if (step !== 0) {
            event.preventDefault();
            const next = (chosen + step + shown.length) % Math.max(1, shown.length);
            setAt(next);
            document.getElementById(`${list}-${next}`)?.scrollIntoView({ block: "nearest" });
          } else if (event.key === "Enter") {
            event.preventDefault();
            run(shown[chosen]);
          }
        }}
      />
      <div className="command-list" role="listbox" id={list} aria-label="Results">
        {shown.map((command, index) => (
          <div
            key={command.key}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === chosen}
            className="command-item"
            onClick={() => run(command)}
            onPointerMove={() => setAt(index)}
          >
            {command.icon}
            {command.label}
            {command.hint && <kbd>{command.hint}</kbd>}
          </div>
        ))}
      </div>
      {shown.length === 0 && <p className="quiet">Nothing found.</p>}
    </>
  );
}

function useCommands(onHelp: () => void): Command[] {
  const navigate = useNavigate();
  return useMemo(() => {
    const pages = PAGES.map(
      (page): Command => ({
        key: page.to,
        label: page.name,
        text: `go to ${page.name}`,
        icon: <Icon name={page.icon} />,
        run: () => void navigate({ to: page.to }),
      }),
    );
    const offered = activeShortcuts()
      .filter((shortcut) => shortcut.group !== "Everywhere")
      .map(
        (shortcut): Command => ({
          key: shortcut.does,
          label: shortcut.does,
          text: shortcut.does,
          icon: <Icon name="right" />,
          ...(shortcut.keys[0] ? { hint: shortcut.keys[0].replace("+", " ") } : {}),
          run: () => shortcut.run(new KeyboardEvent("keydown")),
        }),
      );
    const own = (key: string, text: string, run: () => void, icon: "theme" | "help"): Command => ({ key, label: text, text, icon: <Icon name={icon} />, run });
    return [
      ...pages,
      ...offered,
      own("light", "Theme: light", () => setTheme("light"), "theme"),
      own("dark", "Theme: dark", () => setTheme("dark"), "theme"),
      own("contrast", "Theme: high contrast", () => setTheme("contrast"), "theme"),
      own("help", "Keyboard shortcuts and help", onHelp, "help"),
    ];
  }, [navigate, onHelp]);
}

function useFound(typed: string): Command[] {
  const navigate = useNavigate();
  const q = useDeferredValue(typed.trim());
  const asked = q.length >= 2;
  const found = useQuery({
    queryKey: ["find", q],
    queryFn: async ({ signal }) => {
      // Waits for a pause in the typing; a newer query aborts this one.
      await new Promise((done) => setTimeout(done, 180));
      signal.throwIfAborted();
      return read.incidents({ q, limit: 8 }, signal);
    },
    enabled: asked,
    retry: false,
  });
  if (!asked) return [];
  return (found.data?.items ?? []).map((row) => ({
    key: row.id,
    label: (
      <>
        <Text value={row.title} max={70} cut />
        <span className="quiet mono">{row.short_id}</span>
      </>
    ),
    text: row.title,
    icon: <SeverityShape severity={row.severity} />,
    run: () => void navigate({ to: "/incident/$id", params: { id: row.id } }),
  }));
}
