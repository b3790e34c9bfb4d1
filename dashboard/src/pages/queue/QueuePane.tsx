// Beside the queue: what is wrong, why it matters, who owns it, what to decide. The row's own words are there at once;
// the rest is asked for when the mark has come to rest.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState, type ReactNode } from "react";
import type { IncidentDetail, IncidentRow } from "../../api/model";
import { queries, useMay } from "../../api/queries";
import { pendingSteps, type Answer } from "../../app/Decide";
import { Badge, SeverityBadge, StateBadge, VerdictBadge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { EntityLink } from "../../ui/link";
import { Pane } from "../../ui/pane";
import { ProblemView } from "../../ui/states";
import { pathText } from "../../ui/tactics";
import { sentence, Text, words } from "../../ui/text";
import { Ago } from "../../ui/time";

const REST_MS = 120;

type PaneProps = {
  row: IncidentRow;
  onClose: () => void;
  onDecide: (answer: Answer) => void;
  onAssign: () => void;
};

/** The id once it has not changed for a moment. */
function useRested(id: string): string | null {
  const [rested, setRested] = useState<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setRested(id), REST_MS);
    return () => clearTimeout(timer);
  }, [id]);
  return rested === id ? id : null;
}

export function QueuePane({ row, onClose, onDecide, onAssign }: PaneProps) {
  const rested = useRested(row.id);
  const detail = useQuery({ ...queries.incident(row.id), enabled: rested !== null });
  const plan = useQuery({ ...queries.plan(row.id), enabled: rested !== null && row.waiting > 0 });
  const more = detail.data;
  return (
    <Pane label="The chosen incident" onClose={onClose}>
      <header className="pane-head">
        <div className="pane-badges">
          <SeverityBadge severity={row.severity} />
          <VerdictBadge verdict={row.verdict} />
          <StateBadge state={row.status} />
        </div>
        <h2>
          <Link to="/incident/$id" params={{ id: row.id }}>
            <Text value={row.title} max={200} cut />
          </Link>
        </h2>
        <p className="quiet">
          <span className="mono">{row.short_id}</span> · {row.findings} {row.findings === 1 ? "finding" : "findings"} · last seen <Ago at={row.last_seen} />
        </p>
      </header>
      {detail.error && !more && <ProblemView error={detail.error} retry={detail.refetch} compact />}
      <Part name="What">
        {more?.analysis_detail ? (
          <Text value={more.analysis_detail.summary} max={320} />
        ) : (
          <p>
            {words(row.kind.replace(/[:/.]/g, " "))}
            {row.entity !== null && (
              <>
                {" on "}
                <Text value={row.entity} max={80} cut />
              </>
            )}
          </p>
        )}
        {more?.resource_arns[0] && (
          <p>
            <EntityLink kind="resource" id={more.resource_arns[0]} max={60} />
          </p>
        )}
      </Part>
      <Part name="Why">
        <Why row={row} more={more} />
      </Part>
      <Part name="Owner">
        <span>
          {row.assignee === null ? <span className="quiet">Nobody</span> : <Text value={row.assignee} max={60} cut />}
          {" · account "}
          {row.accounts.slice(0, 2).map((account, index) => (
            <span key={account}>
              {index > 0 && ", "}
              <EntityLink kind="account" id={account} />
            </span>
          ))}
          {row.accounts.length > 2 && ` and ${row.accounts.length - 2} more`}
        </span>
      </Part>
      <Part name="Do">
        <Do row={row} more={more} steps={pendingSteps(plan.data)} onDecide={onDecide} onAssign={onAssign} />
      </Part>
    </Pane>
  );
}

function Part({ name, children }: { name: string; children: ReactNode }) {
  return (
    <section className="pane-part">
      <h3>{name}</h3>
      <div>{children}</div>
    </section>
  );
}

function Why({ row, more }: { row: IncidentRow; more: IncidentDetail | undefined }) {
  const reasons = more?.assessment?.reasons.toSorted((a, b) => b.weight - a.weight).slice(0, 4) ?? [];
  return (
    <>
      {row.priority !== null && <Badge tone={row.priority <= 2 ? "bad" : "plain"}>Priority {row.priority}</Badge>}
      {row.tactics.length > 0 && <span> {pathText(row.tactics)}</span>}
      <ul className="ticks">
        {reasons.map((reason) => (
          <li key={reason.code + reason.text}>
            <Text value={sentence(reason.text)} max={160} />
          </li>
        ))}
      </ul>
    </>
  );
}

type DoProps = {
  row: IncidentRow;
  more: IncidentDetail | undefined;
  steps: ReturnType<typeof pendingSteps>;
  onDecide: (answer: Answer) => void;
  onAssign: () => void;
};

function Do({ row, more, steps, onDecide, onAssign }: DoProps) {
  const mayApprove = useMay("approver");
  const mayWork = useMay("analyst");
  const next = more?.analysis_detail?.next_steps.slice(0, 3) ?? [];
  return (
    <>
      {row.waiting > 0 && (
        <ul className="ticks">
          {steps.map((step) => (
            <li key={step.action_id}>
              <Text value={step.describe} max={140} />
            </li>
          ))}
        </ul>
      )}
      {row.waiting === 0 && next.length > 0 && (
        <ul className="ticks">
          {next.map((step) => (
            <li key={step}>
              <Text value={step} max={140} />
            </li>
          ))}
        </ul>
      )}
      <div className="pane-buttons">
        {row.waiting > 0 && mayApprove && (
          <>
            <Button kind="primary" hint="A" onClick={() => onDecide("approve")}>
              Approve
            </Button>
            <Button kind="danger" hint="D" onClick={() => onDecide("deny")}>
              Deny
            </Button>
          </>
        )}
        {mayWork && row.assignee === null && (
          <Button hint="a" onClick={onAssign}>
            Take it
          </Button>
        )}
        <Link to="/incident/$id" params={{ id: row.id }} className="button quiet">
          Open <kbd aria-hidden="true">Enter</kbd>
        </Link>
      </div>
      {row.waiting > 0 && !mayApprove && <p className="quiet">Waits for an approver.</p>}
    </>
  );
}
