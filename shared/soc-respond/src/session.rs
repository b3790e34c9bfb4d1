//! Sessions: whose credentials a call is made with, and where.
//!
//! They are apart because here is what keeps an account from another's actions: the own account with the function's
//! own credentials, every other one only by `AssumeRole` with the external id, a source identity that says which
//! action, 15 minutes, and a policy for one target and one purpose.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use aws_config::{Region, SdkConfig};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use soc_domain::id::{Place, sha256_hex};
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use tokio::sync::OnceCell;
use tokio::time::Instant;

use crate::error::{failed, incomplete};
use crate::permissions::Purpose;
use crate::policy::{LONGEST, Statement, document};
use crate::subject::Subject;

/// The shortest that STS gives.
const LASTS_SECONDS: i32 = 900;
/// A session is not begun anew with less left than an action takes.
const USED_FOR: Duration = Duration::from_secs(780);
/// How long a call that changes something may take: shorter than what is left of an invocation.
const ACT_TIMEOUT: Duration = Duration::from_secs(15);

/// The role that every other account has for us.
#[derive(Clone)]
pub struct MemberRole {
    /// Its name, the same in every account.
    pub name: String,
    /// What its trust policy asks for.
    pub external_id: String,
}

impl fmt::Debug for MemberRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemberRole").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Clients for one account, region and purpose.
pub(crate) struct Session {
    config: SdkConfig,
    ec2: OnceLock<aws_sdk_ec2::Client>,
    iam: OnceLock<aws_sdk_iam::Client>,
    s3: OnceLock<aws_sdk_s3::Client>,
}

impl Session {
    fn new(config: SdkConfig) -> Arc<Self> {
        Arc::new(Self { config, ec2: OnceLock::new(), iam: OnceLock::new(), s3: OnceLock::new() })
    }

    pub(crate) fn ec2(&self) -> &aws_sdk_ec2::Client {
        self.ec2.get_or_init(|| aws_sdk_ec2::Client::new(&self.config))
    }

    pub(crate) fn iam(&self) -> &aws_sdk_iam::Client {
        self.iam.get_or_init(|| aws_sdk_iam::Client::new(&self.config))
    }

    pub(crate) fn s3(&self) -> &aws_sdk_s3::Client {
        self.s3.get_or_init(|| aws_sdk_s3::Client::new(&self.config))
    }
}

/// What a session is for: the same again is the same session while it lasts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    account: String,
    region: String,
    purpose: Purpose,
    policy: String,
}

struct Open {
    since: Instant,
    session: Arc<Session>,
}

/// Opens sessions.
pub(crate) struct Sessions {
    config: SdkConfig,
    sts: aws_sdk_sts::Client,
    member: Option<MemberRole>,
    own_account: OnceCell<String>,
    open: Mutex<HashMap<Key, Open>>,
}

impl Sessions {
    pub(crate) fn new(config: &SdkConfig, member: Option<MemberRole>) -> Self {
        Self {
            config: config.clone(),
            sts: aws_sdk_sts::Client::new(config),
            member,
            own_account: OnceCell::new(),
            open: Mutex::new(HashMap::new()),
        }
    }

    /// A session in which exactly `statements` are allowed, or the function's own in its own account.
    pub(crate) async fn open(
        &self,
        subject: &Subject<'_>,
        purpose: Purpose,
        statements: &[Statement],
    ) -> PortResult<Arc<Session>> {
        let place = subject.place();
        let is_own = *self.own_account().await? == place.account;
        let key = Key {
            account: place.account.clone(),
            region: place.region.clone(),
            purpose,
            policy: if is_own { String::new() } else { document(statements) },
        };
        if let Some(session) = self.cached(&key) {
            return Ok(session);
        }
        let since = Instant::now();
        let config = if is_own { self.config.clone() } else { self.enter(subject, &key.policy).await? };
        let session = Session::new(fitted(config, &place.region, purpose));
        self.lock().insert(key, Open { since, session: Arc::clone(&session) });
        Ok(session)
    }

    fn cached(&self, key: &Key) -> Option<Arc<Session>> {
        let mut open = self.lock();
        open.retain(|_key, open| open.since.elapsed() < USED_FOR);
        open.get(key).map(|open| Arc::clone(&open.session))
    }

    /// Nothing that could panic is done while the lock is held.
    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn own_account(&self) -> PortResult<&String> {
        const OPERATION: &str = "ask which account is our own";
        let ask = || async {
            let sts = &self.sts;
            let answer = sts.get_caller_identity().send().await.map_err(|e| failed(OPERATION, e))?;
            answer.account.ok_or_else(|| incomplete(OPERATION, "the account"))
        };
        self.own_account.get_or_try_init(ask).await
    }

    async fn enter(&self, subject: &Subject<'_>, policy: &str) -> PortResult<SdkConfig> {
        const OPERATION: &str = "enter another account";
        let denied = |why: &'static str| PortError::caused(PortErrorKind::Denied, OPERATION, why);
        let member = self.member.as_ref();
        let member = member.ok_or_else(|| denied("no role for other accounts is configured"))?;
        if policy.len() > LONGEST {
            let why = "the session policy would be longer than STS takes";
            return Err(PortError::caused(PortErrorKind::Rejected, OPERATION, why));
        }
        let Place { partition, account, .. } = subject.place();
        let sts = &self.sts;
        let answer = sts
            .assume_role()
            .role_arn(format!("arn:{partition}:iam::{account}:role/{}", member.name))
            .role_session_name(session_name(subject))
            .external_id(&member.external_id)
            .source_identity(format!("ai-soc-{}", subject.target.kind.name()))
            .duration_seconds(LASTS_SECONDS)
            .policy(policy)
            .send()
            .await
            .map_err(|e| failed(OPERATION, e))?;
        let given = answer.credentials.ok_or_else(|| incomplete(OPERATION, "the credentials"))?;
        let credentials = aws_sdk_sts::config::Credentials::new(
            given.access_key_id,
            given.secret_access_key,
            Some(given.session_token),
            // The session is dropped before, and nobody could renew it.
            None,
            "ai-soc member role",
        );
        let provider = aws_sdk_sts::config::SharedCredentialsProvider::new(credentials);
        Ok(self.config.to_builder().credentials_provider(provider).build())
    }
}

/// In the CloudTrail of the other account, the calls for one resource have one name.
fn session_name(subject: &Subject<'_>) -> String {
    let target = subject.target;
    let digest = sha256_hex(&[target.kind.name().as_bytes(), target.resource.as_bytes()]);
    let digits: String = digest.chars().take(26).collect();
    format!("ai-soc-{digits}")
}

/// To look may be tried again. To change may not: a call whose answer was lost may have had its effect, and the
/// next observation says so.
fn fitted(config: SdkConfig, region: &str, purpose: Purpose) -> SdkConfig {
    let builder = config.into_builder().region(Region::new(region.to_owned()));
    match purpose {
        Purpose::Observe => builder.build(),
        Purpose::Change => {
            let timeouts = TimeoutConfig::builder().operation_timeout(ACT_TIMEOUT).build();
            let once = RetryConfig::standard().with_max_attempts(1);
            builder.retry_config(once).timeout_config(timeouts).build()
        }
    }
}
