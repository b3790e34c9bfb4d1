//! GuardDuty's own finding, in camelCase as EventBridge carries it (schema version 2.0).

use serde_json::{Value, json};
use soc_domain::finding::{ApiCall, RecordState, Remote};

use super::{Object, put, resource, sequence};
use crate::sample::{Act, Direction, Sample};

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
    if let Some(action) = action(sample) {
        put(&mut service, "action", action);
    }
    if let Some(evidence) = evidence(sample) {
        put(&mut service, "evidence", evidence);
    }
    if let Act::Process(path) = &sample.act {
        put(&mut service, "featureName", "RuntimeMonitoring");
        put(&mut service, "runtimeDetails", json!({ "process": process(sample, path) }));
    }
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
        | Act::Kubernetes(_) => "TARGET",
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

fn action(sample: &Sample) -> Option<Value> {
    let remote = sample.remote.as_ref().map_or(Value::Null, remote_details);
    let value = match &sample.act {
        Act::Nothing | Act::Process(_) => return None,
        Act::Api(call) => json!({
            "actionType": "AWS_API_CALL",
            "awsApiCallAction": api_call(sample, call, remote),
        }),
        Act::Connection { direction, local_port } => json!({
            "actionType": "NETWORK_CONNECTION",
            "networkConnectionAction": connection(sample, *direction, *local_port),
        }),
        Act::PortProbe(port) => json!({
            "actionType": "PORT_PROBE",
            "portProbeAction": {
                "blocked": false,
                "portProbeDetails": [{
                    "localPortDetails": { "port": port, "portName": port_name(*port) },
                    "localIpDetails": { "ipAddressV4": private_ip(sample) },
                    "remoteIpDetails": remote,
                }],
            },
        }),
        Act::Dns(domain) => json!({
            "actionType": "DNS_REQUEST",
            "dnsRequestAction": { "domain": domain, "protocol": "UDP", "blocked": false, "domainWithSuffix": domain },
        }),
        Act::RdsLogin(user) => json!({
            "actionType": "RDS_LOGIN_ATTEMPT",
            "rdsLoginAttemptAction": {
                "remoteIpDetails": remote,
                "LoginAttributes": [{
                    "user": user, "application": "psql", "failedLoginAttempts": 41, "successfulLoginAttempts": 1,
                }],
            },
        }),
        Act::Kubernetes(path) => json!({
            "actionType": "KUBERNETES_API_CALL",
            "kubernetesApiCallAction": {
                "requestUri": path, "verb": "get", "userAgent": "kubectl/v1.31.0", "statusCode": 200,
                "sourceIPs": sample.remote.iter().map(|remote| remote.ip.as_str()).collect::<Vec<_>>(),
                "remoteIpDetails": remote,
            },
        }),
    };
    Some(without_null(value))
}

/// Drops fields that are null, two levels down: the products leave out what they do not know.
fn without_null(mut value: Value) -> Value {
    for part in value.as_object_mut().into_iter().flat_map(Object::values_mut) {
        if let Some(object) = part.as_object_mut() {
            object.retain(|_field, inner| !inner.is_null());
        }
    }
    value
}

fn api_call(sample: &Sample, call: &ApiCall, remote: Value) -> Value {
    let buckets = sample.targets.iter().filter_map(|target| match target {
        crate::Target::Bucket(name) => Some(("AWS::S3::Bucket".to_owned(), Value::from(name.as_str()))),
        _ => None,
    });
    json!({
        "api": call.name,
        "serviceName": call.service,
        "callerType": "Remote IP",
        "userAgent": AGENT,
        "remoteIpDetails": remote,
        "affectedResources": buckets.collect::<Object>(),
    })
}

fn connection(sample: &Sample, direction: Direction, local_port: u16) -> Value {
    let mut connection = Object::new();
    let direction = if direction == Direction::Inbound { "INBOUND" } else { "OUTBOUND" };
    put(&mut connection, "connectionDirection", direction);
    put(&mut connection, "protocol", "TCP");
    put(&mut connection, "blocked", false);
    put(
        &mut connection,
        "localPortDetails",
        json!({ "port": local_port, "portName": port_name(local_port) }),
    );
    put(&mut connection, "localIpDetails", json!({ "ipAddressV4": private_ip(sample) }));
    if let Some(remote) = &sample.remote {
        let port = remote.port.unwrap_or(443);
        put(&mut connection, "remoteIpDetails", remote_details(remote));
        put(&mut connection, "remotePortDetails", json!({ "port": port, "portName": port_name(port) }));
    }
    Value::Object(connection)
}

/// The private address of the first interface of the first instance.
pub(super) fn private_ip(sample: &Sample) -> &str {
    let address = sample.targets.iter().find_map(|target| match target {
        crate::Target::Instance { details, .. } => details.interfaces.first()?.private_ip.as_deref(),
        _ => None,
    });
    address.unwrap_or("10.0.0.10")
}

/// The name that GuardDuty writes beside a port.
pub(super) fn port_name(port: u16) -> &'static str {
    match port {
        22 => "SSH",
        53 => "DNS",
        80 => "HTTP",
        443 => "HTTPS",
        3389 => "RDP",
        _ => "Unknown",
    }
}

fn remote_details(remote: &Remote) -> Value {
    let organization = remote.organization.as_deref().unwrap_or("Example Hosting");
    let mut details = json!({
        "country": { "countryName": remote.country.as_deref().unwrap_or("Netherlands") },
        "city": { "cityName": "Amsterdam" },
        "geoLocation": { "lat": 52.37, "lon": 4.89 },
        "organization": { "asn": "64496", "asnOrg": organization, "isp": organization, "org": organization },
    });
    let field = if remote.ip.contains(':') { "ipAddressV6" } else { "ipAddressV4" };
    if let Some(object) = details.as_object_mut() {
        put(object, field, remote.ip.as_str());
    }
    details
}

fn evidence(sample: &Sample) -> Option<Value> {
    let lists = &sample.remote.as_ref()?.threat_lists;
    let details: Vec<Value> = lists
        .iter()
        .map(|list| json!({ "threatListName": list, "threatNames": ["Malicious Host"] }))
        .collect();
    (!details.is_empty()).then(|| json!({ "threatIntelligenceDetails": details }))
}

fn process(sample: &Sample, path: &str) -> Value {
    let name = path.rsplit('/').next().unwrap_or(path);
    json!({
        "name": name,
        "executablePath": path,
        "executableSha256": soc_domain::id::sha256_hex(&[path.as_bytes()]),
        "pwd": "/tmp",
        "pid": 4711,
        "startTime": sample.first_seen.to_string(),
        "uuid": sample.id,
        "parentUuid": sample.detector(),
        "user": "root",
        "userId": 0,
        "euid": 0,
        "lineage": [{
            "startTime": sample.first_seen.to_string(), "name": "bash", "pid": 4702, "userId": 0, "euid": 0,
            "uuid": sample.detector(), "executablePath": "/usr/bin/bash", "parentUuid": sample.detector(),
        }],
    })
}
