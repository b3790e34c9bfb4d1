// What the address of the queue says: the filter, in the API's own words, and the row that the pane is open for.

import type { IncidentFilter } from "../../api/calls";

export const FILTER_NAMES = [
  "status",
  "severity",
  "verdict",
  "stage",
  "account",
  "tactic",
  "kind",
  "assignee",
  "resource",
  "priority",
  "q",
  "from",
  "to",
  "waiting",
  "sample",
  "sort",
] as const satisfies readonly (keyof IncidentFilter)[];

export type QueueSearch = IncidentFilter & { open?: string };

/** Without a status the queue shows what is open; `status=any` shows all. */
export const OPEN_STATUSES = "New,InProgress,OnHold";

export function queueSearch(search: Record<string, unknown>): QueueSearch {
  const kept: QueueSearch = {};
  for (const name of [...FILTER_NAMES, "open"] as const) {
    const value = search[name];
    if (typeof value === "string" && value !== "") kept[name] = value;
  }
  return kept;
}

/** What is asked of the API. */
export function filterOf(search: QueueSearch): IncidentFilter {
  const { open: _, status = OPEN_STATUSES, ...rest } = search;
  return status === "any" ? rest : { status, ...rest };
}
