//! Which seeds are run, and how one of them is run again.

use std::sync::LazyLock;

use super::balance::{Outcome, violations};
use super::mutants::Mutation;
use super::run::{Run, Story};
use super::scenarios::{self, People, Scenario};

/// How many seeds there are over all scenarios.
const SEEDS_VARIABLE: &str = "SOC_TEST_SEEDS";

/// The only seed to run.
const SEED_VARIABLE: &str = "SOC_TEST_SEED";

const SEEDS: u64 = 200;

/// How many seeds a mutation has to be noticed in.
const SEEDS_A_MUTATION: u64 = 40;

static CALM: LazyLock<Outcome> = LazyLock::new(|| {
    let run = Run::of(&scenarios::calm(), 0, None);
    assert_eq!(violations(&run), Vec::<String>::new(), "the day without faults");
    Outcome::of(&run)
});

#[expect(
    clippy::disallowed_methods,
    reason = "a test has no settings file, and the number changes no behaviour"
)]
fn variable(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is {text:?}, which is no number")))
}

/// What is wrong with one seed of a scenario.
pub(crate) fn faults_of(scenario: &Scenario, seed: u64, mutation: Option<Mutation>) -> Vec<String> {
    let story = if variable(SEED_VARIABLE).is_some() { Story::Told } else { Story::Untold };
    let run = Run::told(scenario, (seed, mutation), story);
    for line in run.sim.story() {
        println!("{line}");
    }
    let mut found = violations(&run);
    let outcome = Outcome::of(&run);
    found.extend(match scenario.people {
        People::Steady => outcome.differs(&CALM),
        People::Race => outcome.contradicts(&CALM),
    });
    found
}

/// With the mutation, a seed of the scenario shows these words.
pub(crate) fn notices(mutation: Mutation, name: &str, words: &str) {
    let all = scenarios::all();
    let scenario =
        all.iter().find(|scenario| scenario.name.starts_with(name)).expect("a scenario of this name");
    let shows = |seed: &u64| {
        let found = faults_of(scenario, *seed, Some(mutation));
        found.iter().any(|violation| violation.contains(words))
    };
    let first = (0..SEEDS_A_MUTATION).find(shows);
    assert!(first.is_some(), "{mutation:?} goes unnoticed in {SEEDS_A_MUTATION} seeds of {}", scenario.name);
}

/// The scenario whose name begins so holds for every seed that is its.
pub(crate) fn holds(name: &str) {
    let all = scenarios::all();
    let place =
        all.iter().position(|scenario| scenario.name.starts_with(name)).expect("a scenario of this name");
    let (scenario, count) = (&all[place], all.len() as u64);
    let mine = |seed: &u64| seed % count == place as u64;
    let seeds = match variable(SEED_VARIABLE) {
        Some(seed) => seed..seed + 1,
        None => 0..variable(SEEDS_VARIABLE).unwrap_or(SEEDS),
    };
    for seed in seeds.filter(mine) {
        let found = faults_of(scenario, seed, None);
        assert!(
            found.is_empty(),
            "{}, seed {seed}:\n  {}\nexactly this again: {SEED_VARIABLE}={seed} cargo test -p soc-local --test it -- faults",
            scenario.name,
            found.join("\n  ")
        );
    }
}
