// The drawing of the graph. Loaded only when it is shown: the library is larger than the rest of the page.

import cytoscape, { type Core, type ElementDefinition, type StylesheetJson } from "cytoscape";
import dagre, { type DagreLayoutOptions } from "cytoscape-dagre";
import { useEffect, useRef } from "react";
import type { Graph } from "../../api/model";
import { plain } from "../../ui/text";

cytoscape.use(dagre);

// The library would write a style element, which the page's policy forbids; it does not when it finds this name taken.
// What the element would say is in incident.css.
const TAKEN = "__________cytoscape_stylesheet";
if (document.getElementById(TAKEN) === null) {
  const holder = document.createElement("meta");
  holder.id = TAKEN;
  document.head.append(holder);
}

const SHAPES = { resource: "round-rectangle", principal: "ellipse", address: "diamond", account: "hexagon", finding: "round-triangle" } as const;

function styleOf(root: HTMLElement): StylesheetJson {
  const token = (name: string) => getComputedStyle(root).getPropertyValue(name).trim();
  const font = getComputedStyle(root).fontFamily;
  return [
    {
      selector: "node",
      style: {
        label: "data(label)",
        shape: "data(shape)" as never,
        width: 26,
        height: 26,
        "background-color": token("--sunken"),
        "border-width": 2,
        "border-color": token("--line-strong"),
        color: token("--text"),
        "font-family": font,
        "font-size": 11,
        "text-valign": "bottom",
        "text-margin-y": 5,
        "text-max-width": "130px",
        "text-wrap": "ellipsis",
      },
    },
    ...(["Critical", "High", "Medium", "Low"] as const).map((severity) => ({
      selector: `node[severity = "${severity}"]`,
      style: { "border-color": token(`--sev-${severity.toLowerCase()}`), "border-width": 3 },
    })),
    { selector: 'node[kind = "finding"]', style: { width: 16, height: 16, "font-size": 9, color: token("--quiet") } },
    {
      selector: "edge",
      style: {
        label: "data(label)",
        width: 1.3,
        "line-color": token("--line-strong"),
        "target-arrow-color": token("--line-strong"),
        "target-arrow-shape": "triangle",
        "arrow-scale": 0.8,
        "curve-style": "bezier",
        "font-family": font,
        "font-size": 9,
        color: token("--quiet"),
        "text-background-color": token("--surface"),
        "text-background-opacity": 1,
        "text-background-padding": "2px",
      },
    },
    { selector: "node:selected", style: { "border-color": token("--accent"), "border-width": 4 } },
  ];
}

function elementsOf(graph: Graph): ElementDefinition[] {
  const ids = new Set(graph.nodes.map((node) => node.id));
  return [
    ...graph.nodes.map((node) => ({ data: { id: node.id, label: plain(node.label, 28), kind: node.kind, severity: node.severity, shape: SHAPES[node.kind] } })),
    ...graph.edges
      .filter((edge) => ids.has(edge.from) && ids.has(edge.to))
      .map((edge, index) => ({ data: { id: `edge${index}`, source: edge.from, target: edge.to, label: plain(edge.label, 24) } })),
  ];
}

export default function GraphCanvas({ graph, onPick }: { graph: Graph; onPick: (id: string) => void }) {
  const box = useRef<HTMLDivElement>(null);
  const pick = useRef(onPick);
  pick.current = onPick;
  useEffect(() => {
    if (!box.current) return;
    const layout: DagreLayoutOptions = { name: "dagre", rankDir: box.current.clientWidth < 520 ? "TB" : "LR", nodeSep: 26, rankSep: 90, padding: 24, animate: false, fit: true };
    const drawn: Core = cytoscape({
      container: box.current,
      elements: elementsOf(graph),
      style: styleOf(box.current),
      layout,
      minZoom: 0.2,
      maxZoom: 2.5,
      // The page is scrolled with the wheel; the graph is zoomed with its buttons.
      userZoomingEnabled: false,
      boxSelectionEnabled: false,
    });
    if (drawn.zoom() > 1.4) {
      drawn.zoom(1.4);
      drawn.center();
    }
    drawn.on("tap", "node", (event) => pick.current((event.target as cytoscape.NodeSingular).id()));
    const recolour = new MutationObserver(() => box.current && drawn.style(styleOf(box.current)));
    recolour.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    return () => {
      recolour.disconnect();
      drawn.destroy();
    };
  }, [graph]);
  return <div className="graph-canvas" ref={box} role="img" aria-label={`${graph.nodes.length} things and how they hang together; the table below says the same`} />;
}
