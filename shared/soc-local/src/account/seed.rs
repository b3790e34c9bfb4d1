//! Filling the simulated account: from what findings name, and from a file.
//!
//! It is apart from acting on the account because it only ever adds. What a finding does not say is derived
//! from what it says, so the same finding always makes the same account.

use std::collections::BTreeMap;

use serde::Deserialize;
use soc_domain::action::KeyStatus;
use soc_domain::finding::{Finding, Resource, ResourceKind};
use soc_domain::id::sha256_hex;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};

use super::resource::{AccessKey, Instance, ResourceState, Vpc};
use super::{SimulatedAccount, add, begin, sqlite};

const OPERATION: &str = "seed the simulated account";

/// The tag of the group that isolates.
const QUARANTINE_TAG: &str = "ai-soc:quarantine";

/// A resource that is to be added, and what is added with it if it was absent.
struct Seed {
    arn: String,
    state: ResourceState,
    vpc: Option<Box<Seed>>,
}

/// What findings name, until it is added to an account.
#[derive(Default)]
pub struct Seeds(BTreeMap<String, Seed>);

impl Seeds {
    /// Notes what `finding` names. Of two that name one resource the first describes it. A sample names nothing
    /// that exists.
    pub fn note(&mut self, finding: &Finding) {
        if finding.sample {
            return;
        }
        for seed in seeds_of(finding) {
            self.0.entry(seed.arn.clone()).or_insert(seed);
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
        self.plant(seeds.0.into_values())
    }

    /// Adds the instances, VPCs and users that a document describes and the account does not have yet.
    /// Answers how many resources were added.
    ///
    /// # Errors
    /// Rejected if the document has another form, or fields that are not known; Unavailable if the file cannot
    /// be written. In both cases nothing was added.
    pub fn seed_from_json(&self, text: &str) -> PortResult<usize> {
        let document: Document = serde_json::from_str(text)
            .map_err(|e| PortError::caused(PortErrorKind::Rejected, OPERATION, e))?;
        let seeds = document.seeds()?;
        self.plant(seeds.into_iter())
    }

    fn plant(&self, seeds: impl Iterator<Item = Seed>) -> PortResult<usize> {
        let mut connection = self.lock();
        let transaction = begin(&mut connection, OPERATION)?;
        let mut added = 0;
        for seed in seeds {
            if !add(&transaction, &seed.arn, &seed.state)? {
                continue;
            }
            added += 1;
            if let Some(vpc) = seed.vpc {
                added += usize::from(add(&transaction, &vpc.arn, &vpc.state)?);
            }
        }
        transaction.commit().map_err(|e| sqlite(OPERATION, e))?;
        Ok(added)
    }
}

fn seeds_of(finding: &Finding) -> Vec<Seed> {
    let instances = finding.resources.iter().filter(|resource| resource.kind == ResourceKind::AwsEc2Instance);
    let mut seeds: Vec<Seed> = instances.filter_map(instance).collect();
    seeds.extend(keys(finding));
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

fn key_seed(front: &str, key: AccessKey) -> Seed {
    Seed {
        arn: format!("{front}:access-key/{}", key.key_id),
        state: ResourceState::AccessKey(key),
        vpc: None,
    }
}

/// An instance and its VPC; none if the record's ARN does not name an instance.
fn instance(resource: &Resource) -> Option<Seed> {
    let (front, id) = resource.arn.split_once(":instance/")?;
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
    let vpc = Vpc { vpc_id: vpc_id.clone(), quarantine_group: Some(quarantine_group(&vpc_id)) };
    let state = Instance { instance_id: id.to_owned(), vpc_id, interfaces, tags: resource.tags.clone() };
    Some(Seed {
        arn: resource.arn.clone(),
        vpc: Some(Box::new(vpc_seed(front, vpc))),
        state: ResourceState::Instance(state),
    })
}

fn vpc_seed(front: &str, vpc: Vpc) -> Seed {
    Seed { arn: format!("{front}:vpc/{}", vpc.vpc_id), state: ResourceState::Vpc(vpc), vpc: None }
}

/// EC2 puts an interface into its VPC's default group when nobody names one.
fn or_default_group(groups: &[String], vpc_id: &str) -> Vec<String> {
    if groups.is_empty() { vec![derived("sg", &["default group of", vpc_id])] } else { groups.to_vec() }
}

fn interface_id(instance: &str, index: usize) -> String {
    derived("eni", &["interface of", instance, &index.to_string()])
}

/// The quarantine group that seeding gives a VPC.
pub(super) fn quarantine_group(vpc_id: &str) -> String {
    derived("sg", &["quarantine group of", vpc_id])
}

/// An id in EC2's form: a prefix and 17 hexadecimal digits.
fn derived(prefix: &str, parts: &[&str]) -> String {
    let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
    let digits: String = sha256_hex(&parts).chars().take(17).collect();
    format!("{prefix}-{digits}")
}

/// A seed file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    instances: Vec<InstanceEntry>,
    #[serde(default)]
    vpcs: Vec<VpcEntry>,
    #[serde(default)]
    users: Vec<UserEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct InstanceEntry {
    arn: String,
    vpc_id: String,
    interfaces: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
}

/// A VPC; without a quarantine group its instances cannot be isolated.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct VpcEntry {
    #[serde(default = "commercial")]
    partition: String,
    account: String,
    region: String,
    #[serde(alias = "id")]
    vpc_id: String,
    /// The id of the quarantine group; or it is the one of `groups` that carries the tag.
    #[serde(default)]
    quarantine_group: Option<String>,
    #[serde(default)]
    groups: Vec<GroupEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupEntry {
    id: String,
    #[serde(default)]
    tags: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct UserEntry {
    #[serde(default = "commercial")]
    partition: String,
    /// Says the partition too, if it is given.
    #[serde(default)]
    arn: Option<String>,
    account: String,
    name: String,
    #[serde(default)]
    tags: BTreeMap<String, String>,
    keys: BTreeMap<String, KeyStatus>,
}

fn commercial() -> String {
    "aws".to_owned()
}

impl Document {
    fn seeds(self) -> PortResult<Vec<Seed>> {
        let mut seeds = Vec::new();
        for entry in self.instances {
            let Some((_front, id)) = entry.arn.split_once(":instance/") else {
                let why = format!("{} is not the ARN of an instance", entry.arn);
                return Err(PortError::caused(PortErrorKind::Rejected, OPERATION, why));
            };
            let instance_id = id.to_owned();
            let InstanceEntry { arn, vpc_id, interfaces, tags } = entry;
            let state = ResourceState::Instance(Instance { instance_id, vpc_id, interfaces, tags });
            seeds.push(Seed { arn, state, vpc: None });
        }
        for entry in self.vpcs {
            let VpcEntry { partition, account, region, vpc_id, quarantine_group, groups } = entry;
            let tagged = groups.into_iter().find(|group| group.tags.contains_key(QUARANTINE_TAG));
            let quarantine_group = quarantine_group.or(tagged.map(|group| group.id));
            let front = format!("arn:{partition}:ec2:{region}:{account}");
            seeds.push(vpc_seed(&front, Vpc { vpc_id, quarantine_group }));
        }
        for UserEntry { partition, arn, account, name, tags, keys } in self.users {
            let named = arn.as_deref().and_then(|arn| arn.split(':').nth(1));
            let partition = named.unwrap_or(&partition);
            for (key_id, status) in keys {
                let key = AccessKey { user: name.clone(), key_id, status, tags: tags.clone() };
                seeds.push(key_seed(&format!("arn:{partition}:iam::{account}"), key));
            }
        }
        Ok(seeds)
    }
}
