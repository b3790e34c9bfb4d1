// Links: inside by name of what they lead to, outside only to https on the list that the server gives.

import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { EntityKind } from "../api/model";
import { useConfig } from "../api/queries";
import { Icon } from "./icon";
import { plain, Text } from "./text";

/** Only https, only listed hosts (or hosts below them), no name or password, no port. */
export function allowedLink(href: string, hosts: readonly string[]): string | null {
  if (!/^https:\/\//i.test(href) || !URL.canParse(href)) return null;
  const url = new URL(href);
  if (url.protocol !== "https:" || url.username !== "" || url.password !== "" || url.port !== "") return null;
  const listed = hosts.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`));
  return listed ? url.href : null;
}

export function OutsideLink({ href, children }: { href: string; children: ReactNode }) {
  const hosts = useConfig()?.link_hosts ?? [];
  const allowed = allowedLink(href, hosts);
  if (allowed === null) return <>{children}</>;
  return (
    <a href={allowed} target="_blank" rel="noopener noreferrer nofollow" className="outside">
      {children}
      <Icon name="outside" size={12} />
      <span className="hidden-text"> (opens a new tab)</span>
    </a>
  );
}

export function EntityLink({ kind, id, max = 80 }: { kind: EntityKind; id: string; max?: number }) {
  return (
    <Link to="/entities/$kind/$id" params={{ kind, id }} className="entity" title={plain(id)}>
      <Text value={id} max={max} cut />
    </Link>
  );
}

export function IncidentLink({ id, title }: { id: string; title: string }) {
  return (
    <Link to="/incident/$id" params={{ id }} title={plain(title)}>
      <Text value={title} max={160} cut />
    </Link>
  );
}

/** "T1078.004" with the way to its page. */
export function TechniqueLink({ id }: { id: string }) {
  if (!/^T\d{4}(\.\d{3})?$/.test(id)) return <Text value={id} max={40} cut />;
  return <OutsideLink href={`https://attack.mitre.org/techniques/${id.replace(".", "/")}/`}>{id}</OutsideLink>;
}
