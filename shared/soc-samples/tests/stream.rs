//! What the built-in stream and the generator promise.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use soc_domain::catalogue::{controls, guardduty_types};
use soc_domain::correlate::correlation_keys;
use soc_domain::finding::{Finding, FindingClass};
use soc_domain::policy::{DEFAULT, Policy};
use soc_domain::time::Timestamp;
use soc_domain::wire::{Content, read_record};
use soc_samples::{Disorder, Plan, Product, Story, Target, accounts, builtin, entries, perturb, stories};

fn parse(bytes: &[u8]) -> Option<Value> {
    serde_json::from_str(std::str::from_utf8(bytes).ok()?).ok()
}

/// Whether it is an EventBridge event or a bare native finding: everything else is poison.
fn is_ours(value: &Value) -> bool {
    value.get("detail-type").is_some() || value.get("SchemaVersion").is_some()
}

fn plan() -> Plan {
    Plan {
        count: 600,
        incidents: 60,
        duplicates_pct: 10,
        shuffle_pct: 20,
        poison: 17,
        seed: 5,
        ..Plan::default()
    }
}

/// Every text in a value.
fn texts(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            found.insert(text.clone());
        }
        Value::Array(all) => all.iter().for_each(|inner| texts(inner, found)),
        Value::Object(all) => all.values().for_each(|inner| texts(inner, found)),
        _ => {}
    }
}

/// What could join two findings: principals, keys, resources, remote addresses.
fn keys(sample: &soc_samples::Sample) -> BTreeSet<String> {
    let mut keys: BTreeSet<String> = sample.targets.iter().map(|target| sample.arn_of(target)).collect();
    if let Some(principal) = &sample.principal {
        keys.insert(format!("{}/{}", principal.account, principal.name));
        // The root user's id is the account's number, which everything in the account has.
        keys.extend(principal.principal_id.clone().filter(|_| principal.kind != "Root"));
        keys.extend(principal.access_key_id.clone());
    }
    keys.extend(sample.remote.iter().map(|remote| remote.ip.clone()));
    keys.remove("");
    keys
}

#[test]
fn the_built_in_stream_has_every_type_and_every_control_on_one_day() {
    let kinds: BTreeSet<String> = entries().into_iter().map(|entry| entry.sample.kind).collect();
    let types = guardduty_types().iter().map(|row| row.name);
    let missing: Vec<_> =
        types.chain(controls().iter().map(|row| row.id)).filter(|name| !kinds.contains(*name)).collect();
    assert_eq!(missing, Vec::<&str>::new());
    let ids: BTreeSet<String> = entries().into_iter().map(|entry| entry.sample.uid()).collect();
    assert!(ids.len() >= 303, "{}", ids.len());
    let start = Timestamp::parse("2026-03-02T09:00:00Z").unwrap();
    for entry in entries() {
        let sample = entry.sample;
        assert!(start <= sample.first_seen && sample.first_seen <= sample.last_seen, "{}", sample.title);
        assert!(sample.last_seen < sample.updated_at || sample.product != Product::GuardDuty);
        assert!(sample.updated_at.since(start).as_secs() < 86_400, "{}", sample.title);
    }
}

#[test]
fn the_built_in_stream_is_one_line_of_json_each_and_always_the_same() {
    let records = builtin();
    assert_eq!(records.len(), entries().len() + 3);
    for record in &records {
        assert!(!record.contains(&b'\n') && parse(record).as_ref().is_some_and(is_ours));
    }
    assert_eq!(records, builtin());
}

#[test]
fn no_two_stories_share_anything_that_could_join_them() {
    let mut owners: BTreeMap<String, BTreeSet<Story>> = BTreeMap::new();
    for entry in entries() {
        for key in keys(&entry.sample) {
            owners.entry(key).or_default().insert(entry.story);
        }
    }
    let shared: Vec<_> = owners.iter().filter(|(_key, stories)| stories.len() > 1).collect();
    assert!(shared.is_empty(), "{shared:?}");
}

