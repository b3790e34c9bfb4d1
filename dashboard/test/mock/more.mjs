// What the stand-in answers for approvals, overview, ATT&CK, entities, pipeline, audit and settings.

import { createHash } from "node:crypto";
import { BASE, HOSTILE, actionsOf, at, incidents } from "./data.mjs";

const ok = (body, more = {}) => ({ body, ...more });
const paged = (rows, query) => {
  const from = Number(query.get("after") ?? 0);
  const limit = Number(query.get("limit") ?? 50);
  return { items: rows.slice(from, from + limit), next: from + limit < rows.length ? String(from + limit) : null };
};
const sha = (text) => createHash("sha256").update(text).digest("hex");
const DAY = 86_400_000;
const DAYS = { "24h": 1, "7d": 7, "30d": 30, all: 60 };

function metrics(window) {
  const days = DAYS[window] ?? 7;
  const by_day = Array.from({ length: days }, (_, index) => {
    const n = (index * 37) % 23;
    return { day: new Date(BASE - (days - 1 - index) * DAY).toISOString().slice(0, 10), findings: 180 + n * 31 + (index % 9 === 4 ? 900 : 0), incidents: { Critical: n % 4, High: 2 + (n % 5), Medium: 4 + (n % 7), Low: 6 + (n % 11), Informational: n % 3 } };
  });
  const sum = (of) => by_day.reduce((total, day) => total + of(day), 0);
  const incidentsTotal = sum((day) => Object.values(day.incidents).reduce((a, b) => a + b, 0));
  const span = (n, p50, p95) => ({ n, p50_ms: p50, p95_ms: p95 });
  return {
    window, from: new Date(BASE - days * DAY).toISOString(), to: new Date(BASE).toISOString(),
    mttd: span(412, 74_000, 640_000), mtta: span(388, 412_000, 7_320_000), mttc: span(61, 1_260_000, 14_400_000), mttr: span(0, null, null),
    verdicts: [
      { detector: "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS", TruePositive: 41, Suspicious: 3, FalsePositive: 1 },
      { detector: "Recon:EC2/Portscan", TruePositive: 4, Benign: 120, FalsePositive: 31, InsufficientData: 12 },
      { detector: "CryptoCurrency:EC2/BitcoinTool.B!DNS", TruePositive: 18, Suspicious: 4, Benign: 2 },
      { detector: "Control:S3.8", Benign: 64, Suspicious: 9, Duplicate: 22 },
      { detector: HOSTILE[0], Test: 5 },
      { detector: HOSTILE[2], InsufficientData: 2 },
    ],
    agreement: { both: 96, same: 81, raised: 4, lowered: 9, matrix: [
      { machine: "TruePositive", person: "TruePositive", n: 33 }, { machine: "Benign", person: "Benign", n: 31 }, { machine: "Suspicious", person: "Suspicious", n: 17 },
      { machine: "Suspicious", person: "TruePositive", n: 4 }, { machine: "Suspicious", person: "Benign", n: 9 }, { machine: "Benign", person: "FalsePositive", n: 2 },
    ] },
    spend: { today_usd: 3.8142, cap_usd: 5, window_usd: sum(() => 2.1), by_day: by_day.map((day, index) => ({ day: day.day, usd: ((index * 53) % 47) / 10 })) },
    by_day, open: 143, reduction: { findings: sum((day) => day.findings), incidents: incidentsTotal },
  };
}

const technique = (id, name, n, severity) => ({ id, name, incidents: n, findings: n * 3 + 1, severity });
const ATTACK = { tactics: [
  { name: "Initial Access", techniques: [technique("T1078.004", "Valid Accounts", 42, "Critical"), technique("T1190", "Exploit Public-Facing Application", 7, "High"), technique("T1566", "Phishing", 1, "Low")] },
  { name: "Execution", techniques: [technique("T1059", "Command and Scripting Interpreter", 9, "High"), technique("T1204", "User Execution", 2, "Medium")] },
  { name: "Persistence", techniques: [technique("T1098", "Account Manipulation", 12, "High"), technique("T1136", "Create Account", 3, "Medium")] },
  { name: "Privilege Escalation", techniques: [technique("T1078", "Valid Accounts", 5, "High"), technique("T1611", "Escape to Host", 1, "Critical")] },
  { name: "Defense Evasion", techniques: [technique("T1562", "Impair Defenses", 6, "High"), technique("T1535", "Unused/Unsupported Cloud Regions", 2, "Medium")] },
  { name: "Credential Access", techniques: [technique("T1552.005", "Unsecured Credentials", 38, "Critical"), technique("T1110", "Brute Force", 21, "Medium"), technique(HOSTILE[2], HOSTILE[0], 1, "Low")] },
  { name: "Discovery", techniques: [technique("T1046", "Network Service Discovery", 64, "Medium"), technique("T1580", "Cloud Infrastructure Discovery", 14, "Medium"), technique("T1619", "Cloud Storage Object Discovery", 3, "Low"), technique("", "", 4, "Low")] },
  { name: "Command and Control", techniques: [technique("T1071", "Application Layer Protocol", 8, "High"), technique("T1568", "Dynamic Resolution", 2, "Medium")] },
  { name: "Exfiltration", techniques: [technique("T1537", "Transfer Data to Cloud Account", 2, "Critical"), technique("T1567", "Exfiltration Over Web Service", 1, "High")] },
  { name: "Impact", techniques: [technique("T1496", "Resource Hijacking", 26, "High"), technique("T1485", "Data Destruction", 1, "Critical")] },
] };

