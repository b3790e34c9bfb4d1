// What is wrong, why it matters, who owns it: the part that is read by everybody.

import { useState } from "react";
import type { Claim, IncidentDetail } from "../../api/model";
import { Badge, VerdictBadge } from "../../ui/badge";
import { EntityLink, OutsideLink, TechniqueLink } from "../../ui/link";
import { Facts, Section } from "../../ui/pane";
import { pathText } from "../../ui/tactics";
import { sentence, Text, words } from "../../ui/text";
import { Time } from "../../ui/time";
import { Citations } from "./cite";

export function What({ incident }: { incident: IncidentDetail }) {
  const analysis = incident.analysis_detail;
  return (
    <Section
      title="What is wrong"
      id="what"
      aside={
        analysis ? (
          <span>
            {words(analysis.verdict)}, {analysis.confidence} % sure · <Text value={analysis.by} max={40} cut />
          </span>
        ) : incident.analysis_skipped !== null ? (
          <span>
            No analysis: <Text value={incident.analysis_skipped} max={80} cut />
          </span>
        ) : (
          <span>{incident.analysis === "NotYet" ? "The analysis is under way" : ""}</span>
        )
      }
    >
      {analysis ? (
        <>
          <p className="summary">
            <Text value={analysis.summary} max={1200} />
          </p>
          <Claims claims={analysis.claims} incident={incident.id} />
          {struck(analysis.struck) && <p className="quiet">Struck, because the evidence does not hold it: {struck(analysis.struck)}.</p>}
        </>
      ) : (
        <Judged incident={incident} />
      )}
    </Section>
  );
}

const CLAIMS_AT_FIRST = 5;

function Claims({ claims, incident }: { claims: readonly Claim[]; incident: string }) {
  const [all, setAll] = useState(false);
  const shown = all ? claims : claims.slice(0, CLAIMS_AT_FIRST);
  return (
    <>
      <ul className="claims">
        {shown.map((claim, index) => (
          <li key={index}>
            <Text value={claim.text} max={400} /> <Citations citations={claim.citations} incident={incident} />
            {claim.techniques.map((technique) => (
              <Badge key={technique}>
                <TechniqueLink id={technique} />
              </Badge>
            ))}
          </li>
        ))}
      </ul>
      {claims.length > CLAIMS_AT_FIRST && (
        <button type="button" className="more" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? "Fewer statements" : `All ${claims.length} statements`}
        </button>
      )}
    </>
  );
}

function struck(counts: Record<string, number>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${count === 1 ? name.replace(/ies$/, "y").replace(/s$/, "") : name}`)
    .join(", ");
}

function Judged({ incident }: { incident: IncidentDetail }) {
  const judgement = incident.judgement;
  return (
    <>
      <p className="summary">
        <Text value={words(incident.kind.replace(/[:/.]/g, " "))} max={200} />
        {incident.entity !== null && (
          <>
            {" on "}
            <Text value={incident.entity} max={120} cut />
          </>
        )}
      </p>
      {judgement ? (
        <ul className="claims">
          {judgement.because.map((ground, index) => (
            <li key={index}>
              <Text value={sentence(ground.text)} max={300} /> <Citations citations={[ground.citation]} incident={incident.id} />
            </li>
          ))}
        </ul>
      ) : (
        <p className="quiet">Not judged yet.</p>
      )}
    </>
  );
}

export function Why({ incident }: { incident: IncidentDetail }) {
  const assessment = incident.assessment;
  const most = Math.max(1, ...(assessment?.reasons.map((reason) => Math.abs(reason.weight)) ?? []));
  return (
    <Section title="Why it matters" id="why" aside={assessment ? <span className="num">score {assessment.score}</span> : undefined}>
      {assessment === null ? (
        <p className="quiet">Not assessed yet.</p>
      ) : (
        <ul className="reasons">
          {assessment.reasons
            .toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
            .map((reason, index) => (
              <li key={index}>
                <svg className="weight" viewBox="0 0 40 8" aria-hidden="true">
                  <rect className="bar-back" width="40" height="8" rx="2" />
                  <rect className={reason.weight < 0 ? "bar-fill tone-good" : "bar-fill"} width={(Math.abs(reason.weight) / most) * 40} height="8" rx="2" />
                </svg>
                <span className="num weight-text">{reason.weight > 0 ? `+${reason.weight}` : reason.weight}</span>
                <span>
                  <Text value={sentence(reason.text)} max={240} /> <Citations citations={[reason.citation]} incident={incident.id} />
                </span>
              </li>
            ))}
        </ul>
      )}
      {incident.tactics.length > 0 && <p className="tactics">{pathText(incident.tactics)}</p>}
      {assessment?.suppressed && (
        <p className="note">
          Suppressed until <Time at={assessment.suppressed.expires} /> by <Text value={assessment.suppressed.owner} max={60} cut />:{" "}
          <Text value={assessment.suppressed.reason} max={300} />
        </p>
      )}
    </Section>
  );
}

export function Owner({ incident }: { incident: IncidentDetail }) {
  return (
    <Section title="Who owns it" id="owner">
      <Facts
        facts={[
          { name: "Assigned to", value: incident.assignee === null ? <span className="quiet">Nobody yet</span> : <Text value={incident.assignee} max={80} cut /> },
          { name: incident.accounts.length === 1 ? "Account" : "Accounts", value: <Entities kind="account" ids={incident.accounts} /> },
          { name: "Resources", value: <Entities kind="resource" ids={incident.resource_arns} /> },
          incident.principal_names.length > 0 && { name: "Principals", value: <Entities kind="principal" ids={incident.principal_names} /> },
          incident.people_verdict && {
            name: "A person says",
            value: (
              <>
                <VerdictBadge verdict={incident.people_verdict.verdict} /> <Text value={incident.people_verdict.by} max={60} cut />
                {incident.people_verdict.reason && (
                  <>
                    : <Text value={incident.people_verdict.reason} max={300} />
                  </>
                )}
              </>
            ),
          },
          incident.closed_by && { name: "Closed by", value: incident.closed_by.name === null ? "The machine" : <Text value={incident.closed_by.name} max={60} cut /> },
          incident.spending.calls > 0 && {
            name: "Analysis cost",
            value: (
              <span className="num">
                ${incident.spending.usd.toFixed(4)} · {incident.spending.calls} {incident.spending.calls === 1 ? "call" : "calls"}
              </span>
            ),
          },
          { name: "Type", value: <TypeName kind={incident.kind} /> },
        ]}
      />
    </Section>
  );
}

function TypeName({ kind }: { kind: string }) {
  const name = <Text value={kind} max={120} mono />;
  // The vendor's list of types; only for names of the form that it has.
  return /^[A-Za-z]+:[A-Za-z0-9]+\/[\w.!&-]+$/.test(kind) ? (
    <OutsideLink href="https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-active.html">{name}</OutsideLink>
  ) : (
    name
  );
}

function Entities({ kind, ids }: { kind: "account" | "resource" | "principal"; ids: readonly string[] }) {
  if (ids.length === 0) return <span className="quiet">None named</span>;
  return (
    <ul className="entities">
      {ids.slice(0, 6).map((id) => (
        <li key={id}>
          <EntityLink kind={kind} id={id} max={90} />
        </li>
      ))}
      {ids.length > 6 && <li className="quiet">and {ids.length - 6} more</li>}
    </ul>
  );
}
