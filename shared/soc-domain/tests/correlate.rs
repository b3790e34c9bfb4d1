//! What joins findings and what does not.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a helper of a test may fail the test")]

use std::collections::BTreeSet;

use soc_domain::correlate::{CorrelationKey, correlation_keys};
use soc_domain::finding::Finding;
use soc_domain::policy::{DEFAULT, Policy};
use soc_domain::time::Timestamp;
use soc_domain::wire::{Content, read_record};
use soc_samples::wire::{Form, record};
use soc_samples::{Home, Sample, Scene};

const HOME: Home = Home { account: "111122223333", region: "us-east-1", vpc: "vpc-1", subnet: "subnet-1" };

fn read(sample: &Sample) -> Finding {
    match read_record(&record(sample, Form::GuardDutyEvent)).remove(0).content {
        Ok(Content::Finding(finding, _)) => *finding,
        other => panic!("{other:?}"),
    }
}

fn keys(scene: &Scene, kind: &str) -> BTreeSet<CorrelationKey> {
    let rules = Policy::parse(DEFAULT).unwrap().rules.correlation;
    let seen = Timestamp::parse("2026-03-02T09:00:00Z").unwrap();
    let finding = read(&scene.finding(kind, "0123456789abcdef0123456789abcdef".to_owned(), seen));
    let mut keys: BTreeSet<_> = correlation_keys(&finding, &rules).into_iter().collect();
    // Both findings have the same id here: what is asked is whether anything else joins them.
    keys.retain(|key| !key.as_str().starts_with("signal"));
    keys
}

fn scene(name: &str) -> Scene {
    Scene::new(name, HOME, &[], "192.0.2.1")
}

#[test]
fn two_clusters_whose_workloads_and_users_have_the_same_names_stay_apart() {
    let namespace = scene("one").namespace;
    let other = Scene { namespace, kubernetes_user: scene("one").kubernetes_user, ..scene("two") };
    for kind in [
        "Execution:Kubernetes/AnomalousBehavior.ExecInPod",
        "Discovery:Kubernetes/SuccessfulAnonymousAccess",
        "CredentialAccess:Kubernetes/AnomalousBehavior.SecretsAccessed",
    ] {
        let (one, two) = (keys(&scene("one"), kind), keys(&other, kind));
        assert!(!one.is_empty() && one.is_disjoint(&two), "{kind}: {one:?} {two:?}");
    }
}

#[test]
fn two_databases_whose_users_have_the_same_name_stay_apart() {
    let kind = "CredentialAccess:RDS/AnomalousBehavior.SuccessfulLogin";
    let (one, two) = (keys(&scene("one"), kind), keys(&scene("two"), kind));
    assert!(!one.is_empty() && one.is_disjoint(&two), "{one:?} {two:?}");
}

#[test]
fn a_container_joins_what_its_cluster_and_its_host_say_of_it() {
    let on_host = keys(&scene("one"), "Execution:Container/MaliciousFile");
    let in_cluster = keys(&scene("one"), "Execution:Kubernetes/AnomalousBehavior.ExecInPod");
    assert!(!on_host.is_disjoint(&in_cluster), "{on_host:?} {in_cluster:?}");
}

#[test]
fn a_probed_port_joins_further_probes_of_the_host_and_not_what_happens_on_it() {
    let scene = scene("one");
    let probe = keys(&scene, "Recon:EC2/PortProbeUnprotectedPort");
    assert!(!probe.is_disjoint(&keys(&scene, "Recon:EC2/PortProbeUnprotectedPort")));
    assert!(probe.is_disjoint(&keys(&scene, "CryptoCurrency:EC2/BitcoinTool.B")), "{probe:?}");
}

#[test]
fn two_sessions_of_one_role_stay_apart_and_a_role_without_a_session_is_one() {
    let kind = "Discovery:IAMUser/AnomalousBehavior";
    let acting = |principal_id: Option<&str>, key: &str| {
        let mut scene = scene("one");
        scene.caller.kind = "AssumedRole".to_owned();
        scene.caller.principal_id = principal_id.map(str::to_owned);
        scene.caller.access_key_id = Some(format!("ASIA{key}EXAMPLE"));
        keys(&scene, kind)
    };
    let (one, two) = (acting(Some("AROA1:build-1"), "A"), acting(Some("AROA1:build-2"), "B"));
    assert!(one.is_disjoint(&two), "{one:?} {two:?}");
    assert!(!acting(Some("AROA1:build-1"), "C").is_disjoint(&one));
    assert!(!acting(None, "D").is_disjoint(&acting(None, "E")));
}

#[test]
fn an_address_that_only_the_type_calls_listed_joins_as_one_that_the_record_does() {
    let rules = Policy::parse(DEFAULT).unwrap().rules.correlation;
    let seen = Timestamp::parse("2026-03-02T09:00:00Z").unwrap();
    let kind = "UnauthorizedAccess:IAMUser/MaliciousIPCaller";
    let sample = scene("one").finding(kind, "0123456789abcdef0123456789abcdef".to_owned(), seen);
    let by_ocsf = match read_record(&record(&sample, Form::Ocsf)).remove(0).content {
        Ok(Content::Finding(finding, _)) => *finding,
        other => panic!("{other:?}"),
    };
    assert_eq!(by_ocsf.remotes[0].threat_lists, Vec::<String>::new());
    let keys = |finding: &Finding| correlation_keys(finding, &rules).into_iter().collect::<BTreeSet<_>>();
    let shared: Vec<_> = keys(&by_ocsf).intersection(&keys(&read(&sample))).cloned().collect();
    assert!(shared.iter().any(|key| key.as_str().starts_with("remote")), "{shared:?}");
}
