// What is known and accepted: the policy's rules and the people's. A rule by people needs two of them and ends.

import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { read, write } from "../../api/calls";
import type { Suppression } from "../../api/model";
import { queryClient, useConfig, useMay } from "../../api/queries";
import { toast } from "../../app/toasts";
import { Badge, StateBadge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Confirm } from "../../ui/dialog";
import { EntityLink } from "../../ui/link";
import { Facts, Section } from "../../ui/pane";
import { Empty, Shown } from "../../ui/states";
import { Table, type Column } from "../../ui/table";
import { Text } from "../../ui/text";
import { Time } from "../../ui/time";
import { Propose } from "./Propose";

const route = getRouteApi("/settings");
type Wish = { wish: "consent" | "remove"; rule: Suppression };

export function Suppressions() {
  const { kind } = route.useSearch();
  const list = useQuery({ queryKey: ["suppressions"], queryFn: ({ signal }) => read.suppressions(signal) });
  const mayPropose = useMay("analyst");
  const [proposing, setProposing] = useState(kind !== undefined);
  const [wish, setWish] = useState<Wish | null>(null);
  return (
    <>
      <div className="between">
        <p className="note-line wide-text">A suppressed incident is recorded and not shown as open. No rule ever holds for Critical findings or attack sequences. A rule by people needs a second person and ends after 90 days at most.</p>
        {mayPropose && !proposing && (
          <Button kind="primary" icon="plus" onClick={() => setProposing(true)}>
            Propose a rule
          </Button>
        )}
      </div>
      {proposing && mayPropose && <Propose onClose={() => setProposing(false)} />}
      <Shown query={list} lines={6}>
        {(data) => <Rules rules={data.items} onWish={setWish} />}
      </Shown>
      {wish && <Change wish={wish} onClose={() => setWish(null)} />}
    </>
  );
}

const STATE_ORDER = ["Proposed", "Active", "Expired", "Removed"];
const keyOf = (rule: Suppression) => rule.id ?? `${rule.kind} ${rule.account ?? ""} ${rule.resource ?? ""} ${rule.expires}`;

function Rules({ rules, onWish }: { rules: readonly Suppression[]; onWish: (wish: Wish) => void }) {
  const me = useConfig()?.me.name;
  const mayApprove = useMay("approver");
  const holding = rules.filter((rule) => rule.state === "Proposed" || rule.state === "Active").toSorted((a, b) => STATE_ORDER.indexOf(a.state) - STATE_ORDER.indexOf(b.state) || a.expires.localeCompare(b.expires));
  const past = rules.filter((rule) => !holding.includes(rule)).toSorted((a, b) => b.expires.localeCompare(a.expires));
  if (rules.length === 0) return <Empty title="Nothing is suppressed">Propose a rule for what is known and accepted, here or with “Suppress” in the queue. You see first what it would have hidden.</Empty>;
  const deeds = (rule: Suppression) => <Deeds rule={rule} me={me} mayApprove={mayApprove} onWish={onWish} />;
  return (
    <>
      <Section title="Rules that hold or wait" aside={<span className="num">{holding.length}</span>}>
        {holding.length === 0 ? <p className="quiet">None.</p> : <div className="stacked rules"><Table caption="What holds or waits" columns={columns(deeds)} rows={holding} rowKey={keyOf} /></div>}
      </Section>
      {past.length > 0 && (
        <Section title="Past rules" fold="closed" aside={<span className="num">{past.length}</span>}>
          <div className="stacked rules">
            <Table caption="What held" columns={columns(null)} rows={past} rowKey={keyOf} />
          </div>
        </Section>
      )}
    </>
  );
}

function columns(deeds: ((rule: Suppression) => React.ReactNode) | null): Column<Suppression>[] {
  const all: Column<Suppression>[] = [
    { id: "state", head: "State", cell: (rule) => <StateBadge state={rule.state} /> },
    { id: "what", head: "What", cell: (rule) => <Covers rule={rule} /> },
    {
      id: "why",
      head: "Why",
      grow: true,
      cell: (rule) => (
        <div className="row-title">
          <Text value={rule.reason} max={200} />
          <span className="row-sub">
            <Text value={rule.owner} max={60} cut />
            {rule.consents.length > 0 && (
              <>
                , with <Text value={rule.consents.join(", ")} max={100} cut />
              </>
            )}
          </span>
        </div>
      ),
    },
    { id: "source", head: "By", wideOnly: true, cell: (rule) => (rule.source === "policy" ? <Badge>Policy</Badge> : <Badge tone="accent">People</Badge>) },
    { id: "expires", head: "Until", cell: (rule) => <Ends at={rule.expires} /> },
  ];
  return deeds === null ? all : [...all, { id: "deeds", head: <span className="hidden-text">What can be done</span>, cell: deeds }];
}

function Ends({ at }: { at: string }) {
  return (
    <>
      <span className="narrow-only quiet">until </span>
      <Time at={at} />
    </>
  );
}

function Covers({ rule }: { rule: Pick<Suppression, "kind" | "account" | "resource"> }) {
  return (
    <div className="row-title covers">
      <strong>
        <Text value={rule.kind} max={140} cut />
      </strong>
      <span className="row-sub">
        {rule.account ? (
          <>
            account <EntityLink kind="account" id={rule.account} />
          </>
        ) : (
          "every account"
        )}
        {rule.resource ? (
          <>
            {", "}
            <Text value={rule.resource} max={100} cut />
          </>
        ) : (
          ", every resource"
        )}
      </span>
    </div>
  );
}

type DeedsProps = { rule: Suppression; me: string | undefined; mayApprove: boolean; onWish: (wish: Wish) => void };

function Deeds({ rule, me, mayApprove, onWish }: DeedsProps) {
  if (rule.source === "policy" || rule.id === null) return <span className="note-line">in the policy's file</span>;
  if (!mayApprove) return rule.state === "Proposed" ? <span className="note-line">waits for an approver</span> : null;
  const own = rule.owner.toLowerCase() === me?.toLowerCase();
  return (
    <div className="deeds">
      {rule.state === "Proposed" && !own && <Button onClick={() => onWish({ wish: "consent", rule })}>Consent</Button>}
      {rule.state === "Proposed" && own && <span className="note-line">needs a second person</span>}
      <Button kind="quiet" onClick={() => onWish({ wish: "remove", rule })}>
        {rule.state === "Proposed" ? "Withdraw" : "End it"}
      </Button>
    </div>
  );
}

function Change({ wish: { wish, rule }, onClose }: { wish: Wish; onClose: () => void }) {
  const consent = wish === "consent";
  const send = async () => {
    const id = rule.id ?? "";
    try {
      if (consent) await write.consentSuppression(id);
      else await write.removeSuppression(id);
      toast.done(consent ? "The rule holds" : "The rule is gone; what comes from now on is shown");
    } finally {
      void queryClient.invalidateQueries({ queryKey: ["suppressions"] });
      void queryClient.invalidateQueries({ queryKey: ["counts"] });
    }
  };
  return (
    <Confirm
      open
      onClose={onClose}
      title={consent ? "Consent to this rule?" : "End this rule?"}
      lead={consent ? "From then on it hides what it covers, until it ends." : "What it hid stays recorded."}
      action={consent ? "Consent" : "End it"}
      danger={!consent}
      onConfirm={send}
    >
      <Covers rule={rule} />
      <Facts
        facts={[
          { name: "Why", value: <Text value={rule.reason} max={400} /> },
          { name: "Proposed by", value: <Text value={rule.owner} max={60} cut /> },
          { name: "Until", value: <Time at={rule.expires} /> },
        ]}
      />
    </Confirm>
  );
}
