// What waits for a person, the soonest to lapse first. Opening any address of this page reads and never answers: an
// answer is a request of its own, sent only from a dialog that shows what it is about.

import { getRouteApi } from "@tanstack/react-router";
import { useState, useSyncExternalStore } from "react";
import { live } from "../../api/live";
import type { ApprovalView } from "../../api/model";
import { useConfig, useMay } from "../../api/queries";
import { useShortcuts } from "../../app/keys";
import { preferences } from "../../app/preferences";
import { SeverityShape, StateBadge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { EntityLink, IncidentLink } from "../../ui/link";
import { focusRow, RowButton, Split, useRows } from "../../ui/split";
import { Empty, PageHeader, ProblemView, Shown } from "../../ui/states";
import { LoadMore, Table, type Column } from "../../ui/table";
import { Tabs } from "../../ui/tabs";
import { Text } from "../../ui/text";
import { Ago, Until } from "../../ui/time";
import { AnswerDialog, ReverseDialog } from "./Dialogs";
import { useApprovals } from "./list";
import { cannotAnswer, Question, type Wish } from "./Question";
import "../../style/pages.css";
import "./approvals.css";

const route = getRouteApi("/approvals");
const keyOf = (approval: ApprovalView) => `${approval.action.id}.${approval.generation}`;

export default function ApprovalsPage() {
  const { state, action } = route.useSearch();
  const navigate = route.useNavigate();
  const { shown, rows, news, take } = useApprovals(state);
  const me = useConfig()?.me.name;
  const mayApprove = useMay("approver");
  const [wish, setWish] = useState<{ wish: Wish; approval: ApprovalView } | null>(null);
  const open = rows.find((row) => row.action.id === action) ?? null;
  const chosen = open === null ? null : keyOf(open);
  const choose = (key: string | null) => {
    const row = rows.find((each) => keyOf(each) === key);
    void navigate({ search: (now) => ({ ...now, action: row?.action.id }), replace: true });
  };
  const ask = (wanted: Wish) => {
    if (open !== null && (wanted === "reverse" || cannotAnswer(open, me, mayApprove) === null)) setWish({ wish: wanted, approval: open });
  };
  const next = () => {
    const rest = rows.slice(rows.findIndex((row) => keyOf(row) === chosen) + 1).find((row) => row.state === "Pending");
    if (!preferences.get().advance || rest === undefined) return;
    choose(keyOf(rest));
    // The dialog gives the focus back first.
    setTimeout(() => focusRow(keyOf(rest)), 0);
  };
  useRows({ group: "Approvals", keys: rows.map(keyOf), chosen, choose });
  useShortcuts([
    { keys: ["Shift+a"], does: "Approve the open step", group: "Approvals", run: () => ask("approve") },
    { keys: ["Shift+d"], does: "Deny the open step", group: "Approvals", run: () => ask("deny") },
    { keys: ["n"], does: "Show what is new", group: "Approvals", run: take },
    { keys: ["Enter"], does: "Open the incident", group: "Approvals", run: () => open && void navigate({ to: "/incident/$id", params: { id: open.incident.id } }) },
  ]);
  const counted = useSyncExternalStore(live.subscribe, live.get).approvals;
  const waiting = shown.hasNextPage ? counted : rows.filter((row) => row.state === "Pending").length;
  return (
    <div className="page broad steady">
      <PageHeader title="Approvals" count={shown.isSuccess && (state === undefined || state === "") ? waiting : null}>
        <span role="status">
          {news > 0 && (
            <Button kind="primary" hint="n" onClick={take}>
              {news} changed
            </Button>
          )}
        </span>
      </PageHeader>
      <Tabs
        label="Which questions"
        param="state"
        drop={["action"]}
        tabs={[
          { value: "waiting", name: "Waiting" },
          { value: "settled", name: "Settled" },
          { value: "all", name: "All" },
        ]}
      />
      <Shown query={shown} lines={8}>
        {() => (
          <Split label="The chosen step" chosen={chosen} choose={choose} pane={open && <Question approval={open} onWish={ask} />}>
            {shown.error !== null && <ProblemView error={shown.error} retry={shown.refetch} compact />}
            {action !== undefined && open === null && <Gone />}
            {rows.length === 0 ? <None state={state} /> : <List rows={rows} chosen={chosen} choose={choose} />}
            <LoadMore has={shown.hasNextPage} busy={shown.isFetchingNextPage} onMore={() => void shown.fetchNextPage()} />
          </Split>
        )}
      </Shown>
      {wish?.wish === "reverse" && <ReverseDialog approval={wish.approval} onClose={() => setWish(null)} onDone={() => undefined} />}
      {(wish?.wish === "approve" || wish?.wish === "deny") && <AnswerDialog approval={wish.approval} answer={wish.wish} onClose={() => setWish(null)} onDone={next} />}
    </div>
  );
}

function Gone() {
  return <p className="callout warn">The step that this address names is not in this list: it may be settled. Look under “All”.</p>;
}

function None({ state }: { state: string | undefined }) {
  if (state === "settled" || state === "all") return <Empty title="No questions yet">When the machine plans a step that it may not do by itself, it asks here.</Empty>;
  return <Empty title="Nothing waits for you">Steps that need a person appear here, the soonest to lapse first. Without an answer in time, the answer is no.</Empty>;
}

function Lapses({ at }: { at: string }) {
  return (
    <>
      <span className="narrow-only quiet">lapses in </span>
      <Until at={at} />
    </>
  );
}

type ListProps = { rows: readonly ApprovalView[]; chosen: string | null; choose: (key: string | null) => void };

function List({ rows, chosen, choose }: ListProps) {
  const columns: Column<ApprovalView>[] = [
    {
      id: "expires",
      head: "Lapses in",
      cell: (row) => (row.state === "Pending" ? <Lapses at={row.expires_at} /> : <StateBadge state={row.state} />),
    },
    {
      id: "step",
      head: "Step",
      grow: true,
      cell: (row) => (
        <div className="row-title">
          <RowButton row={keyOf(row)} open={keyOf(row) === chosen} onOpen={() => choose(keyOf(row))}>
            <Text value={row.action.describe} max={140} cut />
          </RowButton>
          <span className="row-sub">
            <Text value={row.action.resource} max={90} cut />
          </span>
        </div>
      ),
    },
    {
      id: "incident",
      head: "Incident",
      cell: (row) => (
        <span className="approval-incident">
          <SeverityShape severity={row.incident.severity} />
          <span className="hidden-text">{row.incident.severity}: </span>
          <IncidentLink id={row.incident.id} title={row.incident.title} />
        </span>
      ),
    },
    { id: "account", head: "Account", wideOnly: true, cell: (row) => <EntityLink kind="account" id={row.action.account} /> },
    { id: "needs", head: "Needs", numeric: true, wideOnly: true, cell: (row) => (row.state === "Pending" ? `${row.missing} of ${row.persons}` : "–") },
    { id: "asked", head: "Asked", numeric: true, wideOnly: true, cell: (row) => <Ago at={row.asked_at} /> },
  ];
  // Beside a pane the list keeps what tells the steps apart.
  const kept = chosen === null ? columns : columns.filter((column) => !["asked", "account"].includes(column.id));
  return (
    <div className="card approvals stacked">
      <Table caption="Approvals" columns={kept} rows={rows} rowKey={keyOf} chosen={chosen} onChoose={(row) => choose(keyOf(row))} />
    </div>
  );
}
