//! Records of CloudTrail: bare, as elements of a log file (`Records`), or as the detail of an EventBridge event.
//!
//! Apart, because they are no findings: they say what was done, not that it was wrong. Fields are those of
//! "CloudTrail record contents", AWS CloudTrail User Guide; request parameters and response elements stay in
//! the event's own bytes. A field that is absent equals null: a call that succeeded has no error code.

use serde::{Deserialize, Serialize};

use crate::finding::Gap;
use crate::time::Timestamp;
use crate::wire::event::{Event, EventContent};
use crate::wire::gaps::Gaps;
use crate::wire::lenient::{Field, List, Seen, Text, object};
use crate::wire::outline::Outline;
use crate::wire::refusal::Refusal;

/// How the detail-types of EventBridge events end that hold a record.
pub(super) const DETAIL_TYPES: &str = " via CloudTrail";

/// One record: who did what, when, from where, and whether it succeeded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudTrailRecord {
    /// The operation, such as `CreateAccessKey`.
    pub name: String,
    /// The service's endpoint, such as `iam.amazonaws.com`.
    pub source: String,
    /// When the call was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
    /// The region that the call was made to.
    pub region: String,
    /// The account that got the record; the caller's where it does not say.
    pub account: String,
    /// The record's own id.
    pub id: String,
    /// `AwsApiCall`, `AwsConsoleSignIn`, `AwsServiceEvent`, ...
    pub kind: String,
    /// `Management`, `Data`, `Insight`, `NetworkActivity`; empty in old records.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub category: String,
    /// Who made the call.
    pub identity: Identity,
    /// Where the call came from: an address, or the name of a service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_ip: Option<String>,
    /// What the caller says that it is. Hostile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// Why the call failed; absent where it succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// The error in words. Hostile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// The service's id of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Whether the operation changes nothing; absent in old records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Whether it is a management event; absent in old records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub management: Option<bool>,
    /// The ARNs of the resources that the record names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// The VPC endpoint that the call went through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_endpoint: Option<String>,
    /// For sign-ins: `Success` or `Failure`, as the record says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_in: Option<String>,
    /// For sign-ins: whether a second factor was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mfa_used: Option<bool>,
}

/// Who made a call (`userIdentity`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// `IAMUser`, `AssumedRole`, `Root`, `AWSService`, ...; may be empty.
    pub kind: String,
    /// The unique id (`AIDA...`, `AROA...:session`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal_id: Option<String>,
    /// The ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// The account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The access key that signed the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_key_id: Option<String>,
    /// The user's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    /// The service that made the call for somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoked_by: Option<String>,
    /// The ARN of the role or user that the session is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer_arn: Option<String>,
    /// Whether the session was opened with a second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mfa: Option<bool>,
}

impl CloudTrailRecord {
    /// Whether what was asked was done. A failed sign-in has no error code, only its own word.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.error_code.is_none() && self.sign_in.as_deref() != Some("Failure")
    }

    /// Whether somebody signed in to the console, or tried to.
    #[must_use]
    pub fn is_sign_in(&self) -> bool {
        self.source == "signin.amazonaws.com" || self.kind == "AwsConsoleSignIn"
    }
}

object! {
    struct Raw {
        name: Text<'a> = "eventName",
        source: Text<'a> = "eventSource",
        time: Field<Timestamp> = "eventTime",
        shipped_time: Field<Timestamp> = "@timestamp",
        region: Text<'a> = "awsRegion",
        account: Text<'a> = "recipientAccountId",
        id: Text<'a> = "eventID",
        kind: Text<'a> = "eventType",
        category: Text<'a> = "eventCategory",
        identity: RawIdentity<'a> = "userIdentity",
        source_ip: Text<'a> = "sourceIPAddress",
        user_agent: Text<'a> = "userAgent",
        error_code: Text<'a> = "errorCode",
        error_message: Text<'a> = "errorMessage",
        request_id: Text<'a> = "requestID",
        read_only: Field<bool> = "readOnly",
        management: Field<bool> = "managementEvent",
        resources: List<RawResource<'a>> = "resources",
        endpoint: Text<'a> = "vpcEndpointId",
        response: Response<'a> = "responseElements",
        additional: Additional<'a> = "additionalEventData",
        insight: Insight<'a> = "insightDetails",
    }
}

object! {
    struct RawIdentity {
        kind: Text<'a> = "type",
        principal: Text<'a> = "principalId",
        arn: Text<'a> = "arn",
        account: Text<'a> = "accountId",
        key: Text<'a> = "accessKeyId",
        name: Text<'a> = "userName",
        invoked_by: Text<'a> = "invokedBy",
        session: Session<'a> = "sessionContext",
    }
}

object! {
    struct Session {
        issuer: Issuer<'a> = "sessionIssuer",
        attributes: Attributes<'a> = "attributes",
    }
}

object! {
    struct Issuer {
        arn: Text<'a> = "arn",
    }
}

