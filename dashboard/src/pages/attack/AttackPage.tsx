// What attackers did, on the ATT&CK matrix: each cell says its count in text; the shade only repeats it.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { read } from "../../api/calls";
import { download } from "../../api/client";
import type { Attack } from "../../api/model";
import { asProblem } from "../../api/problem";
import { toast } from "../../app/toasts";
import { SeverityBadge, SeverityShape, StateBadge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { count, counted } from "../../ui/figures";
import { IncidentLink, TechniqueLink } from "../../ui/link";
import { RowButton, Split, useRows } from "../../ui/split";
import { Empty, PageHeader, Shown } from "../../ui/states";
import { Tabs } from "../../ui/tabs";
import { Text, words } from "../../ui/text";
import { Ago } from "../../ui/time";
import { USUAL, WINDOWS, windowOf } from "../overview/windows";
import { heatOf, mostOf, STEPS, unseen, type By } from "./heat";
import "../../style/pages.css";
import "./attack.css";

const route = getRouteApi("/attack");
type Tactic = Attack["tactics"][number];
type Technique = Tactic["techniques"][number];

const keyOf = (tactic: string, technique: string) => `${tactic}:${technique}`;
const nameOf = (tactic: string) => (tactic === "" ? "No tactic named" : words(tactic));

export default function AttackPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const window = windowOf(search.window);
  const by: By = search.by === "findings" ? "findings" : "incidents";
  const attack = useQuery({
    queryKey: ["attack", window],
    queryFn: ({ signal }) => read.attack(window, signal),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  const tactics = attack.data?.tactics.filter((tactic) => tactic.techniques.length > 0) ?? [];
  const keys = tactics.flatMap((tactic) => tactic.techniques.map((technique) => keyOf(tactic.name, technique.id)));
  const wanted = search.technique ?? null;
  const chosen = wanted !== null && keys.includes(wanted) ? wanted : null;
  const choose = (key: string | null) => void navigate({ search: (now) => ({ ...now, technique: key ?? undefined }), replace: true });
  useRows({ group: "ATT&CK", keys, chosen, choose });
  const open = tactics.flatMap((tactic) => tactic.techniques.map((technique) => ({ tactic, technique }))).find((each) => keyOf(each.tactic.name, each.technique.id) === chosen);
  return (
    <div className="page broad steady">
      <PageHeader title="ATT&CK">
        <Tabs
          label="Count"
          param="by"
          look="switch"
          tabs={[
            { value: "incidents", name: "Incidents" },
            { value: "findings", name: "Findings" },
          ]}
        />
        <Tabs label="Window" param="window" tabs={WINDOWS} otherwise={USUAL} look="switch" />
        <Export window={window} />
      </PageHeader>
      <Shown query={attack} lines={10}>
        {(data) => (
          <Split label="The chosen technique" chosen={chosen} choose={choose} pane={open ? <Detail tactic={open.tactic} technique={open.technique} /> : null}>
            {tactics.length === 0 ? (
              <Empty title="No technique was seen in this window" icon="attack">
                Findings name tactics and techniques where their product knows them. Try a longer window.
              </Empty>
            ) : (
              <Matrix tactics={tactics} by={by} most={mostOf(data, by)} chosen={chosen} choose={choose} />
            )}
            {tactics.length > 0 && <Rest data={data} />}
          </Split>
        )}
      </Shown>
    </div>
  );
}

function Export({ window }: { window: string }) {
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      await download("/attack/layer", { window }, `ai-soc-attack-${window}.json`);
      toast.note("The layer is saved; open it in the ATT&CK Navigator");
    } catch (error) {
      toast.problem(`The layer was not saved. ${asProblem(error).detail}`);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button icon="download" busy={busy} onClick={() => void save()}>
      Navigator layer
    </Button>
  );
}

type MatrixProps = { tactics: readonly Tactic[]; by: By; most: number; chosen: string | null; choose: (key: string | null) => void };

function Matrix({ tactics, by, most, chosen, choose }: MatrixProps) {
  return (
    <div className="heat-box" tabIndex={0} role="region" aria-label="Techniques by tactic">
      <div className="heat">
        {tactics.map((tactic) => (
          <section key={tactic.name} className="heat-tactic" aria-labelledby={`t-${tactic.name}`}>
            <h2 id={`t-${tactic.name}`}>
              <Text value={nameOf(tactic.name)} max={60} cut />
              <span className="note-line">{counted(tactic.techniques.length, "technique")}</span>
            </h2>
            <ul>
              {tactic.techniques.toSorted((a, b) => b[by] - a[by] || a.id.localeCompare(b.id)).map((technique) => {
                const key = keyOf(tactic.name, technique.id);
                return (
                  <li key={technique.id} className={`heat-cell heat-${heatOf(technique[by], most)}${key === chosen ? " chosen" : ""}`}>
                    <RowButton row={key} open={key === chosen} onOpen={() => choose(key === chosen ? null : key)}>
                      <span className="heat-head">
                        <span className="mono">{technique.id === "" ? "–" : <Text value={technique.id} max={12} cut />}</span>
                        <span className="heat-count num">
                          <SeverityShape severity={technique.severity} />
                          {count(technique[by])}
                          <span className="hidden-text">
                            {" "}
                            {by}, up to {technique.severity}
                          </span>
                        </span>
                      </span>
                      <span className="heat-name">
                        <Text value={technique.id === "" ? "No technique named" : technique.name === technique.id ? "Not in the matrix" : technique.name} max={60} cut />
                      </span>
                    </RowButton>
                  </li>
                );
              })}
            </ul>
          </section>
        ))}
      </div>
      <p className="heat-legend note-line">
        fewer
        {Array.from({ length: STEPS }, (_, step) => (
          <span key={step} className={`heat-sample heat-${step + 1}`} aria-hidden="true" />
        ))}
        more {by}; the shape is the greatest severity
      </p>
    </div>
  );
}

function Rest({ data }: { data: Attack }) {
  const rest = unseen(data);
  if (rest.length === 0) return null;
  return <p className="note-line">Nothing seen under: {rest.map(words).join(", ")}.</p>;
}

function Detail({ tactic, technique }: { tactic: Tactic; technique: Technique }) {
  const filter = { tactic: tactic.name, limit: 8 };
  const incidents = useQuery({
    queryKey: ["attack-incidents", tactic.name],
    queryFn: ({ signal }) => read.incidents(filter, signal),
    enabled: tactic.name !== "",
  });
  return (
    <>
      <div className="side-head">
        <div className="line">
          <SeverityBadge severity={technique.severity} />
          {technique.id !== "" && <TechniqueLink id={technique.id} />}
        </div>
        <h2>
          <Text value={technique.id === "" ? "No technique named" : technique.name} max={120} />
        </h2>
        <p className="quiet">
          {nameOf(tactic.name)} · {counted(technique.incidents, "incident")} · {counted(technique.findings, "finding")}
        </p>
      </div>
      {tactic.name !== "" && (
        <section className="side-part">
          <h3>Incidents of this tactic</h3>
          <Shown query={incidents} lines={4}>
            {(page) => (
              <>
                {page.items.length === 0 && <p className="quiet">None is there any more.</p>}
                <ul className="brief">
                  {page.items.map((row) => (
                    <li key={row.id}>
                      <SeverityShape severity={row.severity} />
                      <span className="brief-title">
                        <IncidentLink id={row.id} title={row.title} />
                      </span>
                      <StateBadge state={row.status} />
                      <Ago at={row.last_seen} />
                    </li>
                  ))}
                </ul>
                {page.total > page.items.length && (
                  <p>
                    <Link to="/queue" search={{ tactic: tactic.name, status: "any" }}>
                      All {count(page.total)} in the queue
                    </Link>
                  </p>
                )}
              </>
            )}
          </Shown>
        </section>
      )}
    </>
  );
}
