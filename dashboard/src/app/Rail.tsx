// Where one can go, and what waits there.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useSyncExternalStore } from "react";
import { live } from "../api/live";
import { queries, useConfig } from "../api/queries";
import { OPEN_STATUSES } from "../pages/queue/search";
import { Dialog } from "../ui/dialog";
import { Icon, type IconName } from "../ui/icon";

export const PAGES = [
  { to: "/queue", name: "Queue", icon: "queue" },
  { to: "/approvals", name: "Approvals", icon: "approvals" },
  { to: "/overview", name: "Overview", icon: "overview" },
  { to: "/attack", name: "ATT&CK", icon: "attack" },
  { to: "/pipeline", name: "Pipeline", icon: "pipeline" },
  { to: "/audit", name: "Audit", icon: "audit" },
  { to: "/settings", name: "Settings", icon: "settings" },
] as const satisfies readonly { to: string; name: string; icon: IconName }[];

function useCounts() {
  const state = useSyncExternalStore(live.subscribe, live.get);
  const open = useQuery(queries.counts({ status: OPEN_STATUSES })).data?.total;
  return { "/queue": open, "/approvals": state.approvals, "/pipeline": state.quarantine } as Record<string, number | null | undefined>;
}

function Links() {
  const counts = useCounts();
  return PAGES.map((page) => {
    const count = counts[page.to] ?? 0;
    return (
      <Link key={page.to} to={page.to} className="rail-link">
        <Icon name={page.icon} size={18} />
        {page.name}
        {count > 0 && (
          <span className={page.to === "/queue" ? "rail-count num" : "rail-count num attention"}>
            {count > 999 ? "999+" : count}
            <span className="hidden-text">{page.to === "/queue" ? " open" : page.to === "/approvals" ? " waiting" : " unread"}</span>
          </span>
        )}
      </Link>
    );
  });
}

export function Rail({ drawer }: { drawer?: { open: boolean; close: () => void } }) {
  const config = useConfig();
  if (drawer) {
    return (
      <Dialog open={drawer.open} onClose={drawer.close} title="ai-soc">
        <nav className="drawer-nav" aria-label="Pages">
          <Links />
        </nav>
      </Dialog>
    );
  }
  return (
    <nav className="rail" aria-label="Pages">
      <Link to="/queue" className="brand" aria-label="ai-soc, to the queue">
        <img src="/icon.svg" alt="" width={24} height={24} />
        <span>ai-soc</span>
      </Link>
      <Links />
      {config && (
        <div className="rail-foot">
          {config.environment} · mode {config.mode}
          <br />
          {config.model ?? "no model"} · {config.release}
        </div>
      )}
    </nav>
  );
}
