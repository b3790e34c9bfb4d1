//! Which incidents: the parameters that lists, counts and exports read alike.
//!
//! Apart from the routes because each has a struct of its own with the same members: a flattened struct would take unknown
//! parameters.

use serde::Deserialize;
use soc_pipeline::ports::desk::{Assignee, Fold, Pattern, QueueFilter, QueueSort};
use utoipa::{IntoParams, ToSchema};

use crate::dto::words::{Severity, Stage, Status, Verdict};
use crate::input::{Limit, List, Since};
use crate::problem::Problem;

/// How much text is searched for.
const MOST_TEXT: usize = 200;
/// How many pieces of free text a filter has.
const MOST_PATTERNS: usize = 50;

macro_rules! filter {
    ($(#[$doc:meta])* $name:ident { $($(#[$more_doc:meta])* $more:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Deserialize, IntoParams)]
        #[serde(deny_unknown_fields)]
        pub(super) struct $name {
            /// One of these.
            #[param(value_type = Option<Vec<Status>>, style = Form, explode = false)]
            #[serde(default)]
            status: List<Status>,
            /// One of these.
            #[param(value_type = Option<Vec<Severity>>, style = Form, explode = false)]
            #[serde(default)]
            severity: List<Severity>,
            /// One of these.
            #[param(value_type = Option<Vec<Verdict>>, style = Form, explode = false)]
            #[serde(default)]
            verdict: List<Verdict>,
            /// One of these.
            #[param(value_type = Option<Vec<Stage>>, style = Form, explode = false)]
            #[serde(default)]
            stage: List<Stage>,
            /// One of its accounts is one of these; a `*` at the end stands for the rest.
            #[param(value_type = Option<Vec<String>>, style = Form, explode = false)]
            #[serde(default)]
            account: List<Text>,
            /// One of its ATT&CK tactics is one of these.
            #[param(value_type = Option<Vec<String>>, style = Form, explode = false)]
            #[serde(default)]
            tactic: List<Text>,
            /// Its type is one of these; a `*` at the end stands for the rest.
            #[param(value_type = Option<Vec<String>>, style = Form, explode = false)]
            #[serde(default)]
            kind: List<Text>,
            /// `me`, `none` or a name; one of these.
            #[param(value_type = Option<Vec<String>>, style = Form, explode = false)]
            #[serde(default)]
            assignee: List<Text>,
            /// One of its resources is one of these, by ARN; a `*` at the end stands for the rest.
            #[param(value_type = Option<Vec<String>>, style = Form, explode = false)]
            #[serde(default)]
            resource: List<Text>,
            /// Each of these words is in its title, type, id, accounts, principals or resources.
            #[param(value_type = Option<String>, max_length = 200)]
            #[serde(default)]
            q: Option<Text>,
            /// One of these.
            #[param(value_type = Option<Vec<u8>>, style = Form, explode = false)]
            #[serde(default)]
            priority: List<u8>,
            /// Active at this time or later.
            #[param(value_type = Option<String>, format = DateTime)]
            #[serde(default)]
            from: Option<Since>,
            /// Active at this time or earlier.
            #[param(value_type = Option<String>, format = DateTime)]
            #[serde(default)]
            to: Option<Since>,
            /// Whether a question about it waits for people.
            #[serde(default)]
            waiting: Option<bool>,
            /// Whether only samples are in it.
            #[serde(default)]
            sample: Option<bool>,
            /// Also those that were merged into others.
            #[serde(default)]
            merged: Option<bool>,
            $($(#[$more_doc])* $more: $type,)*
        }

        impl $name {
            /// What is asked for by `me`.
            pub(super) fn filter(&self, me: &str) -> Result<QueueFilter, Problem> {
                Ok(QueueFilter {
                    status: domain(&self.status),
                    severity: domain(&self.severity),
                    verdict: domain(&self.verdict),
                    stage: domain(&self.stage),
                    account: patterns(&self.account)?,
                    tactic: texts(&self.tactic)?,
                    kind: patterns(&self.kind)?,
                    resource: patterns(&self.resource)?,
                    assignee: texts(&self.assignee)?.into_iter().map(|name| assignee(name, me)).collect(),
                    priority: self.priority.0.clone(),
                    text: Fold::of(self.q.as_ref().map_or("", |text| text.0.as_str())),
                    from: self.from.map(|since| since.0),
                    to: self.to.map(|since| since.0),
                    waiting: self.waiting,
                    sample: self.sample,
                    merged_too: self.merged.unwrap_or(false),
                })
            }
        }
    };
}

filter!(
    /// Which incidents.
    CountsQuery {}
);
filter!(
    /// Which incidents, and as what.
    ExportQuery {
        /// As what.
        #[param(inline)]
        format: super::export::Format,
    }
);

impl ExportQuery {
    pub(super) fn format(&self) -> super::export::Format {
        self.format
    }
}

filter!(
    /// Which incidents, in which order, from where.
    ListQuery {
        /// The order.
        #[param(inline)]
        #[serde(default)]
        sort: Option<Sort>,
        /// `next` of the page before.
        #[param(max_length = 1024)]
        after: Option<String>,
        /// How many rows at most.
        #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
        #[serde(default)]
        limit: Limit,
    }
);

impl ListQuery {
    /// The order that is asked for.
    pub(super) fn sort(&self) -> QueueSort {
        self.sort.map_or(QueueSort::Importance, Into::into)
    }

    /// Where the page before ended.
    pub(super) fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }

    /// How many rows at most.
    pub(super) fn limit(&self) -> usize {
        self.limit.0
    }
}

/// A piece of free text, of bounded length.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Text(pub(super) String);

impl TryFrom<String> for Text {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.chars().count() > MOST_TEXT {
            return Err(format!("at most {MOST_TEXT} characters"));
        }
        Ok(Self(text))
    }
}

impl std::str::FromStr for Text {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::try_from(text.to_owned())
    }
}

