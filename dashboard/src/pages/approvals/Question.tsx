// One question in the reading order of a decision: what, on what, why, who answers for it, both states, then the answer.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { ActionView, ApprovalView } from "../../api/model";
import { queries, useConfig, useMay } from "../../api/queries";
import { Badge, SeverityBadge, StateBadge, TierBadge, VerdictBadge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { EntityLink, IncidentLink } from "../../ui/link";
import { Json } from "../../ui/json";
import { Facts } from "../../ui/pane";
import { Text, words } from "../../ui/text";
import { Time, Until } from "../../ui/time";

export type Wish = "approve" | "deny" | "reverse";

export function Part({ name, children }: { name: string; children: ReactNode }) {
  return (
    <section className="side-part">
      <h3>{name}</h3>
      {children}
    </section>
  );
}

export function Question({ approval, onWish }: { approval: ApprovalView; onWish: (wish: Wish) => void }) {
  const { action, incident } = approval;
  return (
    <>
      <div className="side-head">
        <div className="line">
          <StateBadge state={approval.state} />
          <TierBadge tier={action.tier} />
          {approval.state === "Pending" && (
            <span className="note-line">
              lapses in <Until at={approval.expires_at} />
            </span>
          )}
        </div>
        <h2>
          <Text value={action.describe} max={300} />
        </h2>
      </div>
      <Part name="On">
        <Facts
          facts={[
            { name: "Resource", value: <EntityLink kind="resource" id={action.resource} max={160} /> },
            { name: "Account", value: <EntityLink kind="account" id={action.account} /> },
            { name: "Region", value: <Text value={action.region} max={40} cut /> },
            { name: "Owner", value: <Text value={action.owner === "" ? "unknown" : action.owner} max={80} cut /> },
            { name: "Reach", value: `touches ${action.blast_radius ?? "?"}` },
            Object.keys(action.parameters).length > 0 && { name: "With", value: <Json value={action.parameters} /> },
          ]}
        />
      </Part>
      <Part name="Why">
        <p>
          <IncidentLink id={incident.id} title={incident.title} />
        </p>
        <p className="line">
          <SeverityBadge severity={incident.severity} />
          <VerdictBadge verdict={incident.verdict} />
          {incident.priority !== null && <Badge tone={incident.priority <= 2 ? "bad" : "plain"}>Priority {incident.priority}</Badge>}
        </p>
        <ul className="dots">
          {action.reasons.map((reason) => (
            <li key={reason}>
              <Text value={reason} max={240} />
            </li>
          ))}
        </ul>
      </Part>
      <Part name="Both states">
        <BothStates action={action} />
      </Part>
      <Part name="Answer">
        <Answers approval={approval} />
      </Part>
      <Decide approval={approval} onWish={onWish} />
    </>
  );
}

function BothStates({ action }: { action: ActionView }) {
  // Only the plan says in one line what will change.
  const plan = useQuery({ ...queries.plan(action.incident), enabled: action.after === null });
  const change = plan.data?.steps.find((step) => step.action_id === action.id)?.change ?? null;
  return (
    <div className="both">
      <div>
        <h4>{action.done_at === null ? "As it is" : "Before"}</h4>
        {action.before === null ? <span className="quiet">Looked up when it is done.</span> : <Json value={action.before} />}
      </div>
      <div>
        <h4>{action.done_at === null ? "As it will be" : "After"}</h4>
        {action.after !== null && <Json value={action.after} />}
        {action.after === null && (change === null ? <span className="quiet">See what it does, above.</span> : <Text value={change} max={400} />)}
      </div>
    </div>
  );
}

function Answers({ approval }: { approval: ApprovalView }) {
  const { persons, missing, decisions } = approval;
  return (
    <>
      <Facts
        facts={[
          { name: "Asked", value: <Time at={approval.asked_at} /> },
          { name: approval.state === "Pending" ? "Lapses" : "Lapsed", value: approval.state === "Pending" || approval.state === "Expired" ? <Time at={approval.expires_at} /> : "no" },
          { name: "Needs", value: persons === 1 ? "one person" : `${persons} people, ${missing} more` },
          {
            name: "Plan",
            value: approval.plan_sha256 === null ? "replaced by a newer one" : <span className="mono" title={approval.plan_sha256}>{approval.plan_sha256.slice(0, 16)}</span>,
          },
          action_note(approval.action),
        ]}
      />
      {decisions.length > 0 && (
        <ul className="dots answers">
          {decisions.map((decision) => (
            <li key={decision.person + decision.at}>
              <Text value={decision.person} max={60} cut /> {decision.answer === "Approve" ? "approved" : "denied"} on <Time at={decision.at} />
              {decision.reason !== null && (
                <>
                  {": "}
                  <Text value={decision.reason} max={300} />
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

const action_note = (action: ActionView) => action.state !== "Planned" && { name: "Action", value: <ActionState action={action} /> };

function ActionState({ action }: { action: ActionView }) {
  return (
    <>
      <StateBadge state={action.state} />
      {action.done_at !== null && (
        <>
          {" "}
          <Time at={action.done_at} />
        </>
      )}
      {action.note !== null && (
        <>
          {" "}
          <Text value={action.note} max={200} />
        </>
      )}
    </>
  );
}

/** Why this person cannot answer, or `null`. */
export function cannotAnswer(approval: ApprovalView, me: string | undefined, mayApprove: boolean): string | null {
  if (approval.state !== "Pending") return `This question is settled: ${words(approval.state).toLowerCase()}.`;
  if (approval.plan_sha256 === null) return "The incident has a newer plan; it asks again where it still needs to.";
  if (!mayApprove) return "Waits for an approver.";
  if (approval.decisions.some((decision) => decision.person === me)) return "You have answered; it needs another person.";
  return null;
}

function Decide({ approval, onWish }: { approval: ApprovalView; onWish: (wish: Wish) => void }) {
  const me = useConfig()?.me.name;
  const mayApprove = useMay("approver");
  const reverse = useConfig()?.can["reverse"] !== false;
  const refused = cannotAnswer(approval, me, mayApprove);
  return (
    <div className="answer-buttons">
      {refused === null && (
        <>
          <Button kind="primary" hint="A" onClick={() => onWish("approve")}>
            Approve
          </Button>
          <Button kind="danger" hint="D" onClick={() => onWish("deny")}>
            Deny
          </Button>
        </>
      )}
      {approval.action.reversible && mayApprove && reverse && (
        <Button icon="undo" onClick={() => onWish("reverse")}>
          Undo the action
        </Button>
      )}
      <Link to="/incident/$id" params={{ id: approval.incident.id }} className="button quiet">
        Open the incident
      </Link>
      {refused !== null && <p className="note-line">{refused}</p>}
    </div>
  );
}
