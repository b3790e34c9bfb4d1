//! The products, asked and told: each finding by the one that made it.
//!
//! Apart from the clients of the products, because here an answer gets its meaning. Invariants: only what a product
//! answers about our id confirms a finding, and whatever is missing or different leaves it unverified; a product is
//! never asked at a place that a record made up.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_guardduty::types::Feedback;
use soc_domain::confirm::bears_out;
use soc_domain::finding::{Finding, Route, WorkflowStatus};
use soc_domain::id::FindingId;
use soc_domain::revise::revise;
use soc_domain::time::Timestamp;
use soc_domain::verdict::Verdict;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::{
    Confirmation, Cursor, FindingRow, Findings, RecentPage, Report, Reported, Sources, StreamRecord,
};

use crate::body::Page;
use crate::event::{Format, publish, read};
use crate::guardduty::GuardDuty;
use crate::securityhub::SecurityHub;

/// GuardDuty and Security Hub, and our rows to compare them with.
pub struct ProductSources {
    findings: Arc<dyn Findings>,
    guardduty: GuardDuty,
    hub: SecurityHub,
}

impl std::fmt::Debug for ProductSources {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProductSources").field("guardduty", &self.guardduty).field("hub", &self.hub).finish()
    }
}

impl ProductSources {
    /// These products.
    #[must_use]
    pub fn new(findings: Arc<dyn Findings>, guardduty: GuardDuty, hub: SecurityHub) -> Self {
        Self { findings, guardduty, hub }
    }

    /// Both products in the account and region of `config`.
    #[must_use]
    pub fn of(config: &aws_config::SdkConfig, findings: Arc<dyn Findings>) -> Self {
        let guardduty = GuardDuty::new(crate::clients::guardduty(config));
        Self::new(findings, guardduty, SecurityHub::new(crate::clients::securityhub(config)))
    }

    /// What the products say of a finding now, the richest route first; empty if none knows it.
    async fn told_by_products(&self, row: &FindingRow) -> PortResult<Vec<Finding>> {
        let finding = &row.finding;
        let mut hub_id = finding.product_id.clone();
        let mut told = Vec::new();
        if finding.product == "guardduty" {
            let Some(found) = self.guardduty.get(&finding.place.region, &finding.product_id).await? else {
                return Ok(Vec::new());
            };
            told.extend(matching(read(&found.element, Format::GuardDuty), finding.id));
            if told.iter().any(|theirs| bears_out(theirs, finding)) {
                return Ok(told);
            }
            hub_id = found.arn;
        }
        // What another route added to the finding, only its product can bear out.
        let place = &finding.place;
        if row.routes.contains(&Route::Ocsf) {
            for found in self.hub.get_v2(&place.account, &hub_id).await? {
                told.extend(matching(read(&found.element, Format::Ocsf), finding.id));
            }
        }
        if row.routes.contains(&Route::Asff) {
            for found in self.hub.get(&place.region, &place.account, &hub_id).await? {
                told.extend(matching(read(&found.element, Format::Asff), finding.id));
            }
        }
        Ok(told)
    }

    async fn page(&self, feed: Feed, since: Timestamp, from: Option<&str>) -> PortResult<Page> {
        match feed {
            Feed::GuardDuty => self.guardduty.updated_since(since, from).await,
            Feed::Asff => self.hub.updated_since(since, from).await,
            Feed::Ocsf if self.hub.lists_v2() => self.hub.updated_since_v2(since, from).await,
            Feed::Ocsf => Ok(Page::default()),
        }
    }

    /// Tells GuardDuty. It is put away only if nothing was behind it: what goes on after it was contained must come
    /// again, and GuardDuty publishes nothing of an archived finding.
    async fn tell_guardduty(&self, finding: &Finding, report: &Report<'_>) -> PortResult<Option<String>> {
        let (region, id) = (finding.place.region.as_str(), finding.product_id.as_str());
        let Some(found) = self.guardduty.get(region, id).await? else { return Ok(None) };
        let Some(theirs) = matching(read(&found.element, Format::GuardDuty), finding.id) else {
            return Ok(None);
        };
        if let Some(feedback) = report.verdict.and_then(feedback) {
            self.guardduty.feedback((region, id), feedback, report.note).await?;
        }
        if theirs.is_alarming() && is_over(report) {
            self.guardduty.archive(region, id).await?;
        }
        Ok(Some(found.arn))
    }

    /// Tells Security Hub by the routes that the finding came. `id` is what Security Hub calls it.
    async fn tell_hub(&self, row: &FindingRow, id: &str, report: &Report<'_>) -> PortResult<Reported> {
        let (place, of) = (&row.finding.place, row.finding.id);
        let mut reported = Reported::NobodyToTell;
        if row.routes.contains(&Route::Ocsf) {
            for found in self.hub.get_v2(&place.account, id).await? {
                if matching(read(&found.element, Format::Ocsf), of).is_some() {
                    reported = either(reported, self.hub.update_v2(&found, report).await?);
                }
            }
        }
        if row.routes.contains(&Route::Asff) {
            for found in self.hub.get(&place.region, &place.account, id).await? {
                if matching(read(&found.element, Format::Asff), of).is_some() {
                    reported = either(reported, self.hub.update(&found, report).await?);
                }
            }
        }
        Ok(reported)
    }
}

