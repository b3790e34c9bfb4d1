//! The analyst that is a model of Amazon Bedrock.
//!
//! Apart from the rule-based analyst because it costs money, may be away, and may say anything. Its answer goes through
//! the same check, and whatever goes wrong here the incident goes on with the deterministic verdict.
//!
//! Invariants:
//! - only redacted evidence leaves, as data; the system prompt holds nothing of a finding;
//! - before every call its worst case is reserved, and without a reservation there is no call: the SDK repeats none;
//! - a call that may have reached the model and gave no usage counts with its worst case;
//! - one question makes three calls at most: one, one more if Bedrock was busy, one more to repair an answer;
//! - logs hold ids, counts and kinds of errors, never a word of evidence, prompt or model.
//!
//! What Guardrails cost is not in the budget: they are priced by the text and not by the token.

mod ask;
mod evidence;
mod failure;
mod model;
mod prompt;
mod reply;
mod request;
mod schema;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_bedrockruntime::Client;
use soc_domain::analysis::Draft;
use soc_domain::spend::MicroDollars;
use soc_pipeline::error::AnalystError;
use soc_pipeline::ports::{Analyst, Answer, Answers, Budget, Clock, DecisionKey, Question};

use self::ask::Caller;
use self::model::Model;
pub use self::model::ModelRefused;
use self::request::Asked;

/// A guardrail of Bedrock that reads the evidence and the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guardrail {
    /// Its id or ARN.
    pub id: String,
    /// Its version, or `DRAFT`.
    pub version: String,
}

/// Which model is asked, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The model's id, or an `eu.`/`us.` inference profile.
    pub model_id: String,
    /// What may be spent on a day in UTC.
    pub daily_cap: MicroDollars,
    /// Which guardrail looks on, if any.
    pub guardrail: Option<Guardrail>,
    /// How long one call may take.
    pub call_timeout: Duration,
    /// How long to wait before the one repetition of a call that found Bedrock busy.
    pub pause: Duration,
}

impl Settings {
    /// Without a guardrail; a call may take 75 seconds, so that three fit into the stage's five minutes.
    #[must_use]
    pub fn new(model_id: &str, daily_cap: MicroDollars) -> Self {
        Self {
            model_id: model_id.to_owned(),
            daily_cap,
            guardrail: None,
            call_timeout: Duration::from_secs(75),
            pause: Duration::from_secs(2),
        }
    }
}

/// What the analyst needs besides the model.
#[derive(Clone)]
pub struct Desk {
    /// The day's money.
    pub budget: Arc<dyn Budget>,
    /// What was answered before.
    pub answers: Arc<dyn Answers>,
    /// The clock that says which day it is.
    pub clock: Arc<dyn Clock>,
}

/// The analyst.
pub struct BedrockAnalyst {
    caller: Caller,
    model: Result<Model, ModelRefused>,
    desk: Desk,
    settings: Settings,
}

impl fmt::Debug for BedrockAnalyst {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BedrockAnalyst").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// Whether a model may be asked at all from this region.
///
/// # Errors
/// Why not.
pub fn usable(model_id: &str, region: &str) -> Result<(), ModelRefused> {
    Model::of(model_id, region).map(drop)
}

impl BedrockAnalyst {
    /// An analyst over `client`, whose region says where the model runs.
    #[must_use]
    pub fn new(client: Client, settings: Settings, desk: Desk) -> Self {
        let region = client.config().region().map(ToString::to_string).unwrap_or_default();
        let model = Model::of(&settings.model_id, &region);
        Self { caller: Caller::new(client, &settings, desk.clone()), model, desk, settings }
    }

    /// Whether the model may be asked at all: what a health check and a deployment should say before the first incident.
    ///
    /// # Errors
    /// Why not.
    pub fn usable(&self) -> Result<(), ModelRefused> {
        self.model.as_ref().map(|_model| ()).map_err(|refused| *refused)
    }

