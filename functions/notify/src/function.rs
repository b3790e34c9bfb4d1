//! The adapters of `notify`, and its stage.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use soc_aws::config::SdkConfig;
use soc_aws::dynamodb::{Store, Tables};
use soc_aws::sfn::Executions;
use soc_aws::sns::SnsNotifier;
use soc_aws::sources::ProductSources;
use soc_aws::{clients, s3, secrets};
use soc_domain::policy::Mode;
use soc_guard::redact::Redactor;
use soc_lambda::policy::{Policies, Stale};
use soc_lambda::{Failed, Handler, Invocation, SystemClock};
use soc_pipeline::approve::Approving;
use soc_pipeline::error::{PortError, PortErrorKind, StageError};
use soc_pipeline::handlers::NotifyStage;
use soc_pipeline::notify::Notifying;
use soc_pipeline::report::Reporting;

use crate::settings::Settings;

/// `notify` with its adapters.
pub(crate) struct Function {
    store: Store,
    workflows: Executions,
    notifier: SnsNotifier,
    sources: ProductSources,
    redactor: Redactor,
    policies: Policies,
}

impl Function {
    pub(crate) async fn new(settings: Settings, config: &SdkConfig) -> Result<Self, Failed> {
        let key = secrets::read(&clients::secrets(config), &settings.redaction_secret).await?;
        let redactor = Redactor::new(key.expose()).map_err(|error| {
            PortError::caused(PortErrorKind::Rejected, "make the rules of redaction", error)
        })?;
        let tables = Tables { soc: settings.table, ledger: settings.ledger_table };
        let store = Store::of(config, tables, settings.evidence_bucket);
        let workflows = Executions::new(clients::sfn(config), settings.state_machine, store.clone());
        let (sent, clock) = (Arc::new(store.clone()), Arc::new(SystemClock));
        let notifier = SnsNotifier::new(clients::sns(config), settings.topic, sent, clock);
        let sources = ProductSources::of(config, Arc::new(store.clone()));
        let policy = s3::policy(config, (settings.policy_bucket, settings.policy_key));
        let policies = Policies::of(policy, (Mode::Auto, Stale::Keep));
        Ok(Self { store, workflows, notifier, sources, redactor, policies })
    }
}

#[async_trait]
impl Handler for Function {
    async fn handle(&self, payload: Value, _invocation: &Invocation) -> Result<Value, StageError> {
        let policy = self.policies.now().await?;
        let (store, clock) = (&self.store, &SystemClock);
        let approving = Approving {
            incidents: store,
            actions: store,
            approvals: store,
            workflows: &self.workflows,
            ledger: store,
            clock,
            policy: &policy,
        };
        let notifying = Notifying {
            incidents: store,
            dossier: store,
            notifiers: &self.notifier,
            clock,
            policy: &policy,
            redactor: &self.redactor,
        };
        let reporting = Some(Reporting { incidents: store, findings: store, sources: &self.sources });
        NotifyStage { approving, notifying, reporting }.handle(payload).await
    }
}
