// Holds the shapes that the pages use (model.ts) to those that the server declares (schema.d.ts, generated): a member that
// the server drops or renames, or a value that it may newly leave out, fails the type check here, with its name.

import type * as M from "./model";
import type { components } from "./schema";

type S = components["schemas"];

/** Compiles only if what the server answers is what the page takes. */
type Fits<Model, Answer extends Model> = [Model, Answer];

export type Contract = [
  Fits<M.IncidentRow, S["IncidentRow"]>,
  Fits<M.IncidentPage, S["IncidentPage"]>,
  Fits<M.Counts, S["IncidentCounts"]>,
  Fits<M.IncidentDetail, S["IncidentView"]>,
  Fits<M.FindingView, S["FindingView"]>,
  Fits<M.FindingDetail, S["FindingDetail"]>,
  Fits<M.Plan, S["PlanView"]>,
  Fits<M.ActionView, S["ActionView"]>,
  Fits<M.ApprovalView, S["ApprovalView"]>,
  Fits<M.Suppression, S["Suppression"]>,
  Fits<M.SuppressionPreview, S["SuppressionPreview"]>,
  Fits<M.EntityView, S["EntityView"]>,
  Fits<M.LedgerVerdict, S["Verified"]>,
  Fits<M.Pipeline, S["PipelineView"]>,
  Fits<M.Changes, S["ChangesView"]>,
  Fits<M.Config, S["Config"]>,
  Fits<M.Operation, S["Operation"]>,
  Fits<M.Job, S["Job"]>,
  Fits<S["BulkChange"], M.BulkChange>,
  Fits<M.Page<M.ActionView>, S["ActionViewPage"]>,
  Fits<M.Page<M.ApprovalView>, S["ApprovalViewPage"]>,
  Fits<M.Page<M.Activity>, S["ActivityViewPage"]>,
  Fits<M.Page<M.LedgerEntry>, S["LedgerEntryPage"]>,
  Fits<M.Page<M.LedgerChain>, S["ChainViewPage"]>,
  Fits<M.Page<M.FindingView> & { total: number }, S["FindingPage"]>,
  Fits<M.Page<M.Quarantined> & { total: number }, S["QuarantinePage"]>,
  Fits<M.QuarantinedDetail, S["QuarantineDetail"]>,
  Fits<M.Metrics, S["MetricsView"]>,
  Fits<M.Attack, S["AttackView"]>,
  Fits<M.Graph, S["GraphView"]>,
  Fits<{ items: M.TimelineItem[]; truncated: boolean }, S["TimelineView"]>,
];
