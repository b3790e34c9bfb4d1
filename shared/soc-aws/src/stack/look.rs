//! Looking at a stack's resources: one or two calls for each, nothing changed, nothing judged.

use std::collections::HashMap;

use aws_sdk_cloudwatch::types::MetricAlarm;
use soc_domain::policy::Policy as Rules;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};

use super::facts::{Emails, Fact, Seen, Unanswered};
use super::part::Part;
use super::{Resource, Stack};
use crate::error::port_error;
use crate::s3::read_object;

/// The longest policy that is read.
const POLICY_MAX: usize = 1024 * 1024;
/// `CloudWatch` tells of at most so many alarms by name in one call.
const ALARMS_MAX: usize = 100;

impl Stack {
    /// Looks at everything that can be seen without a sample.
    pub async fn look(&self) -> Vec<Seen> {
        let mut seen = vec![self.whole()];
        let alarms = self.alarms().await.map_err(Unanswered::from);
        for resource in &self.resources {
            if let Some(one) = Box::pin(self.look_at(resource, &alarms)).await {
                seen.push(one);
            }
        }
        seen.extend(self.look_at_policy().await);
        seen.push(self.look_at_model().await);
        seen.extend(self.look_at_answers().await);
        seen.extend(self.look_at_products().await);
        seen
    }

    fn whole(&self) -> Seen {
        let incomplete = self.resources.iter().filter(|resource| !is_complete(&resource.status));
        let incomplete =
            incomplete.map(|resource| format!("{} {}", resource.logical, resource.status)).collect();
        let fact = Fact::Stack { status: self.status.clone(), resources: self.resources.len(), incomplete };
        Seen { resource: self.name.clone(), about: "stack complete", fact: Ok(fact) }
    }

    async fn look_at(&self, resource: &Resource, alarms: &Result<Alarms, Unanswered>) -> Option<Seen> {
        let id = resource.id.as_str();
        if resource.kind == "AWS::CloudWatch::Alarm" {
            return Some(Seen { resource: id.to_owned(), about: "alarm", fact: alarm(alarms, id) });
        }
        let (about, fact) = match resource.kind.as_str() {
            "AWS::DynamoDB::Table" => ("table", self.table(id).await),
            "AWS::Events::Rule" => ("rule", self.rule(id).await),
            "AWS::Kinesis::Stream" => ("stream", self.stream(id).await),
            "AWS::Lambda::Alias" => ("alias", self.alias(id).await),
            "AWS::Lambda::EventSourceMapping" => ("mapping", self.mapping(id).await),
            "AWS::Lambda::Function" => ("function", self.function(id).await),
            "AWS::S3::Bucket" => ("bucket", self.bucket(id).await),
            "AWS::SNS::Topic" => ("topic", self.topic(id).await),
            "AWS::SQS::Queue" => ("queue", self.queue(id).await),
            "AWS::SecretsManager::Secret" => ("secret", self.secret(id).await),
            "AWS::StepFunctions::StateMachine" => ("workflow", self.machine(id).await),
            // What `CloudFormation` says of the rest is in the line about the whole stack.
            _ => return None,
        };
        Some(Seen { resource: id.to_owned(), about, fact: fact.map_err(Unanswered::from) })
    }

    async fn alarms(&self) -> PortResult<Alarms> {
        let client = aws_sdk_cloudwatch::Client::new(self.config());
        let names: Vec<String> = self
            .resources
            .iter()
            .filter(|resource| resource.kind == "AWS::CloudWatch::Alarm")
            .map(|resource| resource.id.clone())
            .collect();
        let mut found = HashMap::new();
        for names in names.chunks(ALARMS_MAX) {
            let call = client.describe_alarms().set_alarm_names(Some(names.to_vec()));
            let call = call.max_records(i32::try_from(ALARMS_MAX).unwrap_or(i32::MAX));
            let answer = call.send().await.map_err(|error| port_error("describe the alarms", &error))?;
            for alarm in answer.metric_alarms.unwrap_or_default() {
                found.insert(alarm.alarm_name.clone().unwrap_or_default(), alarm);
            }
        }
        Ok(found)
    }

