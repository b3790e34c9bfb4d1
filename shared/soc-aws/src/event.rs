//! The events that products publish, made from what they answer.
//!
//! Apart because a finding that is read at its product must take the same way as one that came by itself: onto the
//! stream, through the same reader, into the same place.

use soc_domain::finding::{Finding, Route};
use soc_domain::id::sha256_hex;
use soc_domain::wire::{Content, read_record};
use soc_pipeline::ports::StreamRecord;

/// What the format of an answer is called as an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// GuardDuty's own.
    GuardDuty,
    /// Security Hub CSPM's.
    Asff,
    /// Security Hub's.
    Ocsf,
}

impl Format {
    const fn source(self) -> &'static str {
        match self {
            Self::GuardDuty => "aws.guardduty",
            Self::Asff | Self::Ocsf => "aws.securityhub",
        }
    }

    const fn detail_type(self) -> &'static str {
        match self {
            Self::GuardDuty => "GuardDuty Finding",
            Self::Asff => "Security Hub Findings - Imported",
            Self::Ocsf => "Findings Imported V2",
        }
    }

    const fn route(self) -> Route {
        match self {
            Self::GuardDuty => Route::Native,
            Self::Asff => Route::Asff,
            Self::Ocsf => Route::Ocsf,
        }
    }
}

/// The finding in an answer's element; none if our reader takes it for something else.
pub(crate) fn read(element: &[u8], format: Format) -> Option<Finding> {
    let mut items = read_record(element);
    match items.pop()?.content {
        Ok(Content::Finding(finding, _gaps)) if items.is_empty() && finding.route == format.route() => {
            Some(*finding)
        }
        Ok(Content::Finding(..) | Content::Event(_)) | Err(_) => None,
    }
}

/// The event that the product would have published of this element. An element that is no finding for our reader
/// becomes an event all the same: ingest quarantines it, where people see it.
pub(crate) fn publish(element: &[u8], format: Format) -> StreamRecord {
    let finding = read(element, format);
    let place = finding.as_ref().map(|finding| finding.place.clone()).unwrap_or_default();
    let time = finding.as_ref().and_then(|finding| finding.updated_at).map(|time| time.to_string());
    let key = format!("read-{}", sha256_hex(&[format.detail_type().as_bytes(), element]));
    let head = serde_json::json!({
        "version": "0",
        "id": key,
        "detail-type": format.detail_type(),
        "source": format.source(),
        "account": place.account,
        "time": time.unwrap_or_default(),
        "region": place.region,
        "resources": [],
    })
    .to_string();
    let mut bytes = head.into_bytes();
    bytes.pop();
    bytes.extend_from_slice(br#","detail":"#);
    match format {
        Format::GuardDuty => bytes.extend_from_slice(element),
        Format::Asff | Format::Ocsf => {
            bytes.extend_from_slice(br#"{"findings":["#);
            bytes.extend_from_slice(element);
            bytes.extend_from_slice(b"]}");
        }
    }
    bytes.push(b'}');
    StreamRecord { key, bytes }
}
