// What a page shows when it has nothing, not yet, or not for you; and the heads of pages.

import { Component, useEffect, type ReactNode } from "react";
import { asProblem } from "../api/problem";
import { Button } from "./button";
import { Icon, type IconName } from "./icon";
import { sentence } from "./text";

export function PageHeader({ title, count, children }: { title: string; count?: number | null; children?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} - ai-soc`;
  }, [title]);
  return (
    <header className="page-header">
      <h1>
        {title}
        {count !== undefined && count !== null && <span className="count num"> ({count.toLocaleString("en")})</span>}
      </h1>
      <div className="page-actions">{children}</div>
    </header>
  );
}

export function Empty({ title, icon = "check", children }: { title: string; icon?: IconName; children?: ReactNode }) {
  return (
    <div className="empty">
      <Icon name={icon} size={28} />
      <h2>{title}</h2>
      <div className="empty-text">{children}</div>
    </div>
  );
}

/** Takes the place of what comes, so that nothing moves when it does. */
export function Loading({ lines = 3, label = "Loading" }: { lines?: number; label?: string }) {
  return (
    <div className="loading" role="status">
      <span className="hidden-text">{label}</span>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} className="bone" aria-hidden="true" />
      ))}
    </div>
  );
}

const ADVICE: Record<string, { title: string; text: string; icon: IconName }> = {
  "401": { title: "You are signed out", text: "Sign in again; what you see here is kept.", icon: "lock" },
  "403": { title: "Not allowed for your role", text: "Ask an administrator for the role that this needs.", icon: "lock" },
  "404": { title: "Not found", text: "It may have been merged into another incident, or removed.", icon: "search" },
  "409": { title: "Something changed meanwhile", text: "Look at it as it is now, then decide again.", icon: "refresh" },
  "429": { title: "Too many requests", text: "The server asks to wait a moment; it will be tried again.", icon: "warn" },
  "500": { title: "The server failed", text: "Nothing was lost. Try again; if it stays, look at the pipeline page.", icon: "warn" },
  "503": { title: "Not available now", text: "A part that this needs is down or busy. Try again in a moment.", icon: "warn" },
  "0": { title: "No connection", text: "The server cannot be reached. What you see may be old.", icon: "warn" },
};

type ProblemProps = { error: unknown; retry?: (() => unknown) | undefined; compact?: boolean };

export function ProblemView({ error, retry, compact = false }: ProblemProps) {
  const problem = asProblem(error);
  const advice = ADVICE[String(problem.status)] ?? { title: problem.title, text: "", icon: "warn" as const };
  return (
    <div className={compact ? "problem compact" : "problem"} role="alert">
      <Icon name={advice.icon} size={compact ? 16 : 28} />
      <div>
        <strong>{advice.title}</strong>
        <p>{problem.offline ? advice.text : `${sentence(problem.detail).replace(/([^.!?])$/, "$1.")} ${advice.text}`}</p>
        {problem.retryAfterSeconds !== null && <p className="quiet">Wait {problem.retryAfterSeconds} s.</p>}
      </div>
      {retry && (
        <Button icon="refresh" onClick={() => void retry()}>
          Try again
        </Button>
      )}
    </div>
  );
}

type Answer<T> = { data: T | undefined; error: unknown; isPending: boolean; refetch: () => unknown };

/** Shows the data of a query, or why there is none. Old data stays while a new try fails. */
export function Shown<T>({ query, lines, children }: { query: Answer<T>; lines?: number; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <ProblemView error={query.error} retry={query.refetch} />;
  return <Loading {...(lines === undefined ? {} : { lines })} />;
}

export function Kpi({ label, value, note, tone }: { label: string; value: ReactNode; note?: ReactNode; tone?: "good" | "warn" | "bad" }) {
  return (
    <div className={tone ? `kpi tone-${tone}` : "kpi"}>
      <dt>{label}</dt>
      <dd className="num">{value}</dd>
      {note !== undefined && <dd className="kpi-note">{note}</dd>}
    </div>
  );
}

/** A row of `Kpi`. */
export function Kpis({ children }: { children: ReactNode }) {
  return <dl className="kpis">{children}</dl>;
}

/** One part that fails takes nothing else with it. */
export class Contained extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return <ProblemView error={this.state.error} retry={() => this.setState({ error: null })} compact />;
  }
}