#[test]
fn names_of_a_story_are_in_no_record_of_another() {
    let mut seen: BTreeMap<String, BTreeSet<Story>> = BTreeMap::new();
    for entry in entries() {
        let mut found = BTreeSet::new();
        texts(&soc_samples::wire::value(&entry.sample, entry.form), &mut found);
        for text in found {
            seen.entry(text).or_default().insert(entry.story);
        }
    }
    for entry in entries() {
        for key in keys(&entry.sample) {
            let stories = seen.get(&key).cloned().unwrap_or_default();
            assert!(stories.iter().all(|story| *story == entry.story), "{key}: {stories:?}");
        }
    }
}

#[test]
fn every_story_is_connected_by_what_its_findings_share() {
    for story in [Story::StolenKey, Story::CryptoMiner, Story::DataTheft, Story::DeveloperKey] {
        let mut rest: Vec<_> =
            entries().into_iter().filter(|e| e.story == story).map(|e| keys(&e.sample)).collect();
        let mut joined = rest.remove(0);
        while let Some(at) = rest.iter().position(|keys| !keys.is_disjoint(&joined)) {
            joined.extend(rest.remove(at));
        }
        assert!(rest.is_empty(), "{story:?} falls apart: {rest:?}");
    }
}

#[test]
fn the_stories_name_each_finding_once() {
    let rows = stories();
    let all: Vec<_> = rows.iter().flat_map(|row| &row.finding_ids).collect();
    let unique: BTreeSet<_> = all.iter().collect();
    assert_eq!(all.len(), unique.len());
    let sizes: Vec<_> = rows.iter().map(|row| (row.story, row.finding_ids.len())).collect();
    assert_eq!(
        sizes[..6],
        [
            (Story::StolenKey, 9),
            (Story::CryptoMiner, 8),
            (Story::DataTheft, 8),
            (Story::DeveloperKey, 2),
            (Story::BreakGlass, 1),
            (Story::ManagedByStack, 1),
        ]
    );
}

#[test]
fn the_attack_sequence_lists_the_findings_of_its_story() {
    let rows = stories();
    let story = rows.iter().find(|row| row.story == Story::StolenKey).unwrap();
    let sequence = entries().into_iter().find_map(|entry| entry.sample.sequence).unwrap();
    assert_eq!(sequence.signals.len(), 8);
    assert!(sequence.signals.iter().all(|signal| story.finding_ids.contains(&signal.id)));
}

#[test]
fn one_delivery_comes_twice_one_finding_by_three_routes_and_one_again_with_a_higher_count() {
    let mut by_bytes: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    builtin().into_iter().for_each(|record| *by_bytes.entry(record).or_default() += 1);
    assert_eq!(by_bytes.values().filter(|times| **times == 2).count(), 1);
    let mut forms: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut counts: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for entry in entries() {
        forms.entry(entry.sample.uid()).or_default().insert(format!("{:?}", entry.form));
        counts.entry(entry.sample.uid()).or_default().insert(entry.sample.count);
    }
    assert_eq!(forms.values().filter(|forms| forms.len() == 3).count(), 1);
    assert_eq!(counts.values().filter(|counts| counts.len() == 2).count(), 1);
}

