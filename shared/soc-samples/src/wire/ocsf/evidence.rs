//! OCSF's `evidences`: what was observed.

use serde_json::{Value, json};
use soc_domain::finding::Remote;
use soc_domain::id::sha256_hex;

use crate::sample::{Act, Direction, Sample};
use crate::wire::guardduty::verb;
use crate::wire::{Object, put};

/// One evidence: who did what from where.
pub(super) fn of(sample: &Sample) -> Value {
    let mut evidence = Object::new();
    let mut actor = Object::new();
    if let Some(principal) = &sample.principal {
        let user = json!({
            "name": principal.name,
            "type": principal.kind,
            "uid": principal.principal_id,
            "credential_uid": principal.access_key_id,
            "account": { "uid": principal.account },
        });
        put(&mut actor, "user", user);
    }
    let outbound = matches!(sample.act, Act::Connection { direction: Direction::Outbound, .. });
    if let Some(remote) = &sample.remote {
        put(&mut evidence, if outbound { "dst_endpoint" } else { "src_endpoint" }, endpoint(remote));
    }
    match &sample.act {
        Act::Api(call) => {
            put(&mut evidence, "api", json!({ "operation": call.name, "service": { "name": call.service } }))
        }
        Act::Connection { local_port, .. } => {
            let (direction, id) = if outbound { ("Outbound", 2) } else { ("Inbound", 1) };
            let info = json!({ "direction": direction, "direction_id": id, "protocol_name": "TCP" });
            put(&mut evidence, "connection_info", info);
            let near = if outbound { "src_endpoint" } else { "dst_endpoint" };
            put(&mut evidence, near, json!({ "port": local_port }));
        }
        Act::PortProbe(port) => put(&mut evidence, "dst_endpoint", json!({ "port": port })),
        Act::Dns(domain) => put(&mut evidence, "query", json!({ "hostname": domain })),
        Act::RdsLogin(user) => put(&mut actor, "user", json!({ "name": user, "type": "DatabaseUser" })),
        Act::Kubernetes(path) => {
            put(&mut evidence, "api", json!({ "operation": verb(path), "request": { "uid": path } }));
        }
        Act::Malware(path) => put(&mut evidence, "file", file(path)),
        Act::Nothing | Act::Process(_) => {}
    }
    if let Some(path) = sample.process() {
        let file = file(path);
        let name = path.rsplit('/').next().unwrap_or(path);
        put(&mut actor, "process", json!({ "name": name, "pid": 4711, "file": file }));
    }
    if !actor.is_empty() {
        put(&mut evidence, "actor", actor);
    }
    Value::Object(evidence)
}

fn file(path: &str) -> Value {
    let name = path.rsplit('/').next().unwrap_or(path);
    let hash = json!({ "algorithm": "SHA-256", "algorithm_id": 3, "value": sha256_hex(&[path.as_bytes()]) });
    json!({ "name": name, "path": path, "type": "Unknown", "type_id": 0, "hashes": [hash] })
}

fn endpoint(remote: &Remote) -> Value {
    let organization = remote.organization.as_deref().unwrap_or("Example Hosting");
    json!({
        "ip": remote.ip,
        "port": remote.port,
        "location": { "city": "Amsterdam", "country": remote.country.as_deref().unwrap_or("Netherlands") },
        "autonomous_system": { "name": organization, "number": 64496 },
    })
}
