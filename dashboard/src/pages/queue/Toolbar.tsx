// Over the queue: views, filter, sort, export.

import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState, type RefObject } from "react";
import { download } from "../../api/client";
import { useConfig } from "../../api/queries";
import { asProblem } from "../../api/problem";
import { preferences, usePreferences } from "../../app/preferences";
import { toast } from "../../app/toasts";
import { verdictName } from "../../ui/badge";
import { Button, IconButton } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { FilterBar, type FilterProperty } from "../../ui/filter";
import { Menu, type MenuItem } from "../../ui/menu";
import { TACTICS } from "../../ui/tactics";
import { words } from "../../ui/text";
import { filterOf, queueSearch, type QueueSearch } from "./search";

const BUILT_IN: { name: string; search: QueueSearch }[] = [
  { name: "Open", search: {} },
  { name: "Mine", search: { assignee: "me" } },
  { name: "Nobody's", search: { assignee: "none" } },
  { name: "Critical and high", search: { severity: "Critical,High" } },
  { name: "Waits for approval", search: { waiting: "true" } },
  { name: "Everything", search: { status: "any", sort: "-last_seen" } },
];

const SORTS: Record<string, string> = {
  importance: "Importance",
  "-last_seen": "Last seen, newest first",
  last_seen: "Last seen, oldest first",
  "-severity": "Severity",
  "-opened_at": "Opened, newest first",
  opened_at: "Opened, oldest first",
  "-changed_at": "Changed, newest first",
};

const STAGES = ["Recorded", "Open", "Triaged", "Analysed", "AnalysisSkipped", "Planned", "AwaitingApproval", "Acting", "Contained", "Partial"];
function useProperties(): FilterProperty[] {
  const config = useConfig();
  return useMemo(
    () => [
      { key: "status", label: "Status", values: [...(config?.statuses ?? []), "any"], name: (value) => (value === "any" ? "Any" : words(value)) },
      { key: "severity", label: "Severity", values: config?.severities ?? [] },
      { key: "verdict", label: "Verdict", values: config?.verdicts ?? [], name: verdictName },
      { key: "assignee", label: "Owner", example: "me, none or a name" },
      { key: "account", label: "Account", example: "111122223333 or prod*" },
      { key: "kind", label: "Type", example: "UnauthorizedAccess*" },
      { key: "tactic", label: "Tactic", values: TACTICS },
      { key: "stage", label: "Stage", values: STAGES },
      { key: "priority", label: "Priority", values: ["1", "2", "3", "4", "5"], name: (value) => value },
      { key: "resource", label: "Resource", example: "an ARN, or its beginning with *" },
      { key: "waiting", label: "Approval", values: ["true", "false"], single: true, name: (value) => (value === "true" ? "waits" : "does not wait") },
      { key: "sample", label: "Samples", values: ["true", "false"], single: true, name: (value) => (value === "true" ? "only" : "left out") },
      { key: "from", label: "Seen from", single: true, example: "2026-01-31T00:00:00.000Z" },
      { key: "to", label: "Seen until", single: true, example: "2026-01-31T00:00:00.000Z" },
    ],
    [config],
  );
}

const textOf = (search: QueueSearch) => {
  const { open: _, ...rest } = search;
  return new URLSearchParams(rest as Record<string, string>).toString();
};

type ToolbarProps = { search: QueueSearch; input: RefObject<HTMLInputElement | null>; onPane: () => void };

