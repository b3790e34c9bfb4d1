// Which address shows which page. The view is the address: every page keeps what it shows in the search parameters.

import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { NotFound, PageFailed, Shell } from "./app/Shell";
import { queueSearch } from "./pages/queue/search";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

/** Search parameters are kept as plain strings, so that an address reads like the API's. */
function strings<K extends string>(...names: K[]) {
  return (search: Record<string, unknown>): Partial<Record<K, string>> => {
    const kept: Partial<Record<K, string>> = {};
    for (const name of names) {
      const value = search[name];
      if (typeof value === "string" && value !== "") kept[name] = value;
    }
    return kept;
  };
}

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/queue", replace: true });
  },
});
const queue = createRoute({
  getParentRoute: () => root,
  path: "/queue",
  validateSearch: queueSearch,
  component: lazyRouteComponent(() => import("./pages/queue/QueuePage")),
});
const incident = createRoute({
  getParentRoute: () => root,
  path: "/incident/$id",
  validateSearch: strings("finding", "field"),
  component: lazyRouteComponent(() => import("./pages/incident/IncidentPage")),
});
const approvals = createRoute({
  getParentRoute: () => root,
  path: "/approvals",
  validateSearch: strings("state", "action"),
  component: lazyRouteComponent(() => import("./pages/approvals/ApprovalsPage")),
});
const overview = createRoute({
  getParentRoute: () => root,
  path: "/overview",
  validateSearch: strings("tab", "window"),
  component: lazyRouteComponent(() => import("./pages/overview/OverviewPage")),
});
const attack = createRoute({
  getParentRoute: () => root,
  path: "/attack",
  validateSearch: strings("window", "technique", "by"),
  component: lazyRouteComponent(() => import("./pages/attack/AttackPage")),
});
const entity = createRoute({
  getParentRoute: () => root,
  path: "/entities/$kind/$id",
  component: lazyRouteComponent(() => import("./pages/entities/EntityPage")),
});
const pipeline = createRoute({
  getParentRoute: () => root,
  path: "/pipeline",
  validateSearch: strings("entry"),
  component: lazyRouteComponent(() => import("./pages/pipeline/PipelinePage")),
});
const audit = createRoute({
  getParentRoute: () => root,
  path: "/audit",
  validateSearch: strings("chain", "entry"),
  component: lazyRouteComponent(() => import("./pages/audit/AuditPage")),
});
const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  validateSearch: strings("tab", "kind", "account", "resource"),
  component: lazyRouteComponent(() => import("./pages/settings/SettingsPage")),
});

export const router = createRouter({
  routeTree: root.addChildren([home, queue, incident, approvals, overview, attack, entity, pipeline, audit, settings]),
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => {
    const kept = Object.entries(search).filter(([, value]) => value !== undefined && value !== "");
    // Commas, colons and stars may stand as they are; the address is read by people.
    const text = kept.map(([name, value]) => `${name}=${encodeURIComponent(String(value)).replace(/%(2C|3A|2A|2F|40)/g, decodeURIComponent)}`).join("&");
    return text === "" ? "" : `?${text}`;
  },
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0,
  defaultErrorComponent: PageFailed,
  scrollRestoration: false,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
