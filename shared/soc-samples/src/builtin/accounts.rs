//! The simulated account's resources behind the built-in stream.

use serde_json::{Map, Value, json};

use super::cast::{DEV_NETWORK, HOSTS, Host, Network, PROD_NETWORK, REGION, USERS, User};
use crate::sample::Tag;

/// The resources behind the stories as JSON text:
///
/// ```json
/// {"instances":[{"arn":"arn:aws:ec2:...","tags":{"Environment":"dev"},"vpc_id":"vpc-...",
///                "interfaces":{"eni-...":["sg-..."]}}],
///  "vpcs":[{"account":"...","region":"...","vpc_id":"vpc-...","quarantine_group":"sg-..."}],
///  "users":[{"account":"...","name":"...","tags":{},"keys":{"AKIA...":"Active"}}]}
/// ```
///
#[must_use]
pub fn accounts() -> String {
    let networks = [&DEV_NETWORK, &PROD_NETWORK];
    let all = json!({
        "instances": HOSTS.map(instance),
        "vpcs": networks.map(vpc),
        "users": USERS.map(user),
    });
    format!("{all:#}")
}

fn tags(tags: &[Tag]) -> Map<String, Value> {
    tags.iter().map(|tag| (tag.key.to_owned(), Value::from(tag.value))).collect()
}

fn instance(host: &Host) -> Value {
    json!({
        "arn": format!("arn:aws:ec2:{REGION}:{}:instance/{}", host.network.account, host.id),
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