    async fn rule(&self, id: &str) -> PortResult<Fact> {
        let client = aws_sdk_eventbridge::Client::new(self.config());
        // A rule on another bus than the default one is named `bus|rule`.
        let (bus, name) = match id.split_once('|') {
            Some((bus, name)) => (Some(bus.to_owned()), name),
            None => (None, id),
        };
        let rule = client.describe_rule().name(name).set_event_bus_name(bus.clone()).send().await;
        let rule = rule.map_err(|error| port_error("describe the rule", &error))?;
        let targets = client.list_targets_by_rule().rule(name).set_event_bus_name(bus).send().await;
        let targets = targets.map_err(|error| port_error("list the rule's targets", &error))?;
        let targets = targets.targets();
        let without = targets.iter().filter(|target| target.dead_letter_config().is_none()).count();
        Ok(Fact::Rule {
            state: rule.state().map_or_else(String::new, |state| state.as_str().to_owned()),
            targets: targets.iter().map(|target| target.arn().to_owned()).collect(),
            without_dead_letters: without,
        })
    }

    async fn mapping(&self, id: &str) -> PortResult<Fact> {
        let client = aws_sdk_lambda::Client::new(self.config());
        let found = client.get_event_source_mapping().uuid(id).send().await;
        let found = found.map_err(|error| port_error("describe the event source mapping", &error))?;
        let on_failure = found.destination_config().and_then(|config| config.on_failure());
        let mut types = found.function_response_types().iter();
        Ok(Fact::Mapping {
            state: found.state().unwrap_or_default().to_owned(),
            reports_items: types.any(|one| one.as_str() == "ReportBatchItemFailures"),
            on_failure: on_failure.and_then(|one| one.destination()).map(str::to_owned),
        })
    }

    async fn function(&self, id: &str) -> PortResult<Fact> {
        let found = self.configuration(id).await?;
        let last_update = found.last_update_status();
        Ok(Fact::Function {
            state: found.state().map_or_else(String::new, |state| state.as_str().to_owned()),
            last_update: last_update.map_or_else(String::new, |status| status.as_str().to_owned()),
        })
    }

    async fn configuration(&self, id: &str) -> PortResult<Configuration> {
        let client = aws_sdk_lambda::Client::new(self.config());
        let found = client.get_function_configuration().function_name(id).send().await;
        found.map_err(|error| port_error("describe the function", &error))
    }

    /// A setting of the function that plays this part; the empty text if it has none.
    async fn setting(&self, part: Part, name: &str) -> PortResult<String> {
        let found = self.configuration(self.id(part)?).await?;
        let variables = found.environment().and_then(|environment| environment.variables());
        Ok(variables.and_then(|variables| variables.get(name)).cloned().unwrap_or_default())
    }

    async fn alias(&self, id: &str) -> PortResult<Fact> {
        let client = aws_sdk_lambda::Client::new(self.config());
        // `arn:aws:lambda:REGION:ACCOUNT:function:NAME:ALIAS`
        let (function, name) = id.rsplit_once(':').unwrap_or((id, "live"));
        let found = client.get_alias().function_name(function).name(name).send().await;
        let found = found.map_err(|error| port_error("describe the alias", &error))?;
        Ok(Fact::Alias { version: found.function_version().unwrap_or_default().to_owned() })
    }

    async fn table(&self, id: &str) -> PortResult<Fact> {
        let client = aws_sdk_dynamodb::Client::new(self.config());
        let found = client.describe_table().table_name(id).send().await;
        let found = found.map_err(|error| port_error("describe the table", &error))?;
        let Some(table) = found.table() else {
            return Err(PortError::new(PortErrorKind::NotFound, "describe the table"));
        };
        let encryption = table.sse_description().filter(|sse| {
            sse.status().is_some_and(|status| matches!(status.as_str(), "ENABLED" | "UPDATING"))
        });
        let backups = client.describe_continuous_backups().table_name(id).send().await;
        let recovery = match backups {
            Ok(found) => {
                let backups = found.continuous_backups_description();
                let recovery = backups.and_then(|one| one.point_in_time_recovery_description());
                let status = recovery.and_then(|one| one.point_in_time_recovery_status());
                Ok(status.is_some_and(|status| status.as_str() == "ENABLED"))
            }
            Err(error) => Err(port_error("describe the table's backups", &error).into()),
        };
        Ok(Fact::Table {
            status: table.table_status().map_or_else(String::new, |status| status.as_str().to_owned()),
            encryption: encryption.map(|sse| sse.sse_type().map_or("on", |kind| kind.as_str()).to_owned()),
            recovery,
        })
    }

