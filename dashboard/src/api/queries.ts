// Keys, freshness and retries of everything that pages ask for.

import { keepPreviousData, QueryClient, queryOptions, useQuery } from "@tanstack/react-query";
import { read, type IncidentFilter } from "./calls";
import { asProblem } from "./problem";

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      gcTime: 10 * 60_000,
      refetchOnWindowFocus: false,
      // Being offline is shown by the page; a paused query would show nothing at all.
      networkMode: "always",
      retry: (times, error) => {
        const problem = asProblem(error);
        return problem.transient && times < (problem.status === 429 ? 4 : 2);
      },
      retryDelay: (times, error) => {
        const wait = asProblem(error).retryAfterSeconds;
        return wait === null ? Math.min(500 * 2 ** times, 8_000) : Math.min(wait * 1000, 60_000);
      },
    },
    mutations: { networkMode: "always", retry: false },
  },
});

export const configQuery = queryOptions({
  queryKey: ["config"],
  queryFn: ({ signal }) => read.config(signal),
  staleTime: 5 * 60_000,
});

/** `undefined` only before the first answer; pages are shown after it. */
export function useConfig() {
  return useQuery(configQuery).data;
}

const RANKS = ["viewer", "analyst", "approver", "admin"] as const;

/** Mirrors what the API enforces, so that nothing is offered that it would refuse. */
export function useMay(role: (typeof RANKS)[number]): boolean {
  const mine = useConfig()?.me.role;
  return mine !== undefined && RANKS.indexOf(mine) >= RANKS.indexOf(role);
}

export const queries = {
  counts: (filter: IncidentFilter) =>
    queryOptions({
      queryKey: ["counts", filter],
      queryFn: ({ signal }) => read.counts(filter, signal),
      placeholderData: keepPreviousData,
    }),
  incident: (id: string) => queryOptions({ queryKey: ["incident", id], queryFn: ({ signal }) => read.incident(id, signal) }),
  plan: (id: string) =>
    queryOptions({
      queryKey: ["incident", id, "plan"],
      // There is none before the incident is planned; that is no failure.
      queryFn: ({ signal }) =>
        read.plan(id, signal).catch((error: unknown) => {
          if (asProblem(error).status === 404) return null;
          throw error;
        }),
    }),
  actions: (incident: string) =>
    queryOptions({
      queryKey: ["incident", incident, "actions"],
      queryFn: ({ signal }) => read.actions({ incident, limit: 200 }, signal),
    }),
  timeline: (id: string) =>
    queryOptions({ queryKey: ["incident", id, "timeline"], queryFn: ({ signal }) => read.timeline(id, signal) }),
  graph: (id: string) => queryOptions({ queryKey: ["incident", id, "graph"], queryFn: ({ signal }) => read.graph(id, signal) }),
  evidence: (id: string) =>
    queryOptions({ queryKey: ["incident", id, "evidence"], queryFn: ({ signal }) => read.evidence(id, signal) }),
  finding: (id: string) => queryOptions({ queryKey: ["finding", id], queryFn: ({ signal }) => read.finding(id, signal) }),
};
