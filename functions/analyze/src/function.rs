//! The adapters of `analyze`, its stage, and the daily warming of the model.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};
use soc_aws::bedrock::{self, BedrockAnalyst, Desk, Guardrail};
use soc_aws::config::SdkConfig;
use soc_aws::dynamodb::answers::KeptAnswers;
use soc_aws::dynamodb::budget::DailyBudget;
use soc_aws::dynamodb::{Store, Tables};
use soc_aws::{clients, s3, secrets};
use soc_domain::policy::Mode;
use soc_domain::spend::Day;
use soc_guard::redact::Redactor;
use soc_lambda::metrics::Unit;
use soc_lambda::policy::{Policies, Stale};
use soc_lambda::{Failed, Handler, Invocation, SystemClock};
use soc_pipeline::analyze::Analyze;
use soc_pipeline::error::{PortError, PortErrorKind, StageError};
use soc_pipeline::handlers::AnalyzeStage;
use soc_pipeline::ports::{Budget, Clock};

use crate::budget::PolicyBudget;
use crate::settings::Settings;

/// `analyze` with its adapters.
pub(crate) struct Function {
    store: Store,
    analyst: BedrockAnalyst,
    budget: Arc<DailyBudget>,
    redactor: Redactor,
}

impl Function {
    pub(crate) async fn new(settings: Settings, config: &SdkConfig) -> Result<Self, Failed> {
        let key = secrets::read(&clients::secrets(config), &settings.redaction_secret).await?;
        let redactor = Redactor::new(key.expose()).map_err(|error| {
            PortError::caused(PortErrorKind::Rejected, "make the rules of redaction", error)
        })?;
        let answers = KeptAnswers::new(clients::dynamodb(config), settings.table.clone());
        let budget = Arc::new(DailyBudget::new(clients::dynamodb(config), settings.table.clone()));
        let tables = Tables { soc: settings.table, ledger: settings.ledger_table };
        let store = Store::of(config, tables, settings.evidence_bucket);
        let mut how = bedrock::Settings::new(&settings.model_id, settings.daily_usd.0);
        how.guardrail = settings.guardrail.as_deref().map(guardrail);
        let policy = s3::policy(config, (settings.policy_bucket, settings.policy_key));
        let policies = Policies::of(policy, (Mode::Auto, Stale::Keep));
        let capped = Arc::new(PolicyBudget { budget: budget.clone(), policies });
        let desk = Desk { budget: capped, answers: Arc::new(answers), clock: Arc::new(SystemClock) };
        let analyst = BedrockAnalyst::new(clients::bedrock(config), how, desk);
        Ok(Self { store, analyst, budget, redactor })
    }

    /// Makes the model ready before an incident needs it.
    async fn warm(&self, invocation: &Invocation) -> Result<Value, StageError> {
        let warmed = self.analyst.warm(invocation.to_work()).await;
        warmed.map_err(|error| PortError::caused(PortErrorKind::Unavailable, "warm the model", error))?;
        Ok(json!({ "warm": true }))
    }

    /// What models cost today, which an alarm looks at.
    async fn note_spend(&self, invocation: &Invocation) {
        const MILLIONTHS: f64 = 1_000_000.0;
        if let Ok(today) = self.budget.of_day(&Day::of(SystemClock.now())).await {
            let spent = u32::try_from(today.spent.plus(today.held).0).unwrap_or(u32::MAX);
            invocation.metrics.set("ModelUsdToday", Unit::None, f64::from(spent) / MILLIONTHS);
        }
    }
}

/// `ID`, which is its draft, or `ID:VERSION`; an ARN has colons of its own.
fn guardrail(text: &str) -> Guardrail {
    match text.rsplit_once(':') {
        Some((id, version)) if !version.contains('/') => {
            Guardrail { id: id.to_owned(), version: version.to_owned() }
        }
        Some(_) | None => Guardrail { id: text.to_owned(), version: "DRAFT".to_owned() },
    }
}

#[async_trait]
impl Handler for Function {
    async fn handle(&self, payload: Value, invocation: &Invocation) -> Result<Value, StageError> {
        if payload == json!({ "op": "warm" }) {
            return self.warm(invocation).await;
        }
        let analyzing = Analyze {
            incidents: &self.store,
            findings: &self.store,
            dossier: &self.store,
            analyst: &self.analyst,
            redactor: &self.redactor,
        };
        let answer = AnalyzeStage { analyzing }.handle(payload).await;
        self.note_spend(invocation).await;
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guardrail_is_an_id_or_an_arn_with_or_without_a_version() {
        let arn = "arn:aws:bedrock:eu-central-1:111122223333:guardrail/abc";
        for (text, id, version) in [
            ("abc", "abc", "DRAFT"),
            ("abc:3", "abc", "3"),
            (arn, arn, "DRAFT"),
            (&format!("{arn}:7"), arn, "7"),
        ] {
            assert_eq!(guardrail(text), Guardrail { id: id.to_owned(), version: version.to_owned() });
        }
    }
}
