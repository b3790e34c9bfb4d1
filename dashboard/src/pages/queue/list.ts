// The rows of the queue: pages by key, and what is new kept aside until somebody asks for it.

import { useInfiniteQuery, type InfiniteData } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { read, type IncidentFilter } from "../../api/calls";
import { live } from "../../api/live";
import type { IncidentPage, IncidentRow } from "../../api/model";
import { queryClient } from "../../api/queries";
import { replaceRows } from "../../app/changes";
import type { Marks } from "./store";

const PAGE = 100;
/** More changed rows than this are left to the next look at the whole list. */
const SINGLE_LOOKS = 20;

type Pages = InfiniteData<IncidentPage, string | null>;

export function useQueueList(filter: IncidentFilter, marks: Marks, untouched: () => boolean) {
  const key = useMemo(() => ["queue", filter] as const, [filter]);
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => read.incidents({ ...filter, after: pageParam, limit: PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    // The list is renewed by `apply` only; nothing moves by itself.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnReconnect: false,
  });
  const rows = useMemo(() => unique(query.data?.pages.flatMap((page) => page.items) ?? []), [query.data]);
  const [fresh, setFresh] = useState<{ key: unknown; page: IncidentPage; news: number } | null>(null);
  const looking = useRef(false);

  // Before the effects of the table, so that a key press right after paint finds the rows.
  useMemo(() => marks.setOrder(rows.map((row) => row.id)), [marks, rows]);

  const apply = useCallback(() => {
    setFresh((kept) => {
      if (kept?.key === key) queryClient.setQueryData<Pages>(key, { pages: [kept.page], pageParams: [null] });
      return null;
    });
  }, [key]);

  const look = useCallback(
    async (changed: readonly string[]) => {
      if (looking.current) return;
      const shown = queryClient.getQueryData<Pages>(key);
      if (!shown) return;
      looking.current = true;
      try {
        const page = await read.incidents({ ...filter, limit: PAGE });
        const known = new Set(shown.pages.flatMap((each) => each.items.map((row) => row.id)));
        const inFirst = new Map(page.items.map((row) => [row.id, row]));
        const elsewhere = changed.filter((id) => known.has(id) && !inFirst.has(id)).slice(0, SINGLE_LOOKS);
        const single = await Promise.all(elsewhere.map((id) => read.incident(id).catch(() => null)));
        for (const row of single) if (row) inFirst.set(row.id, row);
        replaceRows(new Map([...inFirst].map(([id, row]) => [id, (old: IncidentRow) => (same(old, row) ? old : { ...old, ...row })])));
        const news = page.items.filter((row) => !known.has(row.id)).length;
        if (news === 0) return;
        if (untouched()) queryClient.setQueryData<Pages>(key, { pages: [page], pageParams: [null] });
        else setFresh({ key, page, news });
      } catch {
        // The poll shows that there is no connection; the next change looks again.
      } finally {
        looking.current = false;
      }
    },
    [key, filter, untouched],
  );

  useEffect(() => live.onChanged((changed) => void look(changed)) as () => void, [look]);
  // What was kept from an earlier visit may be old.
  useEffect(() => void look([]), [look]);

  const news = fresh?.key === key ? fresh.news : 0;
  return { query, rows, total: query.data?.pages.at(-1)?.total ?? null, news, newsAtLeast: news >= PAGE, apply };
}

function same(a: IncidentRow, b: IncidentRow): boolean {
  return a.changed_at === b.changed_at && a.status === b.status && a.verdict === b.verdict && a.assignee === b.assignee && a.waiting === b.waiting && a.findings === b.findings;
}

/** A row can stand on two pages when it moved between two requests. */
function unique(rows: IncidentRow[]): IncidentRow[] {
  const seen = new Set<string>();
  return rows.filter((row) => !seen.has(row.id) && seen.add(row.id));
}
