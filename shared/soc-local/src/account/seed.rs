//! Filling the simulated account: from what findings name, and from a file.
//!
//! It is apart from acting on the account because it only ever adds. What a finding does not say is derived
//! from what it says, so the same finding always makes the same account.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use soc_domain::action::{AclEntry, Direction, EntryVerdict, IngressRule, KeyStatus};
use soc_domain::finding::{Finding, FindingClass, Interface, Resource, ResourceKind};
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};

use super::derive::{derived, interface_id, or_default_group, quarantine_group, root_volume};
use super::ec2::{Instance, NetworkAcl, SecurityGroup, Volume, Vpc};
use super::iam::{AccessKey, InstanceProfile, Role};
use super::s3::Bucket;
use super::seed_file::Document;
use super::{ResourceState, SimulatedAccount, add, begin, sqlite};

pub(super) const OPERATION: &str = "seed the simulated account";

/// A resource that is to be added.
pub(super) struct Seed {
    pub(super) arn: String,
    pub(super) state: ResourceState,
}

/// What findings name, until it is added to an account.
#[derive(Default)]
pub struct Seeds(BTreeMap<String, ResourceState>);

impl Seeds {
    /// Notes what `finding` names. Of two that name one resource the first describes it; a group has the open
    /// ports of both. A sample names nothing that exists.
    pub fn note(&mut self, finding: &Finding) {
        if finding.sample {
            return;
        }
        for seed in seeds_of(finding) {
            match (self.0.entry(seed.arn), seed.state) {
                (Entry::Vacant(free), state) => {
                    free.insert(state);
                }
                (Entry::Occupied(mut known), ResourceState::SecurityGroup(group)) => {
                    add_rules(known.get_mut(), group.rules);
                }
                (Entry::Occupied(_described), _) => {}
            }
        }
    }
}

impl SimulatedAccount {
    /// Adds what `finding` names and the account does not have yet. Answers how many resources were added.
    ///
    /// # Errors
    /// Unavailable if the file cannot be written.
    pub fn seed_from_finding(&self, finding: &Finding) -> PortResult<usize> {
        let mut seeds = Seeds::default();
        seeds.note(finding);
        self.seed(seeds)
    }

    /// The same for what was noted of many findings, in one transaction: each waits for the disk.
    ///
    /// # Errors
    /// Unavailable if the file cannot be written.
    pub fn seed(&self, seeds: Seeds) -> PortResult<usize> {
        self.plant(seeds.0.into_iter().map(|(arn, state)| Seed { arn, state }))
    }

    /// Adds the resources that a document describes and the account does not have yet. Answers how many were
    /// added. The document is JSON; each list may be absent, and so may what has a default:
    ///
    /// ```json
    /// {"instances": [{"arn": "arn:aws:ec2:REGION:ACCOUNT:instance/i-...", "vpc_id": "vpc-...",
    ///                 "interfaces": {"eni-...": ["sg-..."]}, "tags": {}, "volumes": ["vol-..."],
    ///                 "profile_arn": "arn:aws:iam::ACCOUNT:instance-profile/NAME"}],
    ///  "vpcs": [{"account": "...", "region": "...", "vpc_id": "vpc-...", "quarantine_group": "sg-..."}],
    ///  "users": [{"account": "...", "name": "...", "tags": {}, "keys": {"AKIA...": "Active"}}],
    ///  "roles": [{"account": "...", "name": "...", "tags": {}, "policies": {"NAME": "{...}"},
    ///             "instance_profiles": ["NAME"]}],
    ///  "buckets": [{"name": "...", "tags": {}, "public": false, "block": null}],
    ///  "security_groups": [{"account": "...", "region": "...", "group_id": "sg-...", "tags": {},
    ///                       "rules": [{"protocol": "tcp", "from_port": 22, "to_port": 22,
    ///                                  "source": "0.0.0.0/0", "description": "..."}]}],
    ///  "network_acls": [{"account": "...", "region": "...", "acl_id": "acl-...", "subnets": ["subnet-..."],
    ///                    "tags": {}, "entries": [{"direction": "ingress", "number": 100, "protocol": "-1",
    ///                                             "cidr": "0.0.0.0/0", "verdict": "allow"}]}]}
    /// ```
    ///
    /// An instance without `volumes` has one that is derived from its id; a network ACL without `entries` lets
    /// everything pass, as a default one does. `partition` may stand beside each `account`.
    ///
    /// # Errors
    /// Rejected if the document has another form, or fields that are not known; Unavailable if the file cannot
    /// be written. In both cases nothing was added.
    pub fn seed_from_json(&self, text: &str) -> PortResult<usize> {
        let document: Document = serde_json::from_str(text)
            .map_err(|e| PortError::caused(PortErrorKind::Rejected, OPERATION, e))?;
        self.plant(document.seeds()?.into_iter())
    }

