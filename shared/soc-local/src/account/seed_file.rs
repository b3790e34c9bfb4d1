//! The form of a seed file: strict, so that a slip of the pen is no missing resource.
//!
//! It is apart from seeding because it is what people write; `SimulatedAccount::seed_from_json` documents it.

use std::collections::BTreeMap;

use serde::Deserialize;
use soc_domain::action::{AclEntry, IngressRule, KeyStatus, PublicAccessBlock};
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};

use super::ResourceState;
use super::derive::root_volume;
use super::ec2::{Instance, NetworkAcl, SecurityGroup, Volume, Vpc, entries, rules};
use super::iam::{AccessKey, InstanceProfile, Role};
use super::s3::Bucket;
use super::seed::{OPERATION, Seed, acl_seed, allow_everything, group_seed, key_seed, volume_seed, vpc_seed};

/// The tag of the group that isolates.
const QUARANTINE_TAG: &str = "ai-soc:quarantine";

/// A seed file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    #[serde(default)]
    instances: Vec<InstanceEntry>,
    #[serde(default)]
    vpcs: Vec<VpcEntry>,
    #[serde(default)]
    users: Vec<UserEntry>,
    #[serde(default)]
    roles: Vec<RoleEntry>,
    #[serde(default)]
    buckets: Vec<BucketEntry>,
    #[serde(default)]
    security_groups: Vec<OpenGroupEntry>,
    #[serde(default)]
    network_acls: Vec<AclListEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct InstanceEntry {
    arn: String,
    vpc_id: String,
    interfaces: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    volumes: Option<Vec<String>>,
    #[serde(default)]
    profile_arn: Option<String>,
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

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleEntry {
    #[serde(default = "commercial")]
    partition: String,
    account: String,
    name: String,
    #[serde(default)]
    policies: BTreeMap<String, String>,
    /// The names of the instance profiles that give it to instances.
    #[serde(default)]
    instance_profiles: Vec<String>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BucketEntry {
    #[serde(default = "commercial")]
    partition: String,
    name: String,
    #[serde(default)]
    public: bool,
    #[serde(default)]
    block: Option<PublicAccessBlock>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenGroupEntry {
    #[serde(default = "commercial")]
    partition: String,
    account: String,
    region: String,
    #[serde(alias = "id")]
    group_id: String,
    #[serde(default, deserialize_with = "rules")]
    rules: Vec<IngressRule>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AclListEntry {
    #[serde(default = "commercial")]
    partition: String,
    account: String,
    region: String,
    #[serde(alias = "id")]
    acl_id: String,
    subnets: Vec<String>,
    #[serde(default = "allow_everything", deserialize_with = "entries")]
    entries: Vec<AclEntry>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
}

fn commercial() -> String {
    "aws".to_owned()
}

impl Document {
    pub(super) fn seeds(self) -> PortResult<Vec<Seed>> {
        let mut seeds = Vec::new();
        for entry in self.instances {
            seeds.extend(entry.seeds()?);
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
        self.roles.into_iter().for_each(|entry| seeds.extend(entry.seeds()));
        for BucketEntry { partition, name, public, block, tags } in self.buckets {
            let arn = format!("arn:{partition}:s3:::{name}");
            let bucket = Bucket { bucket: name, public, block, tags };
            seeds.push(Seed { arn, state: ResourceState::Bucket(bucket) });
        }
        for OpenGroupEntry { partition, account, region, group_id, rules, tags } in self.security_groups {
            let front = format!("arn:{partition}:ec2:{region}:{account}");
            seeds.push(group_seed(&front, SecurityGroup { group_id, rules, tags }));
        }
        for AclListEntry { partition, account, region, acl_id, subnets, entries, tags } in self.network_acls {
            let front = format!("arn:{partition}:ec2:{region}:{account}");
            seeds.push(acl_seed(&front, NetworkAcl { acl_id, subnets, entries, tags }));
        }
        Ok(seeds)
    }
}

impl InstanceEntry {
    /// The instance and its volumes.
    fn seeds(self) -> PortResult<Vec<Seed>> {
        let Some((front, id)) = self.arn.split_once(":instance/") else {
            let why = format!("{} is not the ARN of an instance", self.arn);
            return Err(PortError::caused(PortErrorKind::Rejected, OPERATION, why));
        };
        let volumes = self.volumes.unwrap_or_else(|| vec![root_volume(id)]);
        let rows = volumes.iter().map(|id| Volume { volume_id: id.clone(), snapshots: BTreeMap::new() });
        let mut seeds: Vec<Seed> = rows.map(|volume| volume_seed(front, volume)).collect();
        let state = ResourceState::Instance(Instance {
            instance_id: id.to_owned(),
            vpc_id: self.vpc_id,
            interfaces: self.interfaces,
            volumes,
            profile_arn: self.profile_arn,
            tags: self.tags,
        });
        seeds.push(Seed { arn: self.arn, state });
        Ok(seeds)
    }
}

impl RoleEntry {
    /// The role and its instance profiles.
    fn seeds(self) -> Vec<Seed> {
        let front = format!("arn:{}:iam::{}", self.partition, self.account);
        let profile = |profile: &String| Seed {
            arn: format!("{front}:instance-profile/{profile}"),
            state: ResourceState::InstanceProfile(InstanceProfile {
                profile: profile.clone(),
                role_name: self.name.clone(),
            }),
        };
        let mut seeds: Vec<Seed> = self.instance_profiles.iter().map(profile).collect();
        let role = Role { role_name: self.name.clone(), policies: self.policies, tags: self.tags };
        seeds.push(Seed { arn: format!("{front}:role/{}", self.name), state: ResourceState::Role(role) });
        seeds
    }
}
