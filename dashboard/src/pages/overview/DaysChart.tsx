// Days as a chart and as a table: the table is for screen readers, for paper, and for whoever wants the figures.

import { lazy, Suspense } from "react";
import type { Metrics, Severity } from "../../api/model";
import { SeverityShape } from "../../ui/badge";
import { count } from "../../ui/figures";
import { Table, type Column } from "../../ui/table";

const DaysCanvas = lazy(() => import("./DaysCanvas"));
const SEVERITIES: Severity[] = ["Critical", "High", "Medium", "Low", "Informational"];

type Day = Metrics["by_day"][number];

export function Days({ days }: { days: readonly Day[] }) {
  if (days.length === 0) return <p className="quiet">No activity in this window.</p>;
  return (
    <>
      {days.length > 1 && (
        <Suspense fallback={<div className="days-canvas" />}>
          <DaysCanvas days={[...days]} />
        </Suspense>
      )}
      <details className="as-table" open={days.length === 1}>
        <summary>The same as a table</summary>
        <DaysTable days={days} />
      </details>
    </>
  );
}

function DaysTable({ days }: { days: readonly Day[] }) {
  const columns: Column<Day>[] = [
    { id: "day", head: "Day (UTC)", cell: (day) => <span className="num nowrap">{day.day.slice(0, 10)}</span> },
    { id: "findings", head: "Findings", numeric: true, cell: (day) => count(day.findings) },
    ...SEVERITIES.map(
      (severity): Column<Day> => ({
        id: severity,
        head: (
          <span className="line-head">
            <SeverityShape severity={severity} />
            {severity === "Informational" ? "Info" : severity}
          </span>
        ),
        numeric: true,
        cell: (day) => count(day.incidents[severity] ?? 0),
      }),
    ),
  ];
  return <Table caption="Findings and incidents by day" columns={columns} rows={days.toReversed()} rowKey={(day) => day.day} />;
}

/** Upright bars, one a day: own SVG, with the figure of each in its title and all of them in the text below. */
export function DayBars({ days, label, most, text }: { days: readonly { day: string; value: number }[]; label: string; most?: number | undefined; text: (value: number) => string }) {
  const top = Math.max(most ?? 0, ...days.map((day) => day.value), Number.EPSILON);
  const width = 100 / Math.max(days.length, 1);
  return (
    <figure className="day-bars">
      <svg viewBox="0 0 100 40" preserveAspectRatio="none" role="img" aria-label={`${label}: ${days.map((day) => `${day.day.slice(0, 10)} ${text(day.value)}`).join(", ")}`}>
        <rect className="bar-back" x="0" y="39.6" width="100" height="0.4" />
        {days.map((day, index) => {
          const height = (day.value / top) * 39;
          return (
            <rect key={day.day} className="bar-fill" x={index * width + width * 0.14} y={39.6 - height} width={width * 0.72} height={height}>
              <title>{`${day.day.slice(0, 10)}: ${text(day.value)}`}</title>
            </rect>
          );
        })}
        {most !== undefined && <line className="cap-line" x1="0" x2="100" y1={39.6 - (most / top) * 39} y2={39.6 - (most / top) * 39} vectorEffect="non-scaling-stroke" />}
      </svg>
      <figcaption className="between note-line">
        <span className="num">{days[0]?.day.slice(0, 10)}</span>
        {most !== undefined && <span>dashed: the cap, {text(most)}</span>}
        <span className="num">{days.at(-1)?.day.slice(0, 10)}</span>
      </figcaption>
    </figure>
  );
}
