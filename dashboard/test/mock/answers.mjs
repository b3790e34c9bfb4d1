// What the stand-in answers, route by route.

import * as data from "./data.mjs";
import { changeMore, getMore } from "./more.mjs";

const ok = (body, more = {}) => ({ body, ...more });
const RANK = ["Informational", "Low", "Medium", "High", "Critical"];
const OPEN = ["New", "InProgress", "OnHold"];
const any = (value, has) => value === null || value.split(",").some((one) => has.some((each) => (one.endsWith("*") ? String(each).startsWith(one.slice(0, -1)) : String(each) === one)));

function filtered(query) {
  const get = (name) => query.get(name);
  const rows = data.incidents.filter(
    (row) =>
      row.merged_into === null &&
      any(get("status"), [row.status]) &&
      any(get("severity"), [row.severity]) &&
      any(get("verdict"), [row.verdict]) &&
      any(get("stage"), [row.stage]) &&
      any(get("account"), row.accounts) &&
      any(get("tactic"), row.tactics) &&
      any(get("kind"), [row.kind]) &&
      any(get("priority"), [row.priority]) &&
      any(get("assignee")?.replace("me", "you").replace("none", "null") ?? null, [String(row.assignee)]) &&
      (get("waiting") === null || row.waiting > 0 === (get("waiting") === "true")) &&
      (get("sample") === null || row.sample === (get("sample") === "true")) &&
      (get("q") === null || (row.title + row.entity + row.kind).toLowerCase().includes(get("q").toLowerCase())),
  );
  const sort = get("sort") ?? "importance";
  const by = {
    importance: (a, b) => OPEN.includes(b.status) - OPEN.includes(a.status) || (a.priority ?? 9) - (b.priority ?? 9) || RANK.indexOf(b.severity) - RANK.indexOf(a.severity) || b.last_seen.localeCompare(a.last_seen),
    "-last_seen": (a, b) => b.last_seen.localeCompare(a.last_seen),
    last_seen: (a, b) => a.last_seen.localeCompare(b.last_seen),
    "-severity": (a, b) => RANK.indexOf(b.severity) - RANK.indexOf(a.severity),
    "-opened_at": (a, b) => b.opened_at.localeCompare(a.opened_at),
    opened_at: (a, b) => a.opened_at.localeCompare(b.opened_at),
    "-changed_at": (a, b) => b.changed_at.localeCompare(a.changed_at),
  }[sort];
  return rows.sort(by);
}

function paged(rows, query) {
  const from = Number(query.get("after") ?? 0);
  const limit = Number(query.get("limit") ?? 50);
  return { items: rows.slice(from, from + limit), next: from + limit < rows.length ? String(from + limit) : null };
}

function count(rows, name) {
  const sums = {};
  for (const row of rows) sums[row[name]] = (sums[row[name]] ?? 0) + 1;
  return sums;
}
const find = (id) => data.incidents.find((row) => row.id === id);
const operations = new Map();
const jobs = new Map();
const keys = new Map();
const comments = new Map();
let serial = 0;

function touch(state, rows) {
  state.version += 1;
  for (const row of rows) {
    row.changed_at = new Date().toISOString();
    state.changed.push({ version: state.version, id: row.id });
  }
}

function operation(kind, rows, undo) {
  const id = `opr_${++serial}`;
  const made = { id, kind, incidents: rows.map((row) => row.id), by: "you", at: new Date().toISOString(), undone_at: null, undo_until: null };
  operations.set(id, { made, undo });
  return made;
}

function apply(row, change) {
  const before = { ...row };
  if (change.kind === "status") row.status = change.status;
  if (change.kind === "verdict") row.verdict = change.verdict;
  if (change.kind === "assign") row.assignee = change.assignee;
  if (change.kind === "merge") row.merged_into = change.into;
  return () => Object.assign(row, before);
}

