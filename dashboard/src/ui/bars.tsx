// Bars as SVG, with the figures as text beside them: a chart that a screen reader and a printer can read.

import type { ReactNode } from "react";

export type Bar = { key: string; label: ReactNode; value: number; className?: string; text?: string };

/** Horizontal bars; as a list, each with its label and figure. */
export function Bars({ bars, label, max }: { bars: Bar[]; label: string; max?: number }) {
  const most = max ?? Math.max(1, ...bars.map((bar) => bar.value));
  return (
    <ul className="bars" aria-label={label}>
      {bars.map((bar) => (
        <li key={bar.key}>
          <span className="bar-label">{bar.label}</span>
          <svg className="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect className="bar-back" width="100" height="8" />
            <rect className={`bar-fill ${bar.className ?? ""}`} width={Math.min(100, (bar.value / most) * 100)} height="8" />
          </svg>
          <span className="bar-value num">{bar.text ?? bar.value.toLocaleString("en")}</span>
        </li>
      ))}
    </ul>
  );
}

export type StackPart = { key: string; value: number; className: string; label: string };

/** One bar of several parts, with a legend. */
export function Stack({ parts, label }: { parts: StackPart[]; label: string }) {
  const total = parts.reduce((sum, each) => sum + each.value, 0);
  let x = 0;
  return (
    <div className="stack">
      <svg className="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect className="bar-back" width="100" height="8" />
        {parts.map((each) => {
          const width = total === 0 ? 0 : (each.value / total) * 100;
          const rect = <rect key={each.key} className={`bar-fill ${each.className}`} x={x} width={width} height="8" />;
          x += width;
          return rect;
        })}
      </svg>
      <ul className="legend" aria-label={label}>
        {parts.map((each) => (
          <li key={each.key}>
            <svg width="10" height="10" aria-hidden="true">
              <rect className={`bar-fill ${each.className}`} width="10" height="10" rx="2" />
            </svg>
            {each.label} <span className="num">{each.value.toLocaleString("en")}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