const WHAT = ["incident_opened", "triaged", "analysed", "planned", "approval_asked", "approved", "action_done", "verdict_given", "commented", "denied_request"];
const CHAINS = [{ chain: "soc", count: 18 }, ...incidents.slice(0, 130).map((row, index) => ({ chain: row.id, count: 3 + (index % 9) }))].map((chain) => ({ ...chain, hash: sha(chain.chain + chain.count) }));
const entriesOf = (chain) => Array.from({ length: chain.count }, (_, seq) => ({
  chain: chain.chain, seq, at: at(400 - seq * 3), actor: seq % 4 === 3 ? "mara" : "machine", what: WHAT[seq % WHAT.length], subject: chain.chain === "soc" ? "session" : chain.chain,
  details: seq % 5 === 2 ? { reason: HOSTILE[seq % HOSTILE.length].slice(0, 300), model: "none" } : { generation: "1" }, prev: seq === 0 ? "0".repeat(64) : sha(`${chain.chain}${seq - 1}`), hash: sha(`${chain.chain}${seq}`),
}));

const quarantined = [
  { reason: "not JSON: expected a value at line 1 column 1", raw: `\u001b[31m${HOSTILE[0]}\n${HOSTILE[2]}\n{"detail": ` },
  { reason: "a finding without an id", raw: JSON.stringify({ detail: { title: HOSTILE[1], description: HOSTILE[7] } }, null, 2) },
  { reason: "larger than 256 KiB", raw: "x".repeat(65_536), length: 412_004 },
].map((each, index) => ({ id: `qua_${String(index).padStart(26, "0")}`, source: `s3://findings/2026/11/22/part-${index}.jsonl`, line: 14 + index * 900, offset: 4_812 + index * 77_000, length: each.raw.length, at: at(30 + index * 400), replays: index, ...each }));

const suppressions = [
  { id: null, source: "policy", kind: "Recon:EC2/Portscan", account: "", resource: "arn:aws:ec2:eu-central-1:111122223333:instance/i-0scanner*", reason: "Our own scanner", owner: "team-vulnerability", created_at: null, expires: "2027-03-01T00:00:00.000Z", active: true, state: "Active", consents: [] },
  { id: "sup_1", source: "people", kind: "Control:S3.8", account: "222233334444", resource: "", reason: "Public by design: the website's bucket", owner: "jon", created_at: at(600), expires: new Date(BASE + 20 * DAY).toISOString(), active: false, state: "Proposed", consents: [] },
  { id: "sup_2", source: "people", kind: "Recon:*", account: "333344445555", resource: "", reason: HOSTILE[0], owner: "you", created_at: at(300), expires: new Date(BASE + 9 * DAY).toISOString(), active: false, state: "Proposed", consents: [] },
  { id: "sup_3", source: "people", kind: "Control:IAM.6", account: "444455556666", resource: "", reason: "Break-glass account, key in the safe", owner: "ines", created_at: at(9_000), expires: new Date(BASE + 61 * DAY).toISOString(), active: true, state: "Active", consents: ["mara"] },
  { id: "sup_4", source: "people", kind: "Stealth:IAMUser/*", account: "", resource: "", reason: "Migration of the trail", owner: "jon", created_at: at(90_000), expires: at(4_000), active: false, state: "Expired", consents: ["mara"] },
];

const CHANNELS = [
  { name: "security-team", kind: "slack", state: "up", detail: "Last notice 12 minutes ago" },
  { name: "on-call", kind: "webhook", state: "down", detail: "The last 3 notices were not taken: 503" },
  { name: "console", kind: "log", state: "up", detail: "Writes to the log of this process" },
];

