//! The catalogue: complete, sorted, told apart by its own rules, and the same as the lists beside the checkout.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test's own reading of lists, and its report"
)]

#[expect(dead_code, reason = "other tests use the rest")]
mod fixtures;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use fixtures::{NATIVE, OCSF};
use proptest::prelude::*;
use soc_domain::attack::technique_name;
use soc_domain::catalogue::{
    ResourceClass, class_of, control, controls, guardduty_type, guardduty_types, tactic_of, techniques_of,
};
use soc_domain::evidence::Evidence;
use soc_domain::finding::Finding;
use soc_domain::finding_type::FindingType;
use soc_domain::id::IncidentId;
use soc_domain::incident::Incident;
use soc_domain::plan::{Situation, plan};
use soc_domain::policy::{DEFAULT, Policy};
use soc_domain::revise::revise;
use soc_domain::severity::Severity;
use soc_domain::time::Timestamp;
use soc_domain::wire::{Content, read_record};

/// A file beside the checkout that the project does not hold.
fn beside(path: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(path);
    let text = fs::read_to_string(&path).ok();
    if text.is_none() {
        println!("absent: {} - the catalogue is not compared with it", path.display());
    }
    text
}

/// The first column of a table with a header.
fn first_column(table: &str) -> Vec<&str> {
    let mut names: Vec<_> = table.lines().skip(1).filter_map(|line| line.split('\t').next()).collect();
    names.sort_unstable();
    names
}

fn finding(record: &str) -> Option<Finding> {
    match read_record(record.as_bytes()).remove(0).content {
        Ok(Content::Finding(finding, _)) => Some(*finding),
        Ok(Content::Event(_)) | Err(_) => None,
    }
}

#[test]
fn every_type_and_control_is_listed_once_in_order_and_found_by_its_name() {
    assert_eq!((guardduty_types().len(), controls().len()), (197, 106));
    assert!(guardduty_types().is_sorted_by(|one, next| one.name < next.name));
    assert!(controls().is_sorted_by(|one, next| one.id < next.id));
    assert!(guardduty_types().iter().all(|row| guardduty_type(row.name) == Some(row)));
    assert!(controls().iter().all(|row| control(row.id) == Some(row)));
    assert_eq!(control("AutoScaling.5").unwrap().id, "Autoscaling.5");
    assert_eq!((guardduty_type("Recon:EC2/portscan"), control("EC2.99")), (None, None));
}

#[test]
fn the_catalogue_holds_what_the_lists_beside_the_checkout_hold_and_nothing_else() {
    if let Some(table) = beside("catalog/guardduty_types.tsv") {
        let names: Vec<_> = guardduty_types().iter().map(|row| row.name).collect();
        assert_eq!(names, first_column(&table));
    }
    if let Some(table) = beside("catalog/securityhub_controls.tsv") {
        let ids: Vec<_> = controls().iter().map(|row| row.id).collect();
        assert_eq!(ids, first_column(&table));
    }
}

#[test]
fn default_severities_are_those_of_the_published_list() {
    let Some(text) = beside("data/mitre-mapping/guardduty_types_dec2025.jsonl") else { return };
    let rows = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let published: BTreeMap<String, String> = rows
        .map(|row| (row["type"].as_str().unwrap().to_owned(), row["severity"].as_str().unwrap().to_owned()))
        .collect();
    for row in guardduty_types() {
        let said = match published.get(row.name).unwrap().as_str() {
            "Variable" | "Varies" => "Medium",
            label => label,
        };
        assert_eq!(Severity::from_guardduty(row.score), said.parse().unwrap(), "{}", row.name);
    }
}

#[test]
fn every_technique_is_known_and_is_of_the_tactic_of_its_type() {
    for id in guardduty_types().iter().flat_map(|row| row.techniques) {
        assert!(technique_name(id).is_some(), "{id}");
    }
    let Some(text) = beside("data/mitre-mapping/attack-patterns-lookup-v18.1.json") else { return };
    let attack: serde_json::Value = serde_json::from_str(&text).unwrap();
    let tactics: BTreeMap<&str, Vec<&str>> = attack["attack_patterns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let tactics = row["tactics"].as_array().unwrap().iter().filter_map(|tactic| tactic.as_str());
            (row["external_id"].as_str().unwrap(), tactics.collect())
        })
        .collect();
    for row in guardduty_types() {
        let own = row.tactic.map(|tactic| tactic.to_ascii_lowercase().replace(' ', "-"));
        for id in row.techniques {
            let of_technique = tactics.get(id).unwrap();
            // The mapping's only technique for it, though ATT&CK has Valid Accounts under other tactics.
            let excepted = row.name == "CredentialAccess:IAMUser/AnomalousBehavior";
            assert!(
                excepted || own.as_deref().is_none_or(|own| of_technique.contains(&own)),
                "{}: {id}",
                row.name
            );
        }
    }
}

