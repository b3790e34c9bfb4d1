//! Figures of incidents over a window.
//!
//! Definitions, each over the incidents that were opened in the window, without samples and merged ones:
//! - time to detect: from the first activity to the opening of the incident;
//! - time to acknowledge: from the opening to the first thing that somebody did about it (`Case::acknowledged_at`);
//! - time to contain: from the opening until every step that was to be executed had its effect;
//! - time to resolve: from the opening until it was resolved, or closed without that.
//!
//! What has not happened yet is not in a time's `n`. Incidents below the floor have no opening by people's measure, and
//! are in no time at all; the others stand in every count.

use std::collections::BTreeMap;

use soc_domain::incident::Stage;
use soc_domain::severity::Severity;
use soc_domain::spend::{Day, MicroDollars};
use soc_domain::time::Timestamp;
use soc_domain::verdict::Verdict;

use crate::ports::desk::Case;

/// A time over incidents, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    /// How many incidents have it.
    pub n: u64,
    /// Half of them were at least so fast; none where there are none. The nearest rank: always a time that occurred.
    pub p50_ms: Option<u64>,
    /// Nineteen in twenty were.
    pub p95_ms: Option<u64>,
}

impl Span {
    /// The percentiles of `millis`, in any order.
    #[must_use]
    pub fn of(mut millis: Vec<u64>) -> Self {
        millis.sort_unstable();
        let n = millis.len();
        let rank = |percent: usize| millis.get((n * percent).div_ceil(100).saturating_sub(1)).copied();
        Self { n: n as u64, p50_ms: rank(50), p95_ms: rank(95) }
    }
}

/// The verdicts that incidents of one type got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetectorVerdicts {
    /// The type of the finding that gave the incident its title. Hostile.
    pub detector: String,
    /// How many incidents got which verdict: a person's where there is one.
    pub verdicts: BTreeMap<&'static str, u64>,
}

/// Machine and person about the same incidents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// What the machine said.
    pub machine: Verdict,
    /// What the person said.
    pub person: Verdict,
    /// Of how many incidents.
    pub n: u64,
}

/// How far machine and people agree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agreement {
    /// Both said something.
    pub both: u64,
    /// The same.
    pub same: u64,
    /// The person held it for graver.
    pub raised: u64,
    /// The person held it for less grave.
    pub lowered: u64,
    /// Every pair that occurs.
    pub matrix: Vec<Pair>,
}

/// What models cost, by the day on which the incidents were opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DaySpend {
    /// The day in UTC.
    pub day: Day,
    /// What it cost.
    pub cost: MicroDollars,
}

/// Incidents of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayOpened {
    /// The day in UTC on which they were opened.
    pub day: Day,
    /// How many, by severity.
    pub incidents: BTreeMap<Severity, u64>,
}

/// All figures of a window.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metrics {
    /// From the first activity to the opening.
    pub mttd: Span,
    /// From the opening to the first thing that somebody did.
    pub mtta: Span,
    /// From the opening to containment.
    pub mttc: Span,
    /// From the opening to the end.
    pub mttr: Span,
    /// By type, those with the most incidents first.
    pub verdicts: Vec<DetectorVerdicts>,
    /// Machine and people.
    pub agreement: Agreement,
    /// Days on which something was spent, the oldest first.
    pub spend: Vec<DaySpend>,
    /// What it cost in all.
    pub spent: MicroDollars,
    /// Days on which incidents were opened, the oldest first.
    pub by_day: Vec<DayOpened>,
    /// Incidents that are neither resolved nor closed.
    pub open: u64,
    /// All incidents.
    pub incidents: u64,
}

/// Times that are still being collected.
#[derive(Default)]
struct Times {
    detect: Vec<u64>,
    acknowledge: Vec<u64>,
    contain: Vec<u64>,
    resolve: Vec<u64>,
}

impl Times {
    fn add(&mut self, case: &Case) {
        let lasted =
            |to: Timestamp, from: Timestamp| u64::try_from(to.since(from).as_millis()).unwrap_or(u64::MAX);
        let opened = case.opened_at;
        self.detect.push(lasted(opened, case.first_seen));
        self.acknowledge.extend(case.acknowledged_at.map(|at| lasted(at, opened)));
        self.contain.extend(case.contained_at.map(|at| lasted(at, opened)));
        self.resolve.extend(case.settled_at.map(|at| lasted(at, opened)));
    }
}

