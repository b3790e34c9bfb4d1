//! The closed choices of the domain as the API spells them. A new variant does not compile until it is here.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

macro_rules! wire {
    ($variant:ident) => {
        stringify!($variant)
    };
    ($variant:ident $wire:literal) => {
        $wire
    };
}

/// A closed choice.
pub(crate) trait Word: Sized + 'static {
    /// Every one, in the order of the domain.
    const ALL: &[Self];
}

macro_rules! word {
    ($(#[doc = $doc:literal])+ $name:ident = $domain:ty { $($variant:ident $($wire:literal)?),+ $(,)? }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub(crate) enum $name {
            $(
                #[doc = concat!("`", wire!($variant $($wire)?), "`")]
                $(#[serde(rename = $wire)])?
                $variant,
            )+
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let words = [$(wire!($variant $($wire)?)),+];
                let described = concat!($($doc),+).trim();
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .description(Some(described))
                    .enum_values(Some(words))
                    .into()
            }
        }

        impl ToSchema for $name {}

        impl Word for $name {
            const ALL: &[Self] = &[$(Self::$variant),+];
        }

        impl From<$domain> for $name {
            fn from(value: $domain) -> Self {
                match value {
                    $(<$domain>::$variant => Self::$variant,)+
                }
            }
        }

        impl From<$name> for $domain {
            fn from(value: $name) -> Self {
                match value {
                    $($name::$variant => <$domain>::$variant,)+
                }
            }
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $(wire!($variant $($wire)?) => Ok(Self::$variant),)+
                    _ => Err(concat!("expected one of", $(" ", wire!($variant $($wire)?)),+).to_owned()),
                }
            }
        }
    };
}

word!(
    /// How bad.
    Severity = soc_domain::severity::Severity { Informational, Low, Medium, High, Critical }
);
word!(
    /// What an incident turned out to be.
    Verdict = soc_domain::verdict::Verdict {
        TruePositive, FalsePositive, Benign, Suspicious, Duplicate, Test, InsufficientData
    }
);
word!(
    /// Where people are with an incident.
    Status = soc_domain::incident::Status { New, InProgress, OnHold, Resolved, Closed }
);
word!(
    /// Where the machine is with an incident.
    Stage = soc_domain::incident::Stage {
        Recorded, Open, Triaged, Analysed, AnalysisSkipped, Planned, AwaitingApproval, Acting, Contained,
        Partial, NeedsPerson, Done
    }
);
word!(
    /// How the response of a generation ended.
    Outcome = soc_domain::incident::Outcome { NothingToDo, Contained, Partial, NeedsPerson }
);
word!(
    /// What a finding is about.
    FindingClass = soc_domain::finding::FindingClass { Threat, Control, Vulnerability, Other }
);
word!(
    /// Who may start an action.
    Tier = soc_domain::action::Tier { Auto "auto", Approve "approve", Guide "guide" }
);
word!(
    /// How far an action is.
    ActionState = soc_domain::action::ActionState {
        Planned, Intent, Done, NoEffect, Unknown, ReverseIntent, Reversed, Withdrawn
    }
);
word!(
    /// What an action does.
    ActionKind = soc_domain::action::ActionKind {
        SnapshotVolumes "snapshot-volumes",
        DeactivateAccessKey "deactivate-access-key",
        DenyOlderSessions "deny-older-sessions",
        IsolateInstance "isolate-instance",
        BlockBucketPublicAccess "block-bucket-public-access",
        RevokeSecurityGroupRule "revoke-security-group-rule",
        DenyRemoteAddress "deny-remote-address"
    }
);
word!(
    /// Where a question to people is.
    ApprovalState = soc_domain::approval::ApprovalState { Pending, Approved, Denied, Expired, Withdrawn }
);
word!(
    /// What a person says.
    Answer = soc_domain::approval::Answer { Approve, Deny }
);
word!(
    /// Whether a finding still stands at its product.
    RecordState = soc_domain::finding::RecordState { Active, Archived }
);
word!(
    /// What people did with a finding at its product.
    WorkflowStatus = soc_domain::finding::WorkflowStatus { New, Notified, Suppressed, Resolved }
);
word!(
    /// Whether a control passed.
    Compliance = soc_domain::finding::Compliance { Passed, Failed, Warning, NotAvailable }
);
word!(
    /// The part that a resource played.
    ResourceRole = soc_domain::finding::ResourceRole { Target, Actor }
);
word!(
    /// What was observed.
    Activity = soc_domain::finding::Activity {
        ApiCall, NetworkConnection, PortProbe, DnsRequest, KubernetesApiCall, RdsLogin, Process, Other
    }
);
word!(
    /// The way a finding came.
    FindingRoute = soc_domain::finding::Route { Asff, Ocsf, Native }
);
word!(
    /// What is wrong with a field of a finding.
    GapKind = soc_domain::finding::GapKind { Missing, Odd, Unreadable }
);
word!(
    /// What an observable is.
    ObservableKind = soc_domain::finding::ObservableKind { Domain, Hash, Path, Threat, UserAgent }
);
word!(
    /// What a resource is.
    ResourceKind = soc_domain::finding::ResourceKind {
        AwsEc2Instance, AwsIamAccessKey, AwsIamUser, AwsIamRole, AwsS3Bucket, AwsS3Object, AwsEksCluster,
        AwsEcsCluster, Container, KubernetesWorkload, AwsRdsDbInstance, AwsLambdaFunction, AwsEc2Volume,
        AwsEc2SecurityGroup, AwsAccount, Other
    }
);
word!(
    /// Who vouches for a finding.
    Origin = soc_pipeline::ports::Origin { Owner, Bus }
);
word!(
    /// Where an incident goes after triage.
    Way = soc_domain::assess::Way { Record "record", Notify "notify", Respond "respond" }
);
word!(
    /// How far the machine may go.
    Mode = soc_domain::policy::Mode { Off "off", DryRun "dry-run", Approve "approve", Auto "auto" }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_spelled_as_the_domain_spells_it() {
        for severity in soc_domain::severity::Severity::ALL {
            let theirs = serde_json::to_string(&severity).unwrap();
            assert_eq!(serde_json::to_string(&Severity::from(severity)).unwrap(), theirs);
            assert_eq!(theirs.trim_matches('"').parse(), Ok(Severity::from(severity)));
        }
        for kind in soc_domain::action::ActionKind::ALL {
            assert_eq!(kind.name().parse(), Ok(ActionKind::from(kind)));
        }
        for tier in Tier::ALL {
            let domain = soc_domain::action::Tier::from(*tier);
            assert_eq!(domain.name().parse(), Ok(*tier));
        }
    }

    #[test]
    fn what_is_no_word_is_refused_with_what_there_is() {
        assert_eq!("Bad".parse::<Tier>().unwrap_err(), "expected one of auto approve guide");
    }
}
