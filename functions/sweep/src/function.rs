//! The adapters of `sweep`, and its duties. What changes an account is asked of `remediate`.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use soc_aws::config::SdkConfig;
use soc_aws::dynamodb::{Store, Tables};
use soc_aws::kinesis::KinesisStream;
use soc_aws::remediate::Remediate;
use soc_aws::roots::Roots;
use soc_aws::s3::S3Blobs;
use soc_aws::sfn::Executions;
use soc_aws::sources::ProductSources;
use soc_aws::{clients, s3};
use soc_domain::policy::Mode;
use soc_lambda::policy::{Policies, Stale};
use soc_lambda::sweep::report;
use soc_lambda::{Handler, Invocation, SystemClock};
use soc_pipeline::error::StageError;
use soc_pipeline::handlers::InvokedRemedies;
use soc_pipeline::people::People;
use soc_pipeline::sweep::{Duties, Reconciling, Sweeping, Watching};

use crate::settings::Settings;

/// `sweep` with its adapters.
pub(crate) struct Function {
    store: Store,
    workflows: Executions,
    sources: ProductSources,
    stream: KinesisStream,
    remediate: Remediate,
    roots: Roots,
    policies: Policies,
}

impl Function {
    pub(crate) fn new(settings: Settings, config: &SdkConfig) -> Self {
        let tables = Tables { soc: settings.table, ledger: settings.ledger_table };
        let store = Store::of(config, tables, settings.evidence_bucket);
        let workflows = Executions::new(clients::sfn(config), settings.state_machine, store.clone());
        let sources = ProductSources::of(config, Arc::new(store.clone()));
        let stream = KinesisStream::new(clients::kinesis(config), settings.stream);
        let remediate = Remediate::new(clients::lambda(config), settings.remediate_function);
        let bucket = S3Blobs::new(clients::s3(config), settings.ledger_bucket);
        let roots = Roots::new(store.clone(), (clients::kms(config), settings.root_key), bucket);
        let policy = s3::policy(config, (settings.policy_bucket, settings.policy_key));
        let policies = Policies::of(policy, (Mode::Auto, Stale::Keep));
        Self { store, workflows, sources, stream, remediate, roots, policies }
    }
}

#[async_trait]
impl Handler for Function {
    async fn handle(&self, _schedule: Value, invocation: &Invocation) -> Result<Value, StageError> {
        let policy = self.policies.now().await?;
        let (store, clock, place) = (&self.store, &SystemClock, invocation.place());
        let duties = Duties {
            sweeping: Sweeping {
                incidents: store,
                workflows: &self.workflows,
                actions: store,
                ledger: store,
                clock,
                remedies: &InvokedRemedies { remediate: &self.remediate },
            },
            people: People::over(store, &self.workflows, clock, &policy),
            reconciling: Reconciling { findings: store, sources: &self.sources, stream: &self.stream },
            watching: Watching {
                unfinished: store,
                workflows: &self.workflows,
                findings: store,
                stream: &self.stream,
                clock,
                policy: &policy,
                place: &place,
            },
            anchors: Some(&self.roots),
        };
        report(&duties.all().await, invocation)
    }
}
