//! The two free maps of ASFF: `ProductFields`, of which GuardDuty's part is read, and `Tags`.

use std::collections::BTreeMap;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess};

use crate::finding::{ApiCall, Finding, ObservableKind, RecordState, Remote};
use crate::wire::gaps::Gaps;
use crate::wire::guardduty::{self, Tag};
use crate::wire::lenient::{Field, FromObject, ObjectVisitor, ReadInto, Seen, Text};

/// GuardDuty's part of `ProductFields` (`aws/guardduty/service/...`), and little else.
#[derive(Default)]
pub(in crate::wire) struct Fields<'a> {
    seen: Seen,
    guardduty: Vec<(Text<'a>, Text<'a>)>,
    /// `aws/securityhub/SeverityLabel`, as before labels had a place of their own.
    pub(super) severity_label: Text<'a>,
    /// `ControlId` or `RuleId` of the standard.
    pub(super) control: Text<'a>,
}

/// Tags as a map, or as a list of keys and values.
#[derive(Default)]
pub(in crate::wire) struct Tags(pub(in crate::wire) BTreeMap<String, String>);

const SERVICE: &str = "aws/guardduty/service/";

/// Whether a path below `aws/guardduty/service/` is one that is read.
fn is_read(path: &str) -> bool {
    !path.contains(".0_") && !path.ends_with("/lat") && !path.ends_with("/lon")
        || path.contains("portProbeDetails")
}

impl<'de: 'a, 'a> FromObject<'de> for Fields<'a> {
    fn fill<A: MapAccess<'de>>(&mut self, mut object: A) -> Result<(), A::Error> {
        self.seen = Seen::Object;
        while let Some(key) = object.next_key::<Text<'de>>()? {
            if key.str().strip_prefix(SERVICE).is_some_and(is_read) {
                self.guardduty.push((key, object.next_value()?));
            } else if key.str() == "aws/securityhub/SeverityLabel" {
                self.severity_label = object.next_value()?;
            } else if matches!(key.str(), "ControlId" | "RuleId") {
                self.control = object.next_value()?;
            } else {
                object.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
    fn wrong() -> Self {
        Self { seen: Seen::Wrong, ..Self::default() }
    }
    fn seen(&self) -> Seen {
        self.seen
    }
}

impl<'de: 'a, 'a> ReadInto<'de> for Fields<'a> {
    fn read_into<D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(ObjectVisitor(self))
    }
}

impl<'de> FromObject<'de> for Tags {
    fn fill<A: MapAccess<'de>>(&mut self, mut object: A) -> Result<(), A::Error> {
        while let Some((key, value)) = object.next_entry::<Text<'de>, Text<'de>>()? {
            self.0.insert(key.str().to_owned(), value.str().to_owned());
        }
        Ok(())
    }
    fn wrong() -> Self {
        Self::default()
    }
    fn seen(&self) -> Seen {
        Seen::Object
    }
    fn list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut tags = BTreeMap::new();
        while let Some(tag) = list.next_element::<Tag<'de>>()? {
            if let Some(key) = tag.key.owned() {
                tags.insert(key, tag.value.str().to_owned());
            }
        }
        Ok(Self(tags))
    }
}

impl<'de> ReadInto<'de> for Tags {
    fn read_into<D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(ObjectVisitor(self))
    }
}

impl<'de> Deserialize<'de> for Tags {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut tags = Self::default();
        tags.read_into(deserializer)?;
        Ok(tags)
    }
}

impl Fields<'_> {
    fn get(&self, path: &str) -> Option<&str> {
        let of_path = |known: &Text<'_>| known.str().strip_prefix(SERVICE) == Some(path);
        self.guardduty.iter().rev().find(|(known, _)| of_path(known))?.1.some()
    }

    fn text(&self, path: &str) -> Text<'_> {
        self.get(path).map_or(Field::Absent, |value| Field::Is(value.into()))
    }

    /// Reads GuardDuty's part into the finding.
    pub(super) fn read_guardduty(&self, finding: &mut Finding, gaps: &mut Gaps) {
        finding.activity = guardduty::activity(self.get("action/actionType").unwrap_or_default());
        match self.get("count").map(str::parse::<u64>) {
            Some(Ok(count)) => finding.count = count.max(1),
            Some(Err(_)) => gaps.note("ProductFields.count", crate::finding::GapKind::Unreadable),
            None => gaps.note("ProductFields.count", crate::finding::GapKind::Missing),
        }
        if self.get("archived") == Some("true") {
            finding.record_state = RecordState::Archived;
        }
        finding.sample |= self.get("additionalInfo/sample") == Some("true");
        finding.role = guardduty::role(self.get("resourceRole").unwrap_or_default());
        if let Some(name) = self.get("action/awsApiCallAction/api") {
            let service = self.get("action/awsApiCallAction/serviceName").unwrap_or_default();
            finding.api = Some(ApiCall { service: service.to_owned(), name: name.to_owned() });
        }
        let domain = self.text("action/dnsRequestAction/domain");
        guardduty::observe(finding, ObservableKind::Domain, &domain);
        let agent = self.text("action/awsApiCallAction/userAgent");
        guardduty::observe(finding, ObservableKind::UserAgent, &agent);
        self.read_remotes(finding);
    }

    fn read_remotes(&self, finding: &mut Finding) {
        for (path, ip) in &self.guardduty {
            let base = path.str().strip_prefix(SERVICE).unwrap_or_default();
            let Some(base) = base.strip_suffix("remoteIpDetails/ipAddressV4") else { continue };
            let Some(ip) = ip.some().filter(|_| base.starts_with("action/")) else { continue };
            let detail = |name: &str| self.get(&format!("{base}remoteIpDetails/{name}")).map(str::to_owned);
            let port = self.get(&format!("{base}remotePortDetails/port")).and_then(|port| port.parse().ok());
            let list = self.get("additionalInfo/threatListName").map(str::to_owned);
            let direction = self.get(&format!("{base}connectionDirection"));
            if direction.is_some_and(guardduty::is_inbound) || base.contains("portProbeDetails") {
                let local = self.get(&format!("{base}localPortDetails/port"));
                guardduty::reached(finding, local.and_then(|port| port.parse().ok()));
            }
            finding.remotes.push(Remote {
                ip: ip.to_owned(),
                port,
                country: detail("country/countryName"),
                organization: detail("organization/org").or_else(|| detail("organization/asnOrg")),
                threat_lists: list.into_iter().collect(),
            });
        }
    }
}
