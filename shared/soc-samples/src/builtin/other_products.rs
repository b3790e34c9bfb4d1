//! What Security Hub, Inspector and Macie say on the same day: posture, weaknesses, exposure.

use std::time::Duration;

use soc_domain::finding::{Compliance, WorkflowStatus};

use super::cast::{DEV, EDGE_PROXY, PROD, REGION, STAGING_WEB};
use super::{Entry, Story, at, finding_id};
use crate::sample::{Product, Sample, Target};
use crate::wire::Form;

/// One check of one control.
struct Check {
    control: &'static str,
    account: &'static str,
    /// What it checked: the ARN's end, after service, region and account where those belong.
    arn: &'static str,
    result: Compliance,
}

const fn failed(control: &'static str, account: &'static str, arn: &'static str) -> Check {
    Check { control, account, arn, result: Compliance::Failed }
}

const fn passed(control: &'static str, account: &'static str, arn: &'static str) -> Check {
    Check { control, account, arn, result: Compliance::Passed }
}

/// Alternately ASFF and OCSF. The same controls pass on one resource and fail on another.
const CHECKS: [Check; 15] = [
    failed("S3.8", DEV, "arn:aws:s3:::example-scratch"),
    passed("S3.8", PROD, "arn:aws:s3:::example-invoices"),
    failed("EC2.13", DEV, "arn:aws:ec2:us-east-1:111122223333:security-group/sg-0c0117201000000a1"),
    passed("EC2.13", PROD, "arn:aws:ec2:us-east-1:444455556666:security-group/sg-0c0117201000000a2"),
    failed("IAM.3", DEV, "arn:aws:iam::111122223333:user/old-integration"),
    passed("IAM.3", PROD, "arn:aws:iam::444455556666:user/billing-export"),
    failed("RDS.8", DEV, "arn:aws:rds:us-east-1:111122223333:db:sandbox"),
    passed("RDS.2", PROD, "arn:aws:rds:us-east-1:444455556666:db:ledger"),
    failed("KMS.4", PROD, "arn:aws:kms:us-east-1:444455556666:key/0f3a1b5c-1111-4a2b-8c3d-example00001"),
    passed("CloudTrail.4", PROD, "arn:aws:cloudtrail:us-east-1:444455556666:trail/organization"),
    failed("SQS.1", DEV, "arn:aws:sqs:us-east-1:111122223333:jobs"),
    passed("SNS.1", DEV, "arn:aws:sns:us-east-1:111122223333:builds"),
    failed("Lambda.1", DEV, "arn:aws:lambda:us-east-1:111122223333:function:open-webhook"),
    passed("S3.1", DEV, "AWS::::Account:111122223333"),
    failed("CloudTrail.1", PROD, "AWS::::Account:444455556666"),
];

/// All of it.
pub(super) fn entries() -> Vec<Entry> {
    let forms = [Form::AsffEvent, Form::OcsfEvent].into_iter().cycle();
    let mut all: Vec<Entry> = CHECKS
        .iter()
        .zip((20..).step_by(22))
        .zip(forms)
        .map(|((check, minute), form)| noise(control(check, minute), form))
        .collect();
    let hop_limit = failed("EC2.8", PROD, "");
    let on_proxy = Sample { targets: vec![EDGE_PROXY.target()], ..control(&hop_limit, 370) };
    all.push(noise(on_proxy, Form::AsffEvent));
    let accepted = failed("S3.9", PROD, "arn:aws:s3:::example-public-docs");
    let suppressed = Sample { workflow: WorkflowStatus::Suppressed, ..control(&accepted, 380) };
    all.push(noise(suppressed, Form::AsffEvent));
    all.extend(weaknesses());
    all
}

fn noise(sample: Sample, form: Form) -> Entry {
    Entry { story: Story::Noise, sample, form }
}

fn dated(name: &str, minute: u64) -> Sample {
    let seen = at(minute);
    Sample {
        id: finding_id(name),
        region: REGION.to_owned(),
        first_seen: seen,
        last_seen: seen,
        updated_at: seen.plus(Duration::from_secs(60)),
        count: 1,
        ..Sample::default()
    }
}

/// The id of a control's finding is a UUID.
fn control(check: &Check, minute: u64) -> Sample {
    let row = soc_domain::catalogue::control(check.control);
    let id = check.control;
    let mut uuid = finding_id(&format!("{id} {}", check.arn));
    for place in [8, 13, 18, 23] {
        uuid.insert(place, '-');
    }
    Sample {
        product: Product::SecurityHub,
        kind: id.to_owned(),
        id: uuid,
        score: row.filter(|_row| check.result != Compliance::Passed).map_or(0.0, |row| row.score),
        account: check.account.to_owned(),
        title: format!("{id} checks a setting of the resource"),
        description: format!("This control checks a setting that {id} of Security Hub describes."),
        targets: vec![Target::Named {
            kind: row.map_or("Other", |row| row.resource_type),
            arn: check.arn.to_owned(),
        }],
        compliance: Some(check.result),
        ..dated("", minute)
    }
}

/// Inspector's and Macie's findings.
fn weaknesses() -> Vec<Entry> {
    let package = Sample {
        product: Product::Inspector,
        kind: "CVE-2099-10001".to_owned(),
        score: 7.5,
        account: DEV.to_owned(),
        title: "CVE-2099-10001 - libexample".to_owned(),
        description: "A flaw in libexample lets a remote client exhaust memory.".to_owned(),
        targets: vec![STAGING_WEB.target()],
        tags: STAGING_WEB.tags.to_vec(),
        ..dated("inspector package", 640)
    };
    let noted = Sample {
        kind: "CVE-2099-10002".to_owned(),
        score: 0.0,
        title: "CVE-2099-10002 - libexample".to_owned(),
        ..Sample { id: finding_id("inspector noted"), ..package.clone() }
    };
    let macie = |kind: &str, score, bucket: &str, minute| Sample {
        product: Product::Macie,
        kind: kind.to_owned(),
        score,
        account: PROD.to_owned(),
        title: format!("Macie reports {kind} for the bucket {bucket}."),
        description: "Macie examined the settings and the objects of the bucket.".to_owned(),
        targets: vec![Target::Bucket(bucket.to_owned())],
        ..dated(kind, minute)
    };
    vec![
        noise(package, Form::AsffEvent),
        noise(noted, Form::OcsfEvent),
        noise(macie("Policy:IAMUser/S3BucketPublic", 8.0, "example-open-data", 660), Form::AsffEvent),
        noise(macie("SensitiveData:S3Object/Personal", 5.0, "example-survey", 675), Form::AsffEvent),
    ]
}
