// What kind of thing this is, in a word. Severity has a shape of its own as well, so that colour is never needed.

import type { ReactNode } from "react";
import type { Severity, Verdict } from "../api/model";
import { words } from "./text";

const SHAPES: Record<Severity, ReactNode> = {
  Critical: (
    <>
      <path className="fill" d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" />
      <path className="cut" d="M8 4.200v4.600M8 11.200v.6" />
    </>
  ),
  High: <path className="fill" d="M8 1.500 15 14H1z" />,
  Medium: <path className="fill" d="M8 1.500 14.500 8 8 14.500 1.500 8z" />,
  Low: <path className="line" d="M2 4h12L8 13.500z" />,
  Informational: <circle className="line" cx="8" cy="8" r="5" />,
};

const SHORT: Record<Severity, string> = {
  Critical: "Critical",
  High: "High",
  Medium: "Medium",
  Low: "Low",
  Informational: "Info",
};

export function SeverityShape({ severity }: { severity: Severity }) {
  return (
    <svg className={`shape sev-${severity}`} width="14" height="14" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {SHAPES[severity]}
    </svg>
  );
}

export function SeverityBadge({ severity }: { severity: Severity }) {
  return (
    <span className={`severity sev-${severity}`}>
      <SeverityShape severity={severity} />
      {SHORT[severity] ?? severity}
    </span>
  );
}

export type Tone = "plain" | "good" | "warn" | "bad" | "accent" | "quiet";

export function Badge({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`badge tone-${tone}`}>{children}</span>;
}

const VERDICT_TONES: Record<Verdict, Tone> = {
  TruePositive: "bad",
  Suspicious: "warn",
  InsufficientData: "plain",
  FalsePositive: "good",
  Benign: "good",
  Duplicate: "quiet",
  Test: "quiet",
};

export function verdictName(verdict: Verdict | string): string {
  return words(verdict);
}

export function VerdictBadge({ verdict }: { verdict: Verdict | null }) {
  if (verdict === null) return <span className="quiet">No verdict</span>;
  return <Badge tone={VERDICT_TONES[verdict] ?? "plain"}>{verdictName(verdict)}</Badge>;
}

const STATE_TONES: Record<string, Tone> = {
  New: "accent",
  InProgress: "warn",
  OnHold: "plain",
  Resolved: "good",
  Closed: "quiet",
  Pending: "warn",
  Approved: "good",
  Denied: "bad",
  Expired: "quiet",
  Withdrawn: "quiet",
  Planned: "plain",
  Intent: "warn",
  Done: "good",
  NoEffect: "quiet",
  Unknown: "bad",
  ReverseIntent: "warn",
  Reversed: "quiet",
  Proposed: "warn",
  Active: "good",
  Removed: "quiet",
  up: "good",
  down: "bad",
};

/** Any of the API's states: status of an incident, of an action, of an approval, of a suppression. */
export function StateBadge({ state }: { state: string }) {
  return <Badge tone={STATE_TONES[state] ?? "plain"}>{words(state)}</Badge>;
}

const TIER_TEXT: Record<string, string> = { auto: "Automatic", approve: "Needs approval", guide: "By hand" };

export function TierBadge({ tier }: { tier: string }) {
  return <Badge tone={tier === "approve" ? "warn" : "plain"}>{TIER_TEXT[tier] ?? words(tier)}</Badge>;
}
