//! Figures over a window, and how the pipeline stands.
//!
//! Cases are the incidents that the function knows. Findings are counted by the links of their incidents, which stand by
//! their latest activity and are narrow: a figure reads those of its window, some 400 bytes each, so it is exact, and a
//! window of 100,000 findings costs about 5,000 units of reading and some seconds. Nothing is summed up ahead: a finding
//! moves from day to day as its product reports it again, and a sum that several writers keep would have to be written
//! with each finding.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use soc_domain::id::IncidentId;
use soc_domain::incident::Stage;
use soc_domain::severity::Severity;
use soc_domain::time::Timestamp;
use soc_pipeline::desk::stages;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::desk::{
    Case, DayCount, Figures, Page, PageAsk, PipelineFigures, TechniqueCount, Window,
};

use super::super::Store;
use super::super::item::{Index, Item, id, number};
use super::super::keys::ordered;
use super::super::outline::Outline;
use super::super::reads::Ask;
use super::Desk;
use super::shards::{END, Shelf, cut};
use super::together::together;

const DAY_MS: i64 = 86_400_000;
const SEEN: Shelf<'static> =
    Shelf { operation: "count findings", index: Index::People, kind: "seen", parts: &[] };
const OUTBOX: Shelf<'static> =
    Shelf { operation: "count unsent messages", index: Index::Work, kind: "outbox", parts: &[] };
/// How many links are held at once of one partition.
const AT_ONCE: usize = 1_000;

/// How much of one field of the matrix was seen.
#[derive(Debug, Default)]
struct Counted {
    incidents: BTreeSet<IncidentId>,
    findings: u64,
    severity: Severity,
}

impl Counted {
    fn add(&mut self, other: Self) {
        self.incidents.extend(other.incidents);
        self.findings += other.findings;
        self.severity = self.severity.max(other.severity);
    }
}

type Marks = BTreeMap<(String, String), Counted>;
type Days = BTreeMap<i64, u64>;

/// The questions for the links of a window.
fn seen(window: Window) -> Vec<Ask> {
    let (from, to) = (window.from.as_millis(), window.to.as_millis());
    if from >= to {
        return Vec::new();
    }
    SEEN.between(&ordered(from), &format!("{}{END}", ordered(to - 1)))
}

fn count_day(days: &mut Days, link: &Item) -> PortResult<()> {
    let ended: i64 = number(link, "ended")?;
    *days.entry(ended.div_euclid(DAY_MS)).or_default() += 1;
    Ok(())
}

impl Store {
    async fn days(&self, ask: &Ask) -> PortResult<Days> {
        let (mut days, mut from) = (Days::new(), None);
        loop {
            let (links, next) = self.some_rows(SEEN.operation, ask, (AT_ONCE, from)).await?;
            links.iter().try_for_each(|link| count_day(&mut days, link))?;
            from = next;
            if from.is_none() {
                return Ok(days);
            }
        }
    }

    async fn marks(&self, ask: &Ask) -> PortResult<Marks> {
        let (mut marks, mut from) = (Marks::new(), None);
        loop {
            let (links, next) = self.some_rows(SEEN.operation, ask, (AT_ONCE, from)).await?;
            for link in &links {
                let incident: IncidentId = id(link, "incident")?;
                let outline: Outline = self.document(link).await?;
                for mark in outline.marks {
                    let seen =
                        Counted { incidents: [incident].into(), findings: 1, severity: outline.severity };
                    marks.entry(mark).or_default().add(seen);
                }
            }
            from = next;
            if from.is_none() {
                return Ok(marks);
            }
        }
    }
}

#[async_trait]
impl Figures for Desk {
    async fn cases(&self, window: Window, from: PageAsk<IncidentId>) -> PortResult<Page<Case, IncidentId>> {
        let model = self.model().await?;
        let within = model.rows().map(|row| &row.incident).filter(|incident| {
            incident.merged_into.is_none()
                && window.holds(incident.opened_at)
                && from.after.is_none_or(|after| incident.id > after)
        });
        let cases = within.take(from.limit.max(1).saturating_add(1)).map(Case::of).collect();
        Ok(cut(cases, from.limit, |case| case.id))
    }

    async fn findings_by_day(&self, window: Window) -> PortResult<Vec<DayCount>> {
        let questions = seen(window).into_iter().map(|ask| {
            let store = self.store.clone();
            async move { store.days(&ask).await }
        });
        let mut days = Days::new();
        for (day, findings) in together(SEEN.operation, questions.collect()).await?.into_iter().flatten() {
            *days.entry(day).or_default() += findings;
        }
        let day = |day: i64| Timestamp::from_millis(day.saturating_mul(DAY_MS));
        Ok(days.into_iter().map(|(number, findings)| DayCount { day: day(number), findings }).collect())
    }

    async fn techniques(&self, window: Window) -> PortResult<Vec<TechniqueCount>> {
        let questions = seen(window).into_iter().map(|ask| {
            let store = self.store.clone();
            async move { store.marks(&ask).await }
        });
        let mut marks = Marks::new();
        for (mark, counted) in together(SEEN.operation, questions.collect()).await?.into_iter().flatten() {
            marks.entry(mark).or_default().add(counted);
        }
        let count = |((tactic, technique), counted): ((String, String), Counted)| TechniqueCount {
            tactic,
            technique,
            incidents: counted.incidents.len() as u64,
            findings: counted.findings,
            severity: counted.severity,
        };
        Ok(marks.into_iter().map(count).collect())
    }

    /// The stage of ingest is left out, and so are the records that came: nobody counts them here. What failed for good is
    /// known to the state machine, and what people's channels did not take to its queue: both have alarms of their own.
    async fn pipeline(&self) -> PortResult<PipelineFigures> {
        let outbox = self.store.count_of(OUTBOX.operation, OUTBOX.behind(None));
        let (model, outbox, quarantine) =
            tokio::try_join!(self.model(), outbox, self.store.quarantine_count())?;
        let mut by_stage: BTreeMap<Stage, u64> = BTreeMap::new();
        for row in model.rows().filter(|row| row.incident.merged_into.is_none()) {
            *by_stage.entry(row.incident.stage).or_default() += 1;
        }
        let by_stage: Vec<(Stage, u64)> = by_stage.into_iter().collect();
        let mut stages = stages(0, &by_stage, &[]);
        stages.retain(|stage| stage.name != "ingest");
        Ok(PipelineFigures { stages, quarantine, outbox, ..PipelineFigures::default() })
    }
}
