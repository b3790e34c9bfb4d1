//! What people read, as plainly as it can be said: everything is looked at for each question.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use soc_domain::action::Action;
use soc_domain::approval::{Approval, ApprovalState};
use soc_domain::attack::marks_of;
use soc_domain::finding::Finding;
use soc_domain::id::{FindingId, IncidentId};
use soc_domain::incident::tactics_of;
use soc_domain::severity::Severity;
use soc_domain::time::Timestamp;
use soc_ledger::{Entry, Head};
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::Quarantined;
use soc_pipeline::ports::desk::{
    ActionFilter, ActionPlace, Case, ChainPlace, Chains, Changed, Changes, DayCount, Entities, Entity,
    EntityFacts, EntryPlace, Figures, FiledFinding, Files, FindingPlace, FindingsPage, Lists, Page, PageAsk,
    PipelineFigures, QuarantinePage, QuarantinePlace, QuestionPlace, Queue, QueueAsk, QueueCounts,
    QueueFilter, QueuePage, QueuePlace, QueueRow, TechniqueCount, Turn, Window,
};

use super::documents::without_bytes;
use super::{Memory, Tables};

const DAY_MS: i64 = 86_400_000;

impl Tables {
    /// Says that an incident, or its findings, changed.
    pub(super) fn turn(&mut self, incident: IncidentId) {
        self.last_turn += 1;
        self.turns.insert(incident, Turn(self.last_turn));
    }

    fn row(&self, id: IncidentId) -> Option<QueueRow> {
        let incident = self.incidents.get(&id)?.value.clone();
        let questions = self.approvals.values().map(|row| &row.value);
        let waiting = questions.filter(|asked| asked.incident == id && asked.state == ApprovalState::Pending);
        let findings = self.findings.values().filter(|row| row.value.incident == id);
        let turn = self.turns.get(&id).copied().unwrap_or_default();
        let changed_at = Timestamp::from_millis(i64::try_from(turn.0).unwrap_or(i64::MAX));
        Some(QueueRow {
            incident,
            findings: findings.count() as u64,
            waiting: waiting.count() as u64,
            changed_at,
            turn,
        })
    }

    fn accepted(&self, filter: &QueueFilter) -> Vec<QueueRow> {
        let rows = self.incidents.keys().filter_map(|id| self.row(*id));
        rows.filter(|row| filter.accepts(row)).collect()
    }

    fn filed(&self, id: FindingId) -> Option<FiledFinding> {
        let row = self.findings.get(&id)?.value.clone();
        Some(FiledFinding { row, duplicates: self.duplicates.get(&id).copied().unwrap_or_default() })
    }
}

/// The rows behind a place, in the order of `key`.
fn page<T, P, K: Ord>(
    mut rows: Vec<T>,
    from: &PageAsk<P>,
    key: impl Fn(&P) -> K,
    place: impl Fn(&T) -> P,
) -> Page<T, P> {
    rows.sort_by_key(|row| key(&place(row)));
    if let Some(after) = &from.after {
        rows.retain(|row| key(&place(row)) > key(after));
    }
    let limit = from.limit.max(1);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(place);
    Page { rows, next }
}

#[async_trait]
impl Queue for Memory {
    async fn page(&self, ask: &QueueAsk) -> PortResult<QueuePage> {
        if ask.from.after.is_some_and(|place| place.sort != ask.sort) {
            return Err(PortError::new(PortErrorKind::Rejected, "list the queue"));
        }
        let tables = self.tables();
        let rows = tables.accepted(&ask.filter);
        let total = rows.len() as u64;
        let page = page(rows, &ask.from, |place| (place.rank, place.id), |row| QueuePlace::of(row, ask.sort));
        Ok(QueuePage { page, total, cursor: Turn(tables.last_turn) })
    }

    async fn counts(&self, filter: &QueueFilter, me: &str) -> PortResult<QueueCounts> {
        Ok(QueueCounts::of(&self.tables().accepted(filter), me))
    }

    async fn rows(&self, ids: &[IncidentId]) -> PortResult<Vec<QueueRow>> {
        let tables = self.tables();
        Ok(ids.iter().filter_map(|id| tables.row(*id)).collect())
    }
}

