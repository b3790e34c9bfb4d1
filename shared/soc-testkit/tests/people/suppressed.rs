//! Suppressions by people: one is not enough, none lasts, and none hides what must be seen (T15).

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use soc_domain::assess::{Way, assess_with};
use soc_domain::evidence::Evidence;
use soc_domain::id::SuppressionId;
use soc_domain::incident::Stage;
use soc_domain::people::{LONGEST, NotAllowed, Proposal, SuppressionState};
use soc_domain::severity::Severity;
use soc_domain::time::Timestamp;
use soc_pipeline::Case;
use soc_pipeline::people::{CONSENTS_A_DAY, NotDone, Order, PROPOSALS_A_DAY};
use soc_pipeline::ports::{Clock as _, Dossier, Suppressions};
use soc_pipeline::triage::Triage;
use soc_testkit::block_on;
use soc_testkit::build::finding;

use super::bed::{Bed, POLICY, about, order};

const DAY: Duration = Duration::from_secs(24 * 3_600);

fn proposal(kind: &str, expires: Timestamp) -> Proposal {
    let (account, resource, reason) = (String::new(), String::new(), "our own scanner".to_owned());
    Proposal { kind: kind.to_owned(), account, resource, reason, expires }
}

fn accepted(bed: &Bed, kind: &str) -> SuppressionId {
    let expires = bed.clock.now().plus(DAY);
    let row = block_on(bed.suppressing().propose(&order("ann"), &proposal(kind, expires))).unwrap();
    block_on(bed.suppressing().consent(&order("ben"), row.id)).unwrap();
    row.id
}

fn triage(bed: &Bed) -> Triage<'_> {
    Triage {
        incidents: &bed.store,
        findings: &bed.store,
        dossier: &bed.store,
        actions: &bed.store,
        approvals: &bed.store,
        workflows: &bed.store,
        ledger: &bed.store,
        suppressions: &bed.store,
        clock: &bed.clock,
        policy: &POLICY,
    }
}

/// How triage lets an incident of one mining finding go, and which suppression it names.
fn goes(bed: &Bed, severity: Severity) -> (Way, Option<SuppressionId>, Stage) {
    let mined = soc_domain::finding::Finding { severity, ..finding("mined") };
    bed.comes(&mined);
    let case = Case { incident: bed.incident_of(&mined), generation: 1 };
    let way = block_on(triage(bed).assess(case)).unwrap();
    let kept = block_on(bed.store.fetch(case.incident, 1)).unwrap().assessment.unwrap();
    assert_eq!(kept.suppressed.is_some(), kept.suppressed_by.is_some());
    (way, kept.suppressed_by, bed.incident(case.incident).stage)
}

#[test]
fn triage_honours_what_two_persons_agreed_on_and_says_which_it_was() {
    let bed = Bed::default();
    let id = accepted(&bed, "CryptoCurrency:EC2/*");
    assert_eq!(goes(&bed, Severity::High), (Way::Record, Some(id), Stage::Done));
    let noted = bed.store.ledger().into_iter().find(|entry| entry.what == "incident_triaged").unwrap();
    assert_eq!(noted.details.get("suppressed_by"), Some(&id.to_string()));
}

#[test]
fn what_one_person_proposed_what_ended_and_what_was_removed_hides_nothing() {
    let proposed = Bed::default();
    let expires = proposed.clock.now().plus(DAY);
    let row = proposal("CryptoCurrency:EC2/*", expires);
    let row = block_on(proposed.suppressing().propose(&order("ann"), &row)).unwrap();
    for same in ["ann", "ANN", " ann ", "ai-soc"] {
        assert!(block_on(proposed.suppressing().consent(&order(same), row.id)).is_err(), "{same}");
    }
    assert_eq!(goes(&proposed, Severity::High).1, None);
    let ended = Bed::default();
    accepted(&ended, "CryptoCurrency:EC2/*");
    ended.clock.advance(25 * 3_600);
    assert_eq!(goes(&ended, Severity::High).1, None);
    let removed = Bed::default();
    let id = accepted(&removed, "CryptoCurrency:EC2/*");
    block_on(removed.suppressing().remove(&order("eve"), id)).unwrap();
    assert_eq!(goes(&removed, Severity::High).1, None);
}

#[test]
fn no_suppression_of_people_hides_what_is_critical() {
    let bed = Bed::default();
    accepted(&bed, "CryptoCurrency:EC2/*");
    let (way, by, _) = goes(&bed, Severity::Critical);
    assert_eq!((way, by), (Way::Respond, None));
}

#[test]
fn a_suppression_of_everything_or_without_an_end_in_time_is_refused() {
    let bed = Bed::default();
    let now = bed.clock.now();
    for kind in ["*", "", " ", "**"] {
        let refused = block_on(bed.suppressing().propose(&order("ann"), &proposal(kind, now.plus(DAY))));
        assert!(matches!(refused, Err(NotDone::Refused(NotAllowed::HidesAll))), "{kind:?}: {refused:?}");
    }
    for expires in [now, now.minus(DAY), now.plus(LONGEST).plus(DAY)] {
        let refused = block_on(bed.suppressing().propose(&order("ann"), &proposal("Recon:*", expires)));
        assert!(matches!(refused, Err(NotDone::Refused(NotAllowed::Expiry { .. }))), "{refused:?}");
    }
}

