// What to decide: the steps of the plan with what each changes, what waits for a person, and what can be taken back.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { write } from "../../api/calls";
import { live } from "../../api/live";
import type { ActionView, IncidentDetail, PlanStep } from "../../api/model";
import { queries, queryClient, useMay } from "../../api/queries";
import type { Answer } from "../../app/Decide";
import { toast } from "../../app/toasts";
import { StateBadge, TierBadge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Confirm } from "../../ui/dialog";
import { Json } from "../../ui/json";
import { EntityLink } from "../../ui/link";
import { Section } from "../../ui/pane";
import { Shown } from "../../ui/states";
import { sentence, Text } from "../../ui/text";
import { Time, Until } from "../../ui/time";
import { Citations } from "./cite";

type PlanProps = { incident: IncidentDetail; onDecide: (answer: Answer, action: string) => void };

export function PlanCard({ incident, onDecide }: PlanProps) {
  // Without a hash there is no plan to ask for.
  const planned = incident.plan_sha256 !== null || incident.waiting > 0;
  const plan = useQuery({ ...queries.plan(incident.id), enabled: planned });
  const actions = useQuery(queries.actions(incident.id));
  const byId = new Map(actions.data?.items.map((action) => [action.id, action]));
  const next = incident.analysis_detail?.next_steps ?? [];
  return (
    <Section
      title="What you need to decide"
      id="plan"
      aside={
        plan.data ? (
          <span>
            mode {plan.data.mode} · plan <span className="mono">{plan.data.sha256.slice(0, 12)}</span>
          </span>
        ) : undefined
      }
    >
      <Shown query={planned ? plan : { ...plan, data: null }}>
        {(read) =>
          read === null || (read.steps.length === 0 && read.guides.length === 0) ? (
            <p className="quiet">{incident.stage === "Recorded" ? "Only recorded: nothing is planned for it." : "There is no response plan."}</p>
          ) : (
            <>
              <ol className="steps">
                {read.steps.map((step) => (
                  <li key={step.action_id}>
                    <Step step={step} action={byId.get(step.action_id)} onDecide={onDecide} />
                  </li>
                ))}
              </ol>
              {read.guides.length > 0 && (
                <>
                  <h3>By hand</h3>
                  <ul className="ticks">
                    {read.guides.map((guide, index) => (
                      <li key={index}>
                        <Text value={sentence(guide.text)} max={400} /> <Citations citations={[guide.citation]} incident={incident.id} />
                      </li>
                    ))}
                  </ul>
                </>
              )}
            </>
          )
        }
      </Shown>
      {next.length > 0 && (
        <>
          <h3>The analysis suggests</h3>
          <ul className="ticks">
            {next.map((step, index) => (
              <li key={index}>
                <Text value={step} max={300} />
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}

function Step({ step, action, onDecide }: { step: PlanStep; action: ActionView | undefined; onDecide: PlanProps["onDecide"] }) {
  const mayApprove = useMay("approver");
  const [reversing, setReversing] = useState(false);
  const state = action?.state ?? step.state;
  const waits = step.approval === "Pending";
  return (
    <article className={waits ? "step waits" : "step"}>
      <div className="step-head">
        <strong>
          <Text value={step.describe} max={240} />
        </strong>
        <TierBadge tier={step.tier} />
        {step.approval && (!state || state === "Planned") ? <StateBadge state={step.approval} /> : state && <StateBadge state={state} />}
      </div>
      <div className="quiet">
        <EntityLink kind="resource" id={step.resource} max={110} /> · <Text value={step.region} max={30} cut />
      </div>
      {step.change && (
        <p>
          <Text value={step.change} max={400} />
        </p>
      )}
      <Before step={step} action={action} />
      {step.reasons.length > 0 && (
        <p className="quiet">
          Because: {step.reasons.map((reason, index) => (
            <span key={index}>
              {index > 0 && "; "}
              <Text value={reason} max={160} />
            </span>
          ))}
        </p>
      )}
      {action?.note && (
        <p className="quiet">
          <Text value={action.note} max={300} />
        </p>
      )}
      <div className="step-foot">
        <span className="quiet">
          {step.blast_radius !== null && <>Reach {String(step.blast_radius)}</>}
          {step.persons > 1 && ` · needs ${step.persons} people`}
          {action?.done_at && (
            <>
              {" · done "}
              <Time at={action.done_at} />
            </>
          )}
          {action?.expires_at && (
            <>
              {" · ends in "}
              <Until at={action.expires_at} />
            </>
          )}
        </span>
        <span className="step-buttons">
          {waits && mayApprove && (
            <>
              <Button kind="primary" onClick={() => onDecide("approve", step.action_id)}>
                Approve
              </Button>
              <Button kind="danger" onClick={() => onDecide("deny", step.action_id)}>
                Deny
              </Button>
            </>
          )}
          {action?.reversible && mayApprove && (
            <Button icon="undo" onClick={() => setReversing(true)}>
              Take back
            </Button>
          )}
        </span>
      </div>
      {reversing && action && <Reverse action={action} onClose={() => setReversing(false)} />}
    </article>
  );
}

function Before({ step, action }: { step: PlanStep; action: ActionView | undefined }) {
  const before = action?.before ?? step.before;
  const after = action?.after ?? null;
  if (before === null && after === null) return null;
  return (
    <details className="before">
      <summary>{after === null ? "As it is now" : "Before and after"}</summary>
      <div className="before-after">
        <div>
          <h4>Before</h4>
          <Json value={before} />
        </div>
        {after !== null && (
          <div>
            <h4>After</h4>
            <Json value={after} />
          </div>
        )}
      </div>
    </details>
  );
}

function Reverse({ action, onClose }: { action: ActionView; onClose: () => void }) {
  return (
    <Confirm
      open
      onClose={onClose}
      title="Take this step back?"
      lead={<Text value={action.describe} max={200} />}
      action="Take it back"
      danger
      reason="optional"
      onConfirm={async (reason) => {
        const answer = await write.reverse(action.id, reason || undefined);
        toast.done(answer.state === "Reversed" ? "The step was taken back" : "The step will be taken back in a moment");
        void queryClient.invalidateQueries({ queryKey: ["incident", action.incident] });
        live.look();
      }}
    >
      <p>What was there before the step is put back. If somebody has changed it meanwhile, nothing is done and both states are shown.</p>
      <Json value={action.before} />
    </Confirm>
  );
}
