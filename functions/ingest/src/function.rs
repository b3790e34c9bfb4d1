//! The adapters of `ingest`, and what it does with a batch.

use async_trait::async_trait;
use serde_json::Value;
use soc_aws::config::SdkConfig;
use soc_aws::dynamodb::{Store, Tables};
use soc_aws::sfn::Executions;
use soc_aws::{clients, s3};
use soc_domain::policy::Mode;
use soc_domain::wire::Simulator;
use soc_lambda::batch::Intake;
use soc_lambda::policy::{Policies, Stale};
use soc_lambda::{Handler, Invocation, SystemClock};
use soc_pipeline::error::StageError;
use soc_pipeline::ingest::Ingest;
use soc_pipeline::sweep::Outbox;

use crate::settings::Settings;

/// `ingest` with its adapters.
pub(crate) struct Function {
    store: Store,
    workflows: Executions,
    policies: Policies,
    simulator: Simulator,
}

impl Function {
    pub(crate) fn new(settings: Settings, config: &SdkConfig) -> Self {
        let simulator = if settings.allow_simulator { Simulator::Allowed } else { Simulator::Refused };
        let tables = Tables { soc: settings.table, ledger: settings.ledger_table };
        let store = Store::of(config, tables, settings.evidence_bucket);
        let workflows = Executions::new(clients::sfn(config), settings.state_machine, store.clone());
        let policy = s3::policy(config, (settings.policy_bucket, settings.policy_key));
        let policies = Policies::of(policy, (Mode::Auto, Stale::Keep));
        Self { store, workflows, policies, simulator }
    }
}

#[async_trait]
impl Handler for Function {
    async fn handle(&self, payload: Value, invocation: &Invocation) -> Result<Value, StageError> {
        let policy = self.policies.now().await?;
        let ingest = Ingest {
            findings: &self.store,
            incidents: &self.store,
            correlations: &self.store,
            quarantine: &self.store,
            events: &self.store,
            ledger: &self.store,
            policy: &policy,
        };
        let intake = Intake { ingest, simulator: self.simulator, clock: &SystemClock };
        let outbox = Outbox { incidents: &self.store, workflows: &self.workflows };
        intake.batch_and_outbox(payload, outbox, invocation).await
    }
}