    fn plant(&self, seeds: impl Iterator<Item = Seed>) -> PortResult<usize> {
        let mut inner = self.lock();
        let transaction = begin(&mut inner.connection, OPERATION)?;
        let mut added = 0;
        for seed in seeds {
            added += usize::from(add(&transaction, &seed.arn, &seed.state)?);
        }
        transaction.commit().map_err(|e| sqlite(OPERATION, e))?;
        Ok(added)
    }
}

fn add_rules(known: &mut ResourceState, rules: Vec<IngressRule>) {
    let ResourceState::SecurityGroup(known) = known else { return };
    for rule in rules {
        if !known.rules.contains(&rule) {
            known.rules.push(rule);
        }
    }
    known.rules.sort();
}

fn seeds_of(finding: &Finding) -> Vec<Seed> {
    let mut seeds: Vec<Seed> = Vec::new();
    for resource in &finding.resources {
        match resource.kind {
            ResourceKind::AwsEc2Instance => seeds.extend(instance(finding, resource)),
            ResourceKind::AwsS3Bucket => seeds.extend(bucket(finding, resource)),
            _ => {}
        }
    }
    seeds.extend(keys(finding));
    seeds.extend(roles(finding));
    seeds
}

/// The long-term keys of users that acted in `finding`.
fn keys(finding: &Finding) -> impl Iterator<Item = Seed> + '_ {
    finding.principals.iter().filter_map(|principal| {
        let key_id = principal.access_key_id.as_deref().filter(|key| key.starts_with("AKIA"))?;
        if principal.kind != "IAMUser" || principal.name.is_empty() {
            return None;
        }
        let account = if principal.account.is_empty() { &finding.place.account } else { &principal.account };
        Some(key_seed(
            &format!("arn:{}:iam::{account}", finding.place.partition),
            AccessKey {
                user: principal.name.clone(),
                key_id: key_id.to_owned(),
                status: KeyStatus::Active,
                tags: BTreeMap::new(),
            },
        ))
    })
}

pub(super) fn key_seed(front: &str, key: AccessKey) -> Seed {
    Seed { arn: format!("{front}:access-key/{}", key.key_id), state: ResourceState::AccessKey(key) }
}

/// The roles whose sessions acted in `finding`.
fn roles(finding: &Finding) -> impl Iterator<Item = Seed> + '_ {
    let is_role = |kind: &str| matches!(kind, "AssumedRole" | "Role");
    let principals = finding.principals.iter();
    principals.filter(move |principal| is_role(&principal.kind) && !principal.name.is_empty()).map(
        |principal| {
            let account =
                if principal.account.is_empty() { &finding.place.account } else { &principal.account };
            role_seed(
                &format!("arn:{}:iam::{account}", finding.place.partition),
                &principal.name,
                BTreeMap::new(),
            )
        },
    )
}

fn role_seed(front: &str, name: &str, tags: BTreeMap<String, String>) -> Seed {
    let role = Role { role_name: name.to_owned(), policies: BTreeMap::new(), tags };
    Seed { arn: format!("{front}:role/{name}"), state: ResourceState::Role(role) }
}

/// A bucket, public if that is what the finding is about; none if the record's ARN does not name one.
fn bucket(finding: &Finding, resource: &Resource) -> Option<Seed> {
    let (_front, name) = resource.arn.split_once(":s3:::")?;
    let granted = ["Policy:S3/BucketAnonymousAccessGranted", "Policy:S3/BucketPublicAccessGranted"];
    let open = ["S3.2", "S3.3", "S3.8"];
    let kind = finding.kind.as_str();
    let public = granted.contains(&kind) || finding.class == FindingClass::Control && open.contains(&kind);
    let bucket = Bucket { bucket: name.to_owned(), public, block: None, tags: resource.tags.clone() };
    (!name.is_empty() && !name.contains(['/', ':']))
        .then(|| Seed { arn: resource.arn.clone(), state: ResourceState::Bucket(bucket) })
}