function changeOne(row, change, state) {
  const undo = apply(row, change);
  touch(state, [row]);
  return ok({ incident: row, operation: operation(change.kind, [row], () => (undo(), touch(state, [row]))) });
}

function startJob(ids, change, state) {
  const rows = ids.map(find).filter(Boolean);
  const undos = rows.map((row) => apply(row, change));
  touch(state, rows);
  const job = { id: `job_${++serial}`, state: "Done", total: ids.length, done: rows.length, failed: [], created_at: new Date().toISOString(), by: "you", undo_of: null };
  jobs.set(job.id, { job, undo: () => (undos.forEach((undo) => undo()), touch(state, rows)) });
  return job;
}

function get(path, query, state, headers) {
  const parts = path.split("/").slice(1).map(decodeURIComponent);
  const [first, second, third] = parts;
  const row = first === "incidents" && second ? find(second) : undefined;
  if (path === "/config") {
    return ok({
      release: "0.1.0", environment: "mock", form: "local", me: { name: "you", role: state.role }, mode: "approve", model: null, poll_visible_ms: state.poll ?? 5000, poll_hidden_ms: 60000,
      link_hosts: ["docs.aws.amazon.com", "attack.mitre.org", "console.aws.amazon.com"], severities: [...RANK].reverse(),
      verdicts: ["TruePositive", "FalsePositive", "Benign", "Suspicious", "Duplicate", "Test", "InsufficientData"], statuses: ["New", "InProgress", "OnHold", "Resolved", "Closed"], can: { reverse: true },
    });
  }
  if (path === "/incidents") {
    const rows = filtered(query);
    return ok({ ...paged(rows, query), total: rows.length, cursor: String(state.version) });
  }
  if (path === "/incidents/counts") {
    const rows = filtered(query);
    return ok({ total: rows.length, by_status: count(rows, "status"), by_severity: count(rows, "severity"), by_stage: count(rows, "stage"), by_verdict: count(rows, "verdict"), waiting: rows.filter((one) => one.waiting).length, mine: rows.filter((one) => one.assignee === "you").length, unassigned: rows.filter((one) => !one.assignee).length });
  }
  if (path === "/changes") {
    const approvals = data.incidents.reduce((sum, one) => sum + one.waiting, 0) - data.decisions.size;
    const etag = `"${state.version}-${approvals}"`;
    if (headers["if-none-match"] === etag && query.get("after") === String(state.version)) return { status: 304, etag };
    const after = Number(query.get("after") ?? state.version);
    return ok({ cursor: String(state.version), incidents: [...new Set(state.changed.filter((one) => one.version > after).map((one) => one.id))], more: false, approvals_waiting: approvals, quarantine: 3 }, { etag });
  }
  if (first === "incidents") {
    if (!row) return null;
    const findings = data.findingsOf(row);
    const views = {
      undefined: () => data.detailOf(row),
      findings: () => ({ ...paged(findings, query), total: row.findings }),
      timeline: () => ({ items: data.timelineOf(row), truncated: false }),
      evidence: () => ({ document: { incident: { id: row.id, title: row.title }, findings: findings.slice(0, 3) }, redactions: 4 }),
      graph: () => data.graphOf(row),
      plan: () => (data.actionsOf(row).length ? data.planOf(row) : null),
      activity: () => ({ items: [...(comments.get(row.id) ?? []), ...data.timelineOf(row).reverse().map((item, index) => ({ seq: 9 - index, at: item.at, actor: item.actor ?? "machine", what: item.what, subject: row.id, details: { text: item.text.slice(0, 100) }, comment: item.source === "person" ? { id: "c1", text: item.text } : null, hash: "ab".repeat(32) }))], next: null }),
    };
    const body = views[third]?.();
    return body ? ok(body) : null;
  }
  if (first === "findings") {
    for (const one of data.incidents) {
      if (second?.slice(4, 24) !== one.id.slice(4, 24)) continue;
      const finding = data.findingsOf(one).find((each) => each.id === second);
      return finding ? ok({ ...finding, incident: one.id, raw: JSON.stringify({ Id: finding.id, Title: finding.title, Description: finding.description }, null, 2) }) : null;
    }
    return null;
  }
  if (first === "actions") {
    const rows = data.incidents.filter((one) => !query.get("incident") || one.id === query.get("incident")).flatMap(data.actionsOf);
    return ok(paged(rows.filter((one) => any(query.get("state"), [one.state])), query));
  }
  if (first === "approvals") {
    const rows = data.incidents.filter((one) => one.waiting).flatMap(data.approvalsOf).sort((a, b) => a.expires_at.localeCompare(b.expires_at));
    return ok(paged(rows.filter((one) => any(query.get("state"), [one.state])), query));
  }
  if (first === "jobs") return jobs.has(second) ? ok(jobs.get(second).job) : null;
  return null;
}

