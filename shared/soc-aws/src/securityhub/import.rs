//! Findings of our own making, imported into Security Hub: for tests of a deployed stack.
//!
//! Apart because nothing else here makes a finding. They are marked as samples and are never acted on.

use aws_sdk_securityhub::types::{AwsSecurityFinding, Resource, Severity as HubSeverity, SeverityLabel};
use soc_domain::severity::Severity;
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;

use super::{SecurityHub, text};
use crate::error::port_error;

/// How many findings one call takes (`BatchImportFindings`, AWS Security Hub API Reference).
const BATCH: usize = 100;

/// One finding to import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestFinding {
    /// Names it; importing the same again updates it.
    pub id: String,
    /// The account that it is in.
    pub account: String,
    /// The ARN of the product that imports it: the account's default one, or an integration's.
    pub product_arn: String,
    /// Its ASFF type, such as `TTPs/Discovery`.
    pub kind: String,
    /// One line.
    pub title: String,
    /// How bad.
    pub severity: Severity,
    /// The affected resource: its ASFF type and its ARN.
    pub resource: (String, String),
    /// When it was made and updated.
    pub at: Timestamp,
}

/// A finding that Security Hub did not take, and its reason's code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotImported {
    /// Its id.
    pub id: String,
    /// Security Hub's code.
    pub code: String,
}

impl SecurityHub {
    /// Imports findings. Answers those that were not taken.
    ///
    /// # Errors
    /// A call failed: the findings of the calls before are imported.
    pub async fn import(&self, findings: &[TestFinding]) -> PortResult<Vec<NotImported>> {
        let mut refused = Vec::new();
        for batch in findings.chunks(BATCH) {
            let call = self.client.batch_import_findings();
            let sent = call.set_findings(Some(batch.iter().map(asff).collect())).send().await;
            let answer = sent.map_err(|error| port_error("import findings into Security Hub", &error))?;
            refused.extend(
                answer
                    .failed_findings()
                    .iter()
                    .map(|entry| NotImported { id: text(entry.id()), code: text(entry.error_code()) }),
            );
        }
        Ok(refused)
    }
}

fn asff(finding: &TestFinding) -> AwsSecurityFinding {
    let (kind, arn) = &finding.resource;
    let at = finding.at.to_string();
    AwsSecurityFinding::builder()
        .schema_version("2018-10-08")
        .id(&finding.id)
        .product_arn(&finding.product_arn)
        .generator_id("ai-soc/inject")
        .aws_account_id(&finding.account)
        .types(&finding.kind)
        .title(&finding.title)
        .description("A sample that ai-soc imported to test itself.")
        .severity(HubSeverity::builder().label(label(finding.severity)).build())
        .resources(Resource::builder().r#type(kind).id(arn).build())
        .created_at(&at)
        .updated_at(&at)
        .sample(true)
        .build()
}

const fn label(severity: Severity) -> SeverityLabel {
    match severity {
        Severity::Informational => SeverityLabel::Informational,
        Severity::Low => SeverityLabel::Low,
        Severity::Medium => SeverityLabel::Medium,
        Severity::High => SeverityLabel::High,
        Severity::Critical => SeverityLabel::Critical,
    }
}
