//! What figures and people's questions need of a finding, beside its link and by its names.
//!
//! Apart from the findings because these rows are narrow: a figure over many findings must not read each of them whole.

use serde::{Deserialize, Serialize};
use soc_domain::attack::{Mark, marks_of};
use soc_domain::finding::Finding;
use soc_domain::incident::tactics_of;
use soc_domain::severity::Severity;
use soc_domain::time::Timestamp;
use soc_pipeline::ports::desk::Entity;

use super::keys::key;

/// A finding in short: the document of its link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Outline {
    pub(super) severity: Severity,
    pub(super) account: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) began: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ended: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) tactics: Vec<String>,
    /// Fields of the ATT&CK matrix, as pairs of tactic and technique.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) marks: Vec<(String, String)>,
}

impl Outline {
    pub(super) fn of(finding: &Finding) -> Self {
        let pair = |mark: Mark| (mark.tactic, mark.technique);
        Self {
            severity: finding.effective_severity(),
            account: finding.place.account.clone(),
            began: finding.began(),
            ended: finding.ended(),
            tactics: tactics_of(finding).map(str::to_owned).collect(),
            marks: marks_of(finding).into_iter().map(pair).collect(),
        }
    }
}

/// The partition of the findings that name an entity.
pub(super) fn named(entity: &Entity) -> String {
    let kind = match entity {
        Entity::Resource(_) => "resource",
        Entity::Principal(_) => "principal",
        Entity::Address(_) => "address",
        Entity::Account(_) => "account",
        Entity::AccessKey(_) => "access-key",
    };
    key("named", &[kind, entity.name()])
}