function post(path, body, state, headers) {
  const [first, second, third] = path.split("/").slice(1).map(decodeURIComponent);
  const key = headers["idempotency-key"];
  if (key && keys.has(key)) return keys.get(key);
  const remember = (result) => (key && keys.set(key, result), result);
  if (path === "/incidents/bulk") return key ? remember(ok(startJob(body.ids, body.change, state), { status: 202 })) : { status: 400, problem: "bad_request", detail: "A bulk change needs a key." };
  if (first === "operations") {
    const kept = operations.get(second);
    if (!kept) return null;
    kept.undo();
    kept.made.undone_at = new Date().toISOString();
    return ok(kept.made);
  }
  if (first === "jobs") {
    const kept = jobs.get(second);
    if (!kept) return null;
    kept.undo();
    return ok({ ...kept.job, id: `job_${++serial}`, undo_of: second }, { status: 202 });
  }
  if (first === "incidents") {
    const row = find(second);
    if (!row) return null;
    if (third === "verdict") return remember(changeOne(row, { kind: "verdict", verdict: body.verdict }, state));
    if (third === "status") return remember(changeOne(row, { kind: "status", status: body.status }, state));
    if (third === "assign") return remember(changeOne(row, { kind: "assign", assignee: body.assignee }, state));
    if (third === "merge") return remember(changeOne(row, { kind: "merge", into: body.into }, state));
    if (third === "comments") {
      const entry = { seq: 100 + ++serial, at: new Date().toISOString(), actor: "you", what: "commented", subject: row.id, details: {}, comment: { id: `c${serial}`, text: body.text }, hash: "cd".repeat(32) };
      comments.set(row.id, [entry, ...(comments.get(row.id) ?? [])]);
      touch(state, [row]);
      return remember(ok({ id: entry.comment.id, operation: operation("comment", [row], () => comments.set(row.id, comments.get(row.id).filter((one) => one !== entry))) }, { status: 201 }));
    }
  }
  if (first === "approvals") {
    for (const row of data.incidents) {
      const approval = data.approvalsOf(row).find((one) => one.action.id === second);
      if (!approval) continue;
      if (body.plan_sha256 !== approval.plan_sha256) return { status: 409, problem: "stale_plan", detail: "The plan has changed." };
      data.decisions.set(second, third === "approve" ? "Approve" : "Deny");
      touch(state, [row]);
      return remember(ok(data.approvalsOf(row).find((one) => one.action.id === second)));
    }
  }
  if (first === "actions" && third === "reverse") {
    data.decisions.set(second, "Reversed");
    return ok({ state: "Reversed", action: null }, { status: 202 });
  }
  return null;
}

export function answer(method, path, query, body, state, headers) {
  if (method === "GET") return get(path, query, state, headers) ?? getMore(path, query, state);
  if (state.role === "viewer") return { status: 403, problem: "forbidden", detail: "Your role may only look." };
  return post(path, body, state, headers) ?? changeMore(method, path, body);
}
