// A new suppression. It can be sent only after one has seen what exactly it would have hidden.

import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useId, useRef, useState, type FormEvent } from "react";
import { write, type SuppressionTarget } from "../../api/calls";
import { newKey } from "../../api/client";
import type { SuppressionPreview } from "../../api/model";
import { asProblem } from "../../api/problem";
import { queryClient } from "../../api/queries";
import { toast } from "../../app/toasts";
import { SeverityShape, StateBadge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { count, counted } from "../../ui/figures";
import { Icon } from "../../ui/icon";
import { IncidentLink } from "../../ui/link";
import { Section } from "../../ui/pane";
import { ProblemView } from "../../ui/states";
import { Text } from "../../ui/text";
import { Ago } from "../../ui/time";
import { expiryLimits, expiryOf } from "./expiry";

const route = getRouteApi("/settings");

type Form = { kind: string; account: string; resource: string; reason: string; day: string };
type Seen = { of: string; preview: SuppressionPreview };

function targetOf(form: Form): SuppressionTarget {
  const { kind, account, resource } = form;
  return { kind: kind.trim(), ...(account.trim() ? { account: account.trim() } : {}), ...(resource.trim() ? { resource: resource.trim() } : {}) };
}

export function Propose({ onClose }: { onClose: () => void }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const limits = expiryLimits(Date.now());
  const [form, setForm] = useState<Form>({ kind: search.kind ?? "", account: search.account ?? "", resource: search.resource ?? "", reason: "", day: limits.usual });
  const [seen, setSeen] = useState<Seen | null>(null);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const key = useRef(newKey());
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const target = targetOf(form);
  const wanted = JSON.stringify(target);
  const current = seen?.of === wanted ? seen.preview : null;
  const ready = current !== null && current.refused === null;

  const attempt = async (work: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setFailed(null);
    try {
      await work();
    } catch (error) {
      setFailed(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const look = () =>
    attempt(async () => {
      void navigate({ search: { kind: target.kind, account: target.account, resource: target.resource }, replace: true });
      setSeen({ of: wanted, preview: await write.previewSuppression(target) });
    });
  const close = () => {
    void navigate({ search: {}, replace: true });
    onClose();
  };
  const propose = () =>
    attempt(async () => {
      await write.suppress({ ...target, reason: form.reason.trim(), expires: expiryOf(form.day) }, key.current);
      toast.done("Proposed; it holds once a second person consents");
      void queryClient.invalidateQueries({ queryKey: ["suppressions"] });
      close();
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void (ready ? propose() : look());
  };
  const field = (name: keyof Form) => ({
    value: form[name],
    onChange: (event: { target: { value: string } }) => {
      key.current = newKey();
      setForm({ ...form, [name]: event.target.value });
    },
  });
  return (
    <Section title="Propose a rule" aside={<Button kind="quiet" onClick={close}>Cancel</Button>}>
      <form className="propose" onSubmit={submit}>
        <Field label="Type of finding" hint="As in the finding; * at the end stands for the rest">
          {(id) => <input id={id} ref={first} required maxLength={512} autoComplete="off" spellCheck={false} placeholder="Recon:EC2/Portscan" {...field("kind")} />}
        </Field>
        <Field label="Account" hint="Empty: every account">
          {(id) => <input id={id} maxLength={64} inputMode="numeric" autoComplete="off" placeholder="111122223333" {...field("account")} />}
        </Field>
        <Field label="Resource" hint="ARN; * at the end stands for the rest. Empty: every resource">
          {(id) => <input id={id} maxLength={2048} autoComplete="off" spellCheck={false} placeholder="arn:aws:ec2:…:instance/i-…" {...field("resource")} />}
        </Field>
        <Field label="Until" hint="The beginning of that day, UTC; 90 days at most">
          {(id) => <input id={id} type="date" required min={limits.first} max={limits.last} {...field("day")} />}
        </Field>
        <div className="propose-wide">
          <Field label="Why it is accepted" hint="Kept in the audit ledger">
            {(id) => <textarea id={id} required={ready} rows={2} maxLength={1000} {...field("reason")} />}
          </Field>
        </div>
        <div className="propose-wide" role="status">
          {current !== null && <Preview preview={current} />}
          {seen !== null && current === null && <p className="note-line">What is covered has changed; look again.</p>}
        </div>
        <div className="propose-wide line">
          {failed !== null && <ProblemView error={failed} compact />}
          <Button submit={!ready} kind={ready ? "plain" : "primary"} busy={busy && !ready} onClick={ready ? () => void look() : undefined}>
            {current === null ? "See what it would have hidden" : "Look again"}
          </Button>
          {ready && (
            <Button submit kind="primary" busy={busy}>
              Propose
            </Button>
          )}
        </div>
      </form>
    </Section>
  );
}

function Field({ label, hint, children }: { label: string; hint: string; children: (id: string) => React.ReactNode }) {
  const id = useId();
  return (
    <label className="field" htmlFor={id}>
      <span>{label}</span>
      {children(id)}
      <small>{hint}</small>
    </label>
  );
}

function Preview({ preview }: { preview: SuppressionPreview }) {
  const { incidents, findings, critical, samples, refused, window_days } = preview;
  return (
    <div className={refused !== null ? "callout bad" : incidents > 0 ? "callout warn" : "callout"}>
      <Icon name={refused !== null ? "lock" : "search"} />
      <div>
        {refused !== null && (
          <p>
            <strong>This may not be proposed: </strong>
            <Text value={refused} max={300} />
          </p>
        )}
        <p>
          <strong>
            In the last {window_days} days it would have hidden {counted(incidents, "incident")} with {counted(findings, "finding")}.
          </strong>
          {critical > 0 && ` ${counted(critical, "more incident", "more incidents")} would be shown all the same: they are critical or attack sequences.`}
        </p>
        {samples.length > 0 && (
          <ul className="samples">
            {samples.map((row) => (
              <li key={row.id}>
                <SeverityShape severity={row.severity} />
                <span className="hidden-text">{row.severity}: </span>
                <span className="sample-title">
                  <IncidentLink id={row.id} title={row.title} />
                </span>
                <StateBadge state={row.status} />
                <Ago at={row.last_seen} />
              </li>
            ))}
          </ul>
        )}
        {incidents > samples.length && samples.length > 0 && <p className="note-line">and {count(incidents - samples.length)} more</p>}
      </div>
    </div>
  );
}
