//! Security Hub CSPM: read a finding again by its id, list what changed, say what became of it, import.
//!
//! Apart from `v2`, which is another API with another format and other words for the same.

mod import;
mod v2;

use aws_sdk_securityhub::Client;
use aws_sdk_securityhub::config::Region;
use aws_sdk_securityhub::error::ProvideErrorMetadata;
use aws_sdk_securityhub::types::{
    AwsSecurityFindingFilters, AwsSecurityFindingIdentifier, DateFilter, NoteUpdate, SortCriterion,
    SortOrder, StringFilter, StringFilterComparison, VerificationState, WorkflowStatus as HubStatus,
    WorkflowUpdate,
};
use soc_domain::finding::WorkflowStatus;
use soc_domain::time::Timestamp;
use soc_domain::verdict::Verdict;
use soc_pipeline::error::{PortError, PortResult};
use soc_pipeline::ports::{Report, Reported};

use crate::body::{Body, Page};
use crate::error::{kind_of_code, port_error};
use crate::region::Regions;

pub use import::{NotImported, TestFinding};

/// How many findings an answer has at most (`GetFindings`, AWS Security Hub API Reference).
const PAGE: i32 = 100;
/// The longest note.
const NOTE_MAX: usize = 512;
/// What our notes are signed with: the readers know their own echo by it.
const OUR_NAME: &str = "ai-soc";
/// A listing has a beginning, and its end must be named too.
const LONG_AFTER: std::time::Duration = std::time::Duration::from_secs(3_650 * 24 * 3_600);

/// Security Hub of our account: as its home region and administrator it answers for the linked ones too.
#[derive(Debug)]
pub struct SecurityHub {
    client: Client,
    /// For findings of regions that are not linked to the client's.
    elsewhere: Regions<Client>,
    lists_v2: bool,
}

/// A finding as Security Hub has it.
#[derive(Debug, Clone)]
pub(crate) struct AsffFound {
    /// Its JSON, as it came.
    pub(crate) element: Vec<u8>,
    identifier: AwsSecurityFindingIdentifier,
    status: Option<HubStatus>,
    /// Text and author.
    note: Option<(String, String)>,
    region: String,
}

impl SecurityHub {
    /// Security Hub in the client's region, and with the same credentials in others.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self { client, elsewhere: Regions::new(), lists_v2: false }
    }

    /// Where the new Security Hub is enabled: its findings are listed too.
    #[must_use]
    pub const fn with_v2(mut self) -> Self {
        self.lists_v2 = true;
        self
    }

    pub(crate) const fn lists_v2(&self) -> bool {
        self.lists_v2
    }

    /// The findings of this id in an account, read in the client's region, else in `region`: more than one only where
    /// two products use the same id.
    pub(crate) async fn get(&self, region: &str, account: &str, id: &str) -> PortResult<Vec<AsffFound>> {
        let found = Self::get_in(&self.client, account, id).await?;
        let own = self.client.config().region().map(AsRef::as_ref);
        if !found.is_empty() || own == Some(region) {
            return Ok(found);
        }
        match self.client_in(region) {
            Some(client) => Self::get_in(&client, account, id).await,
            None => Ok(found),
        }
    }

    async fn get_in(client: &Client, account: &str, id: &str) -> PortResult<Vec<AsffFound>> {
        const OPERATION: &str = "read a finding at Security Hub";
        let filters = AwsSecurityFindingFilters::builder().id(is(id)).aws_account_id(is(account)).build();
        let body = Body::default();
        let call = client.get_findings().filters(filters).max_results(PAGE);
        let answer = match call.customize().interceptor(body.clone()).send().await {
            Ok(answer) => answer,
            Err(error) if is_not_subscribed(error.code()) => return Ok(Vec::new()),
            Err(error) => return Err(port_error(OPERATION, &error)),
        };
        let elements = body.findings(answer.findings().len(), OPERATION)?;
        let region = client.config().region().map(ToString::to_string).unwrap_or_default();
        let found = answer.findings().iter().zip(elements).map(|(finding, element)| AsffFound {
            element,
            identifier: AwsSecurityFindingIdentifier::builder()
                .set_id(finding.id().map(str::to_owned))
                .set_product_arn(finding.product_arn().map(str::to_owned))
                .build(),
            status: finding.workflow().and_then(|workflow| workflow.status().cloned()),
            note: finding.note().map(|note| (text(note.text()), text(note.updated_by()))),
            region: region.clone(),
        });
        Ok(found.collect())
    }

    /// Lists what was updated since, the oldest first.
    pub(crate) async fn updated_since(&self, since: Timestamp, from: Option<&str>) -> PortResult<Page> {
        const OPERATION: &str = "list findings of Security Hub";
        let filters = AwsSecurityFindingFilters::builder().updated_at(from_then_on(since)).build();
        let oldest_first =
            SortCriterion::builder().field("UpdatedAt").sort_order(SortOrder::Ascending).build();
        let call = self.client.get_findings().filters(filters).sort_criteria(oldest_first).max_results(PAGE);
        let body = Body::default();
        let call = call.set_next_token(from.map(str::to_owned)).customize().interceptor(body.clone());
        match call.send().await {
            Ok(answer) => Ok(Page {
                elements: body.findings(answer.findings().len(), OPERATION)?,
                next: answer.next_token().filter(|token| !token.is_empty()).map(str::to_owned),
            }),
            Err(error) if is_not_subscribed(error.code()) => Ok(Page::default()),
            Err(error) => Err(port_error(OPERATION, &error)),
        }
    }

    /// Writes status, verdict and note on a finding that was read. What a person wrote and settled stays as it is.
    pub(crate) async fn update(&self, found: &AsffFound, report: &Report<'_>) -> PortResult<Reported> {
        const OPERATION: &str = "update a finding at Security Hub";
        let note = note(report);
        let status = hub_status(report.status);
        if found.note.as_ref().is_some_and(|(text, by)| *text == note && by == OUR_NAME)
            && found.status.as_ref() == Some(&status)
        {
            return Ok(Reported::Told);
        }
        let client = self.client_in(&found.region).unwrap_or_else(|| self.client.clone());
        let mut call = client
            .batch_update_findings()
            .finding_identifiers(found.identifier.clone())
            .set_verification_state(report.verdict.and_then(verification))
            .user_defined_fields("ai-soc:incident", report.incident.to_string());
        if let Some(verdict) = report.verdict {
            call = call.user_defined_fields("ai-soc:verdict", verdict.name());
        }
        if !found.is_settled_by_a_person() {
            let signed = NoteUpdate::builder().text(note).updated_by(OUR_NAME).build();
            call = call.note(signed).workflow(WorkflowUpdate::builder().status(status).build());
        }
        let answer = call.send().await.map_err(|error| port_error(OPERATION, &error))?;
        match answer.unprocessed_findings().first().map(|entry| text(entry.error_code())) {
            None => Ok(Reported::Told),
            Some(code) if code == "FindingNotFound" => Ok(Reported::NobodyToTell),
            Some(code) => Err(unprocessed(&code, OPERATION)),
        }
    }

    fn client_in(&self, region: &str) -> Option<Client> {
        self.elsewhere.client(region, || {
            if self.client.config().region().is_some_and(|own| own.as_ref() == region) {
                return self.client.clone();
            }
            Client::from_conf(
                self.client.config().to_builder().region(Region::new(region.to_owned())).build(),
            )
        })
    }
}

