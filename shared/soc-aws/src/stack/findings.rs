//! Findings that a person puts into a stack: made by GuardDuty, imported by Security Hub, played on the bus, or put on
//! the stream.
//!
//! Apart because these calls make something up. Every entry of a batch is accounted for.

use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_sdk_securityhub::types::{AwsSecurityFinding, Resource as Affected, Severity, SeverityLabel};
use serde::Deserialize;
use serde_json::Value;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::{NotPut, Stream as _, StreamRecord};

use super::people::refused;
use super::{Part, Stack};
use crate::error::{Answered, port_error};
use crate::kinesis::KinesisStream;

/// "`PutEvents`", Amazon EventBridge API Reference: at most so many entries, and so many bytes of all of them.
const EVENTS_MAX: usize = 10;
const EVENTS_BYTES: usize = 256 * 1024;
/// "`BatchImportFindings`", AWS Security Hub API Reference.
const IMPORT_MAX: usize = 100;
/// "`CreateSampleFindings`", Amazon GuardDuty API Reference.
const SAMPLES_MAX: usize = 50;
/// The source of events that a simulator plays.
const SIMULATOR: &str = "soc.simulator";

/// A finding for Security Hub, as a product of the account's own would import it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Its id.
    pub id: String,
    /// One line.
    pub title: String,
    /// A paragraph.
    pub description: String,
    /// `namespace/category/classifier`.
    pub kind: String,
    /// `LOW`, `HIGH`, ...
    pub severity: String,
    /// The type of the affected resource, in Security Hub's words, and its id.
    pub resource: (String, String),
    /// When it was made, as RFC 3339.
    pub at: String,
}

/// An event as EventBridge delivers it, as far as it can be put on a bus again.
#[derive(Deserialize)]
struct Event {
    #[serde(rename = "detail-type")]
    detail_type: String,
    #[serde(default)]
    resources: Vec<String>,
    detail: Value,
}

impl Stack {
    /// Puts events on the account's bus as the simulator's, whoever they came from. Those that are not on it are
    /// answered.
    ///
    /// # Errors
    /// One of them is no event, or the call failed.
    pub async fn play(&self, events: &[Vec<u8>]) -> PortResult<Vec<NotPut>> {
        const OPERATION: &str = "put events on the bus";
        let client = aws_sdk_eventbridge::Client::new(self.config());
        let mut entries = Vec::with_capacity(events.len());
        for event in events {
            entries.push(entry(event)?);
        }
        let mut not_put = Vec::new();
        let mut first = 0;
        while first < entries.len() {
            let batch = batch(&entries, first);
            let sent = client.put_events().set_entries(Some(batch.to_vec())).send().await;
            let answer = sent.map_err(|error| port_error(OPERATION, &error))?;
            for (at, entry) in answer.entries().iter().enumerate() {
                if let Some(code) = entry.error_code() {
                    not_put.push(NotPut { index: first + at, error: refused(OPERATION, code) });
                }
            }
            first += batch.len();
        }
        Ok(not_put)
    }

    /// Imports findings into Security Hub, as samples. Those that it did not take are answered.
    ///
    /// # Errors
    /// The call failed.
    pub async fn import(&self, findings: &[Imported]) -> PortResult<Vec<NotPut>> {
        const OPERATION: &str = "import findings into Security Hub";
        let client = aws_sdk_securityhub::Client::new(self.config());
        let mut not_put = Vec::new();
        for (number, batch) in findings.chunks(IMPORT_MAX).enumerate() {
            let made = batch.iter().map(|one| self.asff(one)).collect();
            let sent = client.batch_import_findings().set_findings(Some(made)).send().await;
            let answer = sent.map_err(|error| port_error(OPERATION, &error))?;
            for failed in answer.failed_findings() {
                let at = batch.iter().position(|one| failed.id() == Some(&one.id)).unwrap_or_default();
                let code = failed.error_code().unwrap_or_default();
                not_put.push(NotPut { index: number * IMPORT_MAX + at, error: refused(OPERATION, code) });
            }
        }
        Ok(not_put)
    }

    /// Puts records on the stream, as its event rules would. Those that are not on it are answered.
    ///
    /// # Errors
    /// The stack has no stream, or the call failed.
    pub async fn put_on_stream(&self, records: &[StreamRecord]) -> PortResult<Vec<NotPut>> {
        let client = aws_sdk_kinesis::Client::new(self.config());
        KinesisStream::new(client, self.id(Part::Findings)?).put(records).await
    }

