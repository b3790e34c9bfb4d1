//! Amazon resource names, as far as a place and an own id are taken from them.

use crate::id::Place;

/// The parts of an ARN that we use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Arn<'a> {
    pub(super) partition: &'a str,
    pub(super) service: &'a str,
    pub(super) region: &'a str,
    pub(super) account: &'a str,
    pub(super) resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Reads `arn:partition:service:region:account:resource`.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (partition, rest) = part(text.strip_prefix("arn:")?)?;
        let (service, rest) = part(rest)?;
        let (region, rest) = part(rest)?;
        let (account, resource) = part(rest)?;
        Some(Self { partition, service, region, account, resource })
    }

    /// GuardDuty's own id of a finding: what follows `/finding/`.
    pub(super) fn guardduty_finding(&self) -> Option<&'a str> {
        if self.service != "guardduty" {
            return None;
        }
        self.resource.split_once("/finding/").map(|(_, id)| id).filter(|id| !id.is_empty())
    }

    /// The product that an ARN of Security Hub's names: the last segment, of which a name has no blank.
    pub(super) fn product(&self) -> &'a str {
        let end = |c: char| c.is_whitespace() || c.is_control();
        let resource = self.resource.split(end).next().unwrap_or_default();
        resource.rsplit('/').next().unwrap_or_default()
    }

    /// The last segment of the resource: the id of an instance, the name of a role.
    pub(super) fn last(&self) -> &'a str {
        self.resource.rsplit(['/', ':']).next().unwrap_or_default()
    }
}

/// What stands before the next colon, and behind it. Parts are short: looking at each byte is quicker than a search
/// that is made for long texts, and ARNs are read several times in every finding.
fn part(text: &str) -> Option<(&str, &str)> {
    let colon = text.bytes().position(|byte| byte == b':')?;
    Some((text.get(..colon)?, text.get(colon + 1..)?))
}

/// The place that the first source with an answer names, part by part.
#[derive(Default)]
pub(super) struct Places<'a> {
    partition: &'a str,
    region: &'a str,
    account: &'a str,
}

impl<'a> Places<'a> {
    /// Fills what is still empty from the ARN, if it is one.
    pub(super) fn or_arn(self, arn: &'a str) -> Self {
        match Arn::parse(arn) {
            Some(arn) => self.or(arn.partition, arn.region, arn.account),
            None => self,
        }
    }

    /// Fills what is still empty.
    pub(super) fn or(self, partition: &'a str, region: &'a str, account: &'a str) -> Self {
        let pick = |have: &'a str, other: &'a str| if have.is_empty() { other } else { have };
        let [partition, region, account] = [partition, region, account].map(|part| name(part).unwrap_or(""));
        Self {
            partition: pick(self.partition, partition),
            region: pick(self.region, region),
            account: pick(self.account, account),
        }
    }

    pub(super) fn place(self) -> Place {
        Place {
            partition: self.partition.to_owned(),
            account: self.account.to_owned(),
            region: self.region.to_owned(),
        }
    }
}

/// A partition's or region's name, or an account's id. Anything else would make an ARN of whatever a finding says.
pub(super) fn name(text: &str) -> Option<&str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (!text.is_empty() && text.len() <= 32 && text.bytes().all(plain)).then_some(text)
}

/// Whether what stands for an id is rather a text, of which no part may be taken for one.
pub(super) fn is_text(id: &str) -> bool {
    id.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '{' | '}'))
}

/// An access key's id, as IAM makes them ("`AccessKeyMetadata`", IAM API Reference); nothing that came with one.
pub(super) fn access_key(text: &str) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (!text.is_empty() && text.len() <= 128 && text.bytes().all(plain)).then(|| text.to_owned())
}

/// A name that Kubernetes takes ("Object Names and IDs", Kubernetes documentation); anything else would hide in a path.
pub(super) fn kubernetes_name(text: &str) -> &str {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    let named =
        text.len() <= 253 && text.bytes().all(plain) && text.bytes().any(|byte| byte.is_ascii_lowercase());
    if named { text } else { "" }
}

/// Builds an ARN at a place; a place without a partition is taken for the commercial one.
pub(super) fn build(place: &Place, service: &str, resource: &str) -> String {
    let partition = if place.partition.is_empty() { "aws" } else { &place.partition };
    let global = matches!(service, "iam" | "s3");
    let region = if global { "" } else { &place.region };
    let account = if service == "s3" { "" } else { &place.account };
    format!("arn:{partition}:{service}:{region}:{account}:{resource}")
}
