//! What was seen of a stack's resources: values, judged elsewhere.

use soc_pipeline::error::{PortError, PortErrorKind};

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// An account: whatever cannot be answered is a fault.
    Account,
    /// An emulator: what it cannot answer is left out, and so is what it answers but does not keep.
    Emulator,
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    /// For code.
    pub kind: PortErrorKind,
    /// For people.
    pub words: String,
}

impl From<PortError> for Unanswered {
    fn from(error: PortError) -> Self {
        let cause = error.source.as_ref().map(|cause| format!(": {cause}")).unwrap_or_default();
        Self { kind: error.kind, words: format!("{error}{cause}") }
    }
}

/// What a function answered to an invocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It returned this, shortened.
    Returned(String),
    /// It failed with an error of this type.
    Failed(String),
}

/// What was seen of one resource, or of one thing that belongs to the stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// The stack itself, and the resources that `CloudFormation` did not leave complete.
    Stack {
        /// How it was left.
        status: String,
        /// How many resources there are.
        resources: usize,
        /// Those that are not complete, with their status.
        incomplete: Vec<String>,
    },
    /// An event rule.
    Rule {
        /// `ENABLED`, ...
        state: String,
        /// The ARNs of its targets.
        targets: Vec<String>,
        /// How many of them have no queue for what they refuse.
        without_dead_letters: usize,
    },
    /// What hands the stream to the function.
    Mapping {
        /// `Enabled`, ...
        state: String,
        /// Whether a batch may fail in part.
        reports_items: bool,
        /// Where a batch goes that failed for good.
        on_failure: Option<String>,
    },
    /// An alarm.
    Alarm {
        /// `OK`, `ALARM`, `INSUFFICIENT_DATA`.
        state: String,
        /// How many are told.
        actions: usize,
        /// Whether they are told.
        actions_enabled: bool,
    },
    /// A function.
    Function {
        /// `Active`, ...
        state: String,
        /// `Successful`, ...
        last_update: String,
    },
    /// The alias that everything calls.
    Alias {
        /// What it points at.
        version: String,
    },
    /// A table.
    Table {
        /// `ACTIVE`, ...
        status: String,
        /// `KMS`, ...
        encryption: Option<String>,
        /// Whether it can be taken back to a point in time.
        recovery: Result<bool, Unanswered>,
    },
    /// The stream.
    Stream {
        /// `ACTIVE`, ...
        status: String,
        /// `KMS`, ...
        encryption: Option<String>,
    },
    /// A bucket.
    Bucket {
        /// `aws:kms`, ...
        encryption: Option<String>,
        /// Whether nothing in it can be made public.
        private: Result<bool, Unanswered>,
    },
    /// A queue.
    Queue {
        /// The key, or that SQS has one of its own.
        encryption: Option<String>,
    },
    /// The topic.
    Topic {
        /// The key.
        encryption: Option<String>,
        /// How many addresses confirmed, and how many did not yet.
        emails: Result<Emails, Unanswered>,
    },
    /// The workflow.
    Machine {
        /// `ACTIVE`, ...
        status: String,
    },
    /// A secret. Its value is not looked at.
    Secret {
        /// Whether it is about to be deleted.
        deleted: bool,
    },
    /// The policy in its bucket.
    Policy {
        /// Its hash; or what is wrong with it.
        read: Result<String, String>,
    },
    /// The model that the function asks.
    Model {
        /// Its id; empty if there is none.
        id: String,
        /// What it may cost a day.
        daily_usd: String,
    },
    /// A function, invoked.
    Invoked(Answer),
    /// A product that findings come from.
    Product {
        /// Whether it is on.
        enabled: bool,
    },
    /// A sample finding on its way.
    Sample {
        /// What became of it.
        reached: Result<String, String>,
    },
}

/// Subscribers by e-mail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Emails {
    /// Those who confirmed.
    pub confirmed: usize,
    /// Those who did not.
    pub pending: usize,
}

/// One look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The name or ARN of what was looked at.
    pub resource: String,
    /// What is looked for, in a word or two; for a question without an answer.
    pub about: &'static str,
    /// What was seen.
    pub fact: Result<Fact, Unanswered>,
}
