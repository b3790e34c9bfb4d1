// The queue: what waits for a person, in the order of its importance.

import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { BulkChange, IncidentRow, Verdict } from "../../api/model";
import { queries, queryClient, useConfig, useMay } from "../../api/queries";
import { changeIncidents } from "../../app/changes";
import { DecideDialog, type Answer } from "../../app/Decide";
import { useShortcuts, type Shortcut } from "../../app/keys";
import { preferences, usePreferences } from "../../app/preferences";
import { toast } from "../../app/toasts";
import { Button } from "../../ui/button";
import { Empty, Loading, PageHeader, ProblemView } from "../../ui/states";
import { useQueueList } from "./list";
import { QueuePane } from "./QueuePane";
import { QueueTable, useNarrow, type TableHandle } from "./QueueTable";
import "./queue.css";
import { filterOf, type QueueSearch } from "./search";
import { Marks, useActive } from "./store";
import { Strip } from "./Strip";
import { QueueActions, QueueFilter, ViewMenu } from "./Toolbar";

/** Where the mark was, for the way back from an incident. */
let lastActive: string | null = null;

export default function QueuePage() {
  const search = useSearch({ from: "/queue" });
  const navigate = useNavigate();
  const [marks] = useState(() => new Marks());
  const table = useRef<TableHandle>(null);
  const input = useRef<HTMLInputElement>(null);
  const [deciding, setDeciding] = useState<{ id: string; answer: Answer } | null>(null);
  const { open: _, ...rest } = search;
  const filterKey = JSON.stringify(rest);
  const filter = useMemo(() => filterOf(JSON.parse(filterKey) as QueueSearch), [filterKey]);
  const untouched = useCallback(
    () => marks.getSelected().size === 0 && (marks.getActive() === null || marks.placeOf(marks.getActive()) < 0) && (table.current?.atTop() ?? true),
    [marks],
  );
  const list = useQueueList(filter, marks, untouched);
  const pane = usePreferences().pane;
  const narrow = useNarrow();

  useActiveInAddress(marks, search.open, table, list.rows.length > 0);

  const openPage = useCallback((id: string) => void navigate({ to: "/incident/$id", params: { id } }), [navigate]);
  const change = useCallback(
    (ids: string[], wanted: BulkChange) => {
      if (ids.length === 0) return;
      const selection = marks.getSelected();
      const sent = changeIncidents(ids, wanted);
      // The buttons stay for a moment, so that the second press of a double click hits the same one and nothing else.
      const moment = new Promise((passed) => setTimeout(passed, 700));
      if (selection.size > 0) void Promise.all([sent, moment]).then(() => marks.getSelected() === selection && marks.clear());
      else if (wanted.kind === "verdict" && preferences.get().advance) table.current?.reveal(marks.move(1));
      // The control that was used may be gone now.
      table.current?.focus();
    },
    [marks],
  );
  const onSort = useCallback((sort: string | undefined) => void navigate({ to: "/queue", search: (old) => ({ ...old, sort }) as QueueSearch }), [navigate]);
  const news = () => {
    list.apply();
    table.current?.toTop();
    table.current?.focus();
  };
  useQueueKeys({ marks, table, input, news, openPage, change, decide: (answer) => decide(answer) });
  const decide = (answer: Answer) => {
    const id = marks.getActive();
    if (id !== null) setDeciding({ id, answer });
  };

  const { query, rows } = list;
  return (
    <div className={pane && !narrow ? "queue with-pane" : "queue"}>
      <div className="queue-main">
        <PageHeader title="Queue" count={list.total}>
          <ViewMenu search={search} />
          <QueueActions search={search} onPane={() => preferences.set({ pane: !pane })} />
        </PageHeader>
        <QueueFilter search={search} input={input} />
        <Strip
          marks={marks}
          rows={rows}
          filter={filter}
          news={list.news}
          newsAtLeast={list.newsAtLeast}
          onNews={news}
          onChange={change}
          onSuppress={(row) => void navigate({ to: "/settings", search: { tab: "suppressions", kind: row.kind, account: row.accounts[0] } })}
          onSeverity={(severity) => void navigate({ to: "/queue", search: { ...rest, severity: rest.severity === severity ? undefined : severity } as QueueSearch })}
        />
        {query.error && rows.length === 0 ? (
          <ProblemView error={query.error} retry={query.refetch} />
        ) : query.isPending ? (
          <Loading lines={12} />
        ) : rows.length === 0 ? (
          <NothingHere filtered={filterKey !== "{}"} />
        ) : (
          <QueueTable
            rows={rows}
            total={list.total}
            marks={marks}
            sort={search.sort}
            onSort={onSort}
            onOpen={openPage}
            onNearEnd={() => query.hasNextPage && !query.isFetching && void query.fetchNextPage()}
            handle={table}
            placeKey={filterKey}
          />
        )}
      </div>
      {pane && !narrow && <PaneOf marks={marks} rows={rows} onDecide={decide} onChange={change} onBack={() => table.current?.focus()} />}
      {deciding && (
        <DecideDialog
          incident={deciding.id}
          answer={deciding.answer}
          onClose={() => {
            setDeciding(null);
            setTimeout(() => table.current?.focus(), 0);
          }}
        />
      )}
    </div>
  );
}

