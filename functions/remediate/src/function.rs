//! The adapters of `remediate`, and its stage: the only function with rights to change an account.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use soc_aws::config::SdkConfig;
use soc_aws::dynamodb::{Store, Tables};
use soc_aws::s3;
use soc_aws::sources::ProductSources;
use soc_domain::policy::Policy;
use soc_lambda::policy::{Policies, Stale};
use soc_lambda::{Handler, Invocation, SystemClock};
use soc_pipeline::approve::Settling;
use soc_pipeline::error::StageError;
use soc_pipeline::execute::Executing;
use soc_pipeline::handlers::RemediateStage;
use soc_pipeline::plan::Planning;
use soc_pipeline::reverse::Reversing;
use soc_pipeline::verify::Verifying;
use soc_respond::{Accounts, MemberRole};

use crate::settings::Settings;

/// `remediate` with its adapters.
pub(crate) struct Function {
    store: Store,
    sources: ProductSources,
    accounts: Accounts,
    policies: Policies,
}

impl Function {
    pub(crate) fn new(settings: Settings, config: &SdkConfig) -> Self {
        // A member role without an external id would let anybody's deputy in: then other accounts are not entered.
        let member = settings.member_role.zip(settings.external_id);
        let member = member.map(|(name, external_id)| MemberRole { name, external_id });
        let accounts = Accounts::new(config, member);
        let tables = Tables { soc: settings.table, ledger: settings.ledger_table };
        let store = Store::of(config, tables, settings.evidence_bucket);
        let sources = ProductSources::of(config, Arc::new(store.clone()));
        let policy = s3::policy(config, (settings.policy_bucket, settings.policy_key));
        let policies = Policies::of(policy, (settings.ceiling, Stale::Refuse));
        Self { store, sources, accounts, policies }
    }

    fn stage<'a>(&'a self, policy: &'a Policy, invocation: &Invocation) -> RemediateStage<'a> {
        let (store, clock, lease) = (&self.store, &SystemClock, invocation.lease());
        RemediateStage {
            planning: Planning {
                incidents: store,
                findings: store,
                dossier: store,
                actions: store,
                account: &self.accounts,
                ledger: store,
                clock,
                policy,
            },
            executing: Executing {
                incidents: store,
                actions: store,
                approvals: store,
                account: &self.accounts,
                sources: &self.sources,
                ledger: store,
                clock,
                policy,
                lease,
            },
            settling: Settling { incidents: store, actions: store, approvals: store, ledger: store, clock },
            verifying: Verifying {
                incidents: store,
                actions: store,
                dossier: store,
                account: &self.accounts,
                clock,
            },
            reversing: Reversing {
                actions: store,
                account: &self.accounts,
                ledger: store,
                clock,
                policy,
                lease,
            },
            policy,
        }
    }
}

#[async_trait]
impl Handler for Function {
    async fn handle(&self, payload: Value, invocation: &Invocation) -> Result<Value, StageError> {
        let policy = self.policies.now().await?;
        self.stage(&policy, invocation).handle(payload).await
    }
}
