//! The generator: any number of findings, spread over a known number of incidents, the same for the same seed.
//!
//! Apart from the built-in stream, because it is for load and for properties, not for reading. Invariants: memory
//! does not grow with the count; two incidents share no principal, key, resource or address (but their accounts,
//! which join nothing); a thousand findings in fifty incidents have every type and every control; every tenth
//! incident (the first of each ten) leads to an automatic action: a High finding with evidence on an instance
//! that is tagged `Environment=dev` and comes with its interfaces and VPC.

mod focus;
mod incident;
mod labelled;

use fastrand::Rng;

use crate::perturb::{Disorder, Disturbed};
use crate::sample::Sample;
use crate::wire::record;
use incident::{Incident, mix};
pub use labelled::{Labelled, LabelledRecord, PROXY};

/// How many incidents send at the same time.
const AT_ONCE: usize = 64;

/// What to generate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// How many different findings. Copies and poison come on top: see [`Plan::total`].
    pub count: u64,
    /// Over how many incidents they spread: at least one, and never more than there are findings. The first ones
    /// about controls, and one about backups and probed ports, fall apart: nothing joins their findings.
    pub incidents: u64,
    /// Exact copies to add, in percent of `count`.
    pub duplicates_pct: u32,
    /// How many records in a hundred come out of order, within 100 records.
    pub shuffle_pct: u32,
    /// How many records to add that are no JSON or no finding.
    pub poison: u64,
    /// Only this type: a GuardDuty type, known or not, or a control's id.
    pub finding_type: Option<String>,
    /// Decides everything else. Different seeds share no finding ids, and days only every 200 seeds.
    pub seed: u64,
}

impl Plan {
    /// How many records there will be: findings, copies and poison.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.count + self.count.saturating_mul(u64::from(self.duplicates_pct)) / 100 + self.poison
    }

    /// The records, made one after the other as they are asked for; each is one line of NDJSON without its end.
    #[must_use]
    pub fn records(&self) -> Records {
        let disorder = Disorder {
            duplicates_pct: self.duplicates_pct,
            shuffle_pct: self.shuffle_pct,
            poison: self.poison,
            seed: self.seed,
        };
        Records(Disturbed::new(Findings::new(self.clone()), self.count, disorder))
    }
}

/// One finding of this type or control, known or not; the same for the same seed.
#[must_use]
pub fn example(name: &str, seed: u64) -> Sample {
    let plan = Plan { finding_type: Some(name.to_owned()), seed, ..Plan::default() };
    // The first incident of each ten is made graver than its type says.
    Incident::new(&plan, 1).finding(0, 1).sample
}

/// The records of a [`Plan`].
pub struct Records(Disturbed<Findings>);

impl Iterator for Records {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        self.0.next()
    }
}

/// An incident that still has findings to send.
struct Active {
    incident: Incident,
    sent: u64,
    total: u64,
}

/// The findings in order, undisturbed.
struct Findings {
    plan: Plan,
    incidents: u64,
    begun: u64,
    active: Vec<Active>,
    rng: Rng,
}

impl Findings {
    fn new(plan: Plan) -> Self {
        let incidents = plan.incidents.clamp(1, plan.count.max(1));
        let rng = Rng::with_seed(mix(plan.seed, u64::MAX));
        Self { plan, incidents, begun: 0, active: Vec::with_capacity(AT_ONCE), rng }
    }

    /// Begins incidents until enough send at the same time. The first ones take the remainder of the division.
    fn begin(&mut self) {
        while self.active.len() < AT_ONCE && self.begun < self.incidents && self.plan.count > 0 {
            let more = u64::from(self.begun < self.plan.count % self.incidents);
            let total = self.plan.count / self.incidents + more;
            let incident = Incident::new(&self.plan, self.begun);
            self.active.push(Active { incident, sent: 0, total });
            self.begun += 1;
        }
    }
}

impl Iterator for Findings {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        self.begin();
        if self.active.is_empty() {
            return None;
        }
        let at = self.rng.usize(0..self.active.len());
        let active = self.active.get_mut(at)?;
        let made = active.incident.finding(active.sent, active.total);
        active.sent += 1;
        if active.sent == active.total {
            self.active.swap_remove(at);
        }
        Some(record(&made.sample, made.form))
    }
}