/** The chosen row is in the address, but a moment later: a key press must not wait for the router. */
function useActiveInAddress(marks: Marks, open: string | undefined, table: React.RefObject<TableHandle | null>, ready: boolean) {
  const navigate = useNavigate();
  const begun = useRef(false);
  useEffect(() => {
    if (!ready || begun.current) return;
    begun.current = true;
    // On the way back the address may be one key press behind.
    const first = lastActive ?? open ?? null;
    if (first !== null && marks.placeOf(first) >= 0) {
      marks.activate(first);
      requestAnimationFrame(() => table.current?.reveal(marks.placeOf(first)));
    }
    table.current?.focus();
  }, [ready, open, marks, table]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = marks.subscribe(() => {
      const active = marks.getActive();
      if (active === lastActive) return;
      lastActive = active;
      clearTimeout(timer);
      timer = setTimeout(() => {
        void navigate({ to: "/queue", search: (old) => ({ ...old, open: active ?? undefined }) as QueueSearch, replace: true });
      }, 600);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [marks, navigate]);
}

type Keys = {
  marks: Marks;
  table: React.RefObject<TableHandle | null>;
  input: React.RefObject<HTMLInputElement | null>;
  news: () => void;
  openPage: (id: string) => void;
  change: (ids: string[], wanted: BulkChange) => void;
  decide: (answer: Answer) => void;
};

function useQueueKeys({ marks, table, input, news, openPage, change, decide }: Keys) {
  const me = useConfig()?.me.name ?? null;
  const mayWork = useMay("analyst");
  const mayApprove = useMay("approver");
  const needs = (may: boolean, run: () => void) => () => (may ? run() : toast.note("Your role may only look at this"));
  const verdict = (key: string, wanted: Verdict, name: string): Shortcut => ({
    keys: [key],
    does: `Verdict: ${name}`,
    group: "Decide",
    run: needs(mayWork, () => change(marks.targets(), { kind: "verdict", verdict: wanted })),
  });
  useShortcuts([
    { keys: ["j", "ArrowDown"], does: "Next incident", group: "Move", run: () => table.current?.reveal(marks.move(1)) },
    { keys: ["k", "ArrowUp"], does: "Incident before", group: "Move", run: () => table.current?.reveal(marks.move(-1)) },
    { keys: ["Home"], does: "First incident", group: "Move", run: () => table.current?.reveal(marks.move(-1e9)) },
    { keys: ["End"], does: "Last incident that is loaded", group: "Move", run: () => table.current?.reveal(marks.move(1e9)) },
    { keys: ["Enter"], does: "Open the incident", group: "Move", run: () => withActive(marks, openPage) },
    { keys: ["x"], does: "Select it", group: "Select", run: () => withActive(marks, (id) => marks.toggle(id)) },
    { keys: ["Shift+j"], does: "Select on to the next", group: "Select", run: () => table.current?.reveal(marks.extendBy(1)) },
    { keys: ["Shift+k"], does: "Select on to the one before", group: "Select", run: () => table.current?.reveal(marks.extendBy(-1)) },
    { keys: ["Escape"], does: "Select nothing", group: "Select", run: () => marks.clear() },
    verdict("t", "TruePositive", "true positive"),
    verdict("b", "Benign", "benign"),
    verdict("f", "FalsePositive", "false positive"),
    { keys: ["a"], does: "Assign to me", group: "Decide", run: needs(mayWork, () => change(marks.targets(), { kind: "assign", assignee: me })) },
    { keys: ["Shift+a"], does: "Approve what waits", group: "Decide", run: needs(mayApprove, () => decide("approve")) },
    { keys: ["Shift+d"], does: "Deny what waits", group: "Decide", run: needs(mayApprove, () => decide("deny")) },
    { keys: ["/"], does: "Filter or search", group: "List", run: () => input.current?.focus() },
    { keys: ["n"], does: "Show what is new", group: "List", run: news },
    { keys: ["p"], does: "Show or hide the pane", group: "List", run: () => preferences.set({ pane: !preferences.get().pane }) },
  ]);
}

function withActive(marks: Marks, run: (id: string) => void) {
  const id = marks.getActive();
  if (id !== null) run(id);
}

const PANE_RESTS_MS = 50;

function useRested<T>(value: T, ms: number): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return rested;
}

type PaneOfProps = {
  marks: Marks;
  rows: readonly IncidentRow[];
  onDecide: (answer: Answer) => void;
  onChange: (ids: string[], wanted: BulkChange) => void;
  onBack: () => void;
};

function PaneOf({ marks, rows, onDecide, onChange, onBack }: PaneOfProps) {
  // The mark must not wait for the pane: while keys are held down the pane stays, and follows when they rest.
  const active = useRested(useActive(marks), PANE_RESTS_MS);
  const me = useConfig()?.me.name ?? null;
  const place = marks.placeOf(active);
  const row = place < 0 ? undefined : rows[place];
  const next = rows[place + 1]?.id;
  useEffect(() => {
    if (row === undefined || next === undefined) return;
    const timer = setTimeout(() => void queryClient.prefetchQuery(queries.incident(next)), 300);
    return () => clearTimeout(timer);
  }, [row, next]);
  if (row === undefined) {
    return (
      <aside className="pane pane-empty" aria-label="The chosen incident">
        <p className="quiet">
          Choose an incident: <kbd>j</kbd> and <kbd>k</kbd> move, <kbd>Enter</kbd> opens, <kbd>?</kbd> shows all keys.
        </p>
      </aside>
    );
  }
  return (
    <QueuePane
      row={row}
      onClose={() => {
        preferences.set({ pane: false });
        onBack();
      }}
      onDecide={onDecide}
      onAssign={() => onChange([row.id], { kind: "assign", assignee: me })}
    />
  );
}

function NothingHere({ filtered }: { filtered: boolean }) {
  const navigate = useNavigate();
  if (filtered) {
    return (
      <Empty title="Nothing matches this filter" icon="search">
        <Button onClick={() => void navigate({ to: "/queue" })}>Show all that are open</Button>
      </Empty>
    );
  }
  return (
    <Empty title="Nothing is open">
      <p>New incidents appear here by themselves. The built-in stories show how one looks:</p>
      <pre>soc run</pre>
      <Button onClick={() => void navigate({ to: "/queue", search: { status: "any", sort: "-last_seen" } })}>Show what is closed</Button>
    </Empty>
  );
}