    async fn stream(&self, id: &str) -> PortResult<Fact> {
        let client = aws_sdk_kinesis::Client::new(self.config());
        let found = client.describe_stream_summary().stream_name(id).send().await;
        let found = found.map_err(|error| port_error("describe the stream", &error))?;
        let summary = found.stream_description_summary();
        let encryption = summary.and_then(|one| one.encryption_type()).map(|kind| kind.as_str().to_owned());
        Ok(Fact::Stream {
            status: summary.map_or_else(String::new, |one| one.stream_status().as_str().to_owned()),
            encryption: encryption.filter(|kind| kind != "NONE"),
        })
    }

    async fn bucket(&self, id: &str) -> PortResult<Fact> {
        let client = aws_sdk_s3::Client::new(self.config());
        let encryption = match client.get_bucket_encryption().bucket(id).send().await {
            Ok(found) => {
                let rules = found.server_side_encryption_configuration().map(|one| one.rules());
                let default = rules
                    .unwrap_or_default()
                    .iter()
                    .find_map(|rule| rule.apply_server_side_encryption_by_default());
                default.map(|one| one.sse_algorithm().as_str().to_owned())
            }
            Err(error) => {
                let error = port_error("read the bucket's encryption", &error);
                if !is_missing(&error, "ServerSideEncryptionConfigurationNotFoundError") {
                    return Err(error);
                }
                None
            }
        };
        let private = match client.get_public_access_block().bucket(id).send().await {
            Ok(found) => {
                let block = found.public_access_block_configuration();
                Ok(block.is_some_and(|block| {
                    let all = [
                        block.block_public_acls(),
                        block.ignore_public_acls(),
                        block.block_public_policy(),
                        block.restrict_public_buckets(),
                    ];
                    all.iter().all(|one| *one == Some(true))
                }))
            }
            Err(error) => match port_error("read the bucket's public access block", &error) {
                error if is_missing(&error, "NoSuchPublicAccessBlockConfiguration") => Ok(false),
                error => Err(error.into()),
            },
        };
        Ok(Fact::Bucket { encryption, private })
    }

    async fn queue(&self, id: &str) -> PortResult<Fact> {
        use aws_sdk_sqs::types::QueueAttributeName as Name;
        let client = aws_sdk_sqs::Client::new(self.config());
        let found = client.get_queue_attributes().queue_url(id).attribute_names(Name::All).send().await;
        let found = found.map_err(|error| port_error("describe the queue", &error))?;
        let attribute = |name: Name| found.attributes().and_then(|all| all.get(&name)).cloned();
        let own = attribute(Name::SqsManagedSseEnabled).filter(|value| value == "true");
        let key = attribute(Name::KmsMasterKeyId).filter(|key| !key.is_empty());
        Ok(Fact::Queue { encryption: key.or_else(|| own.map(|_on| "a key of SQS".to_owned())) })
    }

    async fn topic(&self, id: &str) -> PortResult<Fact> {
        let client = aws_sdk_sns::Client::new(self.config());
        let found = client.get_topic_attributes().topic_arn(id).send().await;
        let found = found.map_err(|error| port_error("describe the topic", &error))?;
        let key = found.attributes().and_then(|all| all.get("KmsMasterKeyId")).cloned();
        let emails = self.emails(&client, id).await.map_err(Unanswered::from);
        Ok(Fact::Topic { encryption: key.filter(|key| !key.is_empty()), emails })
    }

    async fn emails(&self, client: &aws_sdk_sns::Client, topic: &str) -> PortResult<Emails> {
        let mut emails = Emails::default();
        let mut from = None;
        loop {
            let page =
                client.list_subscriptions_by_topic().topic_arn(topic).set_next_token(from).send().await;
            let page = page.map_err(|error| port_error("list the topic's subscriptions", &error))?;
            for one in page.subscriptions() {
                if !one.protocol().is_some_and(|protocol| protocol.starts_with("email")) {
                    continue;
                }
                // An address that has not confirmed has the words `PendingConfirmation` in the place of its ARN.
                match one.subscription_arn().is_some_and(|arn| arn.starts_with("arn:")) {
                    true => emails.confirmed += 1,
                    false => emails.pending += 1,
                }
            }
            from = page.next_token;
            if from.is_none() {
                return Ok(emails);
            }
        }
    }

    async fn secret(&self, id: &str) -> PortResult<Fact> {
        let client = aws_sdk_secretsmanager::Client::new(self.config());
        let found = client.describe_secret().secret_id(id).send().await;
        let found = found.map_err(|error| port_error("describe the secret", &error))?;
        Ok(Fact::Secret { deleted: found.deleted_date().is_some() })
    }

