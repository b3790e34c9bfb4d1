// How well the machine judges: verdicts by detector, and where people saw it otherwise.

import { Link } from "@tanstack/react-router";
import type { Metrics, Verdict } from "../../api/model";
import { verdictName } from "../../ui/badge";
import { count, share } from "../../ui/figures";
import { Section } from "../../ui/pane";
import { Kpi } from "../../ui/states";
import { Table, type Column } from "../../ui/table";
import { plain, Text } from "../../ui/text";
import { DEFINITIONS } from "./definitions";
import { Times } from "./Executive";

const VERDICTS: Verdict[] = ["TruePositive", "Suspicious", "InsufficientData", "FalsePositive", "Benign", "Duplicate", "Test"];
const TONES: Record<Verdict, string> = {
  TruePositive: "tone-bad",
  Suspicious: "tone-warn",
  InsufficientData: "tone-plain",
  FalsePositive: "tone-good",
  Benign: "tone-good soft",
  Duplicate: "tone-plain soft",
  Test: "tone-plain soft",
};

type Row = Metrics["verdicts"][number];

export const totalOf = (row: Row) => VERDICTS.reduce((sum, verdict) => sum + (row[verdict] ?? 0), 0);

/** Of those that say either way; `null` where none does. */
export function precisionOf(row: Row): { right: number; of: number } | null {
  const right = (row.TruePositive ?? 0) + (row.Suspicious ?? 0);
  const of = right + (row.FalsePositive ?? 0) + (row.Benign ?? 0);
  return of === 0 ? null : { right, of };
}

export function Triage({ metrics }: { metrics: Metrics }) {
  return (
    <>
      <Times metrics={metrics} />
      <Section title="Verdicts by detector" aside={<span className="num">{metrics.verdicts.length}</span>}>
        <p className="definition">
          {DEFINITIONS.verdicts} Worth a look: {DEFINITIONS.precision.charAt(0).toLowerCase() + DEFINITIONS.precision.slice(1)}
        </p>
        {metrics.verdicts.length === 0 ? <p className="quiet">No incident of this window has a verdict yet.</p> : <Detectors rows={metrics.verdicts} />}
      </Section>
      <Section title="Machine and people">
        <p className="definition">{DEFINITIONS.agreement}</p>
        <Agreement agreement={metrics.agreement} />
      </Section>
    </>
  );
}

function Detectors({ rows }: { rows: readonly Row[] }) {
  const sorted = rows.toSorted((a, b) => totalOf(b) - totalOf(a));
  const columns: Column<Row>[] = [
    {
      id: "detector",
      head: "Detector",
      grow: true,
      cell: (row) => (
        <Link to="/queue" search={{ kind: row.detector, status: "any" }} title={plain(row.detector)}>
          <Text value={row.detector} max={80} cut />
        </Link>
      ),
    },
    { id: "mix", head: "Mix", wideOnly: true, cell: (row) => <Mix row={row} /> },
    { id: "n", head: "Incidents", numeric: true, cell: (row) => count(totalOf(row)) },
    {
      id: "precision",
      head: "Worth a look",
      numeric: true,
      cell: (row) => {
        const precision = precisionOf(row);
        return precision === null ? "–" : share(precision.right, precision.of);
      },
    },
    ...VERDICTS.map((verdict): Column<Row> => ({ id: verdict, head: verdictName(verdict), numeric: true, cell: (row) => (row[verdict] ? count(row[verdict] ?? 0) : <span className="quiet">0</span>) })),
  ];
  return (
    <div className="detectors">
      <Table caption="Detectors and their verdicts" columns={columns} rows={sorted} rowKey={(row) => row.detector} />
    </div>
  );
}

function Mix({ row }: { row: Row }) {
  const total = totalOf(row);
  let x = 0;
  return (
    <svg className="mix" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect className="bar-back" width="100" height="8" />
      {VERDICTS.map((verdict) => {
        const width = total === 0 ? 0 : ((row[verdict] ?? 0) / total) * 100;
        const part = <rect key={verdict} className={`bar-fill ${TONES[verdict]}`} x={x} width={width} height="8" />;
        x += width;
        return part;
      })}
    </svg>
  );
}

function Agreement({ agreement }: { agreement: Metrics["agreement"] }) {
  const { both, same, raised, lowered, matrix } = agreement;
  if (both === 0) return <p className="quiet">No incident of this window has both verdicts yet. Give one on the queue with t, b or f.</p>;
  const other = both - same - raised - lowered;
  return (
    <div className="agreement">
      <dl className="kpis">
        <Kpi label="Same verdict" value={share(same, both)} note={`${count(same)} of ${count(both)}`} />
        <Kpi label="Raised by people" value={count(raised)} note={DEFINITIONS.raised} {...(raised > 0 ? { tone: "warn" as const } : {})} />
        <Kpi label="Lowered by people" value={count(lowered)} note={DEFINITIONS.lowered} />
        {other > 0 && <Kpi label="Otherwise different" value={count(other)} note="Neither more nor less serious." />}
      </dl>
      <Matrix matrix={matrix} />
    </div>
  );
}

function Matrix({ matrix }: { matrix: Metrics["agreement"]["matrix"] }) {
  const seen = VERDICTS.filter((verdict) => matrix.some((cell) => cell.machine === verdict || cell.person === verdict));
  const at = (machine: Verdict, person: Verdict) => matrix.find((cell) => cell.machine === machine && cell.person === person)?.n ?? 0;
  return (
    <div className="table-box" tabIndex={0} role="region" aria-label="Verdicts of machine and people">
      <table className="table matrix">
        <caption className="note-line">Rows: what the machine said. Columns: what a person said. On the diagonal they agree.</caption>
        <thead>
          <tr>
            <th scope="col">Machine, person</th>
            {seen.map((verdict) => (
              <th key={verdict} scope="col" className="numeric">
                {verdictName(verdict)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {seen.map((machine) => (
            <tr key={machine}>
              <th scope="row">{verdictName(machine)}</th>
              {seen.map((person) => {
                const n = at(machine, person);
                const className = n === 0 ? "numeric quiet" : machine === person ? "numeric agrees" : "numeric differs";
                return (
                  <td key={person} className={className}>
                    {count(n)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