#[test]
fn the_same_proposal_again_is_the_same_one() {
    let bed = Bed::default();
    let expires = bed.clock.now().plus(DAY);
    let ask = |asked| Order { asked, ..order("ann") };
    let propose = |asked| block_on(bed.suppressing().propose(&ask(asked), &proposal("Recon:*", expires)));
    let first = propose("x").unwrap();
    assert_eq!(propose("x").unwrap(), first);
    assert_ne!(propose("y").unwrap().id, first.id);
    assert_eq!(block_on(bed.store.list(9)).unwrap().len(), 2);
}

#[test]
fn a_preview_says_what_would_have_been_hidden_and_what_never_is() {
    let bed = Bed::default();
    let mining = |name: &str, host: u8| about(name, &[host], &[], 0);
    bed.comes(&mining("one", 1));
    bed.comes(&mining("two", 2));
    // Critical, and one with something else in it.
    bed.comes(&mining("three", 3));
    let other = soc_domain::finding::Finding { kind: "Recon:EC2/Portscan".to_owned(), ..mining("other", 2) };
    bed.comes(&other);
    let expires = bed.clock.now().plus(DAY);
    let preview =
        |kind| block_on(bed.suppressing().preview(&order("ann"), &proposal(kind, expires))).unwrap();
    let mined = preview("CryptoCurrency:EC2/*");
    assert_eq!((mined.incidents, mined.findings, mined.critical), (1, 1, 1));
    assert_eq!(mined.samples, [bed.incident_of(&mining("one", 1))]);
    assert_eq!(mined.refused, None);
    let before = bed.said();
    assert!(preview("*").refused.is_some());
    assert_eq!(bed.said(), before);
}

/// What one of four persons tries.
#[derive(Debug, Clone)]
enum Try {
    Propose(usize, u64),
    Consent(usize, usize),
    Remove(usize, usize),
    Wait(i64),
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let one = prop_oneof![
        6 => (0_usize..4, 1_u64..120).prop_map(|(who, days)| Try::Propose(who, days)),
        6 => (0_usize..4, 0_usize..40).prop_map(|(who, which)| Try::Consent(who, which)),
        1 => (0_usize..4, 0_usize..40).prop_map(|(who, which)| Try::Remove(who, which)),
        2 => (0_i64..40).prop_map(|hours| Try::Wait(hours * 3_600)),
    ];
    proptest::collection::vec(one, 0..90)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn t15_whatever_people_try_needs_two_ends_in_time_is_rare_and_never_hides_critical(tries in tries()) {
        const NAMES: [&str; 4] = ["ann", "Ann", "ben", "eve"];
        let bed = Bed::default();
        let mut asked = 0_usize;
        for one in &tries {
            let rows = block_on(bed.store.list(1_000)).unwrap();
            let nth = |which: usize| rows.get(which % rows.len().max(1)).map(|row| row.id);
            match one {
                Try::Propose(who, days) => {
                    asked += 1;
                    let words = asked.to_string();
                    let order = Order { asked: &words, ..order(NAMES[*who]) };
                    let expires = bed.clock.now().plus(DAY * u32::try_from(*days).unwrap());
                    drop(block_on(bed.suppressing().propose(&order, &proposal("CryptoCurrency:*", expires))));
                }
                Try::Consent(who, which) => {
                    if let Some(id) = nth(*which) {
                        drop(block_on(bed.suppressing().consent(&order(NAMES[*who]), id)));
                    }
                }
                Try::Remove(who, which) => {
                    if let Some(id) = nth(*which) {
                        drop(block_on(bed.suppressing().remove(&order(NAMES[*who]), id)));
                    }
                }
                Try::Wait(seconds) => bed.clock.advance(*seconds),
            }
        }
        let now = bed.clock.now();
        let rows = block_on(bed.store.list(1_000)).unwrap();
        let mut proposed: BTreeMap<(String, i64), usize> = BTreeMap::new();
        let mut consents: BTreeMap<String, Vec<Timestamp>> = BTreeMap::new();
        for row in &rows {
            let owner = row.rule.owner.to_lowercase();
            *proposed.entry((owner.clone(), row.proposed_at.as_millis() / 86_400_000)).or_default() += 1;
            prop_assert!(row.expires <= row.proposed_at.plus(LONGEST));
            for consent in &row.consents {
                prop_assert_ne!(&consent.by.to_lowercase(), &owner);
                consents.entry(consent.by.to_lowercase()).or_default().push(consent.at);
            }
            if row.state(now) == SuppressionState::Active {
                prop_assert!(!row.consents.is_empty() && row.removed.is_none() && now < row.expires);
            }
        }
        prop_assert!(proposed.values().all(|count| *count <= PROPOSALS_A_DAY), "{:?}", proposed);
        for times in consents.values() {
            let within = |from: &Timestamp| {
                times.iter().filter(|at| *at >= from && at.since(*from) < DAY).count()
            };
            prop_assert!(times.iter().all(|from| within(from) <= CONSENTS_A_DAY));
        }
        for severity in [Severity::Low, Severity::High, Severity::Critical] {
            let mut one = finding("mined");
            one.severity = severity;
            let incident = soc_domain::incident::Incident { severity, ..soc_testkit::build::incident("mined") };
            let evidence = Evidence::new(&incident, vec![one], 1);
            let assessed = assess_with(&evidence, &POLICY, &rows, now);
            let active = rows.iter().any(|row| row.is_active(now));
            prop_assert_eq!(assessed.suppressed_by.is_some(), active && severity != Severity::Critical);
        }
    }
}