#[test]
fn the_simulated_account_knows_the_things_behind_the_stories() {
    let all: Value = serde_json::from_str(&accounts()).unwrap();
    let arns: BTreeSet<&str> =
        all["instances"].as_array().unwrap().iter().filter_map(|one| one["arn"].as_str()).collect();
    let users: BTreeMap<&str, &Value> =
        all["users"].as_array().unwrap().iter().map(|user| (user["name"].as_str().unwrap(), user)).collect();
    for entry in
        entries().iter().filter(|entry| entry.sample.product == Product::GuardDuty && !entry.sample.sample)
    {
        for target in &entry.sample.targets {
            let Target::Instance { details, .. } = target else { continue };
            assert!(arns.contains(entry.sample.arn_of(target).as_str()), "{}", entry.sample.title);
            assert_eq!(details.interfaces.len(), 1);
        }
        for principal in entry.sample.principal.iter().filter(|principal| principal.kind == "IAMUser") {
            let key = principal.access_key_id.as_deref().unwrap();
            assert_eq!(users[principal.name.as_str()]["keys"][key], "Active");
        }
    }
    assert_eq!(users["break-glass"]["tags"]["ai-soc:protected"], "true");
    for vpc in all["vpcs"].as_array().unwrap() {
        assert!(vpc["quarantine_group"].as_str().unwrap().starts_with("sg-"));
    }
}

#[test]
fn ids_have_the_shape_that_aws_gives_them() {
    let mut found = BTreeSet::new();
    texts(&serde_json::from_str(&accounts()).unwrap(), &mut found);
    for entry in entries() {
        texts(&soc_samples::wire::value(&entry.sample, entry.form), &mut found);
    }
    for text in found {
        let hex =
            ["i-", "eni-", "vpc-", "subnet-", "sg-", "ami-"].iter().find_map(|kind| text.strip_prefix(kind));
        if let Some(hex) = hex.filter(|hex| *hex != "99999999") {
            assert!(hex.len() == 17 && hex.bytes().all(|digit| digit.is_ascii_hexdigit()), "{text}");
        }
        if text.starts_with("AKIA") || text.starts_with("ASIA") {
            assert!(text.len() == 20 && text.ends_with("EXAMPLE"), "{text}");
        }
        if text.starts_with("AIDA") || text.starts_with("AROA") {
            assert!(text.split(':').next().unwrap().len() == 21, "{text}");
        }
    }
}

