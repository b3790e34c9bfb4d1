// Any JSON as text that can be folded. Keys and values are shown with the same care as other text from outside.

import type { Ref } from "react";
import { Text } from "./text";

type JsonProps = {
  value: unknown;
  depth?: number;
  /** The path of the value to show as cited, from here on. */
  mark?: readonly string[] | undefined;
};

/** Brings the cited value before the eyes, once. */
const reveal: Ref<HTMLElement> = (element) => element?.scrollIntoView({ block: "center" });

export function Json({ value, depth = 0, mark }: JsonProps) {
  const shown = <Value value={value} depth={depth} mark={mark} />;
  if (mark?.length !== 0) return shown;
  return (
    <mark className="cited" ref={reveal}>
      {shown}
    </mark>
  );
}

function Value({ value, depth, mark }: { value: unknown; depth: number; mark: readonly string[] | undefined }) {
  if (value === null || typeof value === "number" || typeof value === "boolean") return <span className="json-plain">{String(value)}</span>;
  if (typeof value === "string") {
    return (
      <span className="json-text">
        <Text value={value} max={400} mono />
      </span>
    );
  }
  if (typeof value !== "object") return <span className="quiet">–</span>;
  const entries: [string, unknown][] = Array.isArray(value)
    ? value.map((each, index) => [String(index), each])
    : Object.entries(value);
  if (entries.length === 0) return <span className="quiet">{Array.isArray(value) ? "none" : "empty"}</span>;
  return (
    <dl className="json">
      {entries.map(([name, each]) => {
        const on = mark !== undefined && mark.length > 0 && mark[0] === name ? mark.slice(1) : undefined;
        return <Entry key={name} name={name} value={each} depth={depth} mark={on} />;
      })}
    </dl>
  );
}

function Entry({ name, value, depth, mark }: { name: string; value: unknown; depth: number; mark: readonly string[] | undefined }) {
  const nested = value !== null && typeof value === "object" && Object.keys(value).length > 0;
  return (
    <div className={nested ? "nested" : undefined}>
      <dt>
        <Text value={name} max={80} cut mono />
      </dt>
      <dd>
        {nested && depth >= 1 ? (
          <details open={mark !== undefined || depth < 3}>
            <summary>{Array.isArray(value) ? `${value.length} values` : "fields"}</summary>
            <Json value={value} depth={depth + 1} mark={mark} />
          </details>
        ) : (
          <Json value={value} depth={depth + 1} mark={mark} />
        )}
      </dd>
    </div>
  );
}
