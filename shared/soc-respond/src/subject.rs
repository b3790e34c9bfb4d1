//! What a target names, checked before anything is asked about it.
//!
//! It is apart because a target is made of what a finding says, and findings are hostile: an id with a `*` in it would
//! widen a session policy, and an ARN of another account than the target's place would be looked for in the wrong one.

use soc_domain::action::{ActionKind, Target};
use soc_domain::id::Place;

/// A target whose parts fit together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'t> {
    /// The target itself.
    pub(crate) target: &'t Target,
    /// The id or name at the end of its ARN: no other characters than AWS gives such an id.
    pub(crate) id: &'t str,
    /// The name of its kind in ARNs: `instance`, `role`, `instance-profile`, ...; `bucket` for buckets.
    pub(crate) what: &'t str,
}

impl<'t> Subject<'t> {
    /// Reads a target; none if its parts contradict each other, or are none that AWS could have.
    pub(crate) fn read(target: &'t Target) -> Option<Self> {
        let place = &target.place;
        let is_place = is_made_of(&place.partition, |c| c.is_ascii_lowercase() || c == '-')
            && is_account(&place.account)
            && is_made_of(&place.region, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        let arn = target.resource.strip_prefix("arn:")?.strip_prefix(place.partition.as_str())?;
        let mut parts = arn.strip_prefix(':')?.splitn(4, ':');
        let (service, region, account, resource) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let (what, id) = match service {
            "s3" => ("bucket", resource),
            _ => (resource.split_once('/')?.0, resource.rsplit_once('/')?.1),
        };
        let here = match service {
            "s3" => region.is_empty() && account.is_empty(),
            "iam" => region.is_empty() && account == place.account,
            _ => region == place.region && account == place.account,
        };
        let subject = Self { target, id, what };
        (is_place && here && subject.fits(service)).then_some(subject)
    }

    /// Whether the resource is one that the action is for.
    fn fits(&self, service: &str) -> bool {
        match self.target.kind {
            ActionKind::SnapshotVolumes | ActionKind::IsolateInstance => {
                service == "ec2" && self.what == "instance" && is_ec2_id(self.id, "i-")
            }
            ActionKind::RevokeSecurityGroupRule => {
                service == "ec2" && self.what == "security-group" && is_ec2_id(self.id, "sg-")
            }
            ActionKind::DenyRemoteAddress => {
                service == "ec2" && self.what == "subnet" && is_ec2_id(self.id, "subnet-")
            }
            ActionKind::DeactivateAccessKey => {
                let user = self.target.parameter("user_name");
                service == "iam" && self.what == "access-key" && is_iam_name(self.id) && is_iam_name(user)
            }
            ActionKind::DenyOlderSessions => {
                service == "iam" && matches!(self.what, "role" | "instance-profile") && is_iam_name(self.id)
            }
            ActionKind::BlockBucketPublicAccess => service == "s3" && is_bucket(self.id),
        }
    }

    /// Where it is.
    pub(crate) const fn place(&self) -> &'t Place {
        &self.target.place
    }

    /// The ARN of a thing of EC2's in the same account and region.
    pub(crate) fn ec2_arn(&self, what: &str, id: &str) -> String {
        let Place { partition, account, region } = self.place();
        format!("arn:{partition}:ec2:{region}:{account}:{what}/{id}")
    }

    /// The ARNs of a user, role or profile of that name in the same account, with any path: a name is there once.
    pub(crate) fn iam_arns(&self, what: &str, name: &str) -> Vec<String> {
        let Place { partition, account, .. } = self.place();
        let front = format!("arn:{partition}:iam::{account}:{what}");
        vec![format!("{front}/{name}"), format!("{front}/*/{name}")]
    }
}

fn is_made_of(text: &str, allowed: fn(char) -> bool) -> bool {
    (1..=255).contains(&text.len()) && text.chars().all(allowed)
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.chars().all(|c| c.is_ascii_digit())
}

