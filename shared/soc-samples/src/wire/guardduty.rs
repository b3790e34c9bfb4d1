//! GuardDuty's own finding, in camelCase as EventBridge carries it (schema version 2.0).

mod action;
mod detail;

use serde_json::{Value, json};
use soc_domain::finding::{ApiCall, RecordState};

use super::{Object, put, resource, sequence};
use crate::sample::{Act, Direction, Sample};

pub(super) use action::{port_name, private_ip, verb};

/// The finding, without an envelope.
pub(super) fn finding(sample: &Sample) -> Value {
    let mut finding = Object::new();
    put(&mut finding, "schemaVersion", "2.0");
    put(&mut finding, "accountId", sample.account.as_str());
    put(&mut finding, "region", sample.region.as_str());
    put(&mut finding, "partition", "aws");
    put(&mut finding, "id", sample.id.as_str());
    put(&mut finding, "arn", sample.uid());
    put(&mut finding, "type", sample.kind.as_str());
    put(&mut finding, "resource", resource::guardduty(sample));
    put(&mut finding, "service", service(sample));
    put(&mut finding, "severity", sample.score);
    put(&mut finding, "createdAt", sample.first_seen.plus(std::time::Duration::from_secs(240)).to_string());
    put(&mut finding, "updatedAt", sample.updated_at.to_string());
    put(&mut finding, "title", sample.title.as_str());
    put(&mut finding, "description", sample.description.as_str());
    Value::Object(finding)
}

fn service(sample: &Sample) -> Value {
    let mut service = Object::new();
    put(&mut service, "serviceName", "guardduty");
    put(&mut service, "detectorId", sample.detector());
    put(&mut service, "resourceRole", role(sample));
    put(&mut service, "eventFirstSeen", sample.first_seen.to_string());
    put(&mut service, "eventLastSeen", sample.last_seen.to_string());
    put(&mut service, "archived", sample.record_state == RecordState::Archived);
    put(&mut service, "count", sample.count);
    put(&mut service, "additionalInfo", additional_info(sample));
    if let Some(action) = action::of(sample) {
        put(&mut service, "action", action);
    }
    if let Some(evidence) = evidence(sample) {
        put(&mut service, "evidence", evidence);
    }
    detail::add(sample, &mut service);
    if let Some(detection) = sequence::detection(sample) {
        put(&mut service, "featureName", "Correlation");
        put(&mut service, "detection", detection);
    }
    Value::Object(service)
}

/// Whether the resource acted or was attacked.
pub(super) fn role(sample: &Sample) -> &'static str {
    match sample.act {
        Act::Connection { direction: Direction::Outbound, .. } | Act::Dns(_) | Act::Process(_) => "ACTOR",
        Act::Connection { direction: Direction::Inbound, .. }
        | Act::Nothing
        | Act::Api(_)
        | Act::PortProbe(_)
        | Act::RdsLogin(_)
        | Act::Kubernetes(_)
        | Act::Malware(_) => "TARGET",
    }
}

/// A free object on EventBridge: what it holds differs by type.
fn additional_info(sample: &Sample) -> Value {
    let mut info = Object::new();
    if sample.sample {
        put(&mut info, "sample", true);
    }
    if let Some(list) = sample.remote.as_ref().and_then(|remote| remote.threat_lists.first()) {
        put(&mut info, "threatListName", list.as_str());
    }
    if let (Act::Api(call), true) = (&sample.act, sample.kind.contains("AnomalousBehavior")) {
        put(&mut info, "userAgent", json!({ "fullUserAgent": AGENT, "userAgentCategory": "AWS CLI" }));
        let calls = format!("{}:[{}:success]", call.service, call.name);
        put(&mut info, "anomalies", json!({ "anomalousAPIs": calls }));
        put(&mut info, "profiledBehavior", profiled(call));
        put(
            &mut info,
            "unusualBehavior",
            json!({ "unusualAPIsUserIdentity": call.name, "unusualASNsUserIdentity": "asnNumber: 64496", "isUnusualUserIdentity": "false" }),
        );
    }
    Value::Object(info)
}

const AGENT: &str = "aws-cli/2.22.0 md/awscrt#0.23.4 ua/2.0 os/linux#6.8.0 md/arch#x86_64 lang/python#3.12.6";

fn profiled(call: &ApiCall) -> Value {
    json!({
        "rareProfiledAPIsAccountProfiling": call.name,
        "infrequentProfiledAPIsAccountProfiling": "ListUsers, GetUser",
        "frequentProfiledAPIsAccountProfiling": "AssumeRole, DescribeInstances, GetObject, PutMetricData",
        "rareProfiledUserTypesAccountProfiling": "IAM_USER",
        "frequentProfiledASNsUserIdentityProfiling": "asnNumber: 64511 asnOrg: Example Access",
        "frequentProfiledUserAgentsUserIdentityProfiling": "AWS Service, aws-sdk-rust",
        "numberOfHistoricalDailyAvgAPIsBucketUserIdentityProfiling": "12",
        "numberOfPast24HoursAPIsBucketUserIdentityProfiling": "240",
    })
}

fn evidence(sample: &Sample) -> Option<Value> {
    let lists = &sample.remote.as_ref()?.threat_lists;
    let details: Vec<Value> = lists
        .iter()
        .map(|list| json!({ "threatListName": list, "threatNames": ["Malicious Host"] }))
        .collect();
    (!details.is_empty()).then(|| json!({ "threatIntelligenceDetails": details }))
}
