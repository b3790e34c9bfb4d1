//! Names that products really use, with what is published about them: GuardDuty's finding types and Security
//! Hub's controls.
//!
//! Apart, because they are facts of others and change with them, not with us. What decides by a type asks here
//! first and falls back on the type's parts, so that a type or control that is not listed is treated like its
//! kin and never dropped.

mod controls;
mod guardduty;

use crate::finding::Finding;
use crate::finding_type::FindingType;

pub use controls::{Control, control, controls};
pub use guardduty::{GuardDutyType, guardduty_type, guardduty_types};

/// What a finding type is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResourceClass {
    /// An EC2 instance, seen from the network.
    Instance,
    /// A host or a container, seen from inside by the runtime agent.
    Runtime,
    /// An access key of a user or of a role's session, or the root user.
    AccessKey,
    /// An S3 bucket or an object in it.
    Bucket,
    /// A Lambda function.
    Function,
    /// An EKS cluster.
    Cluster,
    /// An ECS cluster and its tasks.
    Tasks,
    /// A database of RDS.
    Database,
    /// A file that a malware scan found on a volume, in an image, a snapshot or a backup; the resource in the
    /// type's name says on what.
    Malware,
    /// Several resources, in signals that the product itself joined.
    AttackSequence,
    /// Something that the type's name does not tell.
    Other,
}

/// What a finding is about, by its type: as listed, else by the type's parts. Any text has a class.
#[must_use]
pub fn class_of(name: &str) -> ResourceClass {
    guardduty_type(name).map_or_else(|| FindingType::parse(name).class(), |row| row.class)
}

/// The ATT&CK tactic of a type: as listed, else the one that its purpose stands for.
#[must_use]
pub fn tactic_of(name: &str) -> Option<&'static str> {
    guardduty_type(name).map_or_else(|| FindingType::parse(name).tactic(), |row| row.tactic)
}

/// The ATT&CK techniques that are published for a type; none for a type that is not listed.
#[must_use]
pub fn techniques_of(name: &str) -> &'static [&'static str] {
    guardduty_type(name).map_or(&[], |row| row.techniques)
}

/// Gives a finding the tactic and the techniques of its type where its record names none.
pub(crate) fn complete(finding: &mut Finding) {
    if finding.tactics.is_empty() {
        finding.tactics.extend(tactic_of(&finding.kind).map(str::to_owned));
    }
    if finding.techniques.is_empty() {
        finding.techniques.extend(techniques_of(&finding.kind).iter().copied().map(str::to_owned));
    }
}

/// Whether a finding's tactics are those of its type, which a record's own go before.
pub(crate) fn implies_tactics(finding: &Finding) -> bool {
    finding.tactics.iter().map(String::as_str).eq(tactic_of(&finding.kind))
}

/// Whether a finding's techniques are those of its type, which a record's own go before.
pub(crate) fn implies_techniques(finding: &Finding) -> bool {
    finding.techniques.iter().map(String::as_str).eq(techniques_of(&finding.kind).iter().copied())
}
