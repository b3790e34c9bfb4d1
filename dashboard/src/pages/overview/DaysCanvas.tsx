// Findings and incidents by day, drawn by uPlot. Apart because the library is loaded only with this chart.

import { useEffect, useRef } from "react";
import Plot, { type Options } from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Metrics } from "../../api/model";

const HEIGHT = 200;
const INCIDENTS = ["Critical", "High", "Medium", "Low", "Informational"] as const;

const sum = (day: Metrics["by_day"][number]) => INCIDENTS.reduce((total, severity) => total + (day.incidents[severity] ?? 0), 0);

function options(width: number): Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = { stroke: colour("--quiet"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: `11px ${colour("--font")}` };
  const whole = (_: Plot, ticks: number[]) => ticks.map((tick) => (Number.isInteger(tick) ? tick.toLocaleString("en") : ""));
  return {
    width,
    height: HEIGHT,
    tzDate: (seconds) => Plot.tzDate(new Date(seconds * 1000), "UTC"),
    legend: { show: true, live: true },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: { x: { time: true }, findings: { range: (_, __, most) => [0, Math.max(1, most * 1.08)] }, incidents: { range: (_, __, most) => [0, Math.max(1, most * 1.08)] } },
    axes: [
      { ...axis, values: (_, ticks) => ticks.map((tick) => new Date(tick * 1000).toISOString().slice(5, 10)), incrs: [86_400, 2 * 86_400, 7 * 86_400, 14 * 86_400, 30 * 86_400], space: 56 },
      { ...axis, scale: "findings", values: whole, size: 52 },
      { ...axis, scale: "incidents", side: 1, grid: { show: false }, values: whole, size: 44 },
    ],
    series: [
      { label: "Day (UTC)", value: (_, seconds) => (seconds === null ? "–" : new Date(seconds * 1000).toISOString().slice(0, 10)) },
      { label: "Findings (left)", scale: "findings", stroke: colour("--accent"), fill: colour("--accent-soft"), width: 2, points: { show: false } },
      { label: "Incidents (right)", scale: "incidents", stroke: colour("--sev-high"), width: 2, dash: [6, 4], points: { show: true, size: 5, fill: colour("--surface") } },
    ],
  };
}

export default function DaysCanvas({ days }: { days: Metrics["by_day"] }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const host = box.current;
    if (host === null) return;
    const data: Plot.AlignedData = [days.map((day) => Date.parse(`${day.day.slice(0, 10)}T00:00:00Z`) / 1000), days.map((day) => day.findings), days.map(sum)];
    let plot: Plot | null = null;
    const draw = () => {
      plot?.destroy();
      plot = new Plot(options(host.clientWidth), data, host);
    };
    draw();
    const resized = new ResizeObserver(() => plot !== null && plot.width !== host.clientWidth && plot.setSize({ width: host.clientWidth, height: HEIGHT }));
    resized.observe(host);
    const themed = new MutationObserver(draw);
    themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      resized.disconnect();
      themed.disconnect();
      plot?.destroy();
    };
  }, [days]);
  return <div ref={box} className="days-canvas" aria-hidden="true" />;
}