#[async_trait]
impl Changes for Memory {
    async fn changed(&self, after: Option<Turn>, limit: usize) -> PortResult<Changed> {
        let tables = self.tables();
        let newest = Turn(tables.last_turn);
        let pending = |row: &&Approval| row.state == ApprovalState::Pending;
        let mut changed = Changed {
            cursor: newest,
            approvals_waiting: tables.approvals.values().map(|row| &row.value).filter(pending).count() as u64,
            quarantine: tables.quarantine.len() as u64,
            ..Changed::default()
        };
        let Some(after) = after else { return Ok(changed) };
        let after = if after > newest { Turn::default() } else { after };
        let mut behind: Vec<(Turn, IncidentId)> = tables
            .turns
            .iter()
            .filter(|(id, turn)| **turn > after && tables.incidents.contains_key(id))
            .map(|(id, turn)| (*turn, *id))
            .collect();
        behind.sort_unstable();
        changed.more = behind.len() > limit.max(1);
        behind.truncate(limit.max(1));
        if let Some((turn, _)) = behind.last().filter(|_| changed.more) {
            changed.cursor = *turn;
        }
        changed.incidents = behind.into_iter().map(|(_, id)| id).collect();
        Ok(changed)
    }
}

#[async_trait]
impl Files for Memory {
    async fn findings(&self, incident: IncidentId, from: PageAsk<FindingPlace>) -> PortResult<FindingsPage> {
        let tables = self.tables();
        let ids = tables.findings.iter().filter(|(_, row)| row.value.incident == incident);
        let rows: Vec<FiledFinding> = ids.filter_map(|(id, _)| tables.filed(*id)).collect();
        let total = rows.len() as u64;
        let key = |place: &FindingPlace| (Reverse(place.severity), Reverse(place.ended), place.id);
        let page = page(rows, &from, key, |filed| FindingPlace::of(&filed.row.finding));
        Ok(FindingsPage { page, total })
    }

    async fn finding(&self, id: FindingId) -> PortResult<Option<FiledFinding>> {
        Ok(self.tables().filed(id))
    }

    async fn raw(&self, id: FindingId) -> PortResult<Option<Vec<u8>>> {
        Ok(self.raw_of(id))
    }
}

#[async_trait]
impl Lists for Memory {
    async fn actions(
        &self,
        filter: &ActionFilter,
        from: PageAsk<ActionPlace>,
    ) -> PortResult<Page<Action, ActionPlace>> {
        let tables = self.tables();
        let rows = tables.actions.values().filter(|action| filter.accepts(action)).cloned().collect();
        let key = |place: &ActionPlace| (place.done_at.is_some(), Reverse(place.done_at), place.id);
        Ok(page(rows, &from, key, ActionPlace::of))
    }

    async fn questions(
        &self,
        states: &[ApprovalState],
        from: PageAsk<QuestionPlace>,
    ) -> PortResult<Page<Approval, QuestionPlace>> {
        let tables = self.tables();
        let rows = tables.approvals.values().map(|row| &row.value);
        let rows = rows.filter(|asked| states.is_empty() || states.contains(&asked.state)).cloned().collect();
        Ok(page(rows, &from, |place| *place, QuestionPlace::of))
    }

    async fn quarantined(&self, from: PageAsk<QuarantinePlace>) -> PortResult<QuarantinePage> {
        let tables = self.tables();
        let rows: Vec<Quarantined> =
            tables.quarantine.values().map(|(_, record)| without_bytes(record.clone())).collect();
        let total = rows.len() as u64;
        let place = |record: &Quarantined| QuarantinePlace { at: record.at, id: record.id };
        Ok(QuarantinePage { page: page(rows, &from, |place| (Reverse(place.at), place.id), place), total })
    }
}

#[async_trait]
impl Chains for Memory {
    async fn newest(
        &self,
        chain: Option<&str>,
        from: PageAsk<EntryPlace>,
    ) -> PortResult<Page<Entry, EntryPlace>> {
        let mut rows = self.ledger();
        rows.retain(|entry| chain.is_none_or(|chain| entry.chain == chain));
        let of_one = chain.is_some();
        let key = |place: &EntryPlace| {
            let at = if of_one { 0 } else { place.at_ms };
            (Reverse(at), place.chain.clone(), Reverse(place.seq))
        };
        Ok(page(rows, &from, key, EntryPlace::of))
    }

    async fn heads(&self, from: PageAsk<String>) -> PortResult<Page<Head, String>> {
        Ok(page(self.ledger_heads(), &from, Clone::clone, |head| head.chain.clone()))
    }

    async fn head(&self, chain: &str) -> PortResult<Option<Head>> {
        Ok(self.tables().heads.get(chain).cloned())
    }

    async fn oldest(
        &self,
        chain: Option<&str>,
        from: PageAsk<ChainPlace>,
    ) -> PortResult<Page<Entry, ChainPlace>> {
        let mut rows = self.ledger();
        rows.retain(|entry| chain.is_none_or(|chain| entry.chain == chain));
        let place = |entry: &Entry| ChainPlace { chain: entry.chain.clone(), seq: entry.seq };
        Ok(page(rows, &from, Clone::clone, place))
    }

