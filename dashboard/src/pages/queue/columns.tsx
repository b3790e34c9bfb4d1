// The columns of the queue: what they show and how wide they are.

import type { ReactNode } from "react";
import type { IncidentRow } from "../../api/model";
import { Badge, SeverityBadge, StateBadge, verdictName } from "../../ui/badge";
import { Icon } from "../../ui/icon";
import { plain, Text } from "../../ui/text";
import { Ago } from "../../ui/time";

export type QueueColumn = {
  id: string;
  head: string;
  /** Pixels at first; `null` takes what is left. */
  width: number | null;
  least: number;
  /** The sort that a press on the head asks for, and its opposite. */
  sort?: readonly [string, string | undefined];
  cell: (row: IncidentRow) => ReactNode;
};

export const COLUMNS: readonly QueueColumn[] = [
  { id: "severity", head: "Severity", width: 104, least: 64, sort: ["-severity", undefined], cell: (row) => <SeverityBadge severity={row.severity} /> },
  { id: "title", head: "Incident", width: null, least: 160, cell: (row) => <Title row={row} /> },
  {
    id: "entity",
    head: "Entity",
    width: 140,
    least: 64,
    cell: (row) => (row.entity === null ? <span className="quiet">–</span> : <Text value={row.entity} max={60} cut />),
  },
  {
    id: "account",
    head: "Account",
    width: 128,
    least: 64,
    cell: (row) => (
      <span title={plain(row.accounts.join(", "))}>
        <Text value={row.accounts[0] ?? "–"} max={40} cut />
        {row.accounts.length > 1 && <span className="quiet"> +{row.accounts.length - 1}</span>}
      </span>
    ),
  },
  {
    id: "verdict",
    head: "Verdict",
    width: 122,
    least: 64,
    cell: (row) => (row.verdict === null ? <span className="quiet">–</span> : <span className={`verdict-${row.verdict}`}>{verdictName(row.verdict)}</span>),
  },
  { id: "status", head: "Status", width: 100, least: 64, cell: (row) => <StateBadge state={row.status} /> },
  { id: "age", head: "Age", width: 54, least: 44, sort: ["-last_seen", "last_seen"], cell: (row) => <Ago at={row.last_seen} /> },
  {
    id: "owner",
    head: "Owner",
    width: 92,
    least: 56,
    cell: (row) => (row.assignee === null ? <span className="quiet">–</span> : <Text value={row.assignee} max={40} cut />),
  },
];

function Title({ row }: { row: IncidentRow }) {
  return (
    <>
      <span className="queue-title" title={plain(row.title)}>
        <Text value={row.title} max={160} cut />
      </span>
      {row.findings > 1 && (
        <span className="quiet num" title={`${row.findings} findings`}>
          ({row.findings})
        </span>
      )}
      {row.waiting > 0 && (
        <span className="badge tone-warn num" title={row.waiting === 1 ? "1 approval waits" : `${row.waiting} approvals wait`}>
          <Icon name="check" size={12} />
          {row.waiting}
          <span className="hidden-text">{row.waiting === 1 ? " approval waits" : " approvals wait"}</span>
        </span>
      )}
      {row.sample && <Badge tone="quiet">sample</Badge>}
    </>
  );
}

/** Given up first to last where there is no room; the rest always keeps its width. */
const GIVEN_UP = ["account", "status", "entity", "owner", "verdict"];
const TITLE_ROOM = 250;
const CHECK = 36;

export function columnsFor(room: number, widths: Readonly<Record<string, number>>): readonly QueueColumn[] {
  let shown = COLUMNS;
  const needed = () => shown.reduce((sum, column) => sum + (column.width === null ? TITLE_ROOM : (widths[column.id] ?? column.width)), CHECK);
  for (const id of GIVEN_UP) {
    if (needed() <= room) break;
    shown = shown.filter((column) => column.id !== id);
  }
  return shown;
}
