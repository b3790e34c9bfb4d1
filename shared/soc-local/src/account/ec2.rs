//! EC2 in the simulated account: instances, volumes, security groups, network ACLs, and what a change does to
//! each; pure.
//!
//! It is apart because EC2 has its own rules and its own words for refusing. Rules of a group and entries of a
//! network ACL are sets: they are kept sorted, so that the same set is always the same text.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use soc_domain::action::{AclEntry, Change, IngressRule, InstanceState, Snapshot};

use super::derive::derived;
use super::resource::{OTHER_KIND, Refusal};

/// The tag by which a snapshot is known to be ours.
const MARK: &str = "ai-soc:action";
/// Entries of a network ACL in one direction, and rules of a group ("Amazon VPC quotas", Amazon VPC User Guide).
const MOST_ENTRIES: usize = 20;
const MOST_RULES: usize = 60;
/// The highest number that an entry may have.
const LAST_NUMBER: u16 = 32_766;

/// An instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    /// `i-...`.
    pub instance_id: String,
    /// `vpc-...`.
    pub vpc_id: String,
    /// The groups of each interface, in order.
    pub interfaces: BTreeMap<String, Vec<String>>,
    /// The ids of its volumes, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub volumes: Vec<String>,
    /// The ARN of its instance profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_arn: Option<String>,
    /// Its tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// A VPC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vpc {
    /// `vpc-...`.
    pub vpc_id: String,
    /// The group without rules that isolated instances are put into, if it was made.
    pub quarantine_group: Option<String>,
}

/// A volume and the snapshots of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Volume {
    /// `vol-...`.
    pub volume_id: String,
    /// The tags of each snapshot.
    #[serde(default)]
    pub snapshots: BTreeMap<String, BTreeMap<String, String>>,
}

/// A security group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecurityGroup {
    /// `sg-...`.
    pub group_id: String,
    /// What may come in, sorted; two rules never differ in their description alone.
    #[serde(default, deserialize_with = "rules")]
    pub rules: Vec<IngressRule>,
    /// Its tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// A network ACL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkAcl {
    /// `acl-...`.
    pub acl_id: String,
    /// The subnets that it is for.
    pub subnets: Vec<String>,
    /// Its entries, sorted by direction and number.
    #[serde(default, deserialize_with = "entries")]
    pub entries: Vec<AclEntry>,
    /// Its tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

impl Instance {
    pub(super) fn observed(self, quarantine_group: Option<String>) -> InstanceState {
        InstanceState {
            instance_id: self.instance_id,
            vpc_id: self.vpc_id,
            quarantine_group,
            interfaces: self.interfaces,
            tags: self.tags,
        }
    }

    /// What it uses: its groups and its profile, by ARN.
    pub(super) fn uses(&self, arn: &str) -> Vec<String> {
        let groups = self.interfaces.values().flatten();
        let mut used: Vec<String> = groups.map(|id| beside(arn, "security-group", id)).collect();
        used.extend(self.profile_arn.clone());
        used.sort();
        used.dedup();
        used
    }

    pub(super) fn change(&mut self, change: &Change) -> Result<(), Refusal> {
        let Change::SetGroups { instance_id, interfaces } = change else { return Err(OTHER_KIND) };
        if self.instance_id != *instance_id {
            return Err("InvalidInstanceID.NotFound: the change is for another instance");
        }
        if interfaces.keys().any(|interface| !self.interfaces.contains_key(interface)) {
            return Err("InvalidNetworkInterfaceID.NotFound: the instance has no such interface");
        }
        // EC2 ModifyNetworkInterfaceAttribute: "You must specify at least one security group".
        if interfaces.values().any(Vec::is_empty) {
            return Err("InvalidParameterValue: an interface needs at least one group");
        }
        self.interfaces.extend(interfaces.clone());
        Ok(())
    }
}

/// The ARN of another thing beside the one at `arn`: same partition, region and account.
pub(super) fn beside(arn: &str, what: &str, id: &str) -> String {
    let front = arn.rsplit_once(':').map_or("", |(front, _resource)| front);
    format!("{front}:{what}/{id}")
}

impl Volume {
    /// The snapshots that carry the mark.
    pub(super) fn marked<'a>(&'a self, mark: &'a str) -> impl Iterator<Item = Snapshot> + 'a {
        let ours = self.snapshots.iter().filter(move |(_, tags)| tags.get(MARK).is_some_and(|is| is == mark));
        ours.map(|(id, _)| Snapshot { volume_id: self.volume_id.clone(), snapshot_id: Some(id.clone()) })
    }

