// Every request of the dashboard, one function each.

import { change, get } from "./client";
import type * as M from "./model";

const part = encodeURIComponent;

/** Exactly the query parameters of `GET /incidents`; the address of the queue has the same names. */
export type IncidentFilter = {
  status?: string;
  severity?: string;
  verdict?: string;
  stage?: string;
  account?: string;
  tactic?: string;
  kind?: string;
  assignee?: string;
  resource?: string;
  priority?: string;
  q?: string;
  from?: string;
  to?: string;
  waiting?: string;
  sample?: string;
  sort?: string;
};

type After = { after?: string | null; limit?: number };

export const read = {
  config: (signal?: AbortSignal) => get<M.Config>("/config", {}, signal),
  incidents: (filter: IncidentFilter & After, signal?: AbortSignal) => get<M.IncidentPage>("/incidents", filter, signal),
  counts: (filter: IncidentFilter, signal?: AbortSignal) => {
    const { sort: _, ...rest } = filter;
    return get<M.Counts>("/incidents/counts", rest, signal);
  },
  incident: (id: string, signal?: AbortSignal) => get<M.IncidentDetail>(`/incidents/${part(id)}`, {}, signal),
  findings: (id: string, page: After = {}, signal?: AbortSignal) =>
    get<M.Page<M.FindingView> & { total: number }>(`/incidents/${part(id)}/findings`, page, signal),
  finding: (id: string, signal?: AbortSignal) => get<M.FindingDetail>(`/findings/${part(id)}`, {}, signal),
  timeline: (id: string, signal?: AbortSignal) =>
    get<{ items: M.TimelineItem[]; truncated: boolean }>(`/incidents/${part(id)}/timeline`, {}, signal),
  evidence: (id: string, signal?: AbortSignal) =>
    get<{ document: unknown; redactions: number }>(`/incidents/${part(id)}/evidence`, {}, signal),
  graph: (id: string, signal?: AbortSignal) => get<M.Graph>(`/incidents/${part(id)}/graph`, {}, signal),
  plan: (id: string, signal?: AbortSignal) => get<M.Plan>(`/incidents/${part(id)}/plan`, {}, signal),
  activity: (id: string, page: After = {}, signal?: AbortSignal) =>
    get<M.Page<M.Activity>>(`/incidents/${part(id)}/activity`, page, signal),
  actions: (query: { state?: string; incident?: string; account?: string; kind?: string } & After, signal?: AbortSignal) =>
    get<M.Page<M.ActionView>>("/actions", query, signal),
  approvals: (query: { state?: string } & After, signal?: AbortSignal) =>
    get<M.Page<M.ApprovalView>>("/approvals", query, signal),
  suppressions: (signal?: AbortSignal) => get<{ items: M.Suppression[] }>("/suppressions", {}, signal),
  entity: (kind: string, id: string, signal?: AbortSignal) =>
    get<M.EntityView>(`/entities/${part(kind)}/${part(id)}`, {}, signal),
  metrics: (window: M.Window, signal?: AbortSignal) => get<M.Metrics>("/metrics", { window }, signal),
  attack: (window: M.Window, signal?: AbortSignal) => get<M.Attack>("/attack", { window }, signal),
  ledger: (query: { chain?: string } & After, signal?: AbortSignal) => get<M.Page<M.LedgerEntry>>("/ledger", query, signal),
  chains: (page: After = {}, signal?: AbortSignal) => get<M.Page<M.LedgerChain>>("/ledger/chains", page, signal),
  verifyLedger: (chain?: string, signal?: AbortSignal) => get<M.LedgerVerdict>("/ledger/verify", { chain }, signal),
  quarantine: (page: After = {}, signal?: AbortSignal) =>
    get<M.Page<M.Quarantined> & { total: number }>("/quarantine", page, signal),
  quarantined: (id: string, signal?: AbortSignal) => get<M.QuarantinedDetail>(`/quarantine/${part(id)}`, {}, signal),
  pipeline: (signal?: AbortSignal) => get<M.Pipeline>("/pipeline", {}, signal),
  channels: (signal?: AbortSignal) => get<{ items: M.Channel[] }>("/channels", {}, signal),
  job: (id: string, signal?: AbortSignal) => get<M.Job>(`/jobs/${part(id)}`, {}, signal),
};

type Changed = { incident: M.IncidentRow; operation: M.Operation };
export type SuppressionTarget = { kind: string; account?: string; resource?: string };

export const write = {
  verdict: (id: string, body: { verdict: M.Verdict; reason?: string }, key?: string) =>
    change<Changed>("POST", `/incidents/${part(id)}/verdict`, body, key),
  assign: (id: string, assignee: string | null, key?: string) =>
    change<Changed>("POST", `/incidents/${part(id)}/assign`, { assignee }, key),
  status: (id: string, body: { status: M.Status; reason?: string }, key?: string) =>
    change<Changed>("POST", `/incidents/${part(id)}/status`, body, key),
  comment: (id: string, text: string, key?: string) =>
    change<{ id: string; operation: M.Operation }>("POST", `/incidents/${part(id)}/comments`, { text }, key),
  merge: (id: string, into: string, key?: string) => change<Changed>("POST", `/incidents/${part(id)}/merge`, { into }, key),
  split: (id: string, findings: string[], key?: string) =>
    change<Changed & { created: M.IncidentRow }>("POST", `/incidents/${part(id)}/split`, { findings }, key),
  undo: (operation: string) => change<M.Operation>("POST", `/operations/${part(operation)}/undo`, {}),
  bulk: (ids: string[], wanted: M.BulkChange, key: string) =>
    change<M.Job>("POST", "/incidents/bulk", { ids, change: wanted }, key),
  undoJob: (job: string) => change<M.Job>("POST", `/jobs/${part(job)}/undo`, {}),
  approve: (action: string, plan_sha256: string, reason?: string, key?: string) =>
    change<M.ApprovalView>("POST", `/approvals/${part(action)}/approve`, reason ? { plan_sha256, reason } : { plan_sha256 }, key),
  deny: (action: string, plan_sha256: string, reason: string, key?: string) =>
    change<M.ApprovalView>("POST", `/approvals/${part(action)}/deny`, { plan_sha256, reason }, key),
  reverse: (action: string, reason?: string, key?: string) =>
    change<{ state: "Reversed" | "LeftToRunner"; action: M.ActionView | null }>(
      "POST",
      `/actions/${part(action)}/reverse`,
      reason ? { reason } : {},
      key,
    ),
  previewSuppression: (target: SuppressionTarget) =>
    change<M.SuppressionPreview>("POST", "/suppressions/preview", target),
  suppress: (body: SuppressionTarget & { reason: string; expires: string }, key?: string) =>
    change<M.Suppression>("POST", "/suppressions", body, key),
  consentSuppression: (id: string) => change<M.Suppression>("POST", `/suppressions/${part(id)}/consent`, {}),
  removeSuppression: (id: string) => change<void>("DELETE", `/suppressions/${part(id)}`, {}),
  replay: (id: string) =>
    change<{ state: "Read" | "StillUnreadable"; reason: string | null }>("POST", `/quarantine/${part(id)}/replay`, {}),
  testChannel: (name: string) => change<{ sent: boolean; detail: string }>("POST", `/channels/${part(name)}/test`, {}),
};
