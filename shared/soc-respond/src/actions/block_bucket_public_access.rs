//! Block public access of a bucket: S3 `PutPublicAccessBlock`; undone by the same call with the settings that it had,
//! or by `DeletePublicAccessBlock`.
//!
//! Looks with `GetPublicAccessBlock`, `GetBucketPolicyStatus`, `GetBucketAcl` and `GetBucketTagging`. The permissions
//! are those of the domain's doc. Every call names the account that must own the bucket: another one's bucket is
//! refused by S3 itself. What it cannot undo: requests that failed meanwhile.

use aws_sdk_s3::types::{Grant, PublicAccessBlockConfiguration};
use soc_domain::action::{BucketState, Change, Observation, PublicAccessBlock};
use soc_pipeline::error::PortResult;

use super::tags;
use crate::error::{code, failed, refused, unless};
use crate::permissions::{Permission, Purpose};
use crate::policy::Statement;
use crate::session::Sessions;
use crate::subject::Subject;

const BUCKETS: &[&str] = &["arn:PARTITION:s3:::*"];

pub(crate) const PERMISSIONS: &[Permission] = &[
    Permission::look("s3:GetBucketPublicAccessBlock", "get_public_access_block", BUCKETS),
    Permission::look("s3:GetBucketPolicyStatus", "get_bucket_policy_status", BUCKETS),
    Permission::look("s3:GetBucketAcl", "get_bucket_acl", BUCKETS),
    Permission::look("s3:GetBucketTagging", "get_bucket_tagging", BUCKETS),
    Permission::change("s3:PutBucketPublicAccessBlock", "put_public_access_block", BUCKETS)
        .only_if("StringEquals aws:ResourceAccount ACCOUNT"),
    Permission::change("s3:PutBucketPublicAccessBlock", "delete_public_access_block", BUCKETS)
        .only_if("StringEquals aws:ResourceAccount ACCOUNT"),
];

/// Groups that mean everybody ("Access control list (ACL) overview", Amazon S3 User Guide).
const EVERYBODY: [&str; 2] = ["/groups/global/AllUsers", "/groups/global/AuthenticatedUsers"];

fn bucket(subject: &Subject<'_>) -> Vec<String> {
    vec![subject.target.resource.clone()]
}

pub(crate) fn to_look(subject: &Subject<'_>) -> Vec<Statement> {
    let actions = [
        "s3:GetBucketPublicAccessBlock",
        "s3:GetBucketPolicyStatus",
        "s3:GetBucketAcl",
        "s3:GetBucketTagging",
    ];
    vec![Statement::on(bucket(subject), &actions)]
}

pub(crate) fn to_change(subject: &Subject<'_>) -> Vec<Statement> {
    vec![Statement::on(bucket(subject), &["s3:PutBucketPublicAccessBlock"])]
}

pub(crate) async fn observe(sessions: &Sessions, subject: &Subject<'_>) -> PortResult<Option<Observation>> {
    const OPERATION: &str = "observe a bucket";
    const NO_BUCKET: &[&str] = &["NoSuchBucket"];
    let session = sessions.open(subject, Purpose::Observe, &to_look(subject)).await?;
    let (s3, name, owner) = (session.s3(), subject.id, subject.place().account.as_str());
    let block = s3.get_public_access_block().bucket(name).expected_bucket_owner(owner).send().await;
    let block = match block {
        Err(error) if code(&error) == "NoSuchPublicAccessBlockConfiguration" => None,
        answer => match unless(NO_BUCKET, OPERATION, answer)? {
            Some(answer) => answer.public_access_block_configuration.as_ref().map(read),
            None => return Ok(None),
        },
    };
    let status = s3.get_bucket_policy_status().bucket(name).expected_bucket_owner(owner).send().await;
    let status = unless(&["NoSuchBucketPolicy", "NoSuchBucket"], OPERATION, status)?;
    let policy = status.and_then(|status| status.policy_status?.is_public).unwrap_or(false);
    let list = s3.get_bucket_acl().bucket(name).expected_bucket_owner(owner).send().await;
    let Some(list) = unless(NO_BUCKET, OPERATION, list)? else { return Ok(None) };
    let tagging = s3.get_bucket_tagging().bucket(name).expected_bucket_owner(owner).send().await;
    let tagging = unless(&["NoSuchTagSet", "NoSuchBucket"], OPERATION, tagging)?;
    let is_held = |held: fn(&PublicAccessBlock) -> bool| block.as_ref().is_some_and(held);
    let by_policy = policy && !is_held(|block| block.restrict_public_buckets);
    let by_list = list.grants().iter().any(is_for_everybody) && !is_held(|block| block.ignore_public_acls);
    Ok(Some(Observation::Bucket(BucketState {
        bucket: name.to_owned(),
        block,
        public: by_policy || by_list,
        tags: tags::of_s3(tagging.map(|tagging| tagging.tag_set).unwrap_or_default()),
    })))
}

/// A setting that S3 does not name is off.
fn read(block: &PublicAccessBlockConfiguration) -> PublicAccessBlock {
    PublicAccessBlock {
        block_public_acls: block.block_public_acls().unwrap_or(false),
        ignore_public_acls: block.ignore_public_acls().unwrap_or(false),
        block_public_policy: block.block_public_policy().unwrap_or(false),
        restrict_public_buckets: block.restrict_public_buckets().unwrap_or(false),
    }
}

fn is_for_everybody(grant: &Grant) -> bool {
    let group = grant.grantee().and_then(|grantee| grantee.uri()).unwrap_or_default();
    EVERYBODY.iter().any(|everybody| group.ends_with(everybody))
}

pub(crate) async fn apply(sessions: &Sessions, subject: &Subject<'_>, change: &Change) -> PortResult<()> {
    const OPERATION: &str = "set the public access block of a bucket";
    let Change::SetPublicAccessBlock { bucket, block } = change else {
        return Err(refused(OPERATION, "it is for another kind of resource"));
    };
    let session = sessions.open(subject, Purpose::Change, &to_change(subject)).await?;
    let (s3, owner) = (session.s3(), subject.place().account.as_str());
    let Some(block) = block else {
        let call = s3.delete_public_access_block().bucket(bucket).expected_bucket_owner(owner);
        call.send().await.map_err(|e| failed(OPERATION, e))?;
        return Ok(());
    };
    let block = PublicAccessBlockConfiguration::builder()
        .block_public_acls(block.block_public_acls)
        .ignore_public_acls(block.ignore_public_acls)
        .block_public_policy(block.block_public_policy)
        .restrict_public_buckets(block.restrict_public_buckets)
        .build();
    let call = s3.put_public_access_block().bucket(bucket).expected_bucket_owner(owner);
    call.public_access_block_configuration(block).send().await.map_err(|e| failed(OPERATION, e))?;
    Ok(())
}