/// An instance and what belongs to it; nothing if the record's ARN does not name an instance. What is around an
/// instance is tagged as it is: nothing else is known of it.
fn instance(finding: &Finding, resource: &Resource) -> Vec<Seed> {
    let Some((front, id)) = resource.arn.split_once(":instance/") else { return Vec::new() };
    let described = resource.instance.clone().unwrap_or_default();
    let named_vpc = described.interfaces.iter().map(|interface| &interface.vpc_id).find(|id| !id.is_empty());
    let vpc_id = named_vpc.cloned().unwrap_or_else(|| derived("vpc", &["vpc of", front]));
    let mut interfaces = BTreeMap::new();
    for (index, interface) in described.interfaces.iter().enumerate() {
        let name = if interface.id.is_empty() { interface_id(id, index) } else { interface.id.clone() };
        interfaces.insert(name, or_default_group(&interface.groups, &vpc_id));
    }
    if interfaces.is_empty() {
        interfaces.insert(interface_id(id, 0), or_default_group(&[], &vpc_id));
    }
    let mut seeds = network(finding, resource, &described.interfaces);
    seeds.extend(
        described.profile_arn.as_deref().map(|arn| profile(arn, &resource.tags)).into_iter().flatten(),
    );
    let volume = Volume { volume_id: root_volume(id), snapshots: BTreeMap::new() };
    seeds.push(vpc_seed(
        front,
        Vpc { vpc_id: vpc_id.clone(), quarantine_group: Some(quarantine_group(&vpc_id)) },
    ));
    let state = Instance {
        instance_id: id.to_owned(),
        vpc_id,
        interfaces,
        volumes: vec![volume.volume_id.clone()],
        profile_arn: described.profile_arn,
        tags: resource.tags.clone(),
    };
    seeds.push(volume_seed(front, volume));
    seeds.push(Seed { arn: resource.arn.clone(), state: ResourceState::Instance(state) });
    seeds
}

/// The groups of the interfaces, the first open where somebody outside knocked, and the network ACLs of their
/// subnets.
fn network(finding: &Finding, resource: &Resource, interfaces: &[Interface]) -> Vec<Seed> {
    let front = resource.arn.split_once(":instance/").map_or("", |(front, _id)| front);
    let mut seeds = Vec::new();
    let mut ports = finding.local_ports.clone();
    ports.sort_unstable();
    for group_id in interfaces.iter().flat_map(|interface| &interface.groups) {
        let rules = std::mem::take(&mut ports).into_iter().map(open_port).collect();
        let group = SecurityGroup { group_id: group_id.clone(), rules, tags: resource.tags.clone() };
        seeds.push(group_seed(front, group));
    }
    for subnet in interfaces.iter().map(|interface| &interface.subnet_id).filter(|id| !id.is_empty()) {
        seeds.push(acl_seed(
            front,
            NetworkAcl {
                acl_id: derived("acl", &["network acl of", subnet]),
                subnets: vec![subnet.clone()],
                entries: allow_everything(),
                tags: resource.tags.clone(),
            },
        ));
    }
    seeds
}

fn open_port(port: u16) -> IngressRule {
    IngressRule {
        protocol: "tcp".to_owned(),
        from_port: Some(port),
        to_port: Some(port),
        source: "0.0.0.0/0".to_owned(),
        description: None,
    }
}

/// The entries of a default network ACL.
pub(super) fn allow_everything() -> Vec<AclEntry> {
    let entry = |direction| AclEntry {
        direction,
        number: 100,
        protocol: "-1".to_owned(),
        ports: None,
        cidr: "0.0.0.0/0".to_owned(),
        verdict: EntryVerdict::Allow,
    };
    vec![entry(Direction::Ingress), entry(Direction::Egress)]
}

/// An instance profile and its role, which has the same name, as the console makes them.
fn profile(arn: &str, tags: &BTreeMap<String, String>) -> Vec<Seed> {
    let Some((front, name)) = arn.split_once(":instance-profile/") else { return Vec::new() };
    let name = name.rsplit('/').next().unwrap_or_default();
    let state = InstanceProfile { profile: name.to_owned(), role_name: name.to_owned() };
    vec![
        Seed { arn: arn.to_owned(), state: ResourceState::InstanceProfile(state) },
        role_seed(front, name, tags.clone()),
    ]
}

pub(super) fn vpc_seed(front: &str, vpc: Vpc) -> Seed {
    Seed { arn: format!("{front}:vpc/{}", vpc.vpc_id), state: ResourceState::Vpc(vpc) }
}

pub(super) fn volume_seed(front: &str, volume: Volume) -> Seed {
    Seed { arn: format!("{front}:volume/{}", volume.volume_id), state: ResourceState::Volume(volume) }
}

pub(super) fn group_seed(front: &str, group: SecurityGroup) -> Seed {
    let arn = format!("{front}:security-group/{}", group.group_id);
    Seed { arn, state: ResourceState::SecurityGroup(group) }
}

pub(super) fn acl_seed(front: &str, acl: NetworkAcl) -> Seed {
    Seed { arn: format!("{front}:network-acl/{}", acl.acl_id), state: ResourceState::NetworkAcl(acl) }
}
