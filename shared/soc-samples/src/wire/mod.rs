//! The forms in which a finding travels, written from one [`Sample`].
//!
//! Apart, because each form is a foreign contract: field names here are the products', checked against their
//! service models where those are at hand. Only GuardDuty has forms of its own; asked for one, a sample of
//! another product is written as ASFF.

mod asff;
mod envelope;
mod guardduty;
mod ocsf;
mod pascal;
mod resource;
mod sequence;
mod workload;

use serde_json::{Map, Value};

use crate::sample::{Product, Sample};

pub use envelope::{api_call_event, instance_state_event, malware_scan_event};

/// A JSON object that is being filled.
type Object = Map<String, Value>;

/// One way to write a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// GuardDuty's camelCase finding in an EventBridge event `GuardDuty Finding`.
    GuardDutyEvent,
    /// GuardDuty's `PascalCase` finding, as `GetFindings` answers it.
    GuardDutyApi,
    /// A bare AWS Security Finding Format record.
    Asff,
    /// ASFF in an EventBridge event `Security Hub Findings - Imported`.
    AsffEvent,
    /// A bare OCSF finding.
    Ocsf,
    /// OCSF in an EventBridge event `Findings Imported V2`.
    OcsfEvent,
}

impl Form {
    /// Every form.
    pub const ALL: [Self; 6] =
        [Self::GuardDutyEvent, Self::GuardDutyApi, Self::Asff, Self::AsffEvent, Self::Ocsf, Self::OcsfEvent];
}

/// The finding in one form.
#[must_use]
pub fn value(sample: &Sample, form: Form) -> Value {
    match (form, sample.product) {
        (Form::GuardDutyEvent, Product::GuardDuty) => envelope::guardduty(sample, guardduty::finding(sample)),
        (Form::GuardDutyApi, Product::GuardDuty) => pascal::finding(guardduty::finding(sample)),
        (Form::GuardDutyEvent | Form::AsffEvent, _) => envelope::imported(sample, asff::finding(sample)),
        (Form::GuardDutyApi | Form::Asff, _) => asff::finding(sample),
        (Form::Ocsf, _) => ocsf::finding(sample),
        (Form::OcsfEvent, _) => envelope::imported_v2(sample, ocsf::finding(sample)),
    }
}

/// The finding in one form, as one line of NDJSON without its end.
#[must_use]
pub fn record(sample: &Sample, form: Form) -> Vec<u8> {
    to_bytes(&value(sample, form))
}

/// A value as one line. Writing a [`Value`] into memory cannot fail: its keys are strings.
pub(crate) fn to_bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

/// Puts a field into an object.
fn put(object: &mut Object, key: &str, value: impl Into<Value>) {
    object.insert(key.to_owned(), value.into());
}
