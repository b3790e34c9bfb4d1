// One thing that findings name: since when it is known, in which incidents it stands, and what was done to it.

import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { read } from "../../api/calls";
import type { ActionView, EntityKind, EntityView, IncidentRow } from "../../api/model";
import { asProblem } from "../../api/problem";
import { toast } from "../../app/toasts";
import { SeverityBadge, StateBadge, TierBadge, VerdictBadge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { count, counted } from "../../ui/figures";
import { EntityLink, IncidentLink } from "../../ui/link";
import { Facts, Section } from "../../ui/pane";
import { Empty, PageHeader, Shown } from "../../ui/states";
import { Table, type Column } from "../../ui/table";
import { pathText } from "../../ui/tactics";
import { plain, Text, words } from "../../ui/text";
import { Ago, Time } from "../../ui/time";
import "../../style/pages.css";
import "./entities.css";

const route = getRouteApi("/entities/$kind/$id");
const KINDS: Record<EntityKind, string> = { resource: "Resource", principal: "Principal", address: "Address", account: "Account", "access-key": "Access key" };

export default function EntityPage() {
  const { kind, id } = route.useParams();
  const entity = useQuery({ queryKey: ["entity", kind, id], queryFn: ({ signal }) => read.entity(kind, id, signal) });
  const name = KINDS[kind as EntityKind] ?? words(kind);
  const missing = entity.error !== null && asProblem(entity.error).status === 404;
  return (
    <div className="page steady">
      <PageHeader title={name}>
        <Button icon="copy" onClick={() => void navigator.clipboard.writeText(id).then(() => toast.note(`${name} copied`), () => toast.problem("The browser did not allow to copy"))}>
          Copy
        </Button>
        {kind === "resource" && (
          <Link to="/queue" search={{ resource: id, status: "any" }} className="button">
            In the queue
          </Link>
        )}
        {kind === "account" && (
          <Link to="/queue" search={{ account: id, status: "any" }} className="button">
            In the queue
          </Link>
        )}
      </PageHeader>
      <p className="entity-id">
        <Text value={id} max={400} mono />
      </p>
      {missing ? (
        <Empty title="No finding names it" icon="search">
          Either it was never seen, or it is written otherwise. Look for its words with Ctrl K.
        </Empty>
      ) : (
        <Shown query={entity} lines={8}>
          {(data) => <Known entity={data} />}
        </Shown>
      )}
    </div>
  );
}

function Known({ entity }: { entity: EntityView }) {
  const { first_seen, last_seen, accounts, tactics, incidents, actions } = entity;
  const total = entity.incidents_total ?? incidents.items.length;
  return (
    <>
      <Section title="What is known">
        <div className="columns">
          <Facts
            facts={[
              { name: "First seen", value: first_seen === null ? "–" : <Time at={first_seen} /> },
              {
                name: "Last seen",
                value:
                  last_seen === null ? (
                    "–"
                  ) : (
                    <>
                      <Time at={last_seen} /> (<Ago at={last_seen} />)
                    </>
                  ),
              },
              { name: "Findings", value: count(entity.findings) },
              { name: "Incidents", value: count(total) },
            ]}
          />
          <Facts
            facts={[
              {
                name: accounts.length === 1 ? "Account" : "Accounts",
                value:
                  accounts.length === 0 ? (
                    "–"
                  ) : (
                    <span className="line">
                      {accounts.map((account) => (
                        <EntityLink key={account} kind="account" id={account} />
                      ))}
                    </span>
                  ),
              },
              { name: "Tactics", value: tactics.length === 0 ? "–" : <Text value={pathText(tactics)} max={300} /> },
            ]}
          />
        </div>
      </Section>
      <Section title="Incidents" aside={total > incidents.items.length ? `newest ${incidents.items.length} of ${count(total)}` : counted(total, "incident")}>
        {incidents.items.length === 0 ? <p className="quiet">It stands in no incident.</p> : <Incidents rows={incidents.items} />}
      </Section>
      <Section title="What was done to it, or may be" aside={counted(actions.length, "action")}>
        {actions.length === 0 ? <p className="quiet">Nothing was planned or done.</p> : <Actions rows={actions} />}
      </Section>
    </>
  );
}

function Incidents({ rows }: { rows: readonly IncidentRow[] }) {
  const columns: Column<IncidentRow>[] = [
    { id: "severity", head: "Severity", cell: (row) => <SeverityBadge severity={row.severity} /> },
    {
      id: "title",
      head: "Incident",
      grow: true,
      cell: (row) => (
        <>
          <IncidentLink id={row.id} title={row.title} /> <span className="quiet mono">{row.short_id}</span>
        </>
      ),
    },
    { id: "verdict", head: "Verdict", cell: (row) => <VerdictBadge verdict={row.verdict} /> },
    { id: "status", head: "Status", cell: (row) => <StateBadge state={row.status} /> },
    { id: "findings", head: "Findings", numeric: true, wideOnly: true, cell: (row) => count(row.findings) },
    { id: "seen", head: "Last seen", numeric: true, cell: (row) => <Ago at={row.last_seen} /> },
  ];
  return (
    <div className="stacked">
      <Table caption="Incidents that name it" columns={columns} rows={rows} rowKey={(row) => row.id} />
    </div>
  );
}

function Actions({ rows }: { rows: readonly ActionView[] }) {
  const columns: Column<ActionView>[] = [
    { id: "state", head: "State", cell: (row) => <StateBadge state={row.state} /> },
    {
      id: "what",
      head: "Action",
      grow: true,
      cell: (row) => (
        <div className="row-title">
          <Text value={row.describe} max={160} cut />
          <span className="row-sub">
            <Link to="/incident/$id" params={{ id: row.incident }} title={plain(row.incident)}>
              incident {row.incident.slice(4, 12)}
            </Link>
          </span>
        </div>
      ),
    },
    { id: "resource", head: "On", wideOnly: true, cell: (row) => <EntityLink kind="resource" id={row.resource} max={60} /> },
    { id: "tier", head: "Tier", wideOnly: true, cell: (row) => <TierBadge tier={row.tier} /> },
    { id: "done", head: "When", cell: (row) => (row.done_at === null ? <span className="quiet">not yet</span> : <Time at={row.done_at} />) },
  ];
  return (
    <div className="stacked">
      <Table caption="Actions" columns={columns} rows={rows} rowKey={(row) => row.id} />
    </div>
  );
}
