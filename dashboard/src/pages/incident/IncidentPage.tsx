// One incident, in the order in which it is read: what is wrong, why it matters, who owns it, what to decide, evidence.

import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { live } from "../../api/live";
import type { BulkChange, Verdict } from "../../api/model";
import { queries, queryClient, useConfig, useMay } from "../../api/queries";
import { changeIncidents } from "../../app/changes";
import { DecideDialog, type Answer } from "../../app/Decide";
import { useShortcuts, type Shortcut } from "../../app/keys";
import { plain } from "../../ui/text";
import { toast } from "../../app/toasts";
import { Loading, ProblemView } from "../../ui/states";
import { ActivityCard } from "./ActivityCard";
import { EvidenceCard } from "./EvidenceCard";
import { FindingDialog, Findings } from "./Findings";
import { GraphCard } from "./GraphCard";
import { Head } from "./Head";
import "./incident.css";
import { PlanCard } from "./PlanCard";
import { SplitDialog } from "./SplitDialog";
import { Owner, What, Why } from "./Story";
import { Timeline } from "./Timeline";

export default function IncidentPage() {
  const { id } = useParams({ from: "/incident/$id" });
  return <Incident key={id} id={id} />;
}

function Incident({ id }: { id: string }) {
  const { finding, field } = useSearch({ from: "/incident/$id" });
  const navigate = useNavigate();
  const query = useQuery(queries.incident(id));
  const [deciding, setDeciding] = useState<{ answer: Answer; action?: string } | null>(null);
  const [splitting, setSplitting] = useState(false);
  const change = (wanted: BulkChange) => void changeIncidents([id], wanted);
  const openFinding = (which: string) => void navigate({ to: "/incident/$id", params: { id }, search: { finding: which }, resetScroll: false });
  useLiveIncident(id);
  useIncidentKeys(change, (answer) => setDeciding({ answer }));
  const title = query.data?.title;
  useEffect(() => {
    document.title = title === undefined ? "Incident - ai-soc" : `${plain(title, 80)} - ai-soc`;
  }, [title]);

  if (query.data === undefined) {
    return <div className="page">{query.error ? <ProblemView error={query.error} retry={query.refetch} /> : <Loading lines={10} />}</div>;
  }
  const incident = query.data;
  return (
    <div className="page incident">
      <Head incident={incident} onChange={change} onDecide={(answer) => setDeciding({ answer })} onSplit={() => setSplitting(true)} />
      {query.error && <ProblemView error={query.error} retry={query.refetch} compact />}
      <div className="incident-columns">
        <What incident={incident} />
        <div className="incident-side">
          <Why incident={incident} />
          <Owner incident={incident} />
        </div>
        <PlanCard incident={incident} onDecide={(answer, action) => setDeciding({ answer, action })} />
      </div>
      <GraphCard incident={id} onFinding={openFinding} />
      <Timeline incident={id} />
      <Findings incident={id} onOpen={openFinding} />
      <ActivityCard incident={id} />
      <EvidenceCard incident={id} />
      {(finding !== undefined || field !== undefined) && (
        <FindingDialog
          incident={id}
          finding={finding}
          field={field}
          onClose={() => void navigate({ to: "/incident/$id", params: { id }, search: {}, replace: true, resetScroll: false })}
        />
      )}
      {deciding && <DecideDialog incident={id} answer={deciding.answer} only={deciding.action} onClose={() => setDeciding(null)} />}
      {splitting && <SplitDialog incident={id} onClose={() => setSplitting(false)} />}
    </div>
  );
}

/** Looks again when the poll says that this incident has changed. */
function useLiveIncident(id: string) {
  useEffect(
    () =>
      live.onChanged((changed, more) => {
        if (more || changed.includes(id)) void queryClient.invalidateQueries({ queryKey: ["incident", id] });
      }) as () => void,
    [id],
  );
}

function useIncidentKeys(change: (wanted: BulkChange) => void, decide: (answer: Answer) => void) {
  const me = useConfig()?.me.name ?? null;
  const mayWork = useMay("analyst");
  const mayApprove = useMay("approver");
  const needs = (may: boolean, run: () => void) => () => (may ? run() : toast.note("Your role may only look at this"));
  const verdict = (key: string, wanted: Verdict, name: string): Shortcut => ({
    keys: [key],
    does: `Verdict: ${name}`,
    group: "Decide",
    run: needs(mayWork, () => change({ kind: "verdict", verdict: wanted })),
  });
  useShortcuts([
    verdict("t", "TruePositive", "true positive"),
    verdict("b", "Benign", "benign"),
    verdict("f", "FalsePositive", "false positive"),
    { keys: ["a"], does: "Assign to me", group: "Decide", run: needs(mayWork, () => change({ kind: "assign", assignee: me })) },
    { keys: ["Shift+a"], does: "Approve what waits", group: "Decide", run: needs(mayApprove, () => decide("approve")) },
    { keys: ["Shift+d"], does: "Deny what waits", group: "Decide", run: needs(mayApprove, () => decide("deny")) },
    { keys: ["c"], does: "Write a comment", group: "Decide", run: () => document.getElementById("comment")?.focus() },
  ]);
}
