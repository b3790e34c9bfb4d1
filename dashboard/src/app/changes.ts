// Changes to incidents, from wherever they are asked for: shown at once, sent once, taken back by one key.

import type { InfiniteData } from "@tanstack/react-query";
import { read, write } from "../api/calls";
import { newKey } from "../api/client";
import { live } from "../api/live";
import type { BulkChange, IncidentPage, IncidentRow, Job, Operation } from "../api/model";
import { asProblem } from "../api/problem";
import { queryClient } from "../api/queries";
import { words } from "../ui/text";
import { toast } from "./toasts";

type Pages = InfiniteData<IncidentPage, string | null>;

/** Puts newer rows in the place of older ones, in every list and page that shows them; no row moves. */
export function replaceRows(newer: ReadonlyMap<string, (row: IncidentRow) => IncidentRow>) {
  queryClient.setQueriesData<Pages>({ queryKey: ["queue"] }, (pages) => {
    if (!pages?.pages.some((page) => page.items.some((row) => newer.has(row.id)))) return pages;
    return {
      ...pages,
      pages: pages.pages.map((page) => ({ ...page, items: page.items.map((row) => newer.get(row.id)?.(row) ?? row) })),
    };
  });
  for (const [id, renew] of newer) {
    queryClient.setQueryData<IncidentRow>(["incident", id], (row) => row && renew(row));
  }
}

function shownRows(ids: readonly string[]): Map<string, IncidentRow> {
  const wanted = new Set(ids);
  const found = new Map<string, IncidentRow>();
  for (const [, pages] of queryClient.getQueriesData<Pages>({ queryKey: ["queue"] })) {
    for (const row of pages?.pages.flatMap((page) => page.items) ?? []) if (wanted.has(row.id)) found.set(row.id, row);
  }
  for (const id of ids) {
    const row = queryClient.getQueryData<IncidentRow>(["incident", id]);
    if (row && !found.has(id)) found.set(id, row);
  }
  return found;
}

function patchOf(change: BulkChange): Partial<IncidentRow> {
  switch (change.kind) {
    case "status":
      return { status: change.status };
    case "verdict":
      return { verdict: change.verdict };
    case "assign":
      return { assignee: change.assignee };
    case "merge":
      return { merged_into: change.into };
  }
}

export function sentenceOf(change: BulkChange, count: number): string {
  const what = count === 1 ? "1 incident" : `${count} incidents`;
  switch (change.kind) {
    case "status":
      return `${what} set to ${words(change.status).toLowerCase()}`;
    case "verdict":
      return `${what} judged ${words(change.verdict).toLowerCase()}`;
    case "assign":
      return change.assignee === null ? `${what} given back` : `${what} assigned to ${change.assignee}`;
    case "merge":
      return `${what} merged`;
  }
}

const underWay = new Set<string>();

/** Shows, sends and reports one change of one or many incidents. A second press while it is under way does nothing. */
export async function changeIncidents(ids: readonly string[], change: BulkChange): Promise<void> {
  if (ids.length === 0) return;
  const same = JSON.stringify([change, ids]);
  if (underWay.has(same)) return;
  underWay.add(same);
  const before = shownRows(ids);
  const patch = patchOf(change);
  replaceRows(new Map(ids.map((id) => [id, (row: IncidentRow) => ({ ...row, ...patch })])));
  // The row as it was, but only what this change touched: something else may have become newer meanwhile.
  const restore = (which: readonly string[]) =>
    replaceRows(
      new Map(
        which.flatMap((id) => {
          const old = before.get(id);
          if (!old) return [];
          const fields = Object.fromEntries(Object.keys(patch).map((name) => [name, old[name as keyof IncidentRow]]));
          return [[id, (row: IncidentRow) => ({ ...row, ...fields })] as const];
        }),
      ),
    );
  try {
    const undo = ids.length === 1 && ids[0] ? await sendOne(ids[0], change) : await sendMany(ids, change, restore);
    toast.done(sentenceOf(change, undo.changed), async () => {
      await undo.run();
      restore(ids);
      settle(ids);
    });
  } catch (error) {
    restore(ids);
    const problem = asProblem(error);
    toast.problem(`Not changed: ${problem.offline ? "there is no connection" : problem.detail}`);
  } finally {
    // A press that comes late is still the same press.
    setTimeout(() => underWay.delete(same), 700);
    settle(ids);
  }
}

type Undo = { changed: number; run: () => Promise<unknown> };

/** Sends again, with the same key, what got no answer: it has been done or not, but never twice. */
async function sure<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!asProblem(error).offline) throw error;
    await new Promise((done) => setTimeout(done, 400));
    return send();
  }
}

async function sendOne(id: string, change: BulkChange): Promise<Undo> {
  const key = newKey();
  const sent = await sure((): Promise<{ incident: IncidentRow; operation: Operation }> => {
    switch (change.kind) {
      case "status":
        return write.status(id, { status: change.status, ...(change.reason ? { reason: change.reason } : {}) }, key);
      case "verdict":
        return write.verdict(id, { verdict: change.verdict, ...(change.reason ? { reason: change.reason } : {}) }, key);
      case "assign":
        return write.assign(id, change.assignee, key);
      case "merge":
        return write.merge(id, change.into, key);
    }
  });
  replaceRows(new Map([[id, (row) => ({ ...row, ...sent.incident })]]));
  return { changed: 1, run: () => write.undo(sent.operation.id) };
}

async function sendMany(ids: readonly string[], change: BulkChange, restore: (ids: readonly string[]) => void): Promise<Undo> {
  const key = newKey();
  const job = await finished(await sure(() => write.bulk([...ids], change, key)));
  if (job.failed.length > 0) {
    restore(job.failed.map((each) => each.id));
    toast.problem(`${job.failed.length} of ${ids.length} were not changed: ${job.failed[0]?.detail ?? "no reason was given"}`);
  }
  return { changed: ids.length - job.failed.length, run: async () => finished(await write.undoJob(job.id)) };
}

async function finished(job: Job): Promise<Job> {
  let now = job;
  for (let wait = 100; now.state === "Running"; wait = Math.min(wait * 1.5, 1000)) {
    await new Promise((done) => setTimeout(done, wait));
    now = await read.job(job.id);
  }
  return now;
}

function settle(ids: readonly string[]) {
  for (const id of ids.slice(0, 20)) void queryClient.invalidateQueries({ queryKey: ["incident", id] });
  void queryClient.invalidateQueries({ queryKey: ["counts"] });
  live.look();
}