    pub(super) fn change(&mut self, change: &Change) -> Result<(), Refusal> {
        if let Change::CreateSnapshots { mark, .. } = change {
            let mut number = self.snapshots.len();
            let mut id = derived("snap", &["snapshot of", &self.volume_id, mark, &number.to_string()]);
            while self.snapshots.contains_key(&id) {
                number += 1;
                id = derived("snap", &["snapshot of", &self.volume_id, mark, &number.to_string()]);
            }
            self.snapshots.insert(id, BTreeMap::from([(MARK.to_owned(), mark.clone())]));
            Ok(())
        } else if let Change::DeleteSnapshots { snapshots, mark, .. } = change {
            let volume = self.volume_id.clone();
            for snapshot in snapshots.iter().filter(|snapshot| snapshot.volume_id == volume) {
                self.delete(snapshot.snapshot_id.as_deref().unwrap_or_default(), mark)?;
            }
            Ok(())
        } else {
            Err(OTHER_KIND)
        }
    }

    fn delete(&mut self, id: &str, mark: &str) -> Result<(), Refusal> {
        let tags = self.snapshots.get(id).ok_or("InvalidSnapshot.NotFound: there is no such snapshot")?;
        if tags.get(MARK).is_none_or(|is| is != mark) {
            return Err("UnauthorizedOperation: the snapshot does not carry this action's mark");
        }
        self.snapshots.remove(id);
        Ok(())
    }
}

impl SecurityGroup {
    pub(super) fn change(&mut self, change: &Change) -> Result<(), Refusal> {
        if let Change::RevokeIngress { group_id, rule } = change {
            self.must_be(group_id)?;
            let at = self.rules.iter().position(|known| known == rule);
            let at = at.ok_or("InvalidPermission.NotFound: the group has no such rule")?;
            self.rules.remove(at);
            Ok(())
        } else if let Change::AuthorizeIngress { group_id, rule } = change {
            self.must_be(group_id)?;
            if self.rules.iter().any(|known| is_same_rule(known, rule)) {
                return Err("InvalidPermission.Duplicate: the group has such a rule");
            }
            if self.rules.len() >= MOST_RULES {
                return Err("RulesPerSecurityGroupLimitExceeded: the group has as many rules as it may have");
            }
            self.rules.push(rule.clone());
            self.rules.sort();
            Ok(())
        } else {
            Err(OTHER_KIND)
        }
    }

    fn must_be(&self, group_id: &str) -> Result<(), Refusal> {
        if self.group_id == group_id {
            Ok(())
        } else {
            Err("InvalidGroup.NotFound: the change is for another group")
        }
    }
}

fn is_same_rule(one: &IngressRule, other: &IngressRule) -> bool {
    IngressRule { description: None, ..one.clone() } == IngressRule { description: None, ..other.clone() }
}

impl NetworkAcl {
    /// The subnets that it is for, by ARN.
    pub(super) fn uses(&self, arn: &str) -> Vec<String> {
        self.subnets.iter().map(|id| beside(arn, "subnet", id)).collect()
    }

    pub(super) fn change(&mut self, change: &Change) -> Result<(), Refusal> {
        if let Change::CreateAclEntry { acl_id, entry } = change {
            self.must_be(acl_id)?;
            self.create(entry)
        } else if let Change::DeleteAclEntry { acl_id, entry } = change {
            self.must_be(acl_id)?;
            let at = self.entries.iter().position(|known| known == entry);
            let at = at.ok_or("InvalidNetworkAclEntry.NotFound: the network ACL has no such entry")?;
            self.entries.remove(at);
            Ok(())
        } else {
            Err(OTHER_KIND)
        }
    }

    fn must_be(&self, acl_id: &str) -> Result<(), Refusal> {
        if self.acl_id == acl_id {
            Ok(())
        } else {
            Err("InvalidNetworkAclID.NotFound: the change is for another network ACL")
        }
    }

    fn create(&mut self, entry: &AclEntry) -> Result<(), Refusal> {
        if entry.number == 0 || entry.number > LAST_NUMBER {
            return Err("InvalidParameterValue: numbers are 1 to 32766");
        }
        let same_way = || self.entries.iter().filter(|known| known.direction == entry.direction);
        if same_way().any(|known| known.number == entry.number) {
            return Err("NetworkAclEntryAlreadyExists: the number is taken");
        }
        if same_way().count() >= MOST_ENTRIES {
            return Err("NetworkAclEntryLimitExceeded: the network ACL has as many entries as it may have");
        }
        self.entries.push(entry.clone());
        self.entries.sort();
        Ok(())
    }
}

pub(super) fn rules<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IngressRule>, D::Error> {
    let mut rules = Vec::<IngressRule>::deserialize(deserializer)?;
    rules.sort();
    let twice = rules.windows(2).any(|pair| matches!(pair, [one, other] if is_same_rule(one, other)));
    if twice { Err(serde::de::Error::custom("a rule is there twice")) } else { Ok(rules) }
}

pub(super) fn entries<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<AclEntry>, D::Error> {
    let mut entries = Vec::<AclEntry>::deserialize(deserializer)?;
    entries.sort();
    let key = |entry: &AclEntry| (entry.direction, entry.number);
    let twice = entries.windows(2).any(|pair| matches!(pair, [one, other] if key(one) == key(other)));
    if twice { Err(serde::de::Error::custom("a number is there twice")) } else { Ok(entries) }
}