    fn asff(&self, one: &Imported) -> AwsSecurityFinding {
        let (region, account) = (&self.region, &self.account);
        let partition = self.partition();
        AwsSecurityFinding::builder()
            .schema_version("2018-10-08")
            .id(&one.id)
            .product_arn(format!("arn:{partition}:securityhub:{region}:{account}:product/{account}/default"))
            .generator_id("soc-inject")
            .aws_account_id(account)
            .types(&one.kind)
            .created_at(&one.at)
            .updated_at(&one.at)
            .severity(Severity::builder().label(SeverityLabel::from(one.severity.as_str())).build())
            .title(&one.title)
            .description(&one.description)
            .resources(Affected::builder().r#type(&one.resource.0).id(&one.resource.1).region(region).build())
            .sample(true)
            .build()
    }

    /// Lets GuardDuty make one sample finding of each type.
    ///
    /// # Errors
    /// The account has no detector that is on, or the call failed.
    pub async fn make_samples(&self, types: &[String]) -> PortResult<()> {
        const OPERATION: &str = "let GuardDuty make sample findings";
        let detectors = self.detectors().await?;
        let Some(detector) = detectors.first() else {
            let why = Answered::new("NoDetector");
            return Err(PortError::caused(PortErrorKind::NotFound, OPERATION, why));
        };
        let client = aws_sdk_guardduty::Client::new(self.config());
        for types in types.chunks(SAMPLES_MAX) {
            let call = client.create_sample_findings().detector_id(detector);
            let sent = call.set_finding_types(Some(types.to_vec())).send().await;
            sent.map_err(|error| port_error(OPERATION, &error))?;
        }
        Ok(())
    }

    /// `aws`, `aws-cn` or `aws-us-gov`.
    pub(super) fn partition(&self) -> &'static str {
        match self.region.as_str() {
            cn if cn.starts_with("cn-") => "aws-cn",
            gov if gov.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }
}

fn entry(event: &[u8]) -> PortResult<PutEventsRequestEntry> {
    let read = |_no_event| PortError::new(PortErrorKind::Rejected, "read an event to put on the bus");
    let event: Event = serde_json::from_str(&String::from_utf8_lossy(event)).map_err(read)?;
    Ok(PutEventsRequestEntry::builder()
        .source(SIMULATOR)
        .detail_type(event.detail_type)
        .set_resources(Some(event.resources))
        .detail(event.detail.to_string())
        .build())
}

/// The entries from `first` on that fit into one call; one at least.
fn batch(entries: &[PutEventsRequestEntry], first: usize) -> &[PutEventsRequestEntry] {
    let rest = entries.get(first..).unwrap_or_default();
    let mut bytes = 0;
    let fit = rest.iter().take(EVENTS_MAX).take_while(|entry| {
        bytes += size(entry);
        bytes <= EVENTS_BYTES
    });
    let fit = fit.count().max(1);
    rest.get(..fit).unwrap_or(rest)
}

/// As the reference counts an entry: source, detail-type, detail and resources.
fn size(entry: &PutEventsRequestEntry) -> usize {
    let resources: usize = entry.resources().iter().map(String::len).sum();
    let texts = [entry.source(), entry.detail_type(), entry.detail()];
    resources + texts.into_iter().flatten().map(str::len).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(bytes: usize) -> Vec<u8> {
        let text = "x".repeat(bytes);
        format!(
            r#"{{"id":"1","source":"aws.guardduty","detail-type":"GuardDuty Finding","resources":["r"],
                "detail":{{"a":"{text}"}}}}"#
        )
        .into_bytes()
    }

    #[test]
    fn a_played_event_says_that_the_simulator_sent_it_and_keeps_its_detail() {
        let entry = entry(&event(2)).unwrap();
        assert_eq!(entry.source(), Some("soc.simulator"));
        assert_eq!(entry.detail_type(), Some("GuardDuty Finding"));
        assert_eq!(entry.detail(), Some(r#"{"a":"xx"}"#));
    }

    #[test]
    fn no_call_has_more_entries_or_bytes_than_the_bus_takes() {
        let entries: Vec<_> = [vec![10; 25], vec![100_000; 5], vec![300_000]]
            .concat()
            .into_iter()
            .map(|bytes| entry(&event(bytes)).unwrap())
            .collect();
        let mut first = 0;
        let mut sizes = Vec::new();
        while first < entries.len() {
            let fit = batch(&entries, first);
            first += fit.len();
            sizes.push(fit.len());
            let bytes: usize = fit.iter().map(size).sum();
            assert!(fit.len() <= EVENTS_MAX && (bytes <= EVENTS_BYTES || fit.len() == 1));
        }
        assert_eq!(sizes.iter().sum::<usize>(), entries.len());
        assert_eq!(sizes, [10, 10, 7, 2, 1, 1]);
    }

    #[test]
    fn what_is_no_event_is_refused_before_anything_is_put() {
        assert!(entry(br#"{"Id":"1"}"#).is_err());
    }
}