/// The order of a list of incidents; a minus is downwards.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
enum Sort {
    /// Open first, then by priority, severity and latest activity.
    #[serde(rename = "importance")]
    Importance,
    #[serde(rename = "-last_seen")]
    NewestActivity,
    #[serde(rename = "last_seen")]
    OldestActivity,
    #[serde(rename = "-severity")]
    Gravest,
    #[serde(rename = "-opened_at")]
    NewestOpened,
    #[serde(rename = "opened_at")]
    OldestOpened,
    #[serde(rename = "-changed_at")]
    NewestChange,
}

impl From<Sort> for QueueSort {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::Importance => Self::Importance,
            Sort::NewestActivity => Self::NewestActivity,
            Sort::OldestActivity => Self::OldestActivity,
            Sort::Gravest => Self::Gravest,
            Sort::NewestOpened => Self::NewestOpened,
            Sort::OldestOpened => Self::OldestOpened,
            Sort::NewestChange => Self::NewestChange,
        }
    }
}

fn domain<W: Copy + Into<D>, D>(list: &List<W>) -> Vec<D> {
    list.0.iter().map(|word| (*word).into()).collect()
}

fn texts(list: &List<Text>) -> Result<Vec<String>, Problem> {
    if list.0.len() > MOST_PATTERNS {
        return Err(Problem::bad(format!("at most {MOST_PATTERNS} values")));
    }
    Ok(list.0.iter().map(|text| text.0.clone()).collect())
}

fn patterns(list: &List<Text>) -> Result<Vec<Pattern>, Problem> {
    Ok(texts(list)?.iter().map(|text| Pattern::parse(text)).collect())
}

fn assignee(name: String, me: &str) -> Assignee {
    match name.as_str() {
        "none" => Assignee::Nobody,
        "me" => Assignee::Person(me.to_owned()),
        _ => Assignee::Person(name),
    }
}
