// Any JSON as text that can be folded. Keys and values are shown with the same care as other text from outside.

import { Text } from "./text";

export function Json({ value, depth = 0 }: { value: unknown; depth?: number }) {
  if (value === null || typeof value === "number" || typeof value === "boolean") return <span className="json-plain">{String(value)}</span>;
  if (typeof value === "string") {
    return (
      <span className="json-text">
        <Text value={value} max={400} mono />
      </span>
    );
  }
  if (typeof value !== "object" || value === undefined) return <span className="quiet">–</span>;
  const entries: [string, unknown][] = Array.isArray(value)
    ? value.map((each, index) => [String(index), each])
    : Object.entries(value);
  if (entries.length === 0) return <span className="quiet">{Array.isArray(value) ? "none" : "empty"}</span>;
  return (
    <dl className="json">
      {entries.map(([name, each]) => {
        const nested = each !== null && typeof each === "object" && Object.keys(each).length > 0;
        return nested && depth >= 1 ? (
          <div key={name}>
            <details open={depth < 3}>
              <summary>
                <Text value={name} max={80} cut mono />
              </summary>
              <Json value={each} depth={depth + 1} />
            </details>
          </div>
        ) : (
          <div key={name}>
            <dt>
              <Text value={name} max={80} cut mono />
            </dt>
            <dd>
              <Json value={each} depth={depth + 1} />
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
