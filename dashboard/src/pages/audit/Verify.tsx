// Has the server compute every hash again. Reading, though a long one: only when somebody asks.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { read } from "../../api/calls";
import type { LedgerVerdict } from "../../api/model";
import { queryClient } from "../../api/queries";
import { Button } from "../../ui/button";
import { counted } from "../../ui/figures";
import { Icon } from "../../ui/icon";
import { ProblemView } from "../../ui/states";
import { Text } from "../../ui/text";
import { utcText } from "../../ui/time";

export function Verify({ chain }: { chain: string | undefined }) {
  const [asked, setAsked] = useState<{ chain: string | undefined } | null>(null);
  const verdict = useQuery({
    queryKey: ["verify", asked?.chain ?? ""],
    queryFn: ({ signal }) => read.verifyLedger(asked?.chain, signal),
    enabled: asked !== null,
    staleTime: Infinity,
    retry: false,
  });
  const ask = (wanted: string | undefined) => {
    queryClient.removeQueries({ queryKey: ["verify"] });
    setAsked({ chain: wanted });
    if (asked?.chain === wanted && asked !== null) void verdict.refetch();
  };
  const all = asked !== null && asked.chain === undefined;
  return (
    <div className="verify">
      <div className="line">
        <Button kind="primary" icon="check" busy={verdict.isFetching && all} onClick={() => ask(undefined)}>
          Verify all chains
        </Button>
        {chain !== undefined && (
          <Button icon="check" busy={verdict.isFetching && !all} onClick={() => ask(chain)}>
            Verify this chain
          </Button>
        )}
        <span className="note-line">Computes every hash again and compares. Nothing is changed.</span>
      </div>
      <div role="status">
        {verdict.isFetching && <p className="note-line">Reading the ledger…</p>}
        {asked !== null && verdict.data !== undefined && !verdict.isFetching && <Result verdict={verdict.data} chain={asked.chain} at={verdict.dataUpdatedAt} />}
      </div>
      {asked !== null && verdict.error !== null && !verdict.isFetching && <ProblemView error={verdict.error} retry={() => ask(asked.chain)} compact />}
    </div>
  );
}

function Result({ verdict, chain, at }: { verdict: LedgerVerdict; chain: string | undefined; at: number }) {
  const read = `${counted(verdict.entries, "entry", "entries")} in ${counted(verdict.chains, "chain")}, read ${utcText(new Date(at).toISOString())}`;
  if (verdict.intact) {
    return (
      <div className="callout good">
        <Icon name="check" />
        <div>
          <strong>{chain === undefined ? "The ledger is intact." : "This chain is intact."}</strong> {read}.
        </div>
      </div>
    );
  }
  return (
    <div className="callout bad">
      <Icon name="warn" />
      <div>
        <strong>The ledger is not intact.</strong> {read}.
        {verdict.problem !== null && (
          <p>
            {verdict.problem.chain !== "" && (
              <>
                Chain <Text value={verdict.problem.chain} max={60} cut mono />
                {verdict.problem.seq !== null && `, place ${verdict.problem.seq}`}
                {": "}
              </>
            )}
            <Text value={verdict.problem.what} max={300} />. Keep a copy of the store and find out who could write to it.
          </p>
        )}
      </div>
    </div>
  );
}