/// An id of EC2's: a prefix, letters and digits.
pub(crate) fn is_ec2_id(id: &str, prefix: &str) -> bool {
    let rest = id.strip_prefix(prefix).unwrap_or_default();
    is_made_of(rest, |c| c.is_ascii_lowercase() || c.is_ascii_digit())
}

/// "`UserName`", "`RoleName`", IAM API Reference: upper and lower case letters, digits and `_+=,.@-`.
pub(crate) fn is_iam_name(name: &str) -> bool {
    name.len() <= 128 && is_made_of(name, |c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c))
}

/// Names of buckets have no upper case and no `_` today, but those of before 2018 may.
fn is_bucket(name: &str) -> bool {
    is_made_of(name, |c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use soc_domain::action::{ActionKind, Target};
    use soc_domain::id::Place;

    use super::Subject;

    fn target(kind: ActionKind, resource: &str) -> Target {
        Target {
            kind,
            resource: resource.to_owned(),
            place: Place {
                partition: "aws".to_owned(),
                account: "111122223333".to_owned(),
                region: "eu-central-1".to_owned(),
            },
            parameters: BTreeMap::from([("user_name".to_owned(), "deploy".to_owned())]),
        }
    }

    fn id(kind: ActionKind, resource: &str) -> Option<String> {
        Subject::read(&target(kind, resource)).map(|subject| subject.id.to_owned())
    }

    #[test]
    fn a_role_is_known_by_its_name_whatever_its_path() {
        let kind = ActionKind::DenyOlderSessions;
        assert_eq!(id(kind, "arn:aws:iam::111122223333:role/web").as_deref(), Some("web"));
        assert_eq!(id(kind, "arn:aws:iam::111122223333:role/a/b/web").as_deref(), Some("web"));
    }

    #[test]
    fn an_id_that_would_widen_a_policy_is_no_subject() {
        for hostile in ["i-*", "i-1?", "i-${aws:username}", "i-", "x-1", "i-1:instance", "I-1"] {
            let arn = format!("arn:aws:ec2:eu-central-1:111122223333:instance/{hostile}");
            assert_eq!(id(ActionKind::IsolateInstance, &arn), None, "{hostile}");
        }
        let mut key = target(ActionKind::DeactivateAccessKey, "arn:aws:iam::111122223333:access-key/AKIA1");
        assert!(Subject::read(&key).is_some());
        key.parameters.insert("user_name".to_owned(), "*".to_owned());
        assert!(Subject::read(&key).is_none());
        assert_eq!(id(ActionKind::BlockBucketPublicAccess, "arn:aws:s3:::re*ports"), None);
    }

    #[test]
    fn an_arn_of_another_place_than_the_targets_is_no_subject() {
        let kind = ActionKind::IsolateInstance;
        assert!(id(kind, "arn:aws:ec2:eu-central-1:111122223333:instance/i-1").is_some());
        assert_eq!(id(kind, "arn:aws:ec2:eu-central-1:444455556666:instance/i-1"), None);
        assert_eq!(id(kind, "arn:aws:ec2:us-east-1:111122223333:instance/i-1"), None);
        assert_eq!(id(kind, "arn:aws-cn:ec2:eu-central-1:111122223333:instance/i-1"), None);
        assert_eq!(id(kind, "arn:aws:ec2:eu-central-1:111122223333:volume/i-1"), None);
        assert_eq!(id(kind, ""), None);
    }

    #[test]
    fn a_place_that_is_none_is_no_subject() {
        let mut odd = target(ActionKind::BlockBucketPublicAccess, "arn:aws:s3:::reports");
        assert!(Subject::read(&odd).is_some());
        odd.place.account = "1111".to_owned();
        assert!(Subject::read(&odd).is_none());
        odd.place =
            Place { region: "eu-central-1/x".to_owned(), account: "111122223333".to_owned(), ..odd.place };
        assert!(Subject::read(&odd).is_none());
    }
}
