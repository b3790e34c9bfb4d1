// The findings of an incident, and one of them in full with the cited field before the eyes.

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { read } from "../../api/calls";
import type { FindingView } from "../../api/model";
import { queries } from "../../api/queries";
import { Badge, SeverityBadge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Json } from "../../ui/json";
import { EntityLink, TechniqueLink } from "../../ui/link";
import { Facts, Section } from "../../ui/pane";
import { Shown } from "../../ui/states";
import { LoadMore, Table, type Column } from "../../ui/table";
import { Text, words } from "../../ui/text";
import { Ago, Time } from "../../ui/time";
import { fieldName, pathOf } from "./cite";

export function useFindings(incident: string) {
  return useInfiniteQuery({
    queryKey: ["incident", incident, "findings"],
    queryFn: ({ pageParam, signal }) => read.findings(incident, { after: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
}

export function Findings({ incident, onOpen }: { incident: string; onOpen: (finding: string) => void }) {
  const query = useFindings(incident);
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const columns: Column<FindingView>[] = [
    { id: "severity", head: "Severity", cell: (row) => <SeverityBadge severity={row.effective_severity} /> },
    {
      id: "title",
      head: "Finding",
      grow: true,
      cell: (row) => (
        <>
          <button type="button" className="link-button" onClick={() => onOpen(row.id)}>
            <Text value={row.title} max={140} cut />
          </button>
          {row.sample && <Badge tone="quiet">sample</Badge>}
        </>
      ),
    },
    { id: "product", head: "Product", cell: (row) => <Text value={row.product} max={40} cut />, wideOnly: true },
    { id: "account", head: "Account", cell: (row) => <Text value={row.account} max={40} cut />, wideOnly: true },
    { id: "seen", head: "Times seen", numeric: true, cell: (row) => row.count.toLocaleString("en"), wideOnly: true },
    { id: "last", head: "Last", numeric: true, cell: (row) => (row.last_seen === null ? "–" : <Ago at={row.last_seen} />) },
  ];
  const total = query.data?.pages[0]?.total;
  return (
    <Section title={total === undefined ? "Findings" : `Findings (${total.toLocaleString("en")})`} id="findings" fold="open">
      <Shown query={{ data: query.data, error: query.error, isPending: query.isPending, refetch: query.refetch }}>
        {() => <Table caption="Findings of this incident" columns={columns} rows={rows} rowKey={(row) => row.id} onChoose={(row) => onOpen(row.id)} />}
      </Shown>
      <LoadMore has={query.hasNextPage} busy={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
    </Section>
  );
}

type FindingDialogProps = { incident: string; finding: string | undefined; field: string | undefined; onClose: () => void };

/** Opened by a citation: the value in the evidence as the analyst saw it, then the finding itself. */
export function FindingDialog({ incident, finding, field, onClose }: FindingDialogProps) {
  const detail = useQuery({ ...queries.finding(finding ?? ""), enabled: finding !== undefined });
  return (
    <Dialog open onClose={onClose} wide title="Evidence" {...(field ? { lead: `Cited: ${fieldName(field)}` } : {})}>
      {field && <Cited incident={incident} field={field} />}
      {finding !== undefined && <Shown query={detail}>{(read) => <Whole finding={read} raw={read.raw} />}</Shown>}
      <footer className="dialog-footer">
        <Button onClick={onClose}>Close</Button>
      </footer>
    </Dialog>
  );
}

/** The value that a JSON pointer points at; `undefined` where there is none. */
export function valueAt(document: unknown, path: readonly string[]): unknown {
  let at = document;
  for (const part of path) {
    if (at === null || typeof at !== "object" || !Object.hasOwn(at, part)) return undefined;
    at = (at as Record<string, unknown>)[part];
  }
  return at;
}

function Cited({ incident, field }: { incident: string; field: string }) {
  const evidence = useQuery(queries.evidence(incident));
  const path = pathOf(field);
  return (
    <Shown query={evidence} lines={2}>
      {(read) => {
        // The neighbours are shown too: a value alone says little.
        const around = path.slice(0, path[0] === "findings" ? Math.max(2, path.length - 1) : Math.max(0, path.length - 1));
        const value = valueAt(read.document, around);
        return value === undefined ? (
          <p className="note">The evidence has changed since; this field is no longer in it. The finding below is as it is now.</p>
        ) : (
          <div className="cited-box">
            <p className="quiet mono">
              <Text value={field} max={200} />
            </p>
            <Json value={value} mark={path.slice(around.length)} />
          </div>
        );
      }}
    </Shown>
  );
}

function Whole({ finding, raw }: { finding: FindingView; raw: string | null }) {
  return (
    <div className="finding">
      <h3>
        <Text value={finding.title} max={300} />
      </h3>
      <p>
        <Text value={finding.description} max={800} />
      </p>
      <Facts
        facts={[
          { name: "Severity", value: <SeverityBadge severity={finding.effective_severity} /> },
          { name: "Type", value: <Text value={finding.kind} max={160} mono /> },
          { name: "Product", value: <Text value={finding.product} max={80} cut /> },
          {
            name: "Where",
            value: (
              <>
                <EntityLink kind="account" id={finding.account} /> · <Text value={finding.region} max={40} cut />
              </>
            ),
          },
          {
            name: "Seen",
            value: (
              <>
                {finding.first_seen !== null && <Time at={finding.first_seen} />}
                {finding.last_seen !== null && finding.last_seen !== finding.first_seen && (
                  <>
                    {" to "}
                    <Time at={finding.last_seen} />
                  </>
                )}
                {finding.count > 1 && `, ${finding.count.toLocaleString("en")} times`}
              </>
            ),
          },
          finding.api && { name: "API call", value: <Text value={`${finding.api.service} ${finding.api.name}`} max={120} mono /> },
          finding.resources.length > 0 && { name: "Resources", value: finding.resources.map((each) => <Line key={each.arn} kind="resource" id={each.arn} />) },
          finding.principals.length > 0 && { name: "Principals", value: finding.principals.map((each, index) => <Line key={index} kind="principal" id={each.name} />) },
          finding.remotes.length > 0 && {
            name: "Addresses",
            value: finding.remotes.map((each) => (
              <div key={each.ip}>
                <EntityLink kind="address" id={each.ip} /> <span className="quiet"><Text value={[each.org, each.country, ...each.threat_lists].filter(Boolean).join(", ")} max={120} cut /></span>
              </div>
            )),
          },
          finding.tactics.length > 0 && { name: "Tactics", value: finding.tactics.map(words).join(", ") },
          finding.techniques.length > 0 && { name: "Techniques", value: finding.techniques.map((each) => <span key={each}><TechniqueLink id={each} /> </span>) },
          finding.gaps.length > 0 && {
            name: "Unreadable",
            value: finding.gaps.map((gap) => (
              <div key={gap.field}>
                <Text value={`${gap.field}: ${gap.problem}`} max={160} mono />
              </div>
            )),
          },
          { name: "Seen again", value: `${finding.duplicates} duplicates, ${finding.emissions} emissions` },
        ]}
      />
      {raw !== null && (
        <details>
          <summary>As the product sent it</summary>
          <pre className="raw">
            <Text value={raw} max={20_000} mono />
          </pre>
        </details>
      )}
    </div>
  );
}

function Line({ kind, id }: { kind: "resource" | "principal"; id: string }) {
  return (
    <div>
      <EntityLink kind={kind} id={id} max={110} />
    </div>
  );
}
