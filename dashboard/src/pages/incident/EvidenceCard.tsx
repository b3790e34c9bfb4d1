// The evidence as the analyst saw it: redacted, and shown only when somebody asks.

import { useQuery } from "@tanstack/react-query";
import { queries } from "../../api/queries";
import { Json } from "../../ui/json";
import { Section } from "../../ui/pane";
import { Shown } from "../../ui/states";

export function EvidenceCard({ incident }: { incident: string }) {
  return (
    <Section title="Evidence as the analyst saw it" id="evidence" fold="closed">
      <Document incident={incident} />
    </Section>
  );
}

function Document({ incident }: { incident: string }) {
  const query = useQuery(queries.evidence(incident));
  return (
    <Shown query={query} lines={6}>
      {(evidence) => (
        <>
          <p className="quiet">
            {evidence.redactions === 0 ? "Nothing had to be redacted." : `${evidence.redactions} ${evidence.redactions === 1 ? "value was" : "values were"} redacted.`}
          </p>
          <div className="document">
            <Json value={evidence.document} />
          </div>
        </>
      )}
    </Shown>
  );
}
