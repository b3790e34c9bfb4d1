//! GuardDuty: read a finding again, list what changed, put away, give feedback, ask for samples.
//!
//! Apart from `sources`, which decides what an answer means. A detector is looked up and never taken from a record:
//! what came over a bus does not choose whom we ask.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use aws_sdk_guardduty::Client;
use aws_sdk_guardduty::config::Region;
use aws_sdk_guardduty::types::{Condition, Feedback, FindingCriteria, OrderBy, SortCriteria};
use soc_domain::time::Timestamp;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};

use crate::body::{Body, Page};
use crate::error::port_error;
use crate::region::Regions;

/// How many findings `ListFindings` and `GetFindings` take at once (`GetFindings`, Amazon GuardDuty API Reference).
const PAGE: i32 = 50;

/// GuardDuty of our account; as its organization's administrator it answers for the members too.
#[derive(Debug)]
pub struct GuardDuty {
    client: Client,
    /// For findings of other regions than the client's.
    elsewhere: Regions<Client>,
    detectors: Mutex<BTreeMap<String, String>>,
}

/// A finding as GuardDuty has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Its JSON, as it came.
    pub(crate) element: Vec<u8>,
    /// Its ARN: what Security Hub calls its id.
    pub(crate) arn: String,
}

impl GuardDuty {
    /// GuardDuty in the client's region, and with the same credentials in others.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client, elsewhere: Regions::new(), detectors: Mutex::default() }
    }

    /// Asks for sample findings of these types in the client's region: they come as events, marked as samples.
    ///
    /// # Errors
    /// GuardDuty is not enabled (`NotFound`), or the call failed.
    pub async fn create_samples(&self, types: &[String]) -> PortResult<()> {
        const OPERATION: &str = "ask for sample findings";
        let Some(detector) = self.detector(&self.client).await? else {
            return Err(PortError::new(PortErrorKind::NotFound, OPERATION));
        };
        let call = self.client.create_sample_findings().detector_id(detector);
        let sent = call.set_finding_types(Some(types.to_vec())).send().await;
        sent.map(drop).map_err(|error| port_error(OPERATION, &error))
    }

    /// Reads one finding; none if GuardDuty does not know it.
    pub(crate) async fn get(&self, region: &str, id: &str) -> PortResult<Option<Found>> {
        const OPERATION: &str = "read a finding at GuardDuty";
        let Some((client, detector)) = self.at(region).await? else { return Ok(None) };
        let body = Body::default();
        let call = client.get_findings().detector_id(detector).finding_ids(id);
        let answer = match call.customize().interceptor(body.clone()).send().await {
            Ok(answer) => answer,
            Err(error) => return unknown(port_error(OPERATION, &error)),
        };
        let elements = body.findings(answer.findings().len(), OPERATION)?;
        let named = answer.findings().iter().zip(elements).find(|(finding, _)| finding.id() == Some(id));
        Ok(named
            .map(|(finding, element)| Found { element, arn: finding.arn().unwrap_or_default().to_owned() }))
    }

    /// Lists what was updated since, the oldest first, with archived findings.
    pub(crate) async fn updated_since(&self, since: Timestamp, from: Option<&str>) -> PortResult<Page> {
        const OPERATION: &str = "list findings of GuardDuty";
        let Some(detector) = self.detector(&self.client).await? else { return Ok(Page::default()) };
        let updated = Condition::builder().greater_than_or_equal(since.as_millis()).build();
        let oldest_first = SortCriteria::builder().attribute_name("updatedAt").order_by(OrderBy::Asc).build();
        let listed = self
            .client
            .list_findings()
            .detector_id(&detector)
            .finding_criteria(FindingCriteria::builder().criterion("updatedAt", updated).build())
            .sort_criteria(oldest_first.clone())
            .max_results(PAGE)
            .set_next_token(from.map(str::to_owned))
            .send()
            .await
            .map_err(|error| port_error(OPERATION, &error))?;
        let next = listed.next_token().filter(|token| !token.is_empty()).map(str::to_owned);
        let ids = listed.finding_ids().to_vec();
        if ids.is_empty() {
            return Ok(Page { elements: Vec::new(), next });
        }
        let body = Body::default();
        let call = self.client.get_findings().detector_id(&detector).set_finding_ids(Some(ids));
        let call = call.sort_criteria(oldest_first).customize().interceptor(body.clone());
        let answer = call.send().await.map_err(|error| port_error(OPERATION, &error))?;
        Ok(Page { elements: body.findings(answer.findings().len(), OPERATION)?, next })
    }

    /// Puts a finding away. Doing it again is success.
    pub(crate) async fn archive(&self, region: &str, id: &str) -> PortResult<()> {
        const OPERATION: &str = "archive a finding at GuardDuty";
        let Some((client, detector)) = self.at(region).await? else { return Ok(()) };
        let sent = client.archive_findings().detector_id(detector).finding_ids(id).send().await;
        sent.map(drop).map_err(|error| port_error(OPERATION, &error))
    }

    /// Says whether a finding was of use.
    pub(crate) async fn feedback(
        &self,
        (region, id): (&str, &str),
        feedback: Feedback,
        note: &str,
    ) -> PortResult<()> {
        const OPERATION: &str = "give feedback on a finding at GuardDuty";
        let Some((client, detector)) = self.at(region).await? else { return Ok(()) };
        let call = client.update_findings_feedback().detector_id(detector).finding_ids(id);
        let sent = call.feedback(feedback).comments(note).send().await;
        sent.map(drop).map_err(|error| port_error(OPERATION, &error))
    }

    /// The client and detector of a region; none if the region is none, or has no detector.
    async fn at(&self, region: &str) -> PortResult<Option<(Client, String)>> {
        let is_own = self.client.config().region().is_some_and(|own| own.as_ref() == region);
        let make = || {
            if is_own {
                return self.client.clone();
            }
            let config = self.client.config().to_builder().region(Region::new(region.to_owned()));
            Client::from_conf(config.build())
        };
        let Some(client) = self.elsewhere.client(region, make) else { return Ok(None) };
        Ok(self.detector(&client).await?.map(|detector| (client, detector)))
    }

    /// The detector of the client's region. A region has one, and it keeps its id.
    async fn detector(&self, client: &Client) -> PortResult<Option<String>> {
        let region = client.config().region().map(ToString::to_string).unwrap_or_default();
        let known = self.detectors.lock().unwrap_or_else(PoisonError::into_inner).get(&region).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let listed = client.list_detectors().send().await;
        let listed = listed.map_err(|error| port_error("look for GuardDuty's detector", &error))?;
        let Some(detector) = listed.detector_ids().first() else { return Ok(None) };
        let mut detectors = self.detectors.lock().unwrap_or_else(PoisonError::into_inner);
        detectors.insert(region, detector.clone());
        Ok(Some(detector.clone()))
    }
}

/// GuardDuty answers `BadRequestException` for an id that it does not know.
fn unknown<T>(error: PortError) -> PortResult<Option<T>> {
    match error.kind {
        PortErrorKind::NotFound | PortErrorKind::Rejected => Ok(None),
        PortErrorKind::Conflict
        | PortErrorKind::Throttled
        | PortErrorKind::Timeout
        | PortErrorKind::Denied
        | PortErrorKind::Unavailable => Err(error),
    }
}
