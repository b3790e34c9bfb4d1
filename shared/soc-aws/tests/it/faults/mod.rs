//! The real use cases on the store, under the named faults of the reliability page, on the wire: nothing is lost, nothing
//! is done twice.
//!
//! The fault scheduler of soc-testkit breaks the ports in virtual time; here the SDK itself meets a network that drops,
//! throttles and repeats. `SOC_TEST_SEEDS` says how many days there are over all scenarios: each takes the seeds that are
//! its by turns.

mod balance;
mod day;
pub(crate) mod network;
mod worker;

use std::sync::OnceLock;

use balance::{Outcome, violations};
use day::{Day, Scenario};
use network::Weather;
use worker::Mutation;

use crate::bed::{Bed, bed, run, variable};

const SEEDS: u64 = 12;
const SCENARIOS: u64 = 6;
/// How many seeds a mutation has to be noticed in.
const SEEDS_A_MUTATION: u64 = 20;

fn seeds() -> u64 {
    variable("SOC_TEST_SEEDS").map_or(SEEDS, |text| text.parse().unwrap())
}

/// What a day without faults comes to.
fn calm(bed: &Bed) -> &'static Outcome {
    static CALM: OnceLock<Outcome> = OnceLock::new();
    CALM.get_or_init(|| {
        run(async {
            let day = Day::play(bed, Scenario { name: "calm", ..Scenario::default() }, (0, None)).await;
            assert_eq!(violations(&day).await, Vec::<String>::new(), "the day without faults");
            Outcome::of(&day).await
        })
    })
}

fn faults_of(bed: &Bed, scenario: Scenario, seed: (u64, Option<Mutation>)) -> (Vec<String>, u64) {
    let calm = calm(bed);
    run(async {
        let day = Day::play(bed, scenario, seed).await;
        let struck = *day.sky.struck.lock().unwrap();
        let mut found = violations(&day).await;
        if found.iter().all(|words| !words.starts_with("lost")) {
            found.extend(Outcome::of(&day).await.differs(calm));
        }
        (found, struck)
    })
}

fn holds(scenario: Scenario) {
    let Some(bed) = bed(scenario.name) else { return };
    let (mut days, mut faults) = (0, 0);
    for seed in (0..seeds()).filter(|seed| seed % SCENARIOS == scenario.place) {
        let (found, struck) = faults_of(&bed, scenario, (seed, None));
        (days, faults) = (days + 1, faults + struck);
        assert!(found.is_empty(), "{}, seed {seed}:\n  {}", scenario.name, found.join("\n  "));
    }
    assert!(days == 0 || faults > 0, "nothing went wrong in {}", scenario.name);
    println!("{}: {days} days, {faults} faults", scenario.name);
}

fn notices(mutation: Mutation, scenario: Scenario, words: &str) {
    let Some(bed) = bed(scenario.name) else { return };
    let shows = |seed: &u64| {
        let (found, _) = faults_of(&bed, scenario, (*seed, Some(mutation)));
        found.iter().any(|violation| violation.contains(words))
    };
    assert!((0..SEEDS_A_MUTATION).any(|seed| shows(&seed)), "{mutation:?} goes unnoticed");
}

const LOST_RESPONSE: Scenario = Scenario {
    name: "F07 lost response",
    place: 2,
    weather: Weather { dropped_after: 120, dropped_before: 40, stale: 100, ..NOTHING },
    ..QUIET
};
const ZOMBIE: Scenario = Scenario {
    name: "F08 zombie worker",
    place: 3,
    weather: Weather { delayed: 250, dropped_after: 20, stale: 100, ..NOTHING },
    zombies: 700,
    ..QUIET
};
const OUTAGE: Scenario = Scenario {
    name: "F10 store outage",
    place: 5,
    weather: Weather { down: 700, dropped_before: 250, ..NOTHING },
    outage: Some(2),
    ..QUIET
};
const NOTHING: Weather = Weather {
    dropped_before: 0,
    dropped_after: 0,
    down: 0,
    throttled: 0,
    delayed: 0,
    stale: 0,
    crash_before: 0,
    crash_after: 0,
};
const QUIET: Scenario = Scenario { name: "", place: 0, weather: NOTHING, zombies: 0, outage: None };

#[test]
fn a_day_without_faults_has_every_kind_of_ending_in_it() {
    let Some(bed) = bed("calm") else { return };
    let calm = calm(&bed);
    let of = |resource| (calm.deeds_on(resource), calm.changes_to(resource));
    assert_eq!(of("i-runner"), (vec!["Reversed"], 2));
    assert_eq!(of("i-orders"), (vec!["Reversed"], 2));
    assert_eq!(of("i-billing"), (vec!["Withdrawn"], 0));
    assert_eq!(of("EXAMPLE"), (vec!["Reversed"], 2));
}

#[test]
fn f05_a_crash_before_the_acknowledgement_loses_nothing() {
    let weather = Weather { crash_before: 10, crash_after: 25, ..NOTHING };
    holds(Scenario { name: "F05 crash before ack", place: 0, weather, ..QUIET });
}

#[test]
fn f06_a_crash_between_intent_and_act_is_made_good_once() {
    let weather = Weather { crash_before: 40, crash_after: 40, ..NOTHING };
    holds(Scenario { name: "F06 crash between intent and act", place: 1, weather, ..QUIET });
}

#[test]
fn f07_a_lost_response_is_observed_and_never_repeated_blindly() {
    holds(LOST_RESPONSE);
}

#[test]
fn f08_a_zombie_worker_does_nothing_again() {
    holds(ZOMBIE);
}

#[test]
fn f09_a_throttle_burst_delays_and_loses_nothing() {
    let weather = Weather { throttled: 450, ..NOTHING };
    holds(Scenario { name: "F09 throttle burst", place: 4, weather, ..QUIET });
}

#[test]
fn f10_a_store_outage_delays_and_loses_nothing() {
    holds(OUTAGE);
}

#[test]
fn an_action_that_is_written_without_its_condition_is_noticed() {
    notices(Mutation::UnconditionalSave, ZOMBIE, "done 2 times instead of 1");
}

#[test]
fn acknowledging_what_failed_is_noticed() {
    notices(Mutation::AcknowledgeOnError, OUTAGE, "lost");
}
