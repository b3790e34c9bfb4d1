//! The new Security Hub: its findings are OCSF, and status and note are a number and a comment.

use aws_sdk_securityhub::error::ProvideErrorMetadata;
use aws_sdk_securityhub::types::{
    AllowedOperators, CompositeFilter, OcsfDateField, OcsfDateFilter, OcsfFindingFilters, OcsfStringField,
    OcsfStringFilter, SortCriterion, SortOrder,
};
use aws_smithy_types::Document;
use soc_domain::finding::WorkflowStatus;
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Report, Reported};

use super::{OUR_NAME, PAGE, SecurityHub, from_then_on, is, is_not_subscribed, note, unprocessed};
use crate::body::{Body, Page};
use crate::error::port_error;

/// A finding as the new Security Hub has it.
#[derive(Debug, Clone)]
pub(crate) struct OcsfFound {
    /// Its JSON, as it came.
    pub(crate) element: Vec<u8>,
    /// Names the finding for an update.
    metadata_uid: String,
    status: Option<i64>,
    comment: String,
}

impl SecurityHub {
    /// The findings whose product calls them `uid`, in an account.
    pub(crate) async fn get_v2(&self, account: &str, uid: &str) -> PortResult<Vec<OcsfFound>> {
        const OPERATION: &str = "read a finding at Security Hub V2";
        let named = |field, value| OcsfStringFilter::builder().field_name(field).filter(is(value)).build();
        let both = CompositeFilter::builder()
            .string_filters(named(OcsfStringField::FindingInfoUid, uid))
            .string_filters(named(OcsfStringField::CloudAccountUid, account))
            .operator(AllowedOperators::And)
            .build();
        let filters = OcsfFindingFilters::builder().composite_filters(both).build();
        let body = Body::default();
        let call = self.client.get_findings_v2().filters(filters).max_results(PAGE);
        let answer = match call.customize().interceptor(body.clone()).send().await {
            Ok(answer) => answer,
            Err(error) if is_not_subscribed(error.code()) => return Ok(Vec::new()),
            Err(error) => return Err(port_error(OPERATION, &error)),
        };
        let elements = body.findings(answer.findings().len(), OPERATION)?;
        let found = answer.findings().iter().zip(elements).map(|(finding, element)| OcsfFound {
            element,
            metadata_uid: string(inside(inside(Some(finding), "metadata"), "uid")),
            status: inside(Some(finding), "status_id").and_then(number),
            comment: string(inside(Some(finding), "comment")),
        });
        Ok(found.collect())
    }

    /// Lists what was changed since, the oldest first.
    pub(crate) async fn updated_since_v2(&self, since: Timestamp, from: Option<&str>) -> PortResult<Page> {
        const OPERATION: &str = "list findings of Security Hub V2";
        let modified = OcsfDateFilter::builder()
            .field_name(OcsfDateField::FindingInfoModifiedTimeDt)
            .filter(from_then_on(since))
            .build();
        let filter = CompositeFilter::builder().date_filters(modified).build();
        let oldest_first = SortCriterion::builder()
            .field("finding_info.modified_time_dt")
            .sort_order(SortOrder::Ascending)
            .build();
        let call = self
            .client
            .get_findings_v2()
            .filters(OcsfFindingFilters::builder().composite_filters(filter).build())
            .sort_criteria(oldest_first)
            .max_results(PAGE)
            .set_next_token(from.map(str::to_owned));
        let body = Body::default();
        let answer = call.customize().interceptor(body.clone()).send().await;
        let answer = answer.map_err(|error| port_error(OPERATION, &error))?;
        Ok(Page {
            elements: body.findings(answer.findings().len(), OPERATION)?,
            next: answer.next_token().filter(|token| !token.is_empty()).map(str::to_owned),
        })
    }

    /// Writes status and comment on a finding that was read. What a person wrote and settled stays as it is.
    pub(crate) async fn update_v2(&self, found: &OcsfFound, report: &Report<'_>) -> PortResult<Reported> {
        const OPERATION: &str = "update a finding at Security Hub V2";
        let verdict = report.verdict.map_or("not known", |verdict| verdict.name());
        let comment: String =
            format!("{OUR_NAME}: {verdict}. {}", note(report)).chars().take(super::NOTE_MAX).collect();
        let status = status_id(report.status);
        let is_ours = found.comment.starts_with(OUR_NAME);
        let by_a_person = matches!(found.status, Some(3 | 4)) && !is_ours;
        if by_a_person || (found.comment == comment && found.status == Some(i64::from(status))) {
            return Ok(Reported::Told);
        }
        let call = self.client.batch_update_findings_v2().metadata_uids(&found.metadata_uid);
        let answer = call.comment(comment).status_id(status).send().await;
        let answer = answer.map_err(|error| port_error(OPERATION, &error))?;
        let refused = answer.unprocessed_findings().first().and_then(|entry| entry.error_code());
        match refused.map(|code| code.as_str()) {
            None => Ok(Reported::Told),
            Some("ResourceNotFoundException") => Ok(Reported::NobodyToTell),
            Some(code) => Err(unprocessed(code, OPERATION)),
        }
    }
}

/// OCSF's `status_id` of findings: 1 New, 2 In Progress, 3 Suppressed, 4 Resolved.
const fn status_id(status: WorkflowStatus) -> i32 {
    match status {
        WorkflowStatus::New => 1,
        WorkflowStatus::Notified => 2,
        WorkflowStatus::Suppressed => 3,
        WorkflowStatus::Resolved => 4,
    }
}

fn inside<'a>(document: Option<&'a Document>, key: &str) -> Option<&'a Document> {
    document?.as_object()?.get(key)
}

fn string(document: Option<&Document>) -> String {
    document.and_then(Document::as_string).unwrap_or_default().to_owned()
}

fn number(document: &Document) -> Option<i64> {
    document.as_number().and_then(|number| i64::try_from(*number).ok())
}
