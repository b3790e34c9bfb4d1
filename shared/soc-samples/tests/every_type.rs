//! A finding of every type and every control, written in every form and read back.

#![expect(clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use soc_domain::catalogue::{ResourceClass, control, controls, guardduty_types};
use soc_domain::finding::{Finding, FindingClass, Gap, ResourceKind};
use soc_domain::finding_type::FindingType;
use soc_domain::severity::Severity;
use soc_domain::wire::{Content, read_record};
use soc_samples::wire::{Form, record};
use soc_samples::{Product, Sample, example};

fn read(sample: &Sample, form: Form) -> (Finding, Vec<Gap>) {
    let bytes = record(sample, form);
    let mut items = read_record(&bytes);
    assert_eq!(items.len(), 1, "{} {form:?}", sample.kind);
    match items.remove(0).content {
        Ok(Content::Finding(finding, gaps)) => (*finding, gaps),
        other => panic!("{} {form:?}: {other:?}", sample.kind),
    }
}

/// In every form that the sample has: the same id, type, class, severity and state, and nothing missing.
fn check(sample: &Sample) -> Finding {
    let (native, _) = read(sample, Form::GuardDutyEvent);
    for form in Form::ALL {
        let (finding, gaps) = read(sample, form);
        let name = format!("{} {form:?}", sample.kind);
        assert_eq!(gaps, Vec::new(), "{name}");
        assert_eq!(finding.id, native.id, "{name}");
        assert_eq!((&finding.product_id, &finding.place), (&native.product_id, &native.place), "{name}");
        assert_eq!((&finding.kind, finding.class), (&sample.kind, native.class), "{name}");
        assert_eq!((finding.severity, finding.count), (sample.severity(), native.count), "{name}");
        assert_eq!(finding.compliance, sample.compliance, "{name}");
        assert_eq!(finding.resources[0].kind, native.resources[0].kind, "{name}");
        assert_eq!(finding.resources[0].arn, native.resources[0].arn, "{name}");
        assert_eq!(finding.resources[0].tags, native.resources[0].tags, "{name}");
        let times = |one: &Finding| (one.first_seen, one.last_seen, one.updated_at);
        assert_eq!(times(&finding), times(&native), "{name}");
        let ips = |one: &Finding| one.remotes.iter().map(|remote| remote.ip.clone()).collect::<Vec<_>>();
        if sample.sequence.is_none() {
            assert_eq!(ips(&finding), ips(&native), "{name}");
        }
    }
    native
}

/// The kinds of resource that a finding of a class may name first.
fn expected(kind: &str, class: ResourceClass) -> Vec<ResourceKind> {
    let parts = FindingType::parse(kind);
    match class {
        ResourceClass::Instance => vec![ResourceKind::AwsEc2Instance],
        ResourceClass::Runtime => {
            vec![ResourceKind::AwsEc2Instance, ResourceKind::AwsEksCluster, ResourceKind::AwsEcsCluster]
        }
        ResourceClass::AccessKey => vec![ResourceKind::AwsIamAccessKey],
        ResourceClass::Bucket => {
            vec![ResourceKind::AwsS3Bucket, ResourceKind::AwsS3Object, ResourceKind::AwsIamAccessKey]
        }
        ResourceClass::Function => vec![ResourceKind::AwsLambdaFunction],
        ResourceClass::Cluster => vec![ResourceKind::AwsEksCluster],
        ResourceClass::Tasks => vec![ResourceKind::AwsEcsCluster],
        ResourceClass::Database => vec![ResourceKind::AwsRdsDbInstance],
        ResourceClass::Malware => match (parts.resource, parts.variant) {
            (_, "Snapshot") => vec![ResourceKind::AwsEc2Volume],
            (_, "AMI" | "RecoveryPoint") => vec![ResourceKind::Other],
            ("Container", _) => vec![ResourceKind::Container],
            ("S3", _) => vec![ResourceKind::AwsS3Object],
            _ => expected(kind, parts.resource_class()),
        },
        ResourceClass::AttackSequence => expected(kind, parts.resource_class()),
        ResourceClass::Other => panic!("{kind} is of no class"),
    }
}

#[test]
fn every_finding_type_reads_back_the_same_from_every_form() {
    for row in guardduty_types() {
        let sample = example(row.name, 3);
        let finding = check(&sample);
        assert_eq!(finding.class, FindingClass::Threat, "{}", row.name);
        assert_eq!(finding.severity, Severity::from_guardduty(row.score), "{}", row.name);
        let allowed = expected(row.name, row.class);
        assert!(allowed.contains(&finding.resources[0].kind), "{}: {:?}", row.name, finding.resources);
        assert_eq!(finding.signals.is_empty(), row.class != ResourceClass::AttackSequence, "{}", row.name);
    }
}

#[test]
fn every_control_reads_back_the_same_from_every_form() {
    for row in controls() {
        let sample = example(row.id, 3);
        assert_eq!(sample.product, Product::SecurityHub);
        let finding = check(&sample);
        assert_eq!(finding.class, FindingClass::Control, "{}", row.id);
        assert!(control(&finding.kind).is_some_and(|known| known.id == row.id), "{}", finding.kind);
    }
}

#[test]
fn an_unknown_type_and_an_unknown_control_read_back_too() {
    for name in ["Trojan:Toaster/SomethingNew!DNS", "AttackSequence:Bedrock/CompromisedModel", "Toaster.9"] {
        check(&example(name, 3));
    }
}

#[test]
fn what_a_type_is_about_comes_with_what_real_findings_of_it_have() {
    let read = |name: &str| read(&example(name, 3), Form::GuardDutyEvent).0;
    let kinds = |name: &str| read(name).resources.iter().map(|one| one.kind).collect::<BTreeSet<_>>();
    assert_eq!(
        kinds("Execution:Kubernetes/AnomalousBehavior.ExecInPod"),
        [ResourceKind::AwsEksCluster, ResourceKind::KubernetesWorkload, ResourceKind::Container].into()
    );
    assert_eq!(
        kinds("Execution:EC2/MaliciousFile"),
        [ResourceKind::AwsEc2Instance, ResourceKind::AwsEc2Volume].into()
    );
    assert_eq!(
        kinds("Object:S3/MaliciousFile"),
        [ResourceKind::AwsS3Bucket, ResourceKind::AwsS3Object].into()
    );
    assert_eq!(
        kinds("UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS"),
        [ResourceKind::AwsIamAccessKey, ResourceKind::AwsEc2Instance].into()
    );
    assert!(!read("Execution:EC2/MaliciousFile").observables.is_empty());
    let root = read("Policy:IAMUser/RootCredentialUsage");
    assert_eq!(root.principals.first().expect("an actor").kind, "Root");
    let anonymous = read("Discovery:Kubernetes/SuccessfulAnonymousAccess");
    assert_eq!(anonymous.principals.first().expect("an actor").name, "system:anonymous");
}

#[test]
fn the_same_seed_gives_the_same_finding_and_another_seed_another() {
    for row in guardduty_types() {
        assert_eq!(example(row.name, 3), example(row.name, 3));
        assert_ne!(example(row.name, 3).id, example(row.name, 4).id);
    }
}
