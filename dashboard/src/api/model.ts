// What the API answers, as the pages use it. Written by hand from the contract until `schema.d.ts` is generated.

export type Severity = "Informational" | "Low" | "Medium" | "High" | "Critical";
export type Verdict =
  | "TruePositive"
  | "FalsePositive"
  | "Benign"
  | "Suspicious"
  | "Duplicate"
  | "Test"
  | "InsufficientData";
export type Status = "New" | "InProgress" | "OnHold" | "Resolved" | "Closed";
export type Role = "viewer" | "analyst" | "approver" | "admin";
export type Tier = "auto" | "approve" | "guide";

export type Page<T> = { items: T[]; next: string | null };
export type Citation = { pointer: string; finding: string | null };

export type IncidentRow = {
  id: string;
  short_id: string;
  title: string;
  kind: string;
  class: "Threat" | "Control" | "Vulnerability" | "Other";
  severity: Severity;
  status: Status;
  stage: string;
  verdict: Verdict | null;
  confidence: number;
  priority: number | null;
  assignee: string | null;
  accounts: string[];
  tactics: string[];
  entity: string | null;
  resources: number;
  principals: number;
  findings: number;
  waiting: number;
  opened_at: string;
  first_seen: string;
  last_seen: string;
  changed_at: string;
  outcome: string | null;
  analysis: "NotYet" | "Done" | "Skipped";
  sample: boolean;
  merged_into: string | null;
};

export type IncidentPage = Page<IncidentRow> & { total: number; cursor: string };

export type Counts = {
  total: number;
  by_status: Record<string, number>;
  by_severity: Record<string, number>;
  by_stage: Record<string, number>;
  by_verdict: Record<string, number>;
  waiting: number;
  mine: number;
  unassigned: number;
};

export type Reason = { code: string; text: string; weight: number; citation: Citation };
export type Claim = { text: string; citations: Citation[]; techniques: string[]; entities: string[] };

export type IncidentDetail = IncidentRow & {
  principal_names: string[];
  resource_arns: string[];
  closed_by: { kind: "Machine" | "Person"; name: string | null } | null;
  generation: number;
  plan_sha256: string | null;
  assessment: {
    score: number;
    priority: number;
    route: "record" | "notify" | "respond";
    reasons: Reason[];
    suppressed: {
      kind: string;
      account: string | null;
      resource: string | null;
      reason: string;
      owner: string;
      expires: string;
    } | null;
  } | null;
  judgement: { verdict: Verdict; confidence: number; because: { text: string; citation: Citation }[] } | null;
  analysis_detail: {
    by: string;
    verdict: Verdict;
    confidence: number;
    summary: string;
    claims: Claim[];
    next_steps: string[];
    struck: { claims: number; techniques: number; entities: number; verdicts: number };
  } | null;
  analysis_skipped: string | null;
  spending: { calls: number; input_tokens: number; output_tokens: number; usd: number };
  people_verdict: { verdict: Verdict; by: string; at: string; reason: string | null } | null;
};

export type FindingView = {
  id: string;
  product: string;
  product_id: string;
  kind: string;
  class: string;
  title: string;
  description: string;
  severity: Severity;
  effective_severity: Severity;
  record_state: string;
  workflow_status: string;
  compliance: string | null;
  account: string;
  region: string;
  partition: string;
  first_seen: string | null;
  last_seen: string | null;
  created_at: string | null;
  updated_at: string | null;
  count: number;
  sample: boolean;
  simulated: boolean;
  resources: {
    arn: string;
    kind: string;
    id: string;
    account: string;
    region: string;
    tags: Record<string, string>;
  }[];
  principals: {
    kind: string;
    name: string;
    principal_id: string | null;
    access_key_id: string | null;
    account: string;
  }[];
  remotes: { ip: string; port?: number | null; country?: string | null; org?: string | null; threat_lists: string[] }[];
  observables: { kind: string; value: string }[];
  role: string | null;
  activity: string | null;
  api: { service: string; name: string } | null;
  tactics: string[];
  techniques: string[];
  signals: string[];
  gaps: { field: string; problem: string }[];
  routes: string[];
  origin: "Owner" | "Bus";
  duplicates: number;
  emissions: number;
};
export type FindingDetail = FindingView & { incident: string | null; raw: string | null };

export type TimelineItem = {
  at: string;
  source: "product" | "machine" | "person";
  what: string;
  text: string;
  finding: string | null;
  action: string | null;
  actor: string | null;
};

export type GraphNode = {
  id: string;
  kind: "resource" | "principal" | "address" | "account" | "finding";
  label: string;
  severity: Severity | null;
  detail: string | null;
};
export type Graph = { nodes: GraphNode[]; edges: { from: string; to: string; label: string }[]; truncated: boolean };

export type PlanStep = {
  action_id: string;
  kind: string;
  describe: string;
  resource: string;
  account: string;
  region: string;
  parameters: Record<string, unknown>;
  tier: Tier;
  reasons: string[];
  blast_radius: number | string | null;
  persons: number;
  finding: string;
  before: unknown;
  change: string | null;
  state: string | null;
  approval: string | null;
};
export type Plan = {
  sha256: string;
  generation: number;
  mode: string;
  steps: PlanStep[];
  guides: { text: string; resource: string | null; citation: Citation }[];
};

