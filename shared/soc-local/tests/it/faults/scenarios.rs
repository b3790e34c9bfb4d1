//! The named faults, as data: what goes wrong with calls, with deliveries, with workers and with people.

use std::time::Duration;

use soc_testkit::faults::{Mishap, On, Port, Rule};

/// For so long things go wrong; afterwards everything that is owed comes again, and nothing fails.
pub(crate) const STORM: Duration = Duration::from_secs(30 * 60);

/// How the source hands its records over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// Each once, as it was sent.
    #[default]
    Once,
    /// Batches come again, of a thousand so many; some at the same moment.
    Again(u32),
    /// The whole day comes five times at once.
    Storm,
    /// Every record at any time.
    Shuffled,
}

/// How people answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum People {
    /// Each resource has its habit, and there is time.
    #[default]
    Steady,
    /// Several answer differently at one moment, while time runs out or the question is superseded.
    Race,
}

/// One named fault, or several.
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    /// As the reliability page names it.
    pub(crate) name: &'static str,
    /// What goes wrong with calls.
    pub(crate) rules: Vec<Rule>,
    /// How records are handed over.
    pub(crate) delivery: Delivery,
    /// Of a thousand tasks, how many are given to a second worker while the first is still at work.
    pub(crate) zombies: u32,
    /// Of a thousand tasks, how many end an execution, which is taken up again minutes later.
    pub(crate) aborts: u32,
    /// By how much a worker's clock may be wrong, either way.
    pub(crate) skew: Duration,
    /// How people answer.
    pub(crate) people: People,
}

fn only(name: &'static str, rules: Vec<Rule>) -> Scenario {
    Scenario {
        name,
        rules,
        delivery: Delivery::Once,
        zombies: 0,
        aborts: 0,
        skew: Duration::ZERO,
        people: People::Steady,
    }
}

/// Nothing goes wrong.
pub(crate) fn calm() -> Scenario {
    only("calm", Vec::new())
}

/// Every named fault by itself, and all of them together.
pub(crate) fn all() -> Vec<Scenario> {
    use Mishap::{
        CrashAfter, CrashBefore, Down, LandsLate, Lie, LostResponse, NoAnswer, Slow, Stale, Throttled,
    };
    const ACT: On = On::WritesTo(Port::Account);
    let rule = Rule::new;
    let lost = vec![rule(ACT, LandsLate, 250), rule(ACT, LostResponse, 350), rule(On::Any, LostResponse, 20)];
    let skew = Duration::from_secs(15);
    vec![
        Scenario {
            delivery: Delivery::Again(700),
            ..only("F01 duplicate delivery", vec![rule(On::Reads, Stale, 60)])
        },
        Scenario { delivery: Delivery::Storm, ..only("F02 replay storm", vec![rule(On::Any, Slow, 3)]) },
        Scenario {
            delivery: Delivery::Shuffled,
            ..only("F03 out-of-order revision", vec![rule(On::Reads, Stale, 60)])
        },
        Scenario {
            delivery: Delivery::Again(300),
            ..only(
                "F04 poison record",
                vec![
                    rule(On::WritesTo(Port::Quarantine), LostResponse, 500),
                    rule(On::Port(Port::Ledger), NoAnswer, 150),
                ],
            )
        },
        only("F05 crash before ack", vec![rule(On::Writes, CrashAfter, 60), rule(On::Any, CrashBefore, 15)]),
        only(
            "F06 crash between intent and act",
            vec![
                rule(ACT, CrashBefore, 400),
                rule(ACT, CrashAfter, 300),
                rule(On::WritesTo(Port::Actions), CrashAfter, 100),
            ],
        ),
        only("F07 lost response", lost.clone()),
        Scenario { zombies: 500, ..only("F08 zombie worker", vec![rule(On::Any, Slow, 80)]) },
        only(
            "F09 throttle burst",
            vec![
                rule(On::Any, Throttled, 500).in_minutes(0, 3),
                rule(On::Any, Throttled, 300).in_minutes(5, 9),
            ],
        ),
        only(
            "F10 store outage",
            vec![
                rule(On::Store, Down, 1_000).in_minutes(1, 3),
                rule(On::Store, Down, 1_000).in_minutes(5, 8),
            ],
        ),
        only(
            "F11 model outage, model lies",
            vec![rule(On::Port(Port::Analyst), Down, 400), rule(On::Port(Port::Analyst), Lie, 500)],
        ),
        Scenario { people: People::Race, ..only("F12 approval race", vec![rule(On::Reads, Stale, 60)]) },
        Scenario { aborts: 150, ..only("F13 workflow abort", Vec::new()) },
        only(
            "F14 partial response",
            vec![
                rule(On::WritesTo(Port::Findings), NoAnswer, 250),
                rule(On::WritesTo(Port::Incidents), Throttled, 150),
            ],
        ),
        Scenario {
            skew,
            zombies: 300,
            ..only("F15 clock skew", vec![rule(On::Any, Slow, 50), rule(ACT, LandsLate, 200)])
        },
        Scenario {
            delivery: Delivery::Again(300),
            zombies: 150,
            aborts: 30,
            skew,
            ..only(
                "all of them",
                vec![
                    rule(ACT, LandsLate, 100),
                    rule(On::Any, Down, 200).in_minutes(2, 4),
                    rule(On::Any, Slow, 20),
                    rule(On::Any, CrashBefore, 8),
                    rule(On::Any, CrashAfter, 8),
                    rule(On::Any, LostResponse, 15),
                    rule(On::Any, NoAnswer, 15),
                    rule(On::Reads, Stale, 30),
                    rule(On::Port(Port::Analyst), Lie, 200),
                ],
            )
        },
    ]
}
