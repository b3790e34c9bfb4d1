// The figures: for who answers for the whole (Executive) and for who tunes it (Triage).

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { read } from "../../api/calls";
import type { Window } from "../../api/model";
import { Button } from "../../ui/button";
import { PageHeader, Shown } from "../../ui/states";
import { Tabs } from "../../ui/tabs";
import { utcText } from "../../ui/time";
import { Executive } from "./Executive";
import { Triage } from "./Triage";
import { USUAL, WINDOWS, windowOf } from "./windows";
import "../../style/pages.css";
import "./overview.css";

const route = getRouteApi("/overview");

export default function OverviewPage() {
  const { tab, window } = route.useSearch();
  const chosen: Window = windowOf(window);
  const metrics = useQuery({
    queryKey: ["metrics", chosen],
    queryFn: ({ signal }) => read.metrics(chosen, signal),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  return (
    <div className="page broad steady">
      <PageHeader title="Overview">
        <Tabs label="Window" param="window" tabs={WINDOWS} otherwise={USUAL} look="switch" />
        <Button icon="print" onClick={() => print()}>
          Print
        </Button>
      </PageHeader>
      <Tabs
        label="View"
        param="tab"
        tabs={[
          { value: "executive", name: "Executive" },
          { value: "triage", name: "Triage" },
        ]}
      />
      <Shown query={metrics} lines={12}>
        {(data) => (
          <div className="overview" aria-busy={metrics.isPlaceholderData}>
            <p className="note-line">
              Incidents opened from {utcText(data.from)} until {utcText(data.to)}, without samples. Times leave out what was only recorded.
            </p>
            {tab === "triage" ? <Triage metrics={data} /> : <Executive metrics={data} />}
          </div>
        )}
      </Shown>
    </div>
  );
}