export type Activity = {
  seq: number;
  at: string;
  actor: string;
  what: string;
  subject: string;
  details: Record<string, unknown>;
  comment: { id: string; text: string } | null;
  hash: string;
};

export type ActionView = {
  id: string;
  incident: string;
  generation: number;
  kind: string;
  describe: string;
  resource: string;
  account: string;
  region: string;
  parameters: Record<string, unknown>;
  tier: Tier;
  state: string;
  reasons: string[];
  blast_radius: number | string | null;
  persons: number;
  attempt: number;
  owner: string;
  note: string | null;
  before: unknown;
  after: unknown;
  done_at: string | null;
  expires_at: string | null;
  reversible: boolean;
};

export type ApprovalView = {
  action: ActionView;
  incident: { id: string; title: string; severity: Severity; verdict: Verdict | null; priority: number | null };
  generation: number;
  state: string;
  persons: number;
  missing: number;
  decisions: { person: string; answer: "Approve" | "Deny"; reason: string | null; at: string }[];
  asked_at: string;
  expires_at: string;
  /** `null`: the incident has a newer plan. */
  plan_sha256: string | null;
};

export type Suppression = {
  id: string | null;
  source: "policy" | "people";
  kind: string;
  account: string | null;
  resource: string | null;
  reason: string;
  owner: string;
  created_at: string | null;
  expires: string;
  active: boolean;
  state: "Proposed" | "Active" | "Expired" | "Removed";
  consents: string[];
};
export type SuppressionPreview = {
  window_days: number;
  incidents: number;
  findings: number;
  critical: number;
  samples: IncidentRow[];
  refused: string | null;
};

export type EntityKind = "resource" | "principal" | "address" | "account" | "access-key";
export type EntityView = {
  kind: EntityKind;
  id: string;
  first_seen: string | null;
  last_seen: string | null;
  incidents: Page<IncidentRow>;
  incidents_total?: number;
  findings: number;
  accounts: string[];
  tactics: string[];
  actions: ActionView[];
};

export type Window = "24h" | "7d" | "30d" | "all";
export type Span = { n: number; p50_ms: number | null; p95_ms: number | null };
export type Metrics = {
  window: Window;
  from: string;
  to: string;
  mttd: Span;
  mtta: Span;
  mttc: Span;
  mttr: Span;
  verdicts: ({ detector: string } & Partial<Record<Verdict, number>>)[];
  agreement: {
    both: number;
    same: number;
    raised: number;
    lowered: number;
    matrix: { machine: Verdict; person: Verdict; n: number }[];
  };
  spend: {
    today_usd: number;
    cap_usd: number | null;
    window_usd: number;
    by_day: { day: string; usd: number }[];
  };
  by_day: { day: string; findings: number; incidents: Partial<Record<Severity, number>> }[];
  open: number;
  reduction: { findings: number; incidents: number };
};

export type Attack = {
  tactics: {
    name: string;
    techniques: { id: string; name: string; incidents: number; findings: number; severity: Severity }[];
  }[];
};

export type LedgerEntry = {
  chain: string;
  seq: number;
  at: string;
  actor: string;
  what: string;
  subject: string;
  details: Record<string, unknown>;
  prev?: string;
  hash: string;
};
export type LedgerChain = { chain: string; count: number; hash: string };
export type LedgerVerdict = {
  intact: boolean;
  chains: number;
  entries: number;
  problem: { chain: string; seq: number | null; what: string } | null;
};

export type Quarantined = {
  id: string;
  source: string;
  line: number | null;
  offset: number | null;
  reason: string;
  length: number;
  at: string;
  replays: number;
};
export type QuarantinedDetail = Quarantined & { raw: string | null };

export type Pipeline = {
  stages: { name: string; waiting: number; running: number; done: number; failed: number }[];
  quarantine: number;
  dead_letters: number | null;
  parked: number | null;
  outbox: number;
  spend: { today_usd: number; cap_usd: number | null };
  parts: Record<string, { state: "up" | "down"; latency_ms: number | null }>;
  input: {
    received: number;
    recorded: number;
    duplicates: number;
    quarantined: number;
    events: number;
    lost: number;
  } | null;
};

export type Changes = {
  cursor: string;
  incidents: string[];
  more: boolean;
  approvals_waiting: number;
  quarantine: number;
};

export type Config = {
  release: string;
  environment: string;
  form: "local" | "aws";
  me: { name: string; role: Role };
  mode: string;
  model: string | null;
  poll_visible_ms: number;
  poll_hidden_ms: number;
  link_hosts: string[];
  severities: Severity[];
  verdicts: Verdict[];
  statuses: Status[];
  can: Record<string, boolean>;
};

export type Channel = { name: string; kind: string; state: string; detail: string };

export type Operation = {
  id: string;
  kind: string;
  incidents: string[];
  by: string;
  at: string;
  undone_at: string | null;
  undo_until: string | null;
};
export type Job = {
  id: string;
  state: "Running" | "Done";
  total: number;
  done: number;
  failed: { id: string; code: string; detail: string }[];
  created_at: string;
  by: string;
  undo_of: string | null;
};
export type BulkChange =
  | { kind: "status"; status: Status; reason?: string }
  | { kind: "verdict"; verdict: Verdict; reason?: string }
  | { kind: "assign"; assignee: string | null }
  | { kind: "merge"; into: string };
