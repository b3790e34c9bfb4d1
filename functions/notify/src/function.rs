//! The adapters of `notify`, and its stage.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use soc_aws::config::SdkConfig;
use soc_aws::dynamodb::{Store, Tables};
use soc_aws::s3::{Object, POLICY_MAX, S3Blobs};
use soc_aws::sfn::Executions;
use soc_aws::sns::SnsNotifier;
use soc_aws::{clients, secrets};
use soc_domain::policy::Mode;
use soc_guard::redact::Redactor;
use soc_lambda::policy::{Policies, Stale};
use soc_lambda::{Failed, Handler, Invocation, SystemClock, ask};
use soc_pipeline::approve::Approving;
use soc_pipeline::error::StageError;
use soc_pipeline::handlers::NotifyStage;
use soc_pipeline::notify::Notifying;

use crate::settings::Settings;

/// `notify` with its adapters.
pub(crate) struct Function {
    store: Store,
    workflows: Executions,
    notifier: SnsNotifier,
    redactor: Redactor,
    policies: Policies,
}

impl Function {
    pub(crate) async fn new(settings: Settings, config: &SdkConfig) -> Result<Self, Failed> {
        let key = secrets::read(&clients::secrets(config), &settings.redaction_secret).await?;
        let redactor = Redactor::new(key.expose())?;
        let blobs = Arc::new(S3Blobs::new(clients::s3(config), settings.evidence_bucket));
        let tables = Tables { soc: settings.table, ledger: settings.ledger_table };
        let store = Store::new(clients::dynamodb(config), tables, blobs);
        let workflows = Executions::new(clients::sfn(config), settings.state_machine, store.clone());
        let (sent, clock) = (Arc::new(store.clone()), Arc::new(SystemClock));
        let notifier = SnsNotifier::new(clients::sns(config), settings.topic, sent, clock);
        let policy =
            Object::new(clients::s3(config), (settings.policy_bucket, settings.policy_key), POLICY_MAX);
        let policies = Policies::new(
            ask(move || {
                let policy = policy.clone();
                async move { policy.read().await }
            }),
            (Mode::Auto, Stale::Keep),
            Arc::new(SystemClock),
        );
        Ok(Self { store, workflows, notifier, redactor, policies })
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
        NotifyStage { approving, notifying }.handle(payload).await
    }
}