#[async_trait]
impl Sources for ProductSources {
    async fn confirm(&self, id: FindingId) -> PortResult<Confirmation> {
        let Some(row) = self.findings.get(id).await?.map(|row| row.value) else {
            return Ok(Confirmation::Unverified);
        };
        let told = self.told_by_products(&row).await?;
        Ok(confirmation(&row.finding, told))
    }

    async fn recent(&self, since: Timestamp, from: Option<&Cursor>) -> PortResult<RecentPage> {
        let (feed, token) = match from {
            None => (Feed::GuardDuty, None),
            Some(cursor) => Feed::at(cursor)?,
        };
        match self.page(feed, since, token).await {
            Ok(Page { elements, next }) => {
                let records: Vec<StreamRecord> =
                    elements.iter().map(|element| publish(element, feed.format())).collect();
                let next =
                    next.map(|token| feed.cursor(&token)).or_else(|| feed.next().map(|feed| feed.cursor("")));
                Ok(RecentPage { records, next, failed: None })
            }
            Err(error) => {
                let next = feed.next().map(|feed| feed.cursor(""));
                Ok(RecentPage { records: Vec::new(), next, failed: Some(error) })
            }
        }
    }

    async fn report(&self, id: FindingId, report: Report<'_>) -> PortResult<Reported> {
        let Some(row) = self.findings.get(id).await?.map(|row| row.value) else {
            return Ok(Reported::NobodyToTell);
        };
        if row.finding.product != "guardduty" {
            return self.tell_hub(&row, &row.finding.product_id, &report).await;
        }
        match self.tell_guardduty(&row.finding, &report).await? {
            Some(arn) => self.tell_hub(&row, &arn, &report).await.map(|_also| Reported::Told),
            None => Ok(Reported::NobodyToTell),
        }
    }
}

/// What the products' answers mean. One that put the finding away settles it; else each fact must be borne out by
/// what they say together.
fn confirmation(ours: &Finding, told: Vec<Finding>) -> Confirmation {
    if told.iter().any(|theirs| !theirs.is_alarming()) {
        return Confirmation::Settled;
    }
    let mut told = told.into_iter();
    let Some(mut together) = told.next() else { return Confirmation::Unverified };
    if bears_out(&together, ours) {
        return Confirmation::Confirmed;
    }
    for theirs in told {
        if bears_out(&theirs, ours) {
            return Confirmation::Confirmed;
        }
        revise(&mut together, theirs);
    }
    if bears_out(&together, ours) { Confirmation::Confirmed } else { Confirmation::Unverified }
}

fn matching(finding: Option<Finding>, id: FindingId) -> Option<Finding> {
    finding.filter(|finding| finding.id == id)
}

const fn either(one: Reported, other: Reported) -> Reported {
    match (one, other) {
        (Reported::NobodyToTell, Reported::NobodyToTell) => Reported::NobodyToTell,
        (Reported::Told, _) | (_, Reported::Told) => Reported::Told,
    }
}

/// Whether a finding was of use; none where the verdict does not say.
const fn feedback(verdict: Verdict) -> Option<Feedback> {
    match verdict {
        Verdict::TruePositive => Some(Feedback::Useful),
        Verdict::FalsePositive | Verdict::Benign => Some(Feedback::NotUseful),
        Verdict::Suspicious | Verdict::Duplicate | Verdict::Test | Verdict::InsufficientData => None,
    }
}

/// Whether nothing was behind a finding, or somebody decided to hear no more of it.
const fn is_over(report: &Report<'_>) -> bool {
    let harmless = matches!(report.verdict, Some(Verdict::FalsePositive | Verdict::Benign | Verdict::Test));
    match report.status {
        WorkflowStatus::Suppressed => true,
        WorkflowStatus::Resolved => harmless,
        WorkflowStatus::New | WorkflowStatus::Notified => false,
    }
}

/// What is listed, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Feed {
    GuardDuty,
    Asff,
    Ocsf,
}

impl Feed {
    const ALL: [Self; 3] = [Self::GuardDuty, Self::Asff, Self::Ocsf];

    const fn name(self) -> &'static str {
        match self {
            Self::GuardDuty => "guardduty",
            Self::Asff => "asff",
            Self::Ocsf => "ocsf",
        }
    }

    const fn format(self) -> Format {
        match self {
            Self::GuardDuty => Format::GuardDuty,
            Self::Asff => Format::Asff,
            Self::Ocsf => Format::Ocsf,
        }
    }

    const fn next(self) -> Option<Self> {
        match self {
            Self::GuardDuty => Some(Self::Asff),
            Self::Asff => Some(Self::Ocsf),
            Self::Ocsf => None,
        }
    }

    fn cursor(self, token: &str) -> Cursor {
        Cursor(format!("{}:{token}", self.name()))
    }

    /// Where a listing goes on; no token at the beginning of a feed.
    fn at(cursor: &Cursor) -> PortResult<(Self, Option<&str>)> {
        let (name, token) = cursor.0.split_once(':').unwrap_or_default();
        let feed = Self::ALL.into_iter().find(|feed| feed.name() == name);
        let feed =
            feed.ok_or_else(|| PortError::new(PortErrorKind::Rejected, "go on with a listing of products"))?;
        Ok((feed, Some(token).filter(|token| !token.is_empty())))
    }
}