impl Metrics {
    /// The figures of `cases`, each of which was opened in the window.
    #[must_use]
    pub fn of(cases: &[Case]) -> Self {
        let mut times = Times::default();
        let (mut verdicts, mut spend, mut by_day) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut metrics = Self::default();
        for case in cases.iter().filter(|case| !case.sample) {
            metrics.incidents += 1;
            metrics.open += u64::from(case.open);
            metrics.spent = metrics.spent.plus(case.spent);
            let day = Day::of(case.opened_at);
            let opened: &mut BTreeMap<Severity, u64> = by_day.entry(day.clone()).or_default();
            *opened.entry(case.severity).or_default() += 1;
            if case.spent > MicroDollars::default() {
                let of_day: &mut MicroDollars = spend.entry(day).or_default();
                *of_day = of_day.plus(case.spent);
            }
            if let Some(verdict) = case.person.or(case.machine) {
                let of_type: &mut BTreeMap<&'static str, u64> =
                    verdicts.entry(case.kind.clone()).or_default();
                *of_type.entry(verdict.name()).or_default() += 1;
            }
            if case.stage != Stage::Recorded {
                times.add(case);
            }
        }
        metrics.mttd = Span::of(times.detect);
        metrics.mtta = Span::of(times.acknowledge);
        metrics.mttc = Span::of(times.contain);
        metrics.mttr = Span::of(times.resolve);
        let detector = |(detector, verdicts)| DetectorVerdicts { detector, verdicts };
        metrics.verdicts = verdicts.into_iter().map(detector).collect();
        metrics.verdicts.sort_by_key(|of_type| std::cmp::Reverse(of_type.verdicts.values().sum::<u64>()));
        metrics.spend = spend.into_iter().map(|(day, cost)| DaySpend { day, cost }).collect();
        metrics.by_day = by_day.into_iter().map(|(day, incidents)| DayOpened { day, incidents }).collect();
        metrics.agreement = agreement(cases);
        metrics
    }
}

fn agreement(cases: &[Case]) -> Agreement {
    let mut agreement = Agreement::default();
    let mut pairs: BTreeMap<(&str, &str), Pair> = BTreeMap::new();
    for case in cases.iter().filter(|case| !case.sample) {
        let (Some(machine), Some(person)) = (case.machine, case.person) else { continue };
        agreement.both += 1;
        agreement.same += u64::from(machine == person);
        agreement.raised += u64::from(person.rank() > machine.rank());
        agreement.lowered += u64::from(person.rank() < machine.rank());
        let none = Pair { machine, person, n: 0 };
        pairs.entry((machine.name(), person.name())).or_insert(none).n += 1;
    }
    agreement.matrix = pairs.into_values().collect();
    agreement
}

#[cfg(test)]
mod tests {
    use soc_domain::id::IncidentId;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(1_767_225_600_000 + seconds * 1_000)
    }

    fn case(name: &str) -> Case {
        Case {
            id: IncidentId::from_parts(&[name]),
            kind: "Recon:EC2/Portscan".to_owned(),
            severity: Severity::High,
            stage: Stage::Contained,
            open: true,
            sample: false,
            first_seen: at(0),
            opened_at: at(60),
            acknowledged_at: None,
            contained_at: None,
            settled_at: None,
            machine: Some(Verdict::Suspicious),
            person: None,
            spent: MicroDollars(0),
        }
    }

    #[test]
    fn percentiles_are_times_that_occurred() {
        let span = Span::of((1..=100).rev().collect());
        assert_eq!((span.n, span.p50_ms, span.p95_ms), (100, Some(50), Some(95)));
        assert_eq!(Span::of(vec![7]), Span { n: 1, p50_ms: Some(7), p95_ms: Some(7) });
        assert_eq!(Span::of(Vec::new()), Span::default());
    }

    #[test]
    fn times_begin_with_the_opening_and_what_has_not_happened_is_not_counted() {
        let done = Case {
            acknowledged_at: Some(at(70)),
            contained_at: Some(at(90)),
            settled_at: Some(at(160)),
            ..case("done")
        };
        let metrics = Metrics::of(&[done, case("new"), Case { stage: Stage::Recorded, ..case("low") }]);
        let times =
            [metrics.mttd, metrics.mtta, metrics.mttc, metrics.mttr].map(|span| (span.n, span.p50_ms));
        assert_eq!(times, [(2, Some(60_000)), (1, Some(10_000)), (1, Some(30_000)), (1, Some(100_000))]);
        assert_eq!((metrics.incidents, metrics.open), (3, 3));
    }

    #[test]
    fn a_clock_of_a_product_that_is_ahead_makes_no_negative_time() {
        let metrics = Metrics::of(&[Case { first_seen: at(99), ..case("ahead") }]);
        assert_eq!(metrics.mttd.p50_ms, Some(0));
    }

    #[test]
    fn agreement_counts_pairs_and_who_held_it_for_graver() {
        let said = |name, person| Case { person: Some(person), ..case(name) };
        let cases = [
            said("a", Verdict::TruePositive),
            said("b", Verdict::Benign),
            said("c", Verdict::Suspicious),
            said("d", Verdict::Benign),
            Case { sample: true, ..said("sample", Verdict::Test) },
            case("unsaid"),
        ];
        let Agreement { both, same, raised, lowered, matrix } = agreement(&cases);
        assert_eq!((both, same, raised, lowered, matrix.len()), (4, 1, 1, 2, 3));
        assert_eq!(matrix.iter().map(|pair| pair.n).sum::<u64>(), 4);
    }

    #[test]
    fn money_is_counted_on_the_day_of_the_opening() {
        let next = Case { opened_at: at(86_400), spent: MicroDollars(5), ..case("next") };
        let metrics = Metrics::of(&[Case { spent: MicroDollars(2), ..case("a") }, next.clone(), next]);
        let days: Vec<_> = metrics.spend.iter().map(|day| (day.day.as_str(), day.cost.0)).collect();
        assert_eq!(days, [("2026-01-01", 2), ("2026-01-02", 10)]);
        assert_eq!((metrics.spent.0, metrics.by_day.len()), (12, 2));
    }
}
