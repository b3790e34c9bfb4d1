//! The simulated account's resources behind the built-in stream.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::cast::{DEV_NETWORK, HOSTS, Host, Network, PROD_NETWORK, REGION, SANDBOX_NETWORK, USERS, User};
use super::entries;
use crate::sample::{Sample, Tag, Target};

/// The resources behind the stories as JSON text:
///
/// ```json
/// {"instances":[{"arn":"arn:aws:ec2:...","tags":{"Environment":"dev"},"vpc_id":"vpc-...",
///                "interfaces":{"eni-...":["sg-..."]}}],
///  "vpcs":[{"account":"...","region":"...","vpc_id":"vpc-...","quarantine_group":"sg-..."}],
///  "users":[{"account":"...","name":"...","tags":{},"keys":{"AKIA...":"Active"}}]}
/// ```
///
/// The cast that is chosen by name, and whatever else the findings name: instances as they describe them, users
/// with the tags of what they used.
#[must_use]
pub fn accounts() -> String {
    let networks = [&DEV_NETWORK, &PROD_NETWORK, &SANDBOX_NETWORK];
    let mut instances: BTreeMap<String, Value> = BTreeMap::new();
    let mut users: BTreeMap<String, Value> = BTreeMap::new();
    for entry in entries().iter().filter(|entry| !entry.sample.sample) {
        for target in &entry.sample.targets {
            instances.extend(named_instance(&entry.sample, target));
        }
        users.extend(named_user(&entry.sample));
    }
    instances.extend(HOSTS.map(|host| (arn_of(host), instance(host))));
    users.extend(USERS.map(|one| (format!("{}/{}", one.account, one.name), user(one))));
    let all = json!({
        "instances": instances.into_values().collect::<Value>(),
        "vpcs": networks.map(vpc),
        "users": users.into_values().collect::<Value>(),
    });
    format!("{all:#}")
}

/// An instance as a finding describes it, by its ARN.
fn named_instance(sample: &Sample, target: &Target) -> Option<(String, Value)> {
    let Target::Instance { details, .. } = target else { return None };
    let arn = sample.arn_of(target);
    let interfaces: Map<String, Value> =
        details.interfaces.iter().map(|one| (one.id.clone(), json!(one.groups))).collect();
    let value = json!({
        "arn": arn,
        "tags": tags(&sample.tags),
        "vpc_id": details.interfaces.first()?.vpc_id,
        "interfaces": interfaces,
    });
    Some((arn, value))
}

/// The user of a long-term key.
fn named_user(sample: &Sample) -> Option<(String, Value)> {
    let principal = sample.principal.as_ref().filter(|principal| principal.kind == "IAMUser")?;
    let key = principal.access_key_id.as_deref()?;
    let value = json!({
        "account": principal.account,
        "name": principal.name,
        "tags": tags(&sample.tags),
        "keys": { key: "Active" },
    });
    Some((format!("{}/{}", principal.account, principal.name), value))
}

fn tags(tags: &[Tag]) -> Map<String, Value> {
    tags.iter().map(|tag| (tag.key.to_owned(), Value::from(tag.value))).collect()
}

fn arn_of(host: &Host) -> String {
    format!("arn:aws:ec2:{REGION}:{}:instance/{}", host.network.account, host.id)
}

fn instance(host: &Host) -> Value {
    json!({
        "arn": arn_of(host),
        "tags": tags(host.tags),
        "vpc_id": host.network.vpc,
        "interfaces": { host.interface: host.groups },
    })
}

fn vpc(network: &Network) -> Value {
    json!({
        "account": network.account,
        "region": REGION,
        "vpc_id": network.vpc,
        "quarantine_group": network.quarantine,
    })
}

fn user(user: &User) -> Value {
    json!({
        "account": user.account,
        "name": user.name,
        "tags": tags(user.tags),
        "keys": { user.key: "Active" },
    })
}
