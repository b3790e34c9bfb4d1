// How well it goes: times to detect, acknowledge, contain and resolve, what was spared, and what it cost.

import type { Metrics, Severity, Span } from "../../api/model";
import { SeverityShape } from "../../ui/badge";
import { Bars } from "../../ui/bars";
import { count, share, usd } from "../../ui/figures";
import { Section } from "../../ui/pane";
import { durationText } from "../../ui/time";
import { DayBars, Days } from "./DaysChart";
import { everyDay } from "./days";
import { DEFINITIONS } from "./definitions";

const SEVERITIES: Severity[] = ["Critical", "High", "Medium", "Low", "Informational"];

export function Executive({ metrics }: { metrics: Metrics }) {
  return (
    <>
      <Times metrics={metrics} />
      <div className="columns">
        <Section title="Findings to incidents">
          <Reduction metrics={metrics} />
        </Section>
        <Section title="Spend on models" aside={<span className="num">{usd(metrics.spend.window_usd)} in this window</span>}>
          <Spend metrics={metrics} />
        </Section>
      </div>
      <Section title="By day">
        <p className="definition">{DEFINITIONS.days}</p>
        <Days days={everyDay(metrics.by_day, metrics, (day) => ({ day, findings: 0, incidents: {} }))} />
      </Section>
    </>
  );
}

export function Times({ metrics }: { metrics: Metrics }) {
  return (
    <dl className="kpis times">
      <SpanKpi name="MTTD" what="to detect" span={metrics.mttd} definition={DEFINITIONS.mttd} />
      <SpanKpi name="MTTA" what="to acknowledge" span={metrics.mtta} definition={DEFINITIONS.mtta} />
      <SpanKpi name="MTTC" what="to contain" span={metrics.mttc} definition={DEFINITIONS.mttc} />
      <SpanKpi name="MTTR" what="to resolve" span={metrics.mttr} definition={DEFINITIONS.mttr} />
    </dl>
  );
}

/** The median is what one feels; the 95th percentile is what one hears about. A mean would be neither. */
function SpanKpi({ name, what, span, definition }: { name: string; what: string; span: Span; definition: string }) {
  return (
    <div className="kpi">
      <dt>
        <strong>{name}</strong> {what}
      </dt>
      <dd className="num">{span.p50_ms === null ? "–" : durationText(span.p50_ms)}</dd>
      <dd className="kpi-note num">
        {span.n === 0 ? "no incident yet" : `median of ${count(span.n)}; 95 % within ${span.p95_ms === null ? "–" : durationText(span.p95_ms)}`}
      </dd>
      <dd className="kpi-note">{definition}</dd>
    </div>
  );
}

function Reduction({ metrics }: { metrics: Metrics }) {
  const { findings, incidents } = metrics.reduction;
  const bySeverity = SEVERITIES.map((severity) => ({ severity, n: metrics.by_day.reduce((sum, day) => sum + (day.incidents[severity] ?? 0), 0) }));
  return (
    <div className="stack-parts">
      <p className="headline">
        <span className="num">{count(findings)}</span> {findings === 1 ? "finding" : "findings"} became <span className="num">{count(incidents)}</span>{" "}
        {incidents === 1 ? "incident" : "incidents"}
        {findings > incidents && findings > 0 && <span className="quiet"> · {share(findings - incidents, findings)} fewer to look at</span>}
      </p>
      <p className="definition">{DEFINITIONS.reduction}</p>
      <Bars
        label="Incidents by severity"
        bars={bySeverity.map(({ severity, n }) => ({
          key: severity,
          value: n,
          className: `sev-${severity}`,
          label: (
            <span className="line-head">
              <SeverityShape severity={severity} />
              {severity === "Informational" ? "Info" : severity}
            </span>
          ),
        }))}
      />
      <p className="note-line">
        {count(metrics.open)} of them are open: {DEFINITIONS.open}
      </p>
    </div>
  );
}

function Spend({ metrics }: { metrics: Metrics }) {
  const { today_usd, cap_usd, by_day } = metrics.spend;
  const days = everyDay(by_day, metrics, (day) => ({ day, usd: 0 }));
  const over = cap_usd !== null && today_usd >= cap_usd;
  return (
    <div className="stack-parts">
      <p className="headline">
        <span className="num">{usd(today_usd)}</span> today
        {cap_usd === null ? (
          <span className="quiet"> · no cap is set</span>
        ) : (
          <span className={over ? "spent-out" : "quiet"}>
            {" "}
            · {share(today_usd, cap_usd)} of {usd(cap_usd)}
            {over && ": the cap is reached"}
          </span>
        )}
      </p>
      <p className="definition">{DEFINITIONS.spend}</p>
      {by_day.length > 0 && <DayBars label="Spend by day" days={days.map((day) => ({ day: day.day, value: day.usd }))} most={cap_usd ?? undefined} text={usd} />}
      {by_day.length === 0 && <p className="quiet">Nothing was spent in this window.</p>}
    </div>
  );
}
