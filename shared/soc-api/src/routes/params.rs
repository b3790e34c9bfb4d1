//! Parameters that several routes read.

use serde::Deserialize;
use soc_domain::id::{ActionId, FindingId, IncidentId, QuarantineId};
use utoipa::IntoParams;

use crate::input::Limit;

/// An incident in the path.
#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct OfIncident {
    /// The incident's id.
    #[param(value_type = String, pattern = "^inc_[a-z2-7]{26}$")]
    pub(crate) id: IncidentId,
}

/// A finding in the path.
#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct OfFinding {
    /// The finding's id.
    #[param(value_type = String, pattern = "^fnd_[a-z2-7]{26}$")]
    pub(crate) id: FindingId,
}

/// An action in the path.
#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct OfAction {
    /// The action's id.
    #[param(value_type = String, pattern = "^act_[a-z2-7]{26}$")]
    pub(crate) id: ActionId,
}

/// A quarantined record in the path.
#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct OfRecord {
    /// The record's id.
    #[param(value_type = String, pattern = "^qua_[a-z2-7]{26}$")]
    pub(crate) id: QuarantineId,
}

/// A page of a list without filters.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct Paged {
    /// `next` of the page before.
    #[param(max_length = 1024)]
    pub(crate) after: Option<String>,
    /// How many rows at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    #[serde(default)]
    pub(crate) limit: Limit,
}