#[test]
fn the_generator_gives_the_counts_that_were_asked_for() {
    let plan = plan();
    let records: Vec<_> = plan.records().collect();
    assert_eq!(records.len() as u64, plan.total());
    assert_eq!(plan.total(), 600 + 60 + 17);
    let poison = records.iter().filter(|record| !parse(record).as_ref().is_some_and(is_ours)).count();
    assert_eq!(poison, 17);
    let unique: BTreeSet<_> = records.iter().filter(|one| parse(one).as_ref().is_some_and(is_ours)).collect();
    assert_eq!(unique.len(), 600);
    assert!(records.iter().all(|record| !record.contains(&b'\n')));
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_shares_no_finding() {
    let records = |seed| Plan { seed, ..plan() }.records().collect::<Vec<_>>();
    assert_eq!(records(5), records(5));
    let first: BTreeSet<_> =
        records(5).into_iter().filter(|one| parse(one).as_ref().is_some_and(is_ours)).collect();
    assert!(records(6).iter().all(|record| !first.contains(record)));
}

/// What the reader makes of a record that holds a finding.
fn read(record: &[u8]) -> Finding {
    match read_record(record).remove(0).content {
        Ok(Content::Finding(finding, _)) => *finding,
        other => panic!("{other:?}"),
    }
}

/// The findings that share correlation keys, directly or through others.
fn components(findings: &[Finding]) -> Vec<Vec<&Finding>> {
    let rules = Policy::parse(DEFAULT).unwrap().rules.correlation;
    let mut found: Vec<(BTreeSet<_>, Vec<&Finding>)> = Vec::new();
    for finding in findings {
        let keys: BTreeSet<_> = correlation_keys(finding, &rules).into_iter().collect();
        let touches = |one: &mut (BTreeSet<_>, Vec<&Finding>)| !one.0.is_disjoint(&keys);
        let mut united = (keys.clone(), vec![finding]);
        for (other, members) in found.extract_if(.., touches) {
            united.0.extend(other);
            united.1.extend(members);
        }
        found.push(united);
    }
    found.into_iter().map(|(_, members)| members).collect()
}

#[test]
fn generated_findings_fall_into_as_many_incidents_as_asked() {
    let plan = Plan { count: 600, incidents: 60, seed: 8, ..Plan::default() };
    let findings: Vec<Finding> = plan.records().map(|record| read(&record)).collect();
    // Nothing connects backups and probed ports with each other, nor the controls of a sweep.
    let scattered = |finding: &Finding| {
        finding.class == FindingClass::Control
            || ["!AMI", "!Snapshot", "!RecoveryPoint", "/PortProbeUnprotectedPort"]
                .iter()
                .any(|end| finding.kind.ends_with(end))
    };
    let joined = components(&findings);
    let whole = joined.iter().filter(|members| !members.iter().all(|finding| scattered(finding)));
    // Of each twenty incidents three are about controls; of the first twenty one is about what stands apart.
    assert_eq!(whole.count(), 60 - 9 - 1);
}

#[test]
fn a_stream_of_a_thousand_findings_has_every_type_and_every_control() {
    let plan = Plan { count: 1_000, incidents: 50, seed: 4, ..Plan::default() };
    let kinds: BTreeSet<String> = plan.records().map(|record| read(&record).kind).collect();
    let names = guardduty_types().iter().map(|row| row.name).chain(controls().iter().map(|row| row.id));
    let missing: Vec<_> = names.filter(|name| !kinds.contains(*name)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn every_tenth_incident_can_be_answered_automatically() {
    let plan = Plan { count: 100, incidents: 100, seed: 2, ..Plan::default() };
    let ready = plan.records().filter(|record| {
        let event = parse(record).unwrap();
        let tags = &event["detail"]["resource"]["instanceDetails"]["tags"];
        let dev = tags.as_array().is_some_and(|all| all.iter().any(|tag| tag["value"] == "dev"));
        let interface = &event["detail"]["resource"]["instanceDetails"]["networkInterfaces"][0];
        dev && event["detail"]["severity"].as_f64() >= Some(7.0) && interface["vpcId"].is_string()
    });
    assert_eq!(ready.count(), 10);
}

#[test]
fn a_plan_for_one_type_gives_only_that_type() {
    let unknown = "Trojan:Toaster/SomethingNew!DNS";
    let sequence = "AttackSequence:S3/CompromisedData";
    let types = guardduty_types().iter().map(|row| row.name);
    let names = types.chain(controls().iter().map(|row| row.id));
    for name in names.chain([unknown, sequence]) {
        let plan = Plan { count: 2, incidents: 2, finding_type: Some(name.to_owned()), ..Plan::default() };
        let records: Vec<_> = plan.records().collect();
        assert_eq!(records.len(), 2);
        for record in records {
            let text = String::from_utf8(record).unwrap();
            assert!(text.contains(name) || text.contains(&name.replace('/', "-")), "{name}: {text}");
        }
    }
}

#[test]
fn records_are_as_large_as_real_ones() {
    let plan = Plan { count: 500, incidents: 200, seed: 1, ..Plan::default() };
    let total: usize = plan.records().map(|record| record.len()).sum();
    assert!((2_000..4_000).contains(&(total / 500)), "{} bytes on average", total / 500);
}

#[test]
fn the_built_in_stream_can_be_disturbed_and_loses_nothing() {
    let disorder = Disorder { duplicates_pct: 30, shuffle_pct: 50, poison: 5, seed: 77 };
    let out = perturb(builtin(), disorder);
    assert_eq!(out.len(), builtin().len() + builtin().len() * 30 / 100 + 5);
    assert!(builtin().iter().all(|record| out.contains(record)));
}

#[test]
fn an_empty_plan_gives_nothing_and_more_incidents_than_findings_give_one_each() {
    assert_eq!(Plan::default().records().count(), 0);
    assert_eq!(Plan { count: 7, incidents: 100, ..Plan::default() }.records().count(), 7);
}
