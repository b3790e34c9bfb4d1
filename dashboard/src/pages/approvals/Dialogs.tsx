// The questions before an answer is sent. Each is bound to the plan's hash as it was when the dialog opened.

import { useRef, useState, type ReactNode } from "react";
import { write } from "../../api/calls";
import { newKey } from "../../api/client";
import { live } from "../../api/live";
import type { ApprovalView } from "../../api/model";
import { asProblem } from "../../api/problem";
import { queryClient } from "../../api/queries";
import { toast } from "../../app/toasts";
import { Confirm } from "../../ui/dialog";
import { Json } from "../../ui/json";
import { Facts } from "../../ui/pane";
import { Text } from "../../ui/text";
import { putAnswer } from "./list";

type AskedProps = { approval: ApprovalView; onClose: () => void; onDone: () => void };

function after(incident: string) {
  void queryClient.invalidateQueries({ queryKey: ["incident", incident] });
  void queryClient.invalidateQueries({ queryKey: ["approvals", "ahead"] });
  live.look();
}

export function AnswerDialog({ approval, answer, onClose, onDone }: AskedProps & { answer: "approve" | "deny" }) {
  // One key for this answer: sent twice, it counts once.
  const key = useRef(newKey()).current;
  const { action, plan_sha256 } = approval;
  const approve = answer === "approve";
  const send = async (reason: string) => {
    const hash = plan_sha256 ?? "";
    try {
      const answered = approve ? await write.approve(action.id, hash, reason || undefined, key) : await write.deny(action.id, hash, reason, key);
      putAnswer(answered);
      toast.done(approve ? (answered.state === "Pending" ? `Approved; ${answered.missing} more must` : "Approved") : "Denied");
      onDone();
    } finally {
      after(action.incident);
    }
  };
  return (
    <Confirm
      open
      onClose={onClose}
      title={approve ? "Approve this step?" : "Deny this step?"}
      lead={approve ? (approval.missing > 1 ? `It is done once ${approval.missing - 1} more approve.` : "It is done at once. It can be undone as long as the resource is as the step left it.") : "It will not be done. The incident stays open for people."}
      action={approve ? "Approve" : "Deny"}
      danger={!approve}
      reason={approve ? "optional" : "required"}
      onConfirm={send}
    >
      <StepFacts approval={approval} />
    </Confirm>
  );
}

function StepFacts({ approval, children }: { approval: ApprovalView; children?: ReactNode }) {
  const { action } = approval;
  return (
    <>
      <p>
        <strong>
          <Text value={action.describe} max={300} />
        </strong>
      </p>
      <Facts
        facts={[
          { name: "Resource", value: <Text value={action.resource} max={200} mono /> },
          { name: "Account", value: <Text value={action.account} max={40} cut /> },
          { name: "Plan", value: <span className="mono">{approval.plan_sha256?.slice(0, 16) ?? "–"}</span> },
        ]}
      />
      {children}
    </>
  );
}

type Drift = { left_behind: unknown; found: unknown };

function driftOf(error: unknown): Drift | null {
  const drift = asProblem(error).members["drift"];
  return drift !== null && typeof drift === "object" ? (drift as Drift) : null;
}

export function ReverseDialog({ approval, onClose, onDone }: AskedProps) {
  const key = useRef(newKey()).current;
  const [drift, setDrift] = useState<Drift | null>(null);
  const { action } = approval;
  const send = async (reason: string) => {
    try {
      const { state, action: now } = await write.reverse(action.id, reason || undefined, key);
      if (now !== null) putAnswer({ ...approval, action: now });
      toast.done(state === "Reversed" ? "The action is undone" : "It will be undone by the runner; this takes a moment");
      onDone();
    } catch (error) {
      setDrift(driftOf(error));
      throw error;
    } finally {
      after(action.incident);
    }
  };
  return (
    <Confirm
      open
      onClose={onClose}
      title="Undo this action?"
      lead="Puts back what was there before, if the resource is still as the action left it."
      action="Undo the action"
      danger
      reason="optional"
      onConfirm={send}
    >
      <StepFacts approval={approval}>
        {drift === null ? (
          <Both first="It is now" firstValue={action.after} second="It will be again" secondValue={action.before} />
        ) : (
          <>
            <p className="drift">Somebody changed it since. It is left as it is; compare, and change it by hand.</p>
            <Both first="The action left it as" firstValue={drift.left_behind} second="It was found as" secondValue={drift.found} />
          </>
        )}
      </StepFacts>
    </Confirm>
  );
}

type BothProps = { first: string; firstValue: unknown; second: string; secondValue: unknown };

function Both({ first, firstValue, second, secondValue }: BothProps) {
  return (
    <div className="both">
      <div>
        <h4>{first}</h4>
        <Json value={firstValue ?? null} />
      </div>
      <div>
        <h4>{second}</h4>
        <Json value={secondValue ?? null} />
      </div>
    </div>
  );
}
