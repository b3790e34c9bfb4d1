//! What goes wrong: rules over calls, as data, so that a scenario reads as a table.

use std::time::Duration;

/// A port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Port {
    /// Findings.
    Findings,
    /// Incidents and their messages.
    Incidents,
    /// Correlation keys.
    Correlations,
    /// Documents of incidents.
    Dossier,
    /// Records that could not be read.
    Quarantine,
    /// Events that are no findings.
    Events,
    /// Executions.
    Workflows,
    /// Products.
    Sources,
    /// The analyst.
    Analyst,
    /// The account.
    Account,
    /// Actions.
    Actions,
    /// Questions to people.
    Approvals,
    /// People.
    Notifiers,
    /// The audit chain.
    Ledger,
    /// What people did, wrote and agreed on.
    People,
}

/// One call of a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// Which port.
    pub port: Port,
    /// Whether it changes anything there.
    pub writes: bool,
    /// What is tried, for people.
    pub operation: &'static str,
}

impl Call {
    /// A call that changes nothing.
    #[must_use]
    pub const fn read(port: Port, operation: &'static str) -> Self {
        Self { port, writes: false, operation }
    }

    /// A call that changes something.
    #[must_use]
    pub const fn write(port: Port, operation: &'static str) -> Self {
        Self { port, writes: true, operation }
    }
}

/// Which calls a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// Every call.
    Any,
    /// Calls that change nothing.
    Reads,
    /// Calls that change something.
    Writes,
    /// Calls of our own store: everything but account, products, analyst and people.
    Store,
    /// Every call of this port.
    Port(Port),
    /// Writes to this port.
    WritesTo(Port),
    /// The call of this number, from 1, of all calls of the run.
    Nth(u64),
}

impl On {
    /// Whether the rule is about `call`, which has this number.
    #[must_use]
    pub fn covers(self, call: Call, number: u64) -> bool {
        match self {
            Self::Any => true,
            Self::Reads => !call.writes,
            Self::Writes => call.writes,
            Self::Store => {
                !matches!(call.port, Port::Account | Port::Sources | Port::Analyst | Port::Notifiers)
            }
            Self::Port(port) => call.port == port,
            Self::WritesTo(port) => call.port == port && call.writes,
            Self::Nth(nth) => number == nth,
        }
    }
}

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    /// It never arrives: nothing happened.
    NoAnswer,
    /// It has its effect, and the answer is lost.
    LostResponse,
    /// The caller gives up, and the change lands seconds later. Only for changes of the account; others are lost.
    LandsLate,
    /// It takes many seconds, on the way there and on the way back.
    Slow,
    /// It reads an older value of the row, with that value's version, where a port allows it.
    Stale,
    /// Too many calls: refused.
    Throttled,
    /// The other side cannot answer.
    Down,
    /// The caller dies before the call arrives.
    CrashBefore,
    /// The caller dies after the effect.
    CrashAfter,
    /// An analyst answers with a verdict that nobody should believe.
    Lie,
}

/// A stretch of virtual time, from the beginning of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// When it begins.
    pub from: Duration,
    /// How long it lasts.
    pub lasts: Duration,
}

/// One thing that goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Where.
    pub on: On,
    /// What.
    pub mishap: Mishap,
    /// How often, of a thousand calls.
    pub per_mille: u32,
    /// When; none: as long as there are faults at all.
    pub during: Option<Window>,
}

impl Rule {
    /// A rule for as long as there are faults at all.
    #[must_use]
    pub const fn new(on: On, mishap: Mishap, per_mille: u32) -> Self {
        Self { on, mishap, per_mille, during: None }
    }

    /// The same, in a stretch of minutes only.
    #[must_use]
    pub const fn in_minutes(self, from: u64, to: u64) -> Self {
        let from_seconds = Duration::from_secs(from * 60);
        let lasts = Duration::from_secs((to - from) * 60);
        Self { during: Some(Window { from: from_seconds, lasts }), ..self }
    }
}