object! {
    struct Attributes {
        mfa: Field<bool> = "mfaAuthenticated",
    }
}

object! {
    struct RawResource {
        arn: Text<'a> = "ARN" | "arn",
    }
}

object! {
    struct Response {
        sign_in: Text<'a> = "ConsoleLogin",
    }
}

object! {
    struct Additional {
        mfa: Text<'a> = "MFAUsed",
    }
}

object! {
    struct Insight {
        name: Text<'a> = "eventName",
        source: Text<'a> = "eventSource",
    }
}

/// Whether the keys are those of a record: a call's, or the frame that all records share (insights have the
/// call inside).
pub(super) fn is_record(outline: &Outline<'_>) -> bool {
    outline.has("eventSource") && outline.has("eventName")
        || outline.has("eventVersion") && outline.has("eventID") && outline.has("eventType")
}

/// Reads a record that is the detail of an event, into the event.
pub(super) fn read_detail(detail: &str, event: Event) -> Result<Event, Refusal> {
    let (record, gaps) = read(detail)?;
    Ok(Event { content: EventContent::CloudTrail(Box::new(record)), gaps, ..event })
}

/// Reads a bare record as the event that it would be the detail of.
pub(super) fn read_bare(text: &str) -> Result<Event, Refusal> {
    let (record, gaps) = read(text)?;
    if let Some(service) = record.source.strip_prefix("aws:") {
        return Ok(notification(service, &record));
    }
    let detail_type = if record.is_sign_in() {
        "AWS Console Sign In via CloudTrail"
    } else {
        "AWS API Call via CloudTrail"
    };
    Ok(Event {
        source: format!("aws.{}", record.source.split('.').next().unwrap_or_default()),
        detail_type: detail_type.to_owned(),
        id: record.id.clone(),
        account: record.account.clone(),
        region: record.region.clone(),
        time: record.time,
        content: EventContent::CloudTrail(Box::new(record)),
        gaps,
    })
}

/// A notification that a service sends itself, such as one of S3: it has a call's keys and is none.
fn notification(service: &str, record: &CloudTrailRecord) -> Event {
    Event {
        source: format!("aws.{service}"),
        detail_type: "Event Notification".to_owned(),
        id: record.id.clone(),
        account: record.account.clone(),
        region: record.region.clone(),
        time: record.time,
        ..Event::default()
    }
}

fn read(text: &str) -> Result<(CloudTrailRecord, Vec<Gap>), Refusal> {
    let raw: Raw<'_> = serde_json::from_str(text).map_err(|error| Refusal::from_json(text, &error))?;
    let mut gaps = Gaps::default();
    let is_insight = raw.insight.seen == Seen::Object;
    let (name, source) =
        if is_insight { (&raw.insight.name, &raw.insight.source) } else { (&raw.name, &raw.source) };
    let identity = identity(&raw.identity, &mut gaps);
    let own = raw.account.owned().or_else(|| identity.account.clone());
    gaps.look("readOnly", &raw.read_only);
    gaps.look("managementEvent", &raw.management);
    let record = CloudTrailRecord {
        name: gaps.text("eventName", name),
        source: gaps.text("eventSource", source),
        // Some that ship logs on move the time to a name of theirs.
        time: gaps.time("eventTime", &raw.time).or(raw.shipped_time.get().copied()),
        region: gaps.text("awsRegion", &raw.region),
        account: own.unwrap_or_default(),
        id: gaps.text("eventID", &raw.id),
        kind: raw.kind.str().to_owned(),
        category: raw.category.str().to_owned(),
        identity,
        source_ip: raw.source_ip.owned(),
        user_agent: raw.user_agent.owned(),
        error_code: raw.error_code.owned(),
        error_message: raw.error_message.owned(),
        request_id: raw.request_id.owned(),
        read_only: raw.read_only.get().copied(),
        management: raw.management.get().copied(),
        resources: raw.resources.iter().filter_map(|resource| resource.arn.owned()).collect(),
        vpc_endpoint: raw.endpoint.owned(),
        sign_in: raw.response.sign_in.owned(),
        mfa_used: used(raw.additional.mfa.str()),
    };
    Ok((record, gaps.0))
}

fn identity(raw: &RawIdentity<'_>, gaps: &mut Gaps) -> Identity {
    gaps.object("userIdentity", raw);
    let session = &raw.session;
    Identity {
        kind: raw.kind.str().to_owned(),
        principal_id: raw.principal.owned(),
        arn: raw.arn.owned(),
        account: raw.account.owned(),
        access_key_id: raw.key.owned(),
        user_name: raw.name.owned(),
        invoked_by: raw.invoked_by.owned(),
        issuer_arn: session.issuer.arn.owned(),
        mfa: session.attributes.mfa.get().copied(),
    }
}

/// `MFAUsed` says `Yes` or `No`.
fn used(word: &str) -> Option<bool> {
    match word {
        "Yes" => Some(true),
        "No" => Some(false),
        _ => None,
    }
}
