//! What the facts mean: one line for each thing that can be right or wrong, and how it is put right.
//!
//! Apart from the looking, so that every fault can be planted without an account. Plain and total.

mod rules;

use serde::Serialize;
use soc_pipeline::error::PortErrorKind;

use super::facts::{Answer, Emails, Fact, Seen, Subject, Unanswered};
use rules::{Rule, alias, encryption, machine, model, policy, sample, stack};

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It is as it should be.
    Pass,
    /// It is not.
    Fail,
    /// Nobody could tell, and that is no fault of the stack.
    Skip,
}

/// One check of one resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What is checked.
    pub check: &'static str,
    /// Of what.
    pub resource: String,
    /// How it came out.
    pub outcome: Outcome,
    /// What was found.
    pub found: String,
    /// How it is put right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

/// Judges everything that was seen.
#[must_use]
pub fn judge(seen: &[Seen], subject: Subject) -> Vec<Check> {
    seen.iter().flat_map(|one| Judge { resource: &one.resource, subject }.all(one)).collect()
}

/// Judges one look.
#[derive(Clone, Copy)]
struct Judge<'a> {
    resource: &'a str,
    subject: Subject,
}

impl Judge<'_> {
    fn all(self, seen: &Seen) -> Vec<Check> {
        match &seen.fact {
            Ok(fact) => self.fact(fact),
            Err(unanswered) => vec![self.unanswered(seen.about, unanswered)],
        }
    }

    fn fact(self, fact: &Fact) -> Vec<Check> {
        match fact {
            Fact::Stack { status, resources, incomplete } => {
                vec![self.line(stack(status, *resources, incomplete))]
            }
            Fact::Rule { state, targets, without_dead_letters } => {
                self.rule(state, targets.len(), *without_dead_letters)
            }
            Fact::Mapping { state, reports_items, on_failure } => {
                self.mapping(state, *reports_items, on_failure.as_deref())
            }
            Fact::Alarm { state, actions, actions_enabled } => {
                self.alarm(state, if *actions_enabled { *actions } else { 0 })
            }
            Fact::Function { state, last_update } => vec![self.line(self.function(state, last_update))],
            Fact::Alias { version } => vec![self.line(alias(version))],
            Fact::Table { status, encryption, recovery } => {
                self.table(status, encryption.as_deref(), recovery)
            }
            Fact::Stream { status, encryption } => self.stream(status, encryption.as_deref()),
            Fact::Bucket { encryption, private } => self.bucket(encryption.as_deref(), private),
            Fact::Queue { encryption } => {
                vec![self.encrypted(encryption.as_deref(), "KmsMasterKeyId of the queue")]
            }
            Fact::Topic { encryption, emails } => self.topic(encryption.as_deref(), emails),
            Fact::Machine { status } => vec![self.line(machine(status))],
            Fact::Secret { deleted } => vec![self.line(self.secret(*deleted))],
            Fact::Policy { read } => vec![self.line(policy(read))],
            Fact::Model { id, daily_usd } => vec![self.line(model(id, daily_usd))],
            Fact::Invoked(answer) => vec![self.line(self.invoked(answer))],
            Fact::Product { enabled } => vec![self.line(self.product(*enabled))],
            Fact::Sample { reached } => vec![self.line(sample(reached))],
        }
    }

    fn line(self, rule: Rule) -> Check {
        let (outcome, fix) = if rule.holds { (Outcome::Pass, None) } else { (Outcome::Fail, Some(rule.fix)) };
        Check { check: rule.check, resource: self.resource.to_owned(), outcome, found: rule.found, fix }
    }

    /// A rule about what an emulator takes and forgets; there only a test of the template can tell.
    fn line_if_kept(self, rule: Rule) -> Check {
        let mut line = self.line(rule);
        if line.outcome == Outcome::Fail && self.subject == Subject::Emulator {
            line.outcome = Outcome::Skip;
            line.found.push_str(": an emulator does not keep it");
            line.fix = None;
        }
        line
    }

    fn unanswered(self, check: &'static str, why: &Unanswered) -> Check {
        let unknown_to_emulator = self.subject == Subject::Emulator
            && matches!(
                why.kind,
                PortErrorKind::Rejected | PortErrorKind::Unavailable | PortErrorKind::Timeout
            );
        if unknown_to_emulator {
            let found = format!("the emulator cannot answer: {}", why.words);
            return Check {
                check,
                resource: self.resource.to_owned(),
                outcome: Outcome::Skip,
                found,
                fix: None,
            };
        }
        let fix = match why.kind {
            PortErrorKind::Denied => "sign in with a role that may read the stack's resources",
            PortErrorKind::NotFound => {
                "somebody deleted it: deploy the stack again; `aws cloudformation detect-stack-drift` names what changed"
            }
            PortErrorKind::Throttled
            | PortErrorKind::Timeout
            | PortErrorKind::Unavailable
            | PortErrorKind::Conflict
            | PortErrorKind::Rejected => "try again; if it stays so, look at the service in the console",
        };
        self.line(Rule { check, holds: false, found: why.words.clone(), fix: fix.to_owned() })
    }

    fn rule(self, state: &str, targets: usize, without_dead_letters: usize) -> Vec<Check> {
        let name = self.resource;
        vec![
            self.line(Rule {
                check: "rule enabled",
                holds: state.starts_with("ENABLED"),
                found: state.to_owned(),
                fix: format!("aws events enable-rule --name {name}"),
            }),
            self.line(Rule {
                check: "rule targets",
                holds: targets > 0 && without_dead_letters == 0,
                found: match without_dead_letters {
                    0 => format!("{targets}, each with a dead-letter queue"),
                    some => format!("{targets}, {some} without a dead-letter queue"),
                },
                fix: "deploy the stack again: the template gives the rule its target and queue".to_owned(),
            }),
        ]
    }

    fn mapping(self, state: &str, reports_items: bool, on_failure: Option<&str>) -> Vec<Check> {
        let id = self.resource;
        let again = "deploy the stack again: the template says so".to_owned();
        let kept = on_failure.filter(|arn| arn.contains(":s3:"));
        vec![
            self.line(Rule {
                check: "mapping enabled",
                holds: matches!(state, "Enabled" | "Enabling" | "Updating"),
                found: state.to_owned(),
                fix: format!("aws lambda update-event-source-mapping --uuid {id} --enabled"),
            }),
            self.line(Rule {
                check: "mapping reports items",
                holds: reports_items,
                found: if reports_items { "ReportBatchItemFailures" } else { "a batch fails as a whole" }
                    .to_owned(),
                fix: again.clone(),
            }),
            self.line(Rule {
                check: "mapping on failure",
                holds: kept.is_some(),
                found: on_failure.unwrap_or("batches that fail for good are lost").to_owned(),
                fix: again,
            }),
        ]
    }

    fn alarm(self, state: &str, actions: usize) -> Vec<Check> {
        let name = self.resource;
        vec![
            self.line(Rule {
                check: "alarm wired",
                holds: actions > 0,
                found: format!("{actions} told"),
                fix: format!(
                    "deploy the stack again, or aws cloudwatch enable-alarm-actions --alarm-names {name}"
                ),
            }),
            self.line(Rule {
                check: "alarm quiet",
                holds: state != "ALARM",
                found: state.to_owned(),
                fix: format!("follow the runbook that the description of the alarm {name} names"),
            }),
        ]
    }

    fn function(self, state: &str, last_update: &str) -> Rule {
        Rule {
            check: "function active",
            // Inactive: not called for weeks; the next call wakes it.
            holds: matches!(state, "Active" | "Inactive") && matches!(last_update, "Successful" | ""),
            found: format!("{state}, last update {last_update}"),
            fix: format!("aws lambda get-function-configuration --function-name {} says why", self.resource),
        }
    }

    fn table(
        self,
        status: &str,
        encryption: Option<&str>,
        recovery: &Result<bool, Unanswered>,
    ) -> Vec<Check> {
        let name = self.resource;
        let recovery = match recovery {
            Ok(on) => self.line_if_kept(Rule {
                check: "recovery",
                holds: *on,
                found: format!("point in time {}", if *on { "on" } else { "off" }),
                fix: format!(
                    "aws dynamodb update-continuous-backups --table-name {name} \
                     --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true"
                ),
            }),
            Err(why) => self.unanswered("recovery", why),
        };
        vec![
            self.line(Rule {
                check: "table active",
                holds: matches!(status, "ACTIVE" | "UPDATING"),
                found: status.to_owned(),
                fix: "wait, and deploy the stack again if it stays so".to_owned(),
            }),
            self.encrypted_if_kept(encryption, "SSESpecification of the table"),
            recovery,
        ]
    }

    fn stream(self, status: &str, encryption: Option<&str>) -> Vec<Check> {
        vec![
            self.line(Rule {
                check: "stream active",
                holds: matches!(status, "ACTIVE" | "UPDATING"),
                found: status.to_owned(),
                fix: "wait, and deploy the stack again if it stays so".to_owned(),
            }),
            self.encrypted_if_kept(encryption, "StreamEncryption of the stream"),
        ]
    }

    fn bucket(self, encryption: Option<&str>, private: &Result<bool, Unanswered>) -> Vec<Check> {
        let private = match private {
            Ok(private) => self.line(Rule {
                check: "bucket private",
                holds: *private,
                found: if *private { "public access is blocked" } else { "public access is not blocked" }
                    .to_owned(),
                fix: "deploy the stack again: the template blocks it".to_owned(),
            }),
            Err(why) => self.unanswered("bucket private", why),
        };
        vec![self.encrypted(encryption, "BucketEncryption of the bucket"), private]
    }

    fn topic(self, encryption: Option<&str>, emails: &Result<Emails, Unanswered>) -> Vec<Check> {
        let told = match emails {
            Ok(emails) => self.line(Rule {
                check: "e-mail confirmed",
                holds: emails.confirmed > 0 && emails.pending == 0,
                found: format!("{} confirmed, {} pending", emails.confirmed, emails.pending),
                fix: "open the link in the mail \"AWS Notification - Subscription Confirmation\"; if it is older than \
                      two days, subscribe the address again"
                    .to_owned(),
            }),
            Err(why) => self.unanswered("e-mail confirmed", why),
        };
        vec![self.encrypted_if_kept(encryption, "KmsMasterKeyId of the topic"), told]
    }

    fn secret(self, deleted: bool) -> Rule {
        Rule {
            check: "secret exists",
            holds: !deleted,
            found: if deleted { "scheduled for deletion" } else { "it is there" }.to_owned(),
            fix: format!("aws secretsmanager restore-secret --secret-id {}", self.resource),
        }
    }

    fn invoked(self, answer: &Answer) -> Rule {
        let (holds, found) = match answer {
            Answer::Returned(what) => (true, what.clone()),
            Answer::Failed(kind) => (false, kind.clone()),
        };
        Rule {
            check: "function answers",
            holds,
            found,
            fix: format!("its log says why: aws logs tail /aws/lambda/{} --since 10m", self.resource),
        }
    }

    fn product(self, enabled: bool) -> Rule {
        Rule {
            check: "product enabled",
            holds: enabled,
            found: if enabled { "on" } else { "off: no findings come from it" }.to_owned(),
            fix: format!(
                "deploy with Enable{}=true, or enable it for the organisation",
                self.resource.replace(' ', "")
            ),
        }
    }

    fn encrypted(self, with: Option<&str>, where_to: &str) -> Check {
        self.line(encryption(with, where_to))
    }

    fn encrypted_if_kept(self, with: Option<&str>, where_to: &str) -> Check {
        self.line_if_kept(encryption(with, where_to))
    }
}

#[cfg(test)]
mod tests;
