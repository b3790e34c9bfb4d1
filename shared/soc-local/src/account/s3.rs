//! S3 in the simulated account: buckets and what a change does to them; pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use soc_domain::action::{BucketState, Change, PublicAccessBlock};

use super::resource::{OTHER_KIND, Refusal};

/// A bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bucket {
    /// Its name.
    pub bucket: String,
    /// Whether its policy or its access control list lets everybody in.
    #[serde(default)]
    pub public: bool,
    /// Its public access block, if it has one.
    #[serde(default)]
    pub block: Option<PublicAccessBlock>,
    /// Its tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

impl Bucket {
    pub(super) fn observed(self) -> BucketState {
        BucketState { bucket: self.bucket, block: self.block, public: self.public, tags: self.tags }
    }

    pub(super) fn change(&mut self, change: &Change) -> Result<(), Refusal> {
        let Change::SetPublicAccessBlock { bucket, block } = change else { return Err(OTHER_KIND) };
        if self.bucket != *bucket {
            return Err("NoSuchBucket: the change is for another bucket");
        }
        self.block = *block;
        Ok(())
    }
}