const spend = { today_usd: 3.8142, cap_usd: 5 };
function pipeline() {
  const stage = (name, waiting, running, done, failed = 0) => ({ name, waiting, running, done, failed });
  return {
    stages: [stage("ingest", 12, 3, 48_211), stage("triage", 3, 2, 2_204), stage("analyze", 41, 4, 1_987, 2), stage("plan", 0, 1, 1_422), stage("ask", 9, 0, 311), stage("execute", 0, 0, 204, 1), stage("verify", 1, 0, 203), stage("notify", 0, 0, 822)],
    quarantine: quarantined.length, dead_letters: 2, parked: 9, outbox: 3, spend,
    parts: { store: { state: "up", latency_ms: 2 }, model: { state: "down", latency_ms: 5_000 }, runner: { state: "up", latency_ms: 11 }, notices: { state: "up", latency_ms: 48 } },
    input: { received: 52_014, recorded: 48_211, duplicates: 3_702, quarantined: 3, events: 98, lost: 0 },
  };
}

function entity(kind, id) {
  const rows = incidents.filter((row) => kind === "account" ? row.accounts.includes(id) : !id.includes("unknown")).slice(0, 14);
  if (rows.length === 0) return null;
  return { kind, id, first_seen: at(4_000), last_seen: at(4), incidents: { items: rows, next: null }, incidents_total: rows.length * 3, findings: 211, accounts: ["111122223333", "222233334444"], tactics: ["Initial Access", "Credential Access", "Discovery"], actions: rows.flatMap(actionsOf).slice(0, 7) };
}

export function getMore(path, query, state) {
  const [first, second, third] = path.split("/").slice(1).map(decodeURIComponent);
  const chain = query.get("chain");
  const routes = {
    metrics: () => metrics(query.get("window") ?? "7d"),
    attack: () => second === "layer" ? { name: "ai-soc", versions: { layer: "4.5" }, domain: "enterprise-attack", techniques: [] } : state.empty ? { tactics: [] } : ATTACK,
    entities: () => entity(second, third),
    pipeline,
    suppressions: () => ({ items: state.empty ? [] : suppressions }),
    channels: () => ({ items: state.empty ? [] : CHANNELS }),
    quarantine: () => {
      const rows = state.empty ? [] : quarantined;
      if (second === undefined) return { ...paged(rows.map(({ raw: _, ...row }) => row), query), total: rows.length };
      return rows.find((row) => row.id === second) ?? null;
    },
    ledger: () => {
      if (second === "chains") return paged(CHAINS, query);
      const chosen = CHAINS.filter((each) => chain === null || each.chain === chain);
      if (second === "verify") return { intact: !state.broken, chains: chosen.length, entries: chosen.reduce((sum, each) => sum + each.count, 0), problem: state.broken ? { chain: CHAINS[3].chain, seq: 2, what: "the hash does not fit the entry" } : null };
      return paged(chosen.flatMap(entriesOf).sort((a, b) => b.at.localeCompare(a.at)), query);
    },
  };
  const body = Object.hasOwn(routes, first) ? routes[first]() : null;
  return body === null ? null : ok(body);
}

export function changeMore(method, path, body) {
  const [first, second, third] = path.split("/").slice(1).map(decodeURIComponent);
  if (first === "quarantine" && third === "replay") {
    const record = quarantined.find((row) => row.id === second);
    if (!record) return null;
    record.replays += 1;
    if (second !== quarantined[0].id) return ok({ state: "StillUnreadable", reason: record.reason });
    quarantined.splice(quarantined.indexOf(record), 1);
    return ok({ state: "Read", reason: null });
  }
  if (first === "channels" && third === "test") return ok({ sent: second !== "on-call", detail: second === "on-call" ? "503 after 3 tries" : "Taken after 120 ms" });
  if (first !== "suppressions") return null;
  if (second === "preview") {
    const hits = incidents.filter((row) => row.kind.startsWith(body.kind.replace("*", "")) && (!body.account || row.accounts.includes(body.account)));
    const refused = body.kind.replaceAll("*", "") === "" ? "a rule that hides everything is none" : null;
    return ok({ window_days: 30, incidents: hits.length, findings: hits.reduce((sum, row) => sum + row.findings, 0), critical: 2, samples: hits.slice(0, 10), refused });
  }
  const rule = suppressions.find((each) => each.id === second);
  if (second === undefined) {
    const made = { id: `sup_${suppressions.length}`, source: "people", account: "", resource: "", ...body, owner: "you", created_at: at(0), active: false, state: "Proposed", consents: [] };
    suppressions.push(made);
    return ok(made, { status: 201 });
  }
  if (!rule) return null;
  if (method === "DELETE") {
    rule.state = "Removed";
    return { status: 204, body: "" };
  }
  if (third !== "consent") return null;
  if (rule.owner === "you") return { status: 409, problem: "conflict", detail: "The one who proposed it cannot consent." };
  Object.assign(rule, { state: "Active", active: true, consents: [...rule.consents, "you"] });
  return ok(rule);
}