    async fn missing(&self, limit: usize) -> PortResult<Vec<String>> {
        let tables = self.tables();
        let judged = tables.incidents.values().map(|row| &row.value);
        let judged = judged.filter(|one| one.stage != soc_domain::incident::Stage::Recorded);
        let chains = judged.map(|one| one.id.to_string());
        let is_there = |chain: &String| {
            tables.heads.contains_key(chain) || tables.ledger.iter().any(|entry| entry.chain == *chain)
        };
        Ok(chains.filter(|chain| !is_there(chain)).take(limit).collect())
    }
}

#[async_trait]
impl Figures for Memory {
    async fn cases(&self, window: Window, from: PageAsk<IncidentId>) -> PortResult<Page<Case, IncidentId>> {
        let tables = self.tables();
        let incidents = tables.incidents.values().map(|row| &row.value);
        let within = incidents.filter(|one| one.merged_into.is_none() && window.holds(one.opened_at));
        Ok(page(within.map(Case::of).collect(), &from, |id| *id, |case| case.id))
    }

    async fn findings_by_day(&self, window: Window) -> PortResult<Vec<DayCount>> {
        let mut days: BTreeMap<i64, u64> = BTreeMap::new();
        for finding in self.seen_within(window) {
            let ended = finding.1.ended().unwrap_or_default().as_millis();
            *days.entry(ended.div_euclid(DAY_MS)).or_default() += 1;
        }
        let day = |day: i64| Timestamp::from_millis(day.saturating_mul(DAY_MS));
        Ok(days.into_iter().map(|(number, findings)| DayCount { day: day(number), findings }).collect())
    }

    async fn techniques(&self, window: Window) -> PortResult<Vec<TechniqueCount>> {
        let mut counted: BTreeMap<(String, String), (BTreeSet<IncidentId>, u64, Severity)> = BTreeMap::new();
        for (incident, finding) in self.seen_within(window) {
            for mark in marks_of(&finding) {
                let of_mark = counted.entry((mark.tactic, mark.technique)).or_default();
                of_mark.0.insert(incident);
                of_mark.1 += 1;
                of_mark.2 = of_mark.2.max(finding.effective_severity());
            }
        }
        let count = |((tactic, technique), (incidents, findings, severity)): (_, (BTreeSet<_>, _, _))| {
            TechniqueCount { tactic, technique, incidents: incidents.len() as u64, findings, severity }
        };
        Ok(counted.into_iter().map(count).collect())
    }

    async fn pipeline(&self) -> PortResult<PipelineFigures> {
        let tables = self.tables();
        let (quarantine, outbox) = (tables.quarantine.len() as u64, tables.outbox.len() as u64);
        Ok(PipelineFigures { quarantine, outbox, ..PipelineFigures::default() })
    }
}

impl Memory {
    fn seen_within(&self, window: Window) -> Vec<(IncidentId, Finding)> {
        let tables = self.tables();
        let rows = tables.findings.values().map(|row| &row.value);
        let within = rows.filter(|row| window.holds(row.finding.ended().unwrap_or_default()));
        within.map(|row| (row.incident, row.finding.clone())).collect()
    }
}

#[async_trait]
impl Entities for Memory {
    async fn entity(&self, entity: &Entity, limit: usize) -> PortResult<Option<EntityFacts>> {
        let tables = self.tables();
        let rows = tables.findings.values().map(|row| &row.value);
        let naming: Vec<_> = rows.filter(|row| entity.is_in(&row.finding)).collect();
        if naming.is_empty() {
            return Ok(None);
        }
        let incidents: BTreeSet<IncidentId> = naming.iter().map(|row| row.incident).collect();
        let mut incidents: Vec<_> = incidents
            .into_iter()
            .filter_map(|id| tables.incidents.get(&id))
            .filter(|row| row.value.merged_into.is_none())
            .map(|row| (Reverse(row.value.last_seen), row.value.id))
            .collect();
        incidents.sort_unstable();
        let findings = || naming.iter().map(|row| &row.finding);
        let accounts: BTreeSet<&String> = findings().map(|finding| &finding.place.account).collect();
        let tactics: BTreeSet<&str> = findings().flat_map(tactics_of).collect();
        Ok(Some(EntityFacts {
            incidents_total: incidents.len() as u64,
            incidents: incidents.into_iter().map(|(_, id)| id).take(limit).collect(),
            findings: naming.len() as u64,
            first_seen: findings().filter_map(Finding::began).min(),
            last_seen: findings().filter_map(Finding::ended).max(),
            accounts: accounts.into_iter().filter(|account| !account.is_empty()).cloned().collect(),
            tactics: tactics.into_iter().map(str::to_owned).collect(),
        }))
    }
}