    /// Makes Bedrock compile the schema, which takes minutes the first time and holds for a day: called by the
    /// deployment and once a day. It waits as long as `patience`, and is paid from the budget like any call.
    ///
    /// # Errors
    /// `Warming` if it took longer; else why the model cannot be asked.
    pub async fn warm(&self, patience: Duration) -> Result<(), AnalystError> {
        let model = self.priced()?;
        let ready = ready_name(model);
        let mut calls = Vec::new();
        let called = self.caller.call(model, &Asked::nothing(), patience, &mut calls).await;
        match called {
            Ok(reply::Reply::Refused) => Err(AnalystError::Refused),
            // Whatever it says, it was held to the schema.
            Ok(reply::Reply::Draft(_) | reply::Reply::Faulty(_)) => {
                self.note_ready(&ready).await;
                Ok(())
            }
            Err(error) => Err(self.caller.explained(error, &ready).await),
        }
    }

    fn priced(&self) -> Result<&Model, AnalystError> {
        self.model.as_ref().map_err(|refused| {
            tracing::error!(model.id = %self.settings.model_id, "the model is not asked: {refused}");
            AnalystError::Unpriced
        })
    }

    /// The answer that is kept for this question, or a new one.
    async fn answered(&self, question: Question<'_>) -> Answer {
        let model = match self.priced() {
            Ok(model) => model,
            Err(error) => return Answer::free(Err(error)),
        };
        let asked = Asked::about(question.evidence, question.floor);
        let key = self.key(model, &asked);
        match self.desk.answers.get(&key).await {
            Ok(Some(kept)) => return kept,
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "asking anew: the kept answers cannot be read"),
        }
        let answer = self.caller.ask(model, asked, &ready_name(model)).await;
        match &answer.outcome {
            Ok(_) => {
                self.note_ready(&ready_name(model)).await;
                self.keep(&key, &answer).await;
            }
            // It was paid, and asking again would be answered alike.
            Err(AnalystError::Refused | AnalystError::Invalid) => self.keep(&key, &answer).await,
            Err(
                AnalystError::Unavailable
                | AnalystError::OverBudget
                | AnalystError::Unpriced
                | AnalystError::Warming,
            ) => {}
        }
        answer
    }

    fn key(&self, model: &Model, asked: &Asked) -> DecisionKey {
        let guardrail = self.settings.guardrail.as_ref();
        let guardrail = guardrail.map_or((b"".as_slice(), b"".as_slice()), |guardrail| {
            (guardrail.id.as_bytes(), guardrail.version.as_bytes())
        });
        let [task, evidence] = asked.parts();
        DecisionKey::of(&[
            model.id.as_bytes(),
            prompt::VERSION.as_bytes(),
            guardrail.0,
            guardrail.1,
            task,
            evidence,
        ])
    }

    async fn keep(&self, key: &DecisionKey, answer: &Answer) {
        if let Err(error) = self.desk.answers.keep(key, answer, self.desk.clock.now()).await {
            tracing::warn!(%error, decision.key = %key, "an answer could not be kept: the same question will be paid again");
        }
    }

    async fn note_ready(&self, ready: &str) {
        if let Err(error) = self.desk.answers.was_ready(ready, self.desk.clock.now()).await {
            tracing::warn!(%error, "that the model is ready could not be remembered");
        }
    }
}

/// Names a model with the schema that it compiled.
fn ready_name(model: &Model) -> String {
    format!("{}#{}", model.id, soc_domain::id::sha256_hex(&[schema::TEXT.as_bytes()]))
}

#[async_trait]
impl Analyst for BedrockAnalyst {
    fn name(&self) -> &str {
        &self.settings.model_id
    }

    async fn analyse(&self, question: Question<'_>) -> Result<Draft, AnalystError> {
        self.answer(question).await.outcome
    }

    async fn answer(&self, question: Question<'_>) -> Answer {
        self.answered(question).await
    }
}
