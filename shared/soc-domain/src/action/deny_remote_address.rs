//! Deny a remote address: EC2 `CreateNetworkAclEntry` with a deny of one address before the entry that would
//! let it pass, in the network ACL of the subnet; undone with `DeleteNetworkAclEntry` of exactly that entry.
//!
//! Permissions: `ec2:DescribeNetworkAcls`, `ec2:CreateNetworkAclEntry`, `ec2:DeleteNetworkAclEntry`. What it
//! cannot undo: connections that broke. A network ACL is for all its subnets; it does not see traffic inside
//! one subnet, nor what a load balancer or NAT gateway elsewhere passes on. Addresses change hands: the entry
//! expires with containment.
//!
//! Never denied: addresses that are not of the public internet, our own, those of AWS (as the product names
//! their owner), and the policy's `correlation.ignore`. An entry names one address, never a range.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::meaning::{Lasting, Meaning, Subject, beside, instances, parameters};
use super::{ActionKind, Change, Effect, Observation, Target};
use crate::finding::{Finding, FindingClass, Remote, ResourceRole};
use crate::finding_type::FindingType;
use crate::id::IncidentId;
use crate::severity::Severity;

pub(super) const MEANING: Meaning = Meaning {
    name: "deny-remote-address",
    description: "Deny the remote address in the network ACL of the subnet. Undone by deleting that entry.",
    lasting: Lasting::Containment,
    propose,
};

/// How many addresses of one finding are denied at most; a list of twenty entries is full.
const MOST_ADDRESSES: usize = 4;

/// How many entries a network ACL has at most in one direction ("Amazon VPC quotas", Amazon VPC User Guide).
const MOST_ENTRIES: usize = 20;

/// Every protocol.
const ALL_PROTOCOLS: &str = "-1";

/// Which way traffic goes, as seen from the subnet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Into it.
    Ingress,
    /// Out of it.
    Egress,
}

impl Direction {
    /// Which way a target's address is to be denied.
    #[must_use]
    pub fn of(target: &Target) -> Self {
        match target.parameter("direction") {
            "egress" => Self::Egress,
            _ => Self::Ingress,
        }
    }
}

/// What an entry does with what it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It passes.
    Allow,
    /// It does not.
    Deny,
}

/// One entry of a network ACL; the entry with the lowest number that matches decides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AclEntry {
    /// Which way.
    pub direction: Direction,
    /// 1 to 32766, once in each direction.
    pub number: u16,
    /// A protocol's number, or `-1` for all.
    pub protocol: String,
    /// The first and last port, where the protocol has ports and not all are meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ports: Option<[u16; 2]>,
    /// The addresses at the other end.
    pub cidr: String,
    /// What happens.
    pub verdict: Verdict,
}

/// The network ACL of a subnet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AclState {
    /// `acl-...`.
    pub acl_id: String,
    /// Its ARN.
    pub acl_arns: Vec<String>,
    /// The address that was looked for, with its whole length.
    pub cidr: String,
    /// Which way it is to be denied.
    pub direction: Direction,
    /// All its entries, by direction and number.
    pub entries: Vec<AclEntry>,
    /// How many subnets it is for.
    pub subnets: u32,
    /// The tags of the network ACL.
    pub tags: BTreeMap<String, String>,
}

/// For brute force from outside, and threats of at least Medium whose peer is known to be bad: the subnets of
/// the instance.
fn propose(finding: &Finding, _incident: IncidentId) -> Vec<Target> {
    let parts = FindingType::parse(&finding.kind);
    let severity = finding.effective_severity();
    let outward = finding.role == Some(ResourceRole::Actor) || finding.role.is_none() && parts.is_known_bad();
    let forced = parts.family.ends_with("BruteForce") && !outward && severity >= Severity::Low;
    let known_bad = parts.is_known_bad() && severity >= Severity::Medium;
    let direction = if outward { "egress" } else { "ingress" };
    let ours = own_addresses(finding);
    let bad = |remote: &&Remote| {
        let listed = !remote.threat_lists.is_empty() && severity >= Severity::Medium;
        finding.class == FindingClass::Threat && (forced || known_bad || listed)
    };
    let addresses = finding.remotes.iter().filter(bad).filter(|remote| !is_of_aws(remote));
    let addresses: BTreeSet<String> = addresses.filter_map(|remote| single(&remote.ip)).collect();
    let mut targets = Vec::new();
    for cidr in addresses.into_iter().filter(|cidr| !ours.contains(cidr)).take(MOST_ADDRESSES) {
        for instance in instances(finding) {
            let details = instance.instance.iter().flat_map(|details| &details.interfaces);
            let subnets: BTreeSet<&String> = details.map(|interface| &interface.subnet_id).collect();
            targets.extend(subnets.into_iter().filter(|id| !id.is_empty()).map(|subnet| Target {
                kind: ActionKind::DenyRemoteAddress,
                resource: beside(&instance.arn, "subnet", subnet),
                place: instance.place.clone(),
                parameters: parameters([
                    ("address", cidr.clone()),
                    ("direction", direction.to_owned()),
                    ("subnet_id", subnet.clone()),
                ]),
            }));
        }
    }
    targets
}

/// The addresses of our own interfaces, as far as the finding names them.
fn own_addresses(finding: &Finding) -> BTreeSet<String> {
    let details = instances(finding).filter_map(|resource| resource.instance.as_ref());
    let interfaces = details.flat_map(|details| &details.interfaces);
    let addresses = interfaces.flat_map(|interface| [&interface.private_ip, &interface.public_ip]);
    addresses.flatten().filter_map(|address| single(address)).collect()
}

