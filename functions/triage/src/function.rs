//! The adapters of `triage`, and its stage.

use async_trait::async_trait;
use serde_json::Value;
use soc_aws::config::SdkConfig;
use soc_aws::dynamodb::{Store, Tables};
use soc_aws::sfn::Executions;
use soc_aws::{clients, s3};
use soc_domain::policy::Mode;
use soc_lambda::policy::{Policies, Stale};
use soc_lambda::{Handler, Invocation, SystemClock};
use soc_pipeline::error::StageError;
use soc_pipeline::handlers::TriageStage;
use soc_pipeline::triage::Triage;

use crate::settings::Settings;

/// `triage` with its adapters.
pub(crate) struct Function {
    store: Store,
    workflows: Executions,
    policies: Policies,
}

impl Function {
    pub(crate) fn new(settings: Settings, config: &SdkConfig) -> Self {
        let tables = Tables { soc: settings.table, ledger: settings.ledger_table };
        let store = Store::of(config, tables, settings.evidence_bucket);
        let workflows = Executions::new(clients::sfn(config), settings.state_machine, store.clone());
        let policy = s3::policy(config, (settings.policy_bucket, settings.policy_key));
        let policies = Policies::of(policy, (Mode::Auto, Stale::Keep));
        Self { store, workflows, policies }
    }
}

#[async_trait]
impl Handler for Function {
    async fn handle(&self, payload: Value, _invocation: &Invocation) -> Result<Value, StageError> {
        let policy = self.policies.now().await?;
        let triage = Triage {
            incidents: &self.store,
            findings: &self.store,
            dossier: &self.store,
            actions: &self.store,
            approvals: &self.store,
            workflows: &self.workflows,
            ledger: &self.store,
            suppressions: &self.store,
            clock: &SystemClock,
            policy: &policy,
        };
        TriageStage { triage }.handle(payload).await
    }
}
