// Approve or deny the steps of a plan, with what they change before the eyes. Bound to the plan's hash: what is decided
// is what was shown, and if the plan has changed meanwhile the server refuses.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { write } from "../api/calls";
import { live } from "../api/live";
import type { Plan, PlanStep } from "../api/model";
import { asProblem } from "../api/problem";
import { queries, queryClient } from "../api/queries";
import { StateBadge } from "../ui/badge";
import { Button } from "../ui/button";
import { Confirm, Dialog } from "../ui/dialog";
import { EntityLink } from "../ui/link";
import { Json } from "../ui/json";
import { Shown } from "../ui/states";
import { Text } from "../ui/text";
import { toast } from "./toasts";

export type Answer = "approve" | "deny";

export function pendingSteps(plan: Plan | null | undefined): PlanStep[] {
  return plan?.steps.filter((step) => step.approval === "Pending") ?? [];
}

/** All steps of one incident that wait for a person; `only` narrows it to one. */
export function DecideDialog({ incident, answer, only, onClose }: { incident: string; answer: Answer; only?: string | undefined; onClose: () => void }) {
  const plan = useQuery({ ...queries.plan(incident), staleTime: 0 });
  // What is decided is the plan as it was first shown in this dialog, also when a newer one arrives behind it.
  const [shown, setShown] = useState<Plan | null>(null);
  const settled = plan.data && !plan.isFetching ? plan.data : null;
  if (shown === null && settled) setShown(settled);
  const steps = pendingSteps(shown).filter((step) => only === undefined || step.action_id === only);

  if (shown === null || steps.length === 0) {
    return (
      <Dialog open onClose={onClose} title={answer === "approve" ? "Approve" : "Deny"}>
        <Shown query={plan}>{() => (plan.isFetching ? <p className="quiet">Looking at the plan…</p> : <p>Nothing of this incident waits for a person.</p>)}</Shown>
        <footer className="dialog-footer">
          <Button onClick={onClose}>Close</Button>
        </footer>
      </Dialog>
    );
  }

  const decide = async (reason: string) => {
    const done: string[] = [];
    try {
      for (const step of steps) {
        if (answer === "approve") await write.approve(step.action_id, shown.sha256, reason || undefined);
        else await write.deny(step.action_id, shown.sha256, reason);
        done.push(step.action_id);
      }
    } catch (error) {
      // Show the plan that holds now before anything else is decided.
      if (asProblem(error).status === 409) await plan.refetch();
      throw error;
    } finally {
      if (done.length > 0) {
        const what = done.length === 1 ? "1 step" : `${done.length} steps`;
        toast.done(answer === "approve" ? `${what} approved` : `${what} denied`);
      }
      void queryClient.invalidateQueries({ queryKey: ["incident", incident] });
      void queryClient.invalidateQueries({ queryKey: ["approvals"] });
      live.look();
    }
  };
  const count = steps.length === 1 ? "1 step" : `${steps.length} steps`;
  return (
    <Confirm
      open
      onClose={onClose}
      title={answer === "approve" ? `Approve ${count}?` : `Deny ${count}?`}
      lead={
        <>
          Plan <span className="mono">{shown.sha256.slice(0, 12)}</span>, generation {shown.generation}
        </>
      }
      action={answer === "approve" ? `Approve ${count}` : `Deny ${count}`}
      danger={answer === "deny"}
      reason={answer === "deny" ? "required" : "optional"}
      onConfirm={decide}
    >
      <ul className="decide-steps">
        {steps.map((step) => (
          <li key={step.action_id}>
            <StepSummary step={step} />
          </li>
        ))}
      </ul>
    </Confirm>
  );
}

/** One step in the reading order of a decision: what, on what, what changes. */
export function StepSummary({ step }: { step: Pick<PlanStep, "describe" | "resource" | "change" | "before" | "state" | "persons" | "blast_radius"> }) {
  return (
    <div className="step">
      <strong>
        <Text value={step.describe} max={200} />
      </strong>
      <div className="quiet">
        <EntityLink kind="resource" id={step.resource} />
      </div>
      {step.change && (
        <p>
          <Text value={step.change} max={300} />
        </p>
      )}
      <details>
        <summary>As it is now</summary>
        <Json value={step.before} />
      </details>
      <p className="quiet">
        {step.blast_radius !== null && <>Reach: {String(step.blast_radius)}. </>}
        {step.persons > 1 && `Needs ${step.persons} people. `}
        {step.state && <StateBadge state={step.state} />}
      </p>
    </div>
  );
}