impl AsffFound {
    /// Somebody else resolved or suppressed it.
    fn is_settled_by_a_person(&self) -> bool {
        matches!(self.status, Some(HubStatus::Resolved | HubStatus::Suppressed))
            && self.note.as_ref().is_none_or(|(_, by)| by != OUR_NAME)
    }
}

/// Our note: why, and which incident.
fn note(report: &Report<'_>) -> String {
    let end = format!(" ({})", report.incident);
    let room = NOTE_MAX.saturating_sub(end.len());
    let why: String =
        report.note.char_indices().take_while(|(at, c)| at + c.len_utf8() <= room).map(|(_, c)| c).collect();
    why + &end
}

const fn hub_status(status: WorkflowStatus) -> HubStatus {
    match status {
        WorkflowStatus::New => HubStatus::New,
        WorkflowStatus::Notified => HubStatus::Notified,
        WorkflowStatus::Suppressed => HubStatus::Suppressed,
        WorkflowStatus::Resolved => HubStatus::Resolved,
    }
}

/// ASFF's `VerificationState`; a verdict that says nothing of the finding's truth leaves it alone.
const fn verification(verdict: Verdict) -> Option<VerificationState> {
    match verdict {
        Verdict::TruePositive => Some(VerificationState::TruePositive),
        Verdict::FalsePositive => Some(VerificationState::FalsePositive),
        Verdict::Benign | Verdict::Test => Some(VerificationState::BenignPositive),
        Verdict::Suspicious | Verdict::Duplicate | Verdict::InsufficientData => None,
    }
}

/// The error of one entry of a batch.
fn unprocessed(code: &str, operation: &'static str) -> PortError {
    let code = match code {
        "ConcurrentUpdateError" | "ConflictException" => "TransactionConflictException",
        "InternalError" | "InternalServerException" => "InternalFailure",
        other => other,
    };
    PortError::caused(kind_of_code(code, 400), operation, crate::error::Answered::new(code))
}

/// Security Hub is not enabled here: then it knows no finding.
fn is_not_subscribed(code: Option<&str>) -> bool {
    code == Some("InvalidAccessException")
}

fn is(value: &str) -> StringFilter {
    StringFilter::builder().value(value).comparison(StringFilterComparison::Equals).build()
}

fn from_then_on(since: Timestamp) -> DateFilter {
    DateFilter::builder().start(since.to_string()).end(since.plus(LONG_AFTER).to_string()).build()
}

fn text(value: Option<&str>) -> String {
    value.unwrap_or_default().to_owned()
}
