// The chains of the ledger: one for each incident, one for the machine.

import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { read } from "../../api/calls";
import { Section } from "../../ui/pane";
import { ProblemView, Shown } from "../../ui/states";
import { LoadMore } from "../../ui/table";
import { count } from "../../ui/figures";
import { Text } from "../../ui/text";

export function Chains({ chosen }: { chosen: string | undefined }) {
  const list = useInfiniteQuery({
    queryKey: ["chains"],
    queryFn: ({ pageParam, signal }) => read.chains({ after: pageParam, limit: 100 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
  const chains = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section title="Chains" aside={list.isSuccess && `${count(chains.length)}${list.hasNextPage ? "+" : ""}`}>
      <Shown query={list} lines={6}>
        {() => (
          <nav className="chains" aria-label="Chains">
            <Link to="/audit" search={{}} activeOptions={{ exact: true, includeSearch: true }} className="chain">
              <span>All</span>
            </Link>
            {chains.map((chain) => (
              <Link key={chain.chain} to="/audit" search={{ chain: chain.chain }} aria-current={chosen === chain.chain ? "page" : undefined} className={chosen === chain.chain ? "chain chosen" : "chain"} title={chain.hash}>
                <span className="mono">
                  <Text value={chain.chain.startsWith("inc_") ? chain.chain.slice(0, 16) : chain.chain} max={24} cut />
                </span>
                <span className="quiet num">{count(chain.count)}</span>
              </Link>
            ))}
            {list.error !== null && <ProblemView error={list.error} retry={list.refetch} compact />}
            <LoadMore has={list.hasNextPage} busy={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()} />
          </nav>
        )}
      </Shown>
    </Section>
  );
}
