//! Block public access of a bucket: S3 `PutPublicAccessBlock` with all four settings; undone with the settings
//! that the bucket had, or with `DeletePublicAccessBlock` if it had none.
//!
//! Permissions: `s3:GetBucketPublicAccessBlock`, `s3:GetBucketPolicyStatus`, `s3:GetBucketAcl`,
//! `s3:GetBucketTagging`, `s3:PutBucketPublicAccessBlock` (for both calls). It changes neither the policy nor
//! the lists of the bucket: they count again when it is undone. What it cannot undo: requests that failed
//! meanwhile, and policies that were refused because they would have been public. The block of the whole
//! account (control S3.1) is not its business.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::meaning::{Lasting, Meaning, Subject, parameters};
use super::{ActionKind, Change, Effect, Observation, Target};
use crate::finding::{Finding, FindingClass, ResourceKind};
use crate::id::IncidentId;
use crate::severity::Severity;

pub(super) const MEANING: Meaning = Meaning {
    name: "block-bucket-public-access",
    description: "Block all public access of the bucket. Undone by setting what it had, \
         or by deleting the block if it had none.",
    lasting: Lasting::Containment,
    propose,
};

/// Controls that this mends: public read access, public write access, no block of its own (AWS Security Hub
/// User Guide, "Security Hub controls for Amazon S3").
const CONTROLS: [&str; 3] = ["S3.2", "S3.3", "S3.8"];

/// The four settings, as S3 has them.
#[expect(clippy::struct_excessive_bools, reason = "S3's PublicAccessBlockConfiguration is four flags")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicAccessBlock {
    /// New public access control lists are refused.
    pub block_public_acls: bool,
    /// Public access control lists do not count.
    pub ignore_public_acls: bool,
    /// New public policies are refused.
    pub block_public_policy: bool,
    /// A public policy counts only for AWS services and the own account.
    pub restrict_public_buckets: bool,
}

impl PublicAccessBlock {
    /// All four.
    pub const ALL: Self = Self {
        block_public_acls: true,
        ignore_public_acls: true,
        block_public_policy: true,
        restrict_public_buckets: true,
    };
}

/// A bucket and its public access block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketState {
    /// The name.
    pub bucket: String,
    /// Its own block, if it has one.
    pub block: Option<PublicAccessBlock>,
    /// Whether its policy or its access control list lets everybody in, as far as the block leaves them.
    pub public: bool,
    /// The tags of the bucket.
    pub tags: BTreeMap<String, String>,
}

/// For threats against a bucket of at least Medium, if the bucket is public; for the controls always.
fn propose(finding: &Finding, _incident: IncidentId) -> Vec<Target> {
    let when = match finding.class {
        FindingClass::Threat if finding.effective_severity() >= Severity::Medium => "public",
        FindingClass::Control if CONTROLS.contains(&finding.kind.as_str()) => "always",
        FindingClass::Threat | FindingClass::Control | FindingClass::Vulnerability | FindingClass::Other => {
            return Vec::new();
        }
    };
    let buckets = finding.resources.iter().filter(|resource| resource.kind == ResourceKind::AwsS3Bucket);
    let targets = buckets.map(|bucket| Target {
        kind: ActionKind::BlockBucketPublicAccess,
        resource: bucket.arn.clone(),
        place: bucket.place.clone(),
        parameters: parameters([("bucket", bucket.id.clone()), ("when", when.to_owned())]),
    });
    targets.collect()
}

pub(super) fn covers(one: &Target, other: &Target) -> bool {
    one.kind == ActionKind::BlockBucketPublicAccess
        && other.kind == one.kind
        && one.resource == other.resource
        && one.parameter("when") == "always"
}

impl BucketState {
    fn set(&self, block: Option<PublicAccessBlock>) -> Change {
        Change::SetPublicAccessBlock { bucket: self.bucket.clone(), block }
    }
}

impl Subject for BucketState {
    fn tags(&self) -> &BTreeMap<String, String> {
        &self.tags
    }

    fn settings(&self) -> BTreeMap<String, String> {
        let Some(block) = self.block else { return BTreeMap::new() };
        let on = |flag| if flag { "on" } else { "off" }.to_owned();
        parameters([
            ("BlockPublicAcls", on(block.block_public_acls)),
            ("BlockPublicPolicy", on(block.block_public_policy)),
            ("IgnorePublicAcls", on(block.ignore_public_acls)),
            ("RestrictPublicBuckets", on(block.restrict_public_buckets)),
        ])
    }

    fn effect(&self, target: &Target) -> Effect {
        let needless = target.parameter("when") == "public" && !self.public;
        if self.block == Some(PublicAccessBlock::ALL) || needless {
            return Effect::AlreadyThere;
        }
        Effect::Change(self.set(Some(PublicAccessBlock::ALL)))
    }

    fn reversal(&self, after: &Observation) -> Option<Change> {
        let Observation::Bucket(after) = after else { return None };
        (self.block != after.block).then(|| self.set(self.block))
    }

    fn apply(&mut self, change: &Change) {
        if let Change::SetPublicAccessBlock { block, .. } = change {
            self.block = *block;
        }
    }

    /// The bucket, and everybody who reads it without an account: one more, since nobody can count them.
    fn blast_radius(&self) -> u32 {
        if self.public { 2 } else { 1 }
    }
}