/** Into the page's header: views, export, pane. */
export function ViewMenu({ search }: { search: QueueSearch }) {
  const navigate = useNavigate();
  const { views } = usePreferences();
  const [saving, setSaving] = useState(false);
  const now = textOf(search);
  const go = (wanted: QueueSearch) => void navigate({ to: "/queue", search: wanted });
  const own = views.map((view) => ({ name: view.name, search: queueSearch(Object.fromEntries(new URLSearchParams(view.search))) }));
  const current = [...BUILT_IN, ...own].find((view) => textOf(view.search) === now);
  const saved = views.find((view) => view.search === now);
  const items: MenuItem[] = [
    ...BUILT_IN.map((view) => ({ kind: "choice" as const, label: view.name, chosen: view === current, run: () => go(view.search) })),
    ...(own.length > 0 ? [{ kind: "line" as const }, { kind: "heading" as const, label: "Saved on this machine" }] : []),
    ...own.map((view) => ({ kind: "choice" as const, label: view.name, chosen: view === current, run: () => go(view.search) })),
    { kind: "line" },
    { label: "Save this view…", icon: "save", run: () => setSaving(true), disabled: current !== undefined },
    {
      label: "Forget this view",
      icon: "close",
      disabled: saved === undefined,
      run: () => preferences.set({ views: views.filter((view) => view !== saved) }),
    },
    { label: "Copy its address", icon: "link", run: () => void navigator.clipboard.writeText(location.href).then(() => toast.note("The address of this view is copied")) },
  ];
  return (
    <>
      <Menu trigger={<Button icon="down">View: {current?.name ?? "own filter"}</Button>} items={items} />
      {saving && <SaveView search={now} onClose={() => setSaving(false)} />}
    </>
  );
}

function SaveView({ search, onClose }: { search: string; onClose: () => void }) {
  const [name, setName] = useState("");
  return (
    <Dialog open onClose={onClose} title="Save this view" lead="Filter and sort, on this machine only. The address carries the same to others.">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const kept = preferences.get().views.filter((view) => view.name !== name.trim());
          preferences.set({ views: [...kept, { name: name.trim(), search }].slice(-30) });
          toast.note(`View "${name.trim()}" saved`);
          onClose();
        }}
      >
        <label className="field">
          <span>Name</span>
          <input value={name} maxLength={40} required onChange={(event) => setName(event.target.value)} />
        </label>
        <footer className="dialog-footer">
          <Button onClick={onClose}>Cancel</Button>
          <Button submit kind="primary">
            Save
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

export function QueueActions({ search, onPane }: Pick<ToolbarProps, "search" | "onPane">) {
  const navigate = useNavigate();
  const save = (format: string) =>
    void download("/export", { format, ...filterOf(search) }, `incidents.${format === "ocsf" ? "ocsf.json" : format}`).catch((error: unknown) =>
      toast.problem(`Not exported: ${asProblem(error).detail}`),
    );
  const sort = search.sort ?? "importance";
  return (
    <>
      <Menu
        align="end"
        trigger={<Button icon="down">Sort: {SORTS[sort] ?? "own"}</Button>}
        items={Object.entries(SORTS).map(([value, label]) => ({
          kind: "choice",
          label,
          chosen: value === sort,
          run: () => void navigate({ to: "/queue", search: { ...search, sort: value === "importance" ? undefined : value } as QueueSearch }),
        }))}
      />
      <Menu
        align="end"
        trigger={<Button icon="download">Export</Button>}
        items={[
          { kind: "heading", label: "What the filter shows, at most 10,000" },
          { label: "CSV, for a spreadsheet", run: () => save("csv") },
          { label: "JSON", run: () => save("json") },
          { label: "OCSF, for other tools", run: () => save("ocsf") },
        ]}
      />
      <IconButton icon="pane" label="Show or hide the pane (p)" className="wide-only" onClick={onPane} />
    </>
  );
}

export function QueueFilter({ search, input }: Pick<ToolbarProps, "search" | "input">) {
  const navigate = useNavigate();
  const properties = useProperties();
  return (
    <FilterBar
      properties={properties}
      value={search as Record<string, string | undefined>}
      placeholder="Filter, or search for words ( / )"
      label="Filter the queue"
      inputRef={input}
      onChange={(next) => void navigate({ to: "/queue", search: queueSearch(next) })}
    />
  );
}
