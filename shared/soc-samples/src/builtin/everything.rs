//! What is left of the catalogue: types and controls that no story tells come as noise, so that the stream has
//! every one of them.
//!
//! Apart from the chosen noise, because it follows from the catalogue and grows with it.

use std::collections::BTreeSet;

use soc_domain::catalogue::{Control, controls, guardduty_types};
use soc_domain::finding::Compliance;
use soc_domain::finding_type::FindingType;

use super::cast::{DEV_NETWORK, Network, PROD_NETWORK, SANDBOX_NETWORK, tag};
use super::{Entry, Story, at, finding_id};
use crate::sample::Tag;
use crate::scene::{Check, Scene, digits};
use crate::wire::Form;

const NETWORKS: [(&Network, &str); 3] =
    [(&DEV_NETWORK, "dev"), (&PROD_NETWORK, "prod"), (&SANDBOX_NETWORK, "sandbox")];
/// How many types one host of the noise shows.
const TYPES_EACH: usize = 4;

/// The types and controls that are not in `told` yet.
pub(super) fn entries(told: &[Entry]) -> Vec<Entry> {
    let names: BTreeSet<&str> = told.iter().map(|entry| entry.sample.kind.as_str()).collect();
    let mut all = types(&names);
    all.extend(posture(&names));
    all
}

/// Chatter of ordinary hosts: a few types each, in three accounts.
fn types(told: &BTreeSet<&str>) -> Vec<Entry> {
    let rest: Vec<&str> =
        guardduty_types().iter().map(|row| row.name).filter(|name| !told.contains(name)).collect();
    let (backups, rest): (Vec<&str>, Vec<&str>) = rest
        .into_iter()
        .partition(|kind| !FindingType::parse(kind).variant.is_empty() && kind.contains("File!"));
    let groups = rest.chunks(TYPES_EACH).chain([backups.as_slice()]);
    let mut all = Vec::new();
    for ((group, number), (network, environment)) in groups.zip(0_u8..).zip(NETWORKS.into_iter().cycle()) {
        let tags: [Tag; 1] = [tag("Environment", environment)];
        let ip = format!("192.0.2.{}", 160 + number);
        let scene = Scene::new(&format!("{environment}-box-{number}"), network.home(), &tags, &ip);
        for (kind, place) in group.iter().zip(0_u64..) {
            let minute = 100 + u64::from(number) * 67 + place * 13;
            let id = finding_id(&format!("everything {kind}"));
            let form = if place == 3 { Form::AsffEvent } else { Form::GuardDutyEvent };
            all.push(Entry { story: Story::Noise, sample: scene.finding(kind, id, at(minute)), form });
        }
    }
    all
}

/// Controls: those of one type of resource on one resource, and the grave ones passed.
fn posture(told: &BTreeSet<&str>) -> Vec<Entry> {
    let rest = controls().iter().filter(|row| !told.contains(row.id));
    rest.zip((240..).step_by(7)).map(|(row, minute)| checked(row, minute)).collect()
}

fn checked(row: &Control, minute: u64) -> Entry {
    // Which of the accounts has the resource follows from its type, or its controls would fall apart.
    let of = if row.resource_type == "AwsAccount" { row.id } else { row.resource_type };
    let place = usize::from_str_radix(&digits(&["account of", of], 4), 16).unwrap_or_default();
    let (network, environment) =
        NETWORKS.get(place % NETWORKS.len()).copied().unwrap_or((&DEV_NETWORK, "dev"));
    let tags: [Tag; 1] = [tag("Environment", environment)];
    let grave = row.score >= 7.0;
    let check = Check {
        control: row.id,
        home: network.home(),
        name: "reports",
        tags: if row.resource_type == "AwsAccount" { &[] } else { &tags },
        result: if grave || place.is_multiple_of(2) { Compliance::Passed } else { Compliance::Failed },
        seen: at(minute),
    };
    let form = if minute.is_multiple_of(2) { Form::AsffEvent } else { Form::OcsfEvent };
    Entry { story: Story::Noise, sample: check.finding(), form }
}
