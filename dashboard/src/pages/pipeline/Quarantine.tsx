// Records that could not be read: why, the bytes as text, and another try.

import { useInfiniteQuery, useIsFetching, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { read, write } from "../../api/calls";
import { live } from "../../api/live";
import type { Quarantined } from "../../api/model";
import { asProblem } from "../../api/problem";
import { queryClient, useMay } from "../../api/queries";
import { toast } from "../../app/toasts";
import { Button } from "../../ui/button";
import { count, counted } from "../../ui/figures";
import { Facts, Section } from "../../ui/pane";
import { RowButton, Split, useRows } from "../../ui/split";
import { Empty, ProblemView, Shown } from "../../ui/states";
import { LoadMore, Table, type Column } from "../../ui/table";
import { plain, Text } from "../../ui/text";
import { Ago, Time } from "../../ui/time";

const route = getRouteApi("/pipeline");

export function Quarantine() {
  const { entry } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useInfiniteQuery({
    queryKey: ["quarantine"],
    queryFn: ({ pageParam, signal }) => read.quarantine({ after: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const total = list.data?.pages[0]?.total;
  const chosen = entry ?? null;
  const choose = (key: string | null) => void navigate({ search: (now) => ({ ...now, entry: key ?? undefined }), replace: true, resetScroll: false });
  // An address that names a record leads to it; the page above is long.
  const came = useRef(chosen);
  const settled = useIsFetching({ queryKey: ["pipeline"] }) === 0;
  useEffect(() => {
    if (came.current === null || !list.isSuccess || !settled) return;
    document.querySelector(`[data-row="${CSS.escape(came.current)}"]`)?.scrollIntoView({ block: "center" });
    came.current = null;
  }, [list.isSuccess, settled]);
  useRows({ group: "Quarantine", keys: rows.map((row) => row.id), chosen, choose });
  return (
    <Split label="The chosen record" chosen={chosen} choose={choose} pane={chosen === null ? null : <Record id={chosen} />}>
      <Section title="Quarantine" aside={total !== undefined && counted(total, "record")}>
        <Shown query={list} lines={4}>
          {() =>
            rows.length === 0 ? (
              <Empty title="Everything could be read">A record that is no valid finding is kept here with the reason, instead of being dropped.</Empty>
            ) : (
              <>
                <div className="stacked">
                  <Table caption="Records that could not be read" columns={columns(chosen, choose)} rows={rows} rowKey={(row) => row.id} chosen={chosen} onChoose={(row) => choose(row.id)} />
                </div>
                {list.error !== null && <ProblemView error={list.error} retry={list.refetch} compact />}
                <LoadMore has={list.hasNextPage} busy={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()} />
              </>
            )
          }
        </Shown>
      </Section>
    </Split>
  );
}

function columns(chosen: string | null, choose: (key: string) => void): Column<Quarantined>[] {
  return [
    {
      id: "reason",
      head: "Why",
      grow: true,
      cell: (row) => (
        <RowButton row={row.id} open={row.id === chosen} onOpen={() => choose(row.id)}>
          <Text value={row.reason} max={140} cut />
        </RowButton>
      ),
    },
    { id: "source", head: "From", wideOnly: true, cell: (row) => <span className="source" title={plain(row.source)}><Text value={row.source} max={90} cut /></span> },
    { id: "length", head: "Bytes", numeric: true, wideOnly: true, cell: (row) => count(row.length) },
    { id: "replays", head: "Tries", numeric: true, wideOnly: true, cell: (row) => count(row.replays) },
    { id: "at", head: "Age", numeric: true, cell: (row) => <Ago at={row.at} /> },
  ];
}

function Record({ id }: { id: string }) {
  const record = useQuery({ queryKey: ["quarantine-record", id], queryFn: ({ signal }) => read.quarantined(id, signal) });
  return (
    <Shown query={record} lines={6}>
      {(data) => (
        <>
          <div className="side-head">
            <h2>
              <Text value={data.reason} max={300} />
            </h2>
          </div>
          <section className="side-part">
            <Facts
              facts={[
                { name: "From", value: <Text value={data.source} max={300} mono /> },
                { name: "Begins at", value: `line ${data.line === null ? "–" : count(data.line)}, byte ${data.offset === null ? "–" : count(data.offset)}` },
                { name: "Length", value: counted(data.length, "byte") },
                { name: "Came", value: <Time at={data.at} /> },
                { name: "Read again", value: counted(data.replays, "time") },
                { name: "Id", value: <Text value={data.id} max={80} mono /> },
              ]}
            />
            <Replay id={id} />
          </section>
          <section className="side-part">
            <h3>As it came, as text</h3>
            {data.raw === null ? (
              <p className="quiet">Its bytes are not kept any more.</p>
            ) : (
              <pre className="raw" tabIndex={0}>
                <Text value={data.raw} max={8_000} mono />
              </pre>
            )}
            {data.raw !== null && data.raw.length < data.length && <p className="note-line">The first 64 KiB are shown.</p>}
          </section>
        </>
      )}
    </Shown>
  );
}

type Outcome = { state: "Read" | "StillUnreadable"; reason: string | null };

function Replay({ id }: { id: string }) {
  const may = useMay("analyst");
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  if (!may) return <p className="note-line">An analyst can have it read again.</p>;
  const replay = async () => {
    setBusy(true);
    setFailed(null);
    try {
      const result = await write.replay(id);
      setOutcome(result);
      if (result.state === "Read") toast.done("The record was read; it is quarantined no more");
      void queryClient.invalidateQueries({ queryKey: ["pipeline"] });
      void queryClient.invalidateQueries({ queryKey: ["quarantine"] });
      live.look();
    } catch (error) {
      setFailed(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <div className="replay">
        <Button icon="refresh" busy={busy} onClick={() => void replay()}>
          {busy ? "Reading" : "Read it again"}
        </Button>
      </div>
      <div role="status">
        {outcome?.state === "Read" && <p className="callout good">It was read and went in.</p>}
        {outcome?.state === "StillUnreadable" && (
          <p className="callout warn">
            Still unreadable. {outcome.reason !== null && <Text value={outcome.reason} max={300} />}
          </p>
        )}
      </div>
      {failed !== null && <ProblemView error={failed} compact />}
    </>
  );
}
