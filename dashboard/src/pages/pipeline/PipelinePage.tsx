// Whether the machine itself is well: its parts, its stages, its input, its spend, and what it could not read.

import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { read } from "../../api/calls";
import { live } from "../../api/live";
import type { Pipeline } from "../../api/model";
import { queryClient } from "../../api/queries";
import { Badge } from "../../ui/badge";
import { Bars } from "../../ui/bars";
import { count, counted, share, usd } from "../../ui/figures";
import { Section } from "../../ui/pane";
import { Kpi, Kpis, PageHeader, Shown } from "../../ui/states";
import { Table, type Column } from "../../ui/table";
import { plain, words } from "../../ui/text";
import { Quarantine } from "./Quarantine";
import "../../style/pages.css";
import "./pipeline.css";

export default function PipelinePage() {
  const pipeline = useQuery({ queryKey: ["pipeline"], queryFn: ({ signal }) => read.pipeline(signal), refetchInterval: 15_000 });
  useEffect(() => {
    const stop = live.onChanged(() => void queryClient.invalidateQueries({ queryKey: ["pipeline"] }));
    return () => {
      stop();
    };
  }, []);
  return (
    <div className="page broad steady">
      <PageHeader title="Pipeline" />
      <Shown query={pipeline} lines={10}>
        {(data) => <Standing pipeline={data} />}
      </Shown>
      <Quarantine />
    </div>
  );
}

function Standing({ pipeline }: { pipeline: Pipeline }) {
  const { quarantine, dead_letters, parked, outbox } = pipeline;
  const failed = pipeline.stages.reduce((sum, stage) => sum + stage.failed, 0);
  return (
    <>
      <Kpis>
        <Kpi label="Could not be read" value={count(quarantine)} note="Records in quarantine, below" {...(quarantine > 0 ? { tone: "warn" as const } : {})} />
        <Kpi label="Dead letters" value={dead_letters === null ? "–" : count(dead_letters)} note="Given up on after every try" {...(dead_letters !== null && dead_letters > 0 ? { tone: "bad" as const } : {})} />
        <Kpi label="Failed" value={count(failed)} note="In a stage, for good" {...(failed > 0 ? { tone: "bad" as const } : {})} />
        <Kpi label="Parked" value={parked === null ? "–" : count(parked)} note="Wait for a person or a moment" />
        <Kpi label="Outbox" value={count(outbox)} note="Still to be started" />
      </Kpis>
      <div className="pipeline-columns">
        <Section title="Stages" aside={<LoadLegend />}>
          <Stages stages={pipeline.stages} />
        </Section>
        <div className="pipeline-side">
          <Section title="Parts">
            <Parts parts={pipeline.parts} />
          </Section>
          <Section title="Spend today">
            <Spend spend={pipeline.spend} />
          </Section>
          {pipeline.input !== null && (
            <Section title="Input">
              <Input input={pipeline.input} />
            </Section>
          )}
        </div>
      </div>
    </>
  );
}

type Stage = Pipeline["stages"][number];

function Stages({ stages }: { stages: readonly Stage[] }) {
  const most = Math.max(1, ...stages.map((stage) => stage.waiting + stage.running));
  const columns: Column<Stage>[] = [
    { id: "name", head: "Stage", cell: (stage) => <strong>{plain(words(stage.name), 40)}</strong> },
    {
      id: "load",
      head: "Load",
      grow: true,
      cell: (stage) => (
        <svg className="bar load" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
          <rect className="bar-back" width="100" height="8" />
          <rect className="bar-fill" width={(stage.running / most) * 100} height="8" />
          <rect className="bar-fill tone-plain" x={(stage.running / most) * 100} width={(stage.waiting / most) * 100} height="8" />
        </svg>
      ),
    },
    { id: "running", head: "Running", numeric: true, cell: (stage) => count(stage.running) },
    { id: "waiting", head: "Waiting", numeric: true, cell: (stage) => count(stage.waiting) },
    { id: "done", head: "Done", numeric: true, cell: (stage) => count(stage.done) },
    { id: "failed", head: "Failed", numeric: true, cell: (stage) => (stage.failed > 0 ? <Badge tone="bad">{count(stage.failed)}</Badge> : "0") },
  ];
  return <Table caption="Stages of the pipeline, in their order" columns={columns} rows={stages} rowKey={(stage) => stage.name} />;
}

function LoadLegend() {
  return (
    <span className="legend">
      {(["", "tone-plain"] as const).map((tone) => (
        <span key={tone}>
          <svg width="10" height="10" aria-hidden="true">
            <rect className={`bar-fill ${tone}`} width="10" height="10" rx="2" />
          </svg>{" "}
          {tone === "" ? "running" : "waiting"}
        </span>
      ))}
    </span>
  );
}

function Parts({ parts }: { parts: Pipeline["parts"] }) {
  const names = Object.keys(parts).toSorted();
  if (names.length === 0) return <p className="quiet">No part says how it is.</p>;
  return (
    <ul className="parts">
      {names.map((name) => {
        const part = parts[name];
        if (part === undefined) return null;
        return (
          <li key={name}>
            <span>{plain(words(name), 60)}</span>
            <span className="note-line num">{part.latency_ms === null ? "" : `${count(part.latency_ms)} ms`}</span>
            <Badge tone={part.state === "up" ? "good" : "bad"}>{part.state === "up" ? "Up" : "Down"}</Badge>
          </li>
        );
      })}
    </ul>
  );
}

function Spend({ spend }: { spend: Pipeline["spend"] }) {
  const { today_usd, cap_usd } = spend;
  if (cap_usd === null) {
    return (
      <p>
        <strong className="num">{usd(today_usd)}</strong> <span className="quiet">· no cap is set</span>
      </p>
    );
  }
  const part = cap_usd === 0 ? 1 : today_usd / cap_usd;
  return (
    <>
      <Bars label="Spend against the cap" max={Math.max(cap_usd, today_usd)} bars={[{ key: "spend", label: <strong className="num">{usd(today_usd)}</strong>, value: today_usd, text: `of ${usd(cap_usd)}`, className: part >= 1 ? "tone-bad" : part >= 0.8 ? "tone-warn" : "" }]} />
      <p className="note-line">{part >= 1 ? "The cap is reached: rules work alone until tomorrow (UTC). Nothing waits." : `${share(today_usd, cap_usd)} of the day's cap.`}</p>
    </>
  );
}

const ENDS = [
  ["recorded", "Recorded", ""],
  ["duplicates", "Known already", "tone-plain"],
  ["events", "No findings, kept", "tone-plain"],
  ["quarantined", "Could not be read", "tone-warn"],
  ["lost", "Lost", "tone-bad"],
] as const;

function Input({ input }: { input: NonNullable<Pipeline["input"]> }) {
  const sum = ENDS.reduce((total, [name]) => total + input[name], 0);
  return (
    <>
      <Bars
        label="How records ended"
        max={Math.max(1, input.received)}
        bars={ENDS.map(([name, label, className]) => ({ key: name, label, value: input[name], className }))}
      />
      <p className={input.lost > 0 || sum !== input.received ? "note-line off-by" : "note-line"}>
        {counted(input.received, "record")} received
        {sum === input.received ? (input.lost > 0 ? `; ${count(input.lost)} ended nowhere, which is a fault of ours` : "; each ended in exactly one way.") : `; ${count(Math.abs(input.received - sum))} are still under way or counted twice.`}
      </p>
    </>
  );
}
