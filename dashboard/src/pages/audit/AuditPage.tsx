// The audit ledger: who did what, in chains whose entries name the one before by its hash.

import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { read } from "../../api/calls";
import type { LedgerEntry } from "../../api/model";
import { Json } from "../../ui/json";
import { Facts, Section } from "../../ui/pane";
import { RowButton, Split, useRows } from "../../ui/split";
import { Empty, PageHeader, ProblemView, Shown } from "../../ui/states";
import { LoadMore, Table, type Column } from "../../ui/table";
import { Text, words } from "../../ui/text";
import { Time } from "../../ui/time";
import { Chains } from "./Chains";
import { Verify } from "./Verify";
import "../../style/pages.css";
import "./audit.css";

const route = getRouteApi("/audit");
const keyOf = (entry: LedgerEntry) => `${entry.chain}/${entry.seq}`;

export default function AuditPage() {
  const { chain, entry } = route.useSearch();
  const navigate = route.useNavigate();
  const entries = useInfiniteQuery({
    queryKey: ["ledger", chain ?? ""],
    queryFn: ({ pageParam, signal }) => read.ledger({ chain, after: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });
  const rows = entries.data?.pages.flatMap((page) => page.items) ?? [];
  const open = rows.find((row) => keyOf(row) === entry) ?? null;
  const chosen = open === null ? null : keyOf(open);
  const choose = (key: string | null) => void navigate({ search: (now) => ({ ...now, entry: key ?? undefined }), replace: true, resetScroll: false });
  useRows({ group: "Audit", keys: rows.map(keyOf), chosen, choose });
  return (
    <div className="page broad steady">
      <PageHeader title="Audit" />
      <Verify chain={chain} />
      <div className="audit">
        <Chains chosen={chain} />
        <Split label="The chosen entry" chosen={chosen} choose={choose} pane={open && <Entry entry={open} />}>
          <Section title={chain === undefined ? "All entries" : "Entries of the chain"} aside="newest first">
            <Shown query={entries} lines={10}>
              {() =>
                rows.length === 0 ? (
                  <Empty title={chain === undefined ? "Nothing is written yet" : "There is no such chain"} icon="audit">
                    Every decision, change and denial is written here, by the machine and by people.
                  </Empty>
                ) : (
                  <>
                    <div className="stacked">
                      <Table caption="Ledger entries" columns={columns(chosen, choose, chain !== undefined)} rows={rows} rowKey={keyOf} chosen={chosen} onChoose={(row) => choose(keyOf(row))} />
                    </div>
                    {entries.error !== null && <ProblemView error={entries.error} retry={entries.refetch} compact />}
                    <LoadMore has={entries.hasNextPage} busy={entries.isFetchingNextPage} onMore={() => void entries.fetchNextPage()} />
                  </>
                )
              }
            </Shown>
          </Section>
        </Split>
      </div>
    </div>
  );
}

function columns(chosen: string | null, choose: (key: string) => void, oneChain: boolean): Column<LedgerEntry>[] {
  const all: (Column<LedgerEntry> | false)[] = [
    { id: "at", head: "When", cell: (row) => <Time at={row.at} /> },
    {
      id: "what",
      head: "What",
      grow: true,
      cell: (row) => (
        <div className="row-title">
          <RowButton row={keyOf(row)} open={keyOf(row) === chosen} onOpen={() => choose(keyOf(row))}>
            <Text value={words(row.what)} max={80} cut />
          </RowButton>
          <span className="row-sub">
            <Text value={row.subject} max={60} cut mono />
          </span>
        </div>
      ),
    },
    { id: "actor", head: "By", cell: (row) => <span className="actor"><Text value={row.actor} max={32} cut /></span> },
    !oneChain && { id: "chain", head: "Chain", wideOnly: true, cell: (row) => <ChainLink chain={row.chain} /> },
    chosen === null && { id: "seq", head: "Place", numeric: true, wideOnly: true, cell: (row) => row.seq },
    chosen === null && { id: "hash", head: "Hash", wideOnly: true, cell: (row) => <span className="mono quiet">{row.hash.slice(0, 12)}</span> },
  ];
  return all.filter((column) => column !== false);
}

function ChainLink({ chain }: { chain: string }) {
  return (
    <Link to="/audit" search={{ chain }} className="mono">
      <Text value={chain.startsWith("inc_") ? chain.slice(4, 12) : chain} max={24} cut />
    </Link>
  );
}

function Entry({ entry }: { entry: LedgerEntry }) {
  // The entry before it in the chain shows that the hashes meet.
  const before = useQuery({
    queryKey: ["ledger-before", entry.chain],
    queryFn: ({ signal }) => read.ledger({ chain: entry.chain, limit: 200 }, signal),
    enabled: entry.seq > 0 && entry.prev === undefined,
  });
  const prev = entry.prev ?? before.data?.items.find((each) => each.seq === entry.seq - 1)?.hash;
  return (
    <>
      <div className="side-head">
        <h2>
          <Text value={words(entry.what)} max={120} />
        </h2>
        <p className="quiet">
          <Text value={entry.actor} max={60} cut /> · <Time at={entry.at} />
        </p>
      </div>
      <section className="side-part">
        <Facts
          facts={[
            { name: "Chain", value: <ChainLink chain={entry.chain} /> },
            { name: "Place", value: entry.seq },
            {
              name: "Subject",
              value: entry.subject.startsWith("inc_") ? (
                <Link to="/incident/$id" params={{ id: entry.subject }} className="mono">
                  <Text value={entry.subject} max={60} cut />
                </Link>
              ) : (
                <Text value={entry.subject} max={300} mono />
              ),
            },
          ]}
        />
      </section>
      <section className="side-part">
        <h3>Details</h3>
        <Json value={entry.details} />
      </section>
      <section className="side-part hashes">
        <h3>Hashes</h3>
        <Facts
          facts={[
            { name: "Before", value: <span className="mono">{prev ?? (entry.seq === 0 ? "the first of its chain" : "–")}</span> },
            { name: "This one", value: <span className="mono">{entry.hash}</span> },
          ]}
        />
      </section>
    </>
  );
}