    async fn machine(&self, id: &str) -> PortResult<Fact> {
        let client = aws_sdk_sfn::Client::new(self.config());
        let found = client.describe_state_machine().state_machine_arn(id).send().await;
        let found = found.map_err(|error| port_error("describe the workflow", &error))?;
        let status = found.status().map_or_else(String::new, |status| status.as_str().to_owned());
        // Only a machine that is going away has a status other than ACTIVE; an emulator may leave it out.
        Ok(Fact::Machine { status: if status.is_empty() { "ACTIVE".to_owned() } else { status } })
    }

    /// The policy, and the bucket that it is in: that outlives the stack, so it is none of its resources.
    async fn look_at_policy(&self) -> Vec<Seen> {
        let (bucket, key) = match self.policy_place().await {
            Ok(place) => place,
            Err(error) => {
                let fact = Err(error.into());
                return vec![Seen { resource: "policy".to_owned(), about: "policy", fact }];
            }
        };
        let fact = match self.policy_text().await {
            Ok(text) => Ok(Fact::Policy { read: sound(&text) }),
            Err(error) if error.kind == PortErrorKind::NotFound => {
                Ok(Fact::Policy { read: Err("there is none: nothing is decided without it".to_owned()) })
            }
            Err(error) => Err(error.into()),
        };
        let policy = Seen { resource: format!("s3://{bucket}/{key}"), about: "policy", fact };
        let fact = self.bucket(&bucket).await.map_err(Unanswered::from);
        vec![policy, Seen { resource: bucket, about: "bucket", fact }]
    }

    /// The bucket and the name of the policy: what the functions read.
    ///
    /// # Errors
    /// A function does not say where, or cannot be read.
    pub async fn policy_place(&self) -> PortResult<(String, String)> {
        let bucket = self.setting(Part::Triage, "SOC_POLICY_BUCKET").await?;
        let key = self.setting(Part::Triage, "SOC_POLICY_KEY").await?;
        if bucket.is_empty() || key.is_empty() {
            return Err(PortError::new(PortErrorKind::NotFound, "find out where the policy is"));
        }
        Ok((bucket, key))
    }

    /// The policy's text.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub async fn policy_text(&self) -> PortResult<String> {
        let (bucket, key) = self.policy_place().await?;
        let client = aws_sdk_s3::Client::new(self.config());
        let bytes = read_object(&client, (&bucket, &key), POLICY_MAX).await?;
        let no_text = |error| PortError::caused(PortErrorKind::Rejected, "read the policy", error);
        String::from_utf8(bytes).map_err(no_text)
    }

    async fn look_at_model(&self) -> Seen {
        let id = self.setting(Part::Analyze, "SOC_MODEL_ID").await;
        let daily_usd = self.setting(Part::Analyze, "SOC_MODEL_DAILY_USD").await;
        let fact = match (id, daily_usd) {
            (Ok(id), Ok(daily_usd)) => Ok(Fact::Model { id, daily_usd }),
            (Err(error), _) | (_, Err(error)) => Err(error.into()),
        };
        let resource = self.named(Part::Analyze);
        Seen { resource, about: "model", fact }
    }

    /// The name of the resource that plays this part; if the stack has none, that of the part.
    pub(super) fn named(&self, part: Part) -> String {
        self.resource(part).map_or_else(|| part.logical().to_owned(), |one| one.id.clone())
    }
}

type Alarms = HashMap<String, MetricAlarm>;
type Configuration = aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput;

fn alarm(alarms: &Result<Alarms, Unanswered>, name: &str) -> Result<Fact, Unanswered> {
    let missing = || Unanswered::from(PortError::new(PortErrorKind::NotFound, "describe the alarm"));
    let alarm = alarms.as_ref().map_err(Unanswered::clone)?.get(name).ok_or_else(missing)?;
    Ok(Fact::Alarm {
        state: alarm.state_value().map_or_else(String::new, |state| state.as_str().to_owned()),
        actions: alarm.alarm_actions().len(),
        // It is on unless somebody turned it off.
        actions_enabled: alarm.actions_enabled().unwrap_or(true),
    })
}

/// Whether a resource is as `CloudFormation` was told; one that stays behind after an update is none of the stack.
fn is_complete(status: &str) -> bool {
    status.ends_with("_COMPLETE") && status != "DELETE_COMPLETE"
}

pub(super) fn is_missing(error: &PortError, code: &str) -> bool {
    error.source.as_ref().is_some_and(|cause| cause.to_string().contains(code))
}

fn sound(text: &str) -> Result<String, String> {
    Rules::parse(text).map(|policy| policy.sha256).map_err(|error| error.to_string())
}