/// Denying an address of AWS would cut off our own calls as soon as a service answers from it.
fn is_of_aws(remote: &Remote) -> bool {
    let owner = remote.organization.as_deref().unwrap_or_default().to_ascii_lowercase();
    owner.starts_with("amazon") || owner.starts_with("aws")
}

/// The range of this address alone; none if it is not one of the public internet.
fn single(address: &str) -> Option<String> {
    let address: IpAddr = address.trim().parse().ok()?;
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [first, second, ..] = v4.octets();
            let odd = first == 0 || first >= 224 || (first == 100 && (64..128).contains(&second));
            let inner = v4.is_private() || v4.is_loopback() || v4.is_link_local();
            (!odd && !inner).then(|| format!("{v4}/32"))
        }
        // Global unicast addresses begin with the bits 001 (RFC 4291, section 2.4, and IANA's registry).
        IpAddr::V6(v6) => {
            let [first, ..] = v6.octets();
            (first >> 5 == 1).then(|| format!("{v6}/128"))
        }
    }
}

impl AclState {
    fn denies(&self, entry: &AclEntry) -> bool {
        entry.direction == self.direction
            && entry.cidr == self.cidr
            && entry.verdict == Verdict::Deny
            && entry.protocol == ALL_PROTOCOLS
    }

    /// The entry that denies the address, if nothing before it lets any of its traffic pass.
    fn is_denied(&self) -> bool {
        let mut entries = self.entries.iter().filter(|entry| entry.direction == self.direction);
        let decides = |entry: &&AclEntry| self.denies(entry) || self.may_pass(entry);
        entries.find(decides).is_some_and(|entry| self.denies(entry))
    }

    /// Whether an entry could let traffic of the address pass. A range that is not understood could.
    fn may_pass(&self, entry: &AclEntry) -> bool {
        let address = self.cidr.split_once('/').and_then(|(address, _)| address.parse::<IpAddr>().ok());
        let inside = address.is_none_or(|address| contains(&entry.cidr, address).unwrap_or(true));
        entry.verdict == Verdict::Allow && inside
    }
}

/// Whether a range of addresses contains one; none if it is no range.
fn contains(range: &str, address: IpAddr) -> Option<bool> {
    let (network, length) = range.split_once('/')?;
    let (network, length) = (network.parse::<IpAddr>().ok()?, length.parse::<u32>().ok()?);
    Some(match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            let shift = 32_u32.checked_sub(length)?;
            (network.to_bits() ^ address.to_bits()).checked_shr(shift).unwrap_or(0) == 0
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            let shift = 128_u32.checked_sub(length)?;
            (network.to_bits() ^ address.to_bits()).checked_shr(shift).unwrap_or(0) == 0
        }
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
    })
}

impl Subject for AclState {
    fn tags(&self) -> &BTreeMap<String, String> {
        &self.tags
    }

    fn arns(&self) -> &[String] {
        &self.acl_arns
    }

    /// Only the entries that deny the address: others are other people's business.
    fn settings(&self) -> BTreeMap<String, String> {
        let ours = self.entries.iter().filter(|entry| self.denies(entry));
        let way = |entry: &AclEntry| match entry.direction {
            Direction::Ingress => "ingress",
            Direction::Egress => "egress",
        };
        ours.map(|entry| (format!("{} entry {}", way(entry), entry.number), format!("deny {}", entry.cidr)))
            .collect()
    }

    fn effect(&self, target: &Target) -> Effect {
        let direction = self.direction;
        if target.parameter("address") != self.cidr || Direction::of(target) != direction {
            return Effect::impossible("the account looked for another address, or the other way");
        }
        if self.is_denied() {
            return Effect::AlreadyThere;
        }
        let entries = || self.entries.iter().filter(move |entry| entry.direction == direction);
        let is_free = |number: &u16| entries().all(|entry| entry.number != *number);
        let allowed_at = entries().filter(|entry| self.may_pass(entry)).map(|entry| entry.number).min();
        let free = (1..allowed_at.unwrap_or(32_767)).find(is_free);
        match free {
            Some(_) if entries().count() >= MOST_ENTRIES => {
                Effect::impossible("its network ACL has as many entries as it may have")
            }
            Some(number) => Effect::Change(Change::CreateAclEntry {
                acl_id: self.acl_id.clone(),
                entry: AclEntry {
                    direction,
                    number,
                    protocol: ALL_PROTOCOLS.to_owned(),
                    ports: None,
                    cidr: self.cidr.clone(),
                    verdict: Verdict::Deny,
                },
            }),
            None => Effect::impossible("its network ACL has no free number before the entry that allows"),
        }
    }

    fn reversal(&self, after: &Observation) -> Option<Change> {
        let Observation::NetworkAcl(after) = after else { return None };
        let made = after.entries.iter().find(|entry| after.denies(entry) && !self.entries.contains(entry))?;
        Some(Change::DeleteAclEntry { acl_id: self.acl_id.clone(), entry: made.clone() })
    }

    fn apply(&mut self, change: &Change) {
        if let Change::CreateAclEntry { entry, .. } = change {
            self.entries.push(entry.clone());
            self.entries.sort();
        } else if let Change::DeleteAclEntry { entry, .. } = change {
            self.entries.retain(|known| known != entry);
        }
    }

    /// Every subnet loses one peer.
    fn blast_radius(&self) -> u32 {
        self.subnets.max(1)
    }
}
