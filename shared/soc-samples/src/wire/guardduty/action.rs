//! `service.action`: what was observed, from where.

use serde_json::{Value, json};
use soc_domain::finding::{ApiCall, Remote};

use super::AGENT;
use crate::sample::{Act, Direction, Sample};
use crate::wire::{Object, put};

/// The `action` object; findings of processes and of scans have none.
pub(super) fn of(sample: &Sample) -> Option<Value> {
    let remote = sample.remote.as_ref().map_or(Value::Null, remote_details);
    let value = match &sample.act {
        Act::Nothing | Act::Process(_) | Act::Malware(_) => return None,
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
                "LoginAttributes": [login(sample, user)],
            },
        }),
        Act::Kubernetes(path) => json!({
            "actionType": "KUBERNETES_API_CALL",
            "kubernetesApiCallAction": {
                "requestUri": path, "verb": verb(path), "userAgent": "kubectl/v1.31.0",
                "statusCode": if verb(path) == "create" { 201 } else { 200 },
                "sourceIPs": sample.remote.iter().map(|remote| remote.ip.as_str()).collect::<Vec<_>>(),
                "remoteIpDetails": remote,
            },
        }),
    };
    Some(without_null(value))
}

fn login(sample: &Sample, user: &str) -> Value {
    let failed = sample.kind.contains("Failed");
    let (failures, successes) = if failed { (41, 0) } else { (12, 1) };
    json!({ "user": user, "application": "psql", "failedLoginAttempts": failures, "successfulLoginAttempts": successes })
}

/// What a call of the Kubernetes API does: paths of collections that something is put into are written to.
pub(in crate::wire) fn verb(path: &str) -> &'static str {
    let collection = path.rsplit('/').next().unwrap_or_default();
    match collection {
        "exec"
        | "pods"
        | "daemonsets"
        | "clusterroles"
        | "clusterrolebindings"
        | "selfsubjectaccessreviews" => "create",
        "events" => "delete",
        _ => "get",
    }
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
pub(in crate::wire) fn private_ip(sample: &Sample) -> &str {
    let address = sample.targets.iter().find_map(|target| match target {
        crate::Target::Instance { details, .. } => details.interfaces.first()?.private_ip.as_deref(),
        _ => None,
    });
    address.unwrap_or("10.0.0.10")
}

/// The name that GuardDuty writes beside a port.
pub(in crate::wire) fn port_name(port: u16) -> &'static str {
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
