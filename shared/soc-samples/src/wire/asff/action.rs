//! ASFF's `Action`: what was observed.

use serde_json::{Value, json};
use soc_domain::finding::Remote;

use super::super::guardduty::{port_name, private_ip};
use super::super::{Object, put};
use crate::sample::{Act, Direction, Sample};

/// GuardDuty's name of the action, and of the object that describes it.
pub(super) fn name(act: &Act) -> Option<(&'static str, &'static str)> {
    match act {
        Act::Nothing | Act::Process(_) | Act::Malware(_) => None,
        Act::Api(_) => Some(("AWS_API_CALL", "awsApiCallAction")),
        Act::Connection { .. } => Some(("NETWORK_CONNECTION", "networkConnectionAction")),
        Act::PortProbe(_) => Some(("PORT_PROBE", "portProbeAction")),
        Act::Dns(_) => Some(("DNS_REQUEST", "dnsRequestAction")),
        Act::RdsLogin(_) => Some(("RDS_LOGIN_ATTEMPT", "rdsLoginAttemptAction")),
        Act::Kubernetes(_) => Some(("KUBERNETES_API_CALL", "kubernetesApiCallAction")),
    }
}

/// The `Action` object; ASFF has none for logins, processes, Kubernetes and scans.
pub(super) fn of(sample: &Sample) -> Option<Value> {
    let (kind, _path) = name(&sample.act)?;
    let mut action = Object::new();
    put(&mut action, "ActionType", kind);
    let remote = sample.remote.as_ref().and_then(remote_details);
    match &sample.act {
        Act::Api(call) => {
            let mut value = Object::new();
            put(&mut value, "Api", call.name.as_str());
            put(&mut value, "ServiceName", call.service.as_str());
            put(&mut value, "CallerType", "remoteIp");
            put(&mut value, "FirstSeen", sample.first_seen.to_string());
            put(&mut value, "LastSeen", sample.last_seen.to_string());
            value.extend(remote.map(|details| ("RemoteIpDetails".to_owned(), details)));
            put(&mut action, "AwsApiCallAction", value);
        }
        Act::Connection { direction, local_port } => {
            let direction = if *direction == Direction::Inbound { "INBOUND" } else { "OUTBOUND" };
            let mut value = Object::new();
            put(&mut value, "ConnectionDirection", direction);
            put(&mut value, "Protocol", "TCP");
            put(&mut value, "Blocked", false);
            put(&mut value, "LocalPortDetails", port(*local_port));
            if let Some(far) = sample.remote.as_ref().and_then(|remote| remote.port) {
                put(&mut value, "RemotePortDetails", port(far));
            }
            value.extend(remote.map(|details| ("RemoteIpDetails".to_owned(), details)));
            put(&mut action, "NetworkConnectionAction", value);
        }
        Act::PortProbe(probed) => {
            let mut value = Object::new();
            put(&mut value, "LocalPortDetails", port(*probed));
            put(&mut value, "LocalIpDetails", json!({ "IpAddressV4": private_ip(sample) }));
            value.extend(remote.map(|details| ("RemoteIpDetails".to_owned(), details)));
            put(&mut action, "PortProbeAction", json!({ "Blocked": false, "PortProbeDetails": [value] }));
        }
        Act::Dns(domain) => {
            let value = json!({ "Domain": domain, "Protocol": "UDP", "Blocked": false });
            put(&mut action, "DnsRequestAction", value);
        }
        Act::Nothing | Act::Process(_) | Act::RdsLogin(_) | Act::Kubernetes(_) | Act::Malware(_) => {
            return None;
        }
    }
    Some(Value::Object(action))
}

fn port(number: u16) -> Value {
    json!({ "Port": number, "PortName": port_name(number) })
}

/// ASFF's model has only IPv4 here; an IPv6 address is in `ProductFields`.
fn remote_details(remote: &Remote) -> Option<Value> {
    let organization = remote.organization.as_deref().unwrap_or("Example Hosting");
    (!remote.ip.contains(':')).then(|| {
        json!({
            "IpAddressV4": remote.ip,
            "Organization": { "Asn": 64496, "AsnOrg": organization, "Isp": organization, "Org": organization },
            "Country": { "CountryName": remote.country.as_deref().unwrap_or("Netherlands") },
            "City": { "CityName": "Amsterdam" },
            "GeoLocation": { "Lat": 52.37, "Lon": 4.89 },
        })
    })
}
