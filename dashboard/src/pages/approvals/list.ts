// The questions that are shown. They stay as they were read until somebody asks for newer ones, so that nothing moves
// between reading a question and answering it.

import { queryOptions, useInfiniteQuery, useQuery, type InfiniteData } from "@tanstack/react-query";
import { useEffect } from "react";
import { read } from "../../api/calls";
import { live } from "../../api/live";
import type { ApprovalView, Page } from "../../api/model";
import { queryClient } from "../../api/queries";

const SETTLED = "Approved,Denied,Expired,Withdrawn";

/** What the address says, in the API's words; `undefined` asks for all. */
export function statesOf(state: string | undefined): string | undefined {
  if (state === "settled") return SETTLED;
  return state === "all" ? undefined : "Pending";
}

const shownKey = (states: string | undefined) => ["approvals", "shown", states ?? "all"];
const ahead = (states: string | undefined) =>
  queryOptions({
    queryKey: ["approvals", "ahead", states ?? "all"],
    queryFn: ({ signal }) => read.approvals({ state: states, limit: 200 }, signal),
    staleTime: 0,
  });

/** A question is another one when its plan or its state is. */
const mark = (approval: ApprovalView) => `${approval.action.id} ${approval.state} ${approval.plan_sha256 ?? ""} ${approval.missing}`;

export function useApprovals(state: string | undefined) {
  const states = statesOf(state);
  const shown = useInfiniteQuery({
    queryKey: shownKey(states),
    queryFn: ({ pageParam, signal }) => read.approvals({ state: states, after: pageParam, limit: 100 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    staleTime: Infinity,
  });
  const newest = useQuery({ ...ahead(states), enabled: shown.isSuccess });
  useEffect(() => {
    const look = () => void queryClient.invalidateQueries({ queryKey: ["approvals", "ahead"] });
    const stop = live.onChanged(look);
    return () => {
      stop();
    };
  }, []);
  const rows = shown.data?.pages.flatMap((page) => page.items) ?? [];
  return { shown, rows, news: shown.isFetching ? 0 : newsIn(rows, newest.data, shown.hasNextPage), take: () => void queryClient.resetQueries({ queryKey: shownKey(states) }) };
}

/** How many questions came or are not as they are shown. One that was answered here stays in the list and is no news. */
export function newsIn(rows: readonly ApprovalView[], newest: Page<ApprovalView> | undefined, hasMore: boolean): number {
  if (newest === undefined) return 0;
  // What lies behind the last shown row may only not be loaded yet.
  const last = hasMore ? rows.at(-1)?.expires_at : undefined;
  const near = newest.items.filter((each) => last === undefined || each.expires_at < last);
  const known = new Set(rows.map(mark));
  const now = new Set(newest.items.map(mark));
  const came = near.filter((each) => !known.has(mark(each))).length;
  // Beyond the newest page nothing is known to be gone.
  const gone = newest.next === null ? rows.filter((each) => each.state === "Pending" && !now.has(mark(each))).length : 0;
  return Math.max(came, gone);
}

/** Shows an answer where the question stands. */
export function putAnswer(answered: ApprovalView) {
  queryClient.setQueriesData<InfiniteData<Page<ApprovalView>, string | null>>({ queryKey: ["approvals", "shown"] }, (pages) => {
    if (!pages) return pages;
    const put = (each: ApprovalView) => (each.action.id === answered.action.id && each.generation === answered.generation ? answered : each);
    return { ...pages, pages: pages.pages.map((page) => ({ ...page, items: page.items.map(put) })) };
  });
}
