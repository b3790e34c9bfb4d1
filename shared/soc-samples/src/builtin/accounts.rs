//! The simulated account's resources behind the built-in stream.

use serde_json::{Map, Value, json};

use super::cast::{DEV_NETWORK, HOSTS, Host, Network, PROD_NETWORK, REGION, USERS, User};
use crate::sample::Tag;

/// The resources behind the stories as JSON text:
///
/// ```json
/// {"instances":[{"arn":"arn:aws:ec2:...","tags":{"Environment":"dev"},"vpc_id":"vpc-...",
///                "interfaces":{"eni-...":["sg-..."]}}],
///  "vpcs":[{"id":"vpc-...","account":"...","region":"...",
///           "groups":[{"id":"sg-...","tags":{"ai-soc:quarantine":"true"}}]}],
///  "users":[{"arn":"arn:aws:iam::...:user/...","name":"...","account":"...","tags":{},
///            "keys":{"AKIA...":"Active"}}]}
/// ```
///
/// Every group that an interface has or may get is listed under its VPC; the one with the tag
/// `ai-soc:quarantine` isolates.
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
    let mut groups = vec![json!({ "id": network.quarantine, "tags": { "ai-soc:quarantine": "true" } })];
    for host in HOSTS.iter().filter(|host| host.network.vpc == network.vpc) {
        groups.extend(host.groups.iter().map(|group| json!({ "id": group, "tags": {} })));
    }
    json!({ "id": network.vpc, "account": network.account, "region": REGION, "groups": groups })
}

fn user(user: &User) -> Value {
    json!({
        "arn": format!("arn:aws:iam::{}:user/{}", user.account, user.name),
        "name": user.name,
        "account": user.account,
        "tags": tags(user.tags),
        "keys": { user.key: "Active" },
    })
}
