//! A finding of which only the origin is known: what every reader begins with.

use crate::finding::{Finding, FindingClass, RecordState, Route, WorkflowStatus};
use crate::id::{FindingId, Place, sha256_hex};
use crate::severity::Severity;

/// Whence a finding comes: all that its id is derived from, and the way that it came.
pub(super) struct Origin<'a> {
    pub(super) route: Route,
    pub(super) place: Place,
    pub(super) product: std::borrow::Cow<'a, str>,
    pub(super) own_id: std::borrow::Cow<'a, str>,
}

/// The product's own id; a finding without one is known by its bytes, so that equal bytes are one finding.
pub(super) fn own_id<'a>(given: Option<&'a str>, text: &str) -> std::borrow::Cow<'a, str> {
    match given {
        Some(id) => id.into(),
        None => format!("sha256:{}", sha256_hex(&[text.as_bytes()])).into(),
    }
}

/// The finding of that origin, with everything else unsaid.
pub(super) fn finding(origin: &Origin<'_>) -> Finding {
    Finding {
        id: FindingId::derive(&origin.place, &origin.product, &origin.own_id),
        product: origin.product.clone().into_owned(),
        product_id: origin.own_id.clone().into_owned(),
        route: origin.route,
        place: origin.place.clone(),
        class: FindingClass::Other,
        kind: String::new(),
        generator: None,
        title: String::new(),
        description: String::new(),
        severity: Severity::default(),
        first_seen: None,
        last_seen: None,
        created_at: None,
        updated_at: None,
        count: 1,
        record_state: RecordState::default(),
        workflow_status: WorkflowStatus::default(),
        compliance: None,
        sample: false,
        simulated: false,
        noted_by_us: false,
        told_at: None,
        stated_by: None,
        resources: Vec::new(),
        principals: Vec::new(),
        remotes: Vec::new(),
        local_ports: Vec::new(),
        observables: Vec::new(),
        role: None,
        activity: None,
        api: None,
        tactics: Vec::new(),
        techniques: Vec::new(),
        signals: Vec::new(),
        custom_action: None,
    }
}