#[test]
fn the_class_of_every_type_follows_from_its_parts_so_that_unlisted_kin_have_it_too() {
    for row in guardduty_types() {
        assert_eq!(FindingType::parse(row.name).class(), row.class, "{}", row.name);
    }
    let unlisted = [
        ("Trojan:EC2/SomethingNew!DNS", ResourceClass::Instance),
        ("Execution:EKS/SuspiciousFile!New", ResourceClass::Malware),
        ("AttackSequence:RDS/Something", ResourceClass::AttackSequence),
        ("Impact:ECS/SomethingNew", ResourceClass::Tasks),
        ("Trojan:Toaster/SomethingNew", ResourceClass::Other),
        ("", ResourceClass::Other),
    ];
    for (name, class) in unlisted {
        assert_eq!(class_of(name), class, "{name}");
    }
}

#[test]
fn a_finding_that_names_no_techniques_has_those_of_its_type() {
    let read = finding(NATIVE).unwrap();
    assert_eq!(
        (read.tactics, read.techniques),
        (vec!["Command and Control".to_owned()], vec!["T1071".to_owned()])
    );
    let unlisted = finding(&NATIVE.replace("Backdoor:EC2/C&CActivity.B", "Impact:EC2/SomethingNew")).unwrap();
    assert_eq!((unlisted.tactics, unlisted.techniques.len()), (vec!["Impact".to_owned()], 0));
}

#[test]
fn what_a_record_names_of_attack_goes_before_what_its_type_implies_in_any_order() {
    let native = finding(NATIVE).unwrap();
    let told = OCSF
        .replace("\"T1071\"", "\"T1568\"")
        .replace("Command and Control\",\"uid\"", "Execution\",\"uid\"");
    let ocsf = finding(&told).unwrap();
    for (mut first, second) in [(native.clone(), ocsf.clone()), (ocsf, native)] {
        revise(&mut first, second);
        assert_eq!(
            (first.tactics, first.techniques),
            (vec!["Execution".to_owned()], vec!["T1568".to_owned()])
        );
    }
}

/// What is left to people for one finding alone.
fn guides(finding: &Finding) -> Vec<String> {
    let now = Timestamp::from_millis(1_772_530_000_000);
    let incident = Incident::opened_by(IncidentId::opened_by(finding.id), finding, now);
    let evidence = Evidence::new(&incident, vec![finding.clone()], 1);
    let policy = Policy::parse(DEFAULT).unwrap();
    let (facts, earlier) = (BTreeMap::new(), Vec::new());
    let made = plan(&Situation {
        incident: &incident,
        evidence: &evidence,
        policy: &policy,
        facts: &facts,
        earlier: &earlier,
    });
    made.guides.into_iter().map(|guide| guide.text).collect()
}

#[test]
fn a_finding_of_any_type_that_names_no_resource_still_leaves_something_to_people() {
    let mut bare = finding(NATIVE).unwrap();
    bare.resources.clear();
    bare.principals.clear();
    let unlisted = ["Trojan:Toaster/SomethingNew", "Execution:EC2/MaliciousFile!New", "no type at all", ""];
    for name in guardduty_types().iter().map(|row| row.name).chain(unlisted) {
        name.clone_into(&mut bare.kind);
        assert_eq!(guides(&bare).len(), 1, "{name}");
    }
}

fn check_any_text(text: &str) {
    let parts = FindingType::parse(text);
    assert_eq!(class_of(text), guardduty_type(text).map_or(parts.class(), |row| row.class));
    assert!(tactic_of(text).is_none_or(|tactic| !tactic.is_empty()));
    assert!(techniques_of(text).iter().all(|id| technique_name(id).is_some()));
}

proptest! {
    #[test]
    fn any_text_is_parsed_and_gets_a_class(text in ".{0,60}") {
        check_any_text(&text);
    }

    #[test]
    fn any_text_in_the_form_of_a_type_gets_a_class(
        text in "[A-Za-z]{0,12}:(EC2|IAMUser|S3|RDS|EKS|[A-Za-z&]{0,9})/[A-Za-z&]{0,9}[.!]?[A-Za-z.!]{0,9}"
    ) {
        check_any_text(&text);
    }
}
