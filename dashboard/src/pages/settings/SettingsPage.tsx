// What may be kept quiet, where notices go, and how this machine shows it.

import { getRouteApi } from "@tanstack/react-router";
import { PageHeader } from "../../ui/states";
import { Tabs } from "../../ui/tabs";
import { Channels } from "./Channels";
import { Machine } from "./Machine";
import { Suppressions } from "./Suppressions";
import "../../style/pages.css";
import "./settings.css";

const route = getRouteApi("/settings");

export default function SettingsPage() {
  const { tab } = route.useSearch();
  return (
    <div className="page steady">
      <PageHeader title="Settings" />
      <Tabs
        label="Settings"
        param="tab"
        drop={["kind", "account", "resource"]}
        tabs={[
          { value: "suppressions", name: "Suppressions" },
          { value: "channels", name: "Channels" },
          { value: "machine", name: "This machine" },
        ]}
      />
      {tab === "channels" ? <Channels /> : tab === "machine" ? <Machine /> : <Suppressions />}
    </div>
  );
}
