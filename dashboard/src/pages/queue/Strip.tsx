// The line between filter and table. It always has its place, so that nothing moves: counts, or what can be done with the
// selection, and the pill for what is new.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { IncidentFilter } from "../../api/calls";
import type { BulkChange, IncidentRow, Severity, Status, Verdict } from "../../api/model";
import { queries, useConfig, useMay } from "../../api/queries";
import { SeverityShape, verdictName } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Menu } from "../../ui/menu";
import { Text, words } from "../../ui/text";
import { useSelected, type Marks } from "./store";

const SEVERITIES: Severity[] = ["Critical", "High", "Medium", "Low", "Informational"];

type StripProps = {
  marks: Marks;
  rows: readonly IncidentRow[];
  filter: IncidentFilter;
  news: number;
  newsAtLeast: boolean;
  onNews: () => void;
  onChange: (ids: string[], change: BulkChange) => void;
  onSuppress: (row: IncidentRow) => void;
  onSeverity: (severity: Severity) => void;
};

export function Strip(props: StripProps) {
  const { marks, news, newsAtLeast, onNews } = props;
  const selected = useSelected(marks);
  return (
    <div className="strip">
      {selected.size > 0 ? <BulkBar {...props} count={selected.size} /> : <Counts {...props} />}
      <div className="strip-news" role="status">
        {news > 0 && (
          <Button kind="primary" hint="n" onClick={onNews} className="pill">
            {news.toLocaleString("en")}
            {newsAtLeast && "+"} new
          </Button>
        )}
      </div>
    </div>
  );
}

function Counts({ filter, onSeverity }: StripProps) {
  const counts = useQuery(queries.counts(filter)).data;
  return (
    <div className="strip-counts" role="group" aria-label="Incidents by severity">
      {SEVERITIES.map((severity) => (
        <button key={severity} type="button" className="strip-count" onClick={() => onSeverity(severity)} title={`Only ${severity.toLowerCase()}`}>
          <SeverityShape severity={severity} />
          <span className="num">{counts ? (counts.by_severity[severity] ?? 0).toLocaleString("en") : "–"}</span>
          <span className="strip-name">{severity === "Informational" ? "Info" : severity}</span>
        </button>
      ))}
    </div>
  );
}

function BulkBar({ marks, rows, count, onChange, onSuppress }: StripProps & { count: number }) {
  const config = useConfig();
  const may = useMay("analyst");
  const [merging, setMerging] = useState(false);
  const [assigning, setAssigning] = useState(false);
  const change = (wanted: BulkChange) => onChange(marks.targets(), wanted);
  const first = rows.find((row) => row.id === marks.targets()[0]);
  return (
    <div className="strip-bulk" role="toolbar" aria-label="With the selected incidents">
      <strong className="num">{count} selected</strong>
      {may && (
        <>
          <Menu
            trigger={<Button>Verdict</Button>}
            items={(config?.verdicts ?? []).map((verdict: Verdict) => ({ label: verdictName(verdict), run: () => change({ kind: "verdict", verdict }) }))}
          />
          <Menu
            trigger={<Button>Assign</Button>}
            items={[
              { label: "To me", hint: "a", run: () => change({ kind: "assign", assignee: config?.me.name ?? null }) },
              { label: "To somebody…", run: () => setAssigning(true) },
              { label: "To nobody", run: () => change({ kind: "assign", assignee: null }) },
            ]}
          />
          <Menu
            trigger={<Button>Status</Button>}
            items={(config?.statuses ?? []).map((status: Status) => ({ label: words(status), run: () => change({ kind: "status", status }) }))}
          />
          <Button onClick={() => change({ kind: "status", status: "Closed" })}>Close</Button>
          {count > 1 && <Button onClick={() => setMerging(true)}>Merge</Button>}
          {first && (
            <Button className="wide-only" onClick={() => onSuppress(first)}>
              Suppress
            </Button>
          )}
        </>
      )}
      <Button kind="quiet" hint="Esc" onClick={() => marks.clear()}>
        Clear
      </Button>
      {merging && <MergeDialog rows={rows} ids={marks.targets()} onClose={() => setMerging(false)} onChange={onChange} />}
      {assigning && <AssignDialog onClose={() => setAssigning(false)} onAssign={(assignee) => change({ kind: "assign", assignee })} />}
    </div>
  );
}

type MergeProps = { rows: readonly IncidentRow[]; ids: string[]; onClose: () => void; onChange: StripProps["onChange"] };

function MergeDialog({ rows, ids, onClose, onChange }: MergeProps) {
  const [into, setInto] = useState(ids[0]);
  const chosen = rows.filter((row) => ids.includes(row.id));
  return (
    <Dialog open onClose={onClose} title={`Merge ${ids.length} incidents`} lead="All findings go to the one that stays. It can be undone.">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (into !== undefined) onChange(ids.filter((id) => id !== into), { kind: "merge", into });
          onClose();
        }}
      >
        <fieldset className="choices">
          <legend>Which one stays?</legend>
          {chosen.map((row) => (
            <label key={row.id}>
              <input type="radio" name="into" checked={into === row.id} onChange={() => setInto(row.id)} />
              <SeverityShape severity={row.severity} />
              <Text value={row.title} max={80} cut /> <span className="quiet mono">{row.short_id}</span>
            </label>
          ))}
        </fieldset>
        <footer className="dialog-footer">
          <Button onClick={onClose}>Cancel</Button>
          <Button submit kind="primary">
            Merge
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

export function AssignDialog({ onClose, onAssign }: { onClose: () => void; onAssign: (assignee: string) => void }) {
  const [name, setName] = useState("");
  return (
    <Dialog open onClose={onClose} title="Assign to">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() === "") return;
          onAssign(name.trim());
          onClose();
        }}
      >
        <label className="field">
          <span>Name</span>
          <input value={name} maxLength={64} required autoComplete="off" onChange={(event) => setName(event.target.value)} />
        </label>
        <footer className="dialog-footer">
          <Button onClick={onClose}>Cancel</Button>
          <Button submit kind="primary">
            Assign
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
