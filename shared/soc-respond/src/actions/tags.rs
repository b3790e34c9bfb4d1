//! Tags of each service as soc-domain has them.
//!
//! Apart because a protected tag that was overlooked would be an action that must not be: it is read in one place.

use std::collections::BTreeMap;

/// Tags of EC2; one without a value has the empty one.
pub(super) fn of_ec2(tags: &[aws_sdk_ec2::types::Tag]) -> BTreeMap<String, String> {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    tags.iter().map(|tag| (text(tag.key()), text(tag.value()))).collect()
}

/// Tags of IAM.
pub(super) fn of_iam(tags: Vec<aws_sdk_iam::types::Tag>) -> BTreeMap<String, String> {
    tags.into_iter().map(|tag| (tag.key, tag.value)).collect()
}

/// Tags of S3.
pub(super) fn of_s3(tags: Vec<aws_sdk_s3::types::Tag>) -> BTreeMap<String, String> {
    tags.into_iter().map(|tag| (tag.key, tag.value)).collect()
}
