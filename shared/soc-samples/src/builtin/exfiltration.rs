//! The third attack: a production instance's credentials, used outside AWS to read a bucket empty.

use super::cast::{ORDERS_API, PROD, call, guardduty, orders_session, remote};
use super::{Entry, Story};
use crate::sample::{Act, Sample, Tag, Target};
use crate::wire::Form;

/// Whence the credentials were used.
const OUTSIDE: &str = "203.0.113.201";
/// The bucket that was read.
const BUCKET: &str = "example-orders-archive";
/// Its tags.
const BUCKET_TAGS: [Tag; 2] =
    [Tag { key: "Environment", value: "prod" }, Tag { key: "DataClass", value: "confidential" }];

/// One finding about the bucket.
struct OnBucket {
    kind: &'static str,
    score: f64,
    minute: u64,
    call: &'static str,
    form: Form,
}

const ON_BUCKET: [OnBucket; 6] = [
    OnBucket {
        kind: "Discovery:S3/AnomalousBehavior",
        score: 2.0,
        minute: 315,
        call: "ListObjectsV2",
        form: Form::GuardDutyEvent,
    },
    OnBucket {
        kind: "UnauthorizedAccess:S3/MaliciousIPCaller.Custom",
        score: 8.0,
        minute: 318,
        call: "HeadObject",
        form: Form::AsffEvent,
    },
    OnBucket {
        kind: "Exfiltration:S3/AnomalousBehavior",
        score: 8.0,
        minute: 327,
        call: "GetObject",
        form: Form::GuardDutyEvent,
    },
    OnBucket {
        kind: "Exfiltration:S3/MaliciousIPCaller",
        score: 8.0,
        minute: 331,
        call: "GetObject",
        form: Form::OcsfEvent,
    },
    OnBucket {
        kind: "Stealth:S3/ServerAccessLoggingDisabled",
        score: 2.0,
        minute: 340,
        call: "PutBucketLogging",
        form: Form::GuardDutyEvent,
    },
    OnBucket {
        kind: "Policy:S3/BucketBlockPublicAccessDisabled",
        score: 2.0,
        minute: 344,
        call: "PutBucketPublicAccessBlock",
        form: Form::GuardDutyEvent,
    },
];

/// The instance, its credentials, then the bucket.
pub(super) fn entries() -> Vec<Entry> {
    let mut all = vec![entry(rebind(), Form::GuardDutyEvent), entry(credentials(), Form::GuardDutyEvent)];
    all.extend(ON_BUCKET.iter().map(|from| entry(on_bucket(from), from.form)));
    all
}

fn entry(sample: Sample, form: Form) -> Entry {
    Entry { story: Story::DataTheft, sample: Sample { account: PROD.to_owned(), ..sample }, form }
}

fn rebind() -> Sample {
    Sample {
        targets: vec![ORDERS_API.target()],
        tags: ORDERS_API.tags.to_vec(),
        act: Act::Dns("metadata-rebind.example.com".to_owned()),
        ..guardduty(
            "UnauthorizedAccess:EC2/MetadataDNSRebind",
            8.0,
            300,
            "The orders instance is performing DNS lookups that resolve to the instance metadata service.",
        )
    }
}

fn credentials() -> Sample {
    Sample {
        targets: vec![Target::AccessKey, ORDERS_API.target()],
        tags: ORDERS_API.tags.to_vec(),
        principal: Some(orders_session()),
        remote: Some(remote(OUTSIDE, None)),
        act: call("s3", "ListBuckets"),
        ..guardduty(
            "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS",
            8.0,
            306,
            "Credentials of the orders instance were used from an external address.",
        )
    }
}

fn on_bucket(from: &OnBucket) -> Sample {
    let title = format!("API {} was invoked on bucket {BUCKET} under unusual circumstances.", from.call);
    Sample {
        targets: vec![Target::Bucket(BUCKET.to_owned())],
        tags: BUCKET_TAGS.to_vec(),
        principal: Some(orders_session()),
        remote: Some(remote(OUTSIDE, from.kind.contains("MaliciousIP").then_some("ProofPoint"))),
        act: call("s3", from.call),
        ..guardduty(from.kind, from.score, from.minute, &title)
    }
}
