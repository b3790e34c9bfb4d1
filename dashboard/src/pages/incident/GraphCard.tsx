// How the things of an incident hang together: first what was touched and by whom, the findings on demand; and the same
// as a table.

import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo, useState } from "react";
import type { Graph, GraphNode } from "../../api/model";
import { queries } from "../../api/queries";
import { SeverityBadge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { EntityLink } from "../../ui/link";
import { Section } from "../../ui/pane";
import { Loading, Shown } from "../../ui/states";
import { Table, type Column } from "../../ui/table";
import { Text, words } from "../../ui/text";

const GraphCanvas = lazy(() => import("./GraphCanvas"));

/** More than this is not readable as a drawing. */
const MOST_DRAWN = 60;

export function GraphCard({ incident, onFinding }: { incident: string; onFinding: (id: string) => void }) {
  const query = useQuery(queries.graph(incident));
  const [findings, setFindings] = useState(false);
  const [table, setTable] = useState(false);
  const [picked, setPicked] = useState<string | null>(null);
  return (
    <Section
      title="How it hangs together"
      id="graph"
      fold="open"
      aside={
        <>
          <Button kind="quiet" aria-pressed={findings} onClick={() => setFindings(!findings)}>
            {findings ? "Without findings" : "With findings"}
          </Button>
          <Button kind="quiet" aria-pressed={table} onClick={() => setTable(!table)}>
            {table ? "As a drawing" : "As a table"}
          </Button>
        </>
      }
    >
      <Shown query={query} lines={8}>
        {(graph) => (
          <Body
            graph={graph}
            findings={findings}
            table={table}
            picked={picked}
            onPick={(id) => {
              const node = graph.nodes.find((each) => each.id === id);
              if (node?.kind === "finding" && id.startsWith("fnd_")) onFinding(id);
              else setPicked(id);
            }}
          />
        )}
      </Shown>
    </Section>
  );
}

type BodyProps = { graph: Graph; findings: boolean; table: boolean; picked: string | null; onPick: (id: string) => void };

function Body({ graph, findings, table, picked, onPick }: BodyProps) {
  const shown = useMemo((): Graph => {
    const nodes = graph.nodes.filter((node) => findings || node.kind !== "finding");
    const ids = new Set(nodes.map((node) => node.id));
    return { nodes, edges: graph.edges.filter((edge) => ids.has(edge.from) && ids.has(edge.to)), truncated: graph.truncated };
  }, [graph, findings]);
  if (graph.nodes.length === 0) return <p className="quiet">The findings name nothing that could be drawn.</p>;
  const node = shown.nodes.find((each) => each.id === picked);
  return (
    <>
      {table || shown.nodes.length > MOST_DRAWN ? (
        <GraphTable graph={shown} />
      ) : (
        <Suspense fallback={<div className="graph-canvas"><Loading /></div>}>
          <GraphCanvas graph={shown} onPick={onPick} />
        </Suspense>
      )}
      <p className="graph-note" role="status">
        {node ? (
          <>
            {words(node.kind)}: <Name node={node} /> {node.detail && <Text value={node.detail} max={120} cut />}
          </>
        ) : (
          <span className="quiet">
            Box: resource, circle: principal, diamond: address, hexagon: account. {graph.truncated && "Only the first 200 are shown."}
          </span>
        )}
      </p>
    </>
  );
}

function Name({ node }: { node: GraphNode }) {
  if (node.kind === "finding") return <Text value={node.label} max={160} cut />;
  const id = node.id.startsWith(`${node.kind}:`) ? node.id.slice(node.kind.length + 1) : node.label;
  return <EntityLink kind={node.kind} id={id} max={110} />;
}

/** The table twin: everything that the drawing says. */
function GraphTable({ graph }: { graph: Graph }) {
  const names = new Map(graph.nodes.map((node) => [node.id, node.label]));
  const columns: Column<GraphNode>[] = [
    { id: "kind", head: "Kind", cell: (node) => words(node.kind) },
    { id: "name", head: "Name", grow: true, cell: (node) => <Name node={node} /> },
    { id: "severity", head: "Severity", cell: (node) => node.severity && <SeverityBadge severity={node.severity} /> },
    {
      id: "edges",
      head: "Hangs together with",
      grow: true,
      cell: (node) =>
        graph.edges
          .filter((edge) => edge.from === node.id || edge.to === node.id)
          .map((edge, index) => (
            <div key={index}>
              {edge.from === node.id ? (
                <>
                  <Text value={edge.label} max={40} cut /> <Text value={names.get(edge.to) ?? edge.to} max={60} cut />
                </>
              ) : (
                <>
                  <Text value={names.get(edge.from) ?? edge.from} max={60} cut /> <Text value={edge.label} max={40} cut /> this
                </>
              )}
            </div>
          )),
    },
  ];
  return <Table caption="Things of this incident and how they hang together" columns={columns} rows={graph.nodes} rowKey={(node) => node.id} />;
}
