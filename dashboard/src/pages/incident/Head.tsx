// The head of an incident: what it is, how bad, and what one can decide about it at once.

import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { BulkChange, IncidentDetail } from "../../api/model";
import { useConfig, useMay } from "../../api/queries";
import type { Answer } from "../../app/Decide";
import { Badge, SeverityBadge, StateBadge, VerdictBadge, verdictName } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icon";
import { Menu } from "../../ui/menu";
import { plain, Text, words } from "../../ui/text";
import { Time } from "../../ui/time";
import { AssignDialog } from "../queue/Strip";

type HeadProps = {
  incident: IncidentDetail;
  onChange: (change: BulkChange) => void;
  onDecide: (answer: Answer) => void;
  onSplit: () => void;
};

export function Head({ incident, onChange, onDecide, onSplit }: HeadProps) {
  const config = useConfig();
  const mayWork = useMay("analyst");
  const mayApprove = useMay("approver");
  const [assigning, setAssigning] = useState(false);
  const open = incident.status !== "Closed" && incident.status !== "Resolved";
  return (
    <header className="incident-head">
      <Link to="/queue" className="back">
        <Icon name="left" size={14} /> Queue
      </Link>
      <div className="incident-badges">
        <SeverityBadge severity={incident.severity} />
        {incident.priority !== null && <Badge tone={incident.priority <= 2 ? "bad" : "plain"}>Priority {incident.priority}</Badge>}
        <VerdictBadge verdict={incident.verdict} />
        <StateBadge state={incident.status} />
        <Badge tone="quiet">stage: {words(incident.stage).toLowerCase()}</Badge>
        {incident.sample && <Badge>Sample: nothing really happened</Badge>}
      </div>
      <h1 title={plain(incident.title, 400)}>
        <Text value={incident.title} max={220} />
      </h1>
      <p className="quiet">
        <span className="mono">{incident.short_id}</span> · {incident.findings} {incident.findings === 1 ? "finding" : "findings"} · first seen <Time at={incident.first_seen} /> ·
        last seen <Time at={incident.last_seen} />
        {incident.merged_into !== null && (
          <>
            {" · merged into "}
            <Link to="/incident/$id" params={{ id: incident.merged_into }}>
              the incident that stays
            </Link>
          </>
        )}
      </p>
      <div className="incident-actions" role="toolbar" aria-label="Decide">
        {incident.waiting > 0 && mayApprove && (
          <>
            <Button kind="primary" hint="A" onClick={() => onDecide("approve")}>
              Approve {incident.waiting === 1 ? "1 step" : `${incident.waiting} steps`}
            </Button>
            <Button kind="danger" hint="D" onClick={() => onDecide("deny")}>
              Deny
            </Button>
          </>
        )}
        {mayWork && (
          <>
            <Menu
              trigger={<Button icon="down">Verdict</Button>}
              items={(config?.verdicts ?? []).map((verdict) => ({
                kind: "choice",
                label: verdictName(verdict),
                chosen: incident.verdict === verdict,
                run: () => onChange({ kind: "verdict", verdict }),
              }))}
            />
            <Menu
              trigger={<Button icon="down">Status</Button>}
              items={(config?.statuses ?? []).map((status) => ({
                kind: "choice",
                label: words(status),
                chosen: incident.status === status,
                run: () => onChange({ kind: "status", status }),
              }))}
            />
            <Menu
              trigger={<Button icon="person">{incident.assignee === null ? "Assign" : plain(incident.assignee, 24)}</Button>}
              items={[
                { label: "To me", hint: "a", run: () => onChange({ kind: "assign", assignee: config?.me.name ?? null }) },
                { label: "To somebody…", run: () => setAssigning(true) },
                { label: "To nobody", run: () => onChange({ kind: "assign", assignee: null }), disabled: incident.assignee === null },
              ]}
            />
            <Button onClick={() => onChange({ kind: "status", status: open ? "Closed" : "InProgress" })}>{open ? "Close" : "Open again"}</Button>
          </>
        )}
        <Menu
          align="end"
          trigger={<Button icon="more" aria-label="More" />}
          items={[
            { label: "Print, or save as PDF", icon: "print", run: () => print() },
            { label: "Copy the address", icon: "link", run: () => void navigator.clipboard.writeText(location.href.split("?")[0] ?? "") },
            ...(mayWork && incident.findings > 1 ? [{ label: "Split off findings…", icon: "merge" as const, run: onSplit }] : []),
          ]}
        />
      </div>
      {assigning && <AssignDialog onClose={() => setAssigning(false)} onAssign={(assignee) => onChange({ kind: "assign", assignee })} />}
    </header>
  );
}
