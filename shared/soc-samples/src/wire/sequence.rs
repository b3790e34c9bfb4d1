//! GuardDuty's attack sequences: `service.detection.sequence`.

use serde_json::{Value, json};
use soc_domain::finding::Principal;

use super::{Object, put, resource};
use crate::sample::{Sample, Sequence, Signal, Target};

/// The `detection` object of an attack sequence; nothing for other findings.
pub(super) fn detection(sample: &Sample) -> Option<Value> {
    let sequence = sample.sequence.as_ref()?;
    let mut value = Object::new();
    put(&mut value, "uid", sample.id.as_str());
    put(&mut value, "description", sample.description.as_str());
    let actors: Value = sample.principal.iter().map(|principal| actor(sample, principal)).collect();
    put(&mut value, "actors", actors);
    let resources: Vec<Value> = sample.targets.iter().filter_map(|target| part(sample, target)).collect();
    put(&mut value, "resources", resources);
    put(&mut value, "endpoints", endpoints(sample));
    let signals: Value = sequence.signals.iter().map(|from| signal(sample, from)).collect();
    put(&mut value, "signals", signals);
    put(&mut value, "sequenceIndicators", indicators(sample, sequence));
    Some(json!({ "sequence": value }))
}

fn actor(sample: &Sample, principal: &Principal) -> Value {
    json!({
        "id": "actor-1",
        "user": {
            "name": principal.name,
            "uid": principal.principal_id.as_deref().unwrap_or_default(),
            "type": principal.kind,
            "credentialUid": principal.access_key_id.as_deref().unwrap_or_default(),
            "account": { "uid": principal.account },
        },
        "session": { "mfaStatus": "DISABLED", "createdTime": seconds(sample.first_seen), "issuer": "amazonaws.com" },
    })
}

/// The service model's timestamps are epoch seconds.
fn seconds(time: soc_domain::time::Timestamp) -> i64 {
    time.as_millis() / 1000
}

/// A resource of the sequence, in the parts that differ by class.
struct Part {
    name: String,
    kind: &'static str,
    service: &'static str,
    data: Value,
}

impl Part {
    fn of(sample: &Sample, target: &Target) -> Option<Self> {
        let part =
            |name: &str, kind, service, data| Some(Self { name: name.to_owned(), kind, service, data });
        let active = json!({ "status": "ACTIVE" });
        match target {
            Target::Instance { id, .. } => {
                let data = json!({ "instanceState": "running", "instanceType": "m6i.large" });
                part(id, "EC2_INSTANCE", "ec2", json!({ "ec2Instance": data }))
            }
            Target::AccessKey => {
                let principal = sample.principal.as_ref()?;
                let data = json!({
                    "principalId": principal.principal_id.as_deref().unwrap_or_default(),
                    "userName": principal.name,
                    "userType": principal.kind,
                });
                part(sample.access_key()?, "ACCESS_KEY", "iam", json!({ "accessKey": data }))
            }
            Target::Bucket(name) => {
                let data = json!({ "effectivePermission": "NOT_PUBLIC" });
                part(name, "S3_BUCKET", "s3", json!({ "s3Bucket": data }))
            }
            Target::EksCluster(name) => part(name, "EKS_CLUSTER", "eks", json!({ "eksCluster": active })),
            Target::EcsCluster(name) => part(name, "ECS_CLUSTER", "ecs", json!({ "ecsCluster": active })),
            Target::Object { key, .. } => part(key, "S3_OBJECT", "s3", json!({ "s3Object": { "key": key } })),
            Target::Workload { namespace, kind, name } => {
                let data = json!({ "namespace": namespace, "type": kind.to_ascii_uppercase() });
                part(name, "KUBERNETES_WORKLOAD", "eks", json!({ "kubernetesWorkload": data }))
            }
            Target::Container(container) => {
                let data = json!({ "image": container.image });
                part(&container.name, "CONTAINER", "ecs", json!({ "container": data }))
            }
            Target::Database(_)
            | Target::Function(_)
            | Target::Volume(_)
            | Target::Snapshot(_)
            | Target::Image(_)
            | Target::RecoveryPoint(_)
            | Target::Named { .. } => None,
        }
    }
}

fn part(sample: &Sample, target: &Target) -> Option<Value> {
    let part = Part::of(sample, target)?;
    Some(json!({
        "uid": sample.arn_of(target),
        "name": part.name,
        "accountId": sample.account,
        "resourceType": part.kind,
        "region": sample.region,
        "service": part.service,
        "cloudPartition": "aws",
        "tags": resource::tags(sample.tags_of(target)),
        "data": part.data,
    }))
}

fn endpoints(sample: &Sample) -> Value {
    let one = |remote: &soc_domain::finding::Remote| {
        json!({
            "id": "endpoint-1",
            "ip": remote.ip,
            "location": { "city": "Amsterdam", "country": remote.country.as_deref().unwrap_or("Netherlands"),
                          "lat": 52.37, "lon": 4.89 },
            "autonomousSystem": { "name": remote.organization.as_deref().unwrap_or("Example Hosting"), "number": 64496 },
            "connection": { "direction": "INBOUND" },
        })
    };
    sample.remote.iter().map(one).collect()
}

fn signal(sample: &Sample, from: &Signal) -> Value {
    json!({
        "uid": from.id,
        "type": "FINDING",
        "name": from.kind,
        "createdAt": seconds(from.first_seen),
        "updatedAt": seconds(from.last_seen),
        "firstSeenAt": seconds(from.first_seen),
        "lastSeenAt": seconds(from.last_seen),
        "severity": from.score,
        "count": 1,
        "resourceUids": sample.targets.iter().map(|target| sample.arn_of(target)).collect::<Vec<_>>(),
        "actorIds": sample.principal.iter().map(|_principal| "actor-1").collect::<Vec<_>>(),
        "endpointIds": sample.remote.iter().map(|_remote| "endpoint-1").collect::<Vec<_>>(),
    })
}

fn indicators(sample: &Sample, sequence: &Sequence) -> Value {
    let mut all = vec![
        json!({ "key": "ATTACK_TACTIC", "values": sequence.tactics, "title": "Tactics" }),
        json!({ "key": "ATTACK_TECHNIQUE", "values": sequence.techniques, "title": "Techniques" }),
        json!({ "key": "HIGH_RISK_API", "values": sequence.calls, "title": "Sensitive APIs called" }),
    ];
    if let Some(remote) = &sample.remote {
        let tor = remote.threat_lists.iter().any(|list| list.contains("Tor"));
        let key = if tor { "TOR_IP" } else { "MALICIOUS_IP" };
        all.push(json!({ "key": key, "values": [remote.ip], "title": "Connected from a listed address" }));
    }
    Value::Array(all)
}
