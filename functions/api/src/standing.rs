//! What holds for everybody: the policy, as young as it must be, and the redactor, made when it is first needed.
//!
//! Apart from the function because its start must need neither: whether it lives is asked also while a bucket or a secret
//! cannot be read.

use std::sync::Arc;

use async_trait::async_trait;
use soc_api::ports::Standing;
use soc_aws::config::SdkConfig;
use soc_aws::{clients, s3, secrets};
use soc_domain::policy::{Mode, Policy};
use soc_guard::redact::Redactor;
use soc_lambda::policy::{Policies, Stale};
use soc_lambda::{Ask, ask};
use soc_pipeline::error::{PortError, PortErrorKind, StageError};
use tokio::sync::OnceCell;

/// The policy and the redactor.
pub(crate) struct Rules {
    policies: Policies,
    key: Ask<secrets::Secret>,
    redactor: OnceCell<Arc<Redactor>>,
}

impl Rules {
    /// The policy at this place, under the deployment's mode; the key of the redactor in this secret.
    pub(crate) fn new(config: &SdkConfig, policy: (String, String), ceiling: Mode, key_arn: String) -> Self {
        let client = clients::secrets(config);
        let key = ask(move || {
            let (client, arn) = (client.clone(), key_arn.clone());
            async move { secrets::read(&client, &arn).await }
        });
        let policies = Policies::of(s3::policy(config, policy), (ceiling, Stale::Keep));
        Self { policies, key, redactor: OnceCell::new() }
    }

    async fn make_redactor(&self) -> Result<Arc<Redactor>, StageError> {
        let key = (self.key)().await?;
        let made = Redactor::new(key.expose());
        Ok(Arc::new(made.map_err(|error| {
            PortError::caused(PortErrorKind::Rejected, "make the rules of redaction", error)
        })?))
    }
}

#[async_trait]
impl Standing for Rules {
    async fn policy(&self) -> Result<Arc<Policy>, StageError> {
        self.policies.now().await
    }

    async fn redactor(&self) -> Result<Arc<Redactor>, StageError> {
        self.redactor.get_or_try_init(|| self.make_redactor()).await.map(Arc::clone)
    }
}
