//! What the API needs beside the store, on AWS: undoing is asked of `remediate`, records go back onto the stream, people
//! are told over the topic, and money is what the table has counted.

use std::sync::Arc;

use async_trait::async_trait;
use soc_api::ports::{Channel, Channels, Purse, ReadAgain, Replays, Reversals, Spent, Standing as _, Undone};
use soc_aws::dynamodb::Store;
use soc_aws::dynamodb::budget::DailyBudget;
use soc_aws::kinesis::KinesisStream;
use soc_aws::remediate::Remediate;
use soc_aws::sfn::Executions;
use soc_aws::sns::SnsNotifier;
use soc_domain::action::ActionState;
use soc_domain::id::{ActionId, QuarantineId};
use soc_domain::notice::Notice;
use soc_domain::spend::{Day, MicroDollars};
use soc_domain::wire::{Simulator, read_record};
use soc_lambda::SystemClock;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult, StageError};
use soc_pipeline::handlers::InvokedRemedies;
use soc_pipeline::ports::{
    Actions, Budget as _, Clock as _, Notifiers as _, Quarantine, RawBytes, Stream as _, StreamRecord,
};
use soc_pipeline::reverse::NotReversed;
use soc_pipeline::sweep::Outbox;

use crate::standing::Rules;

/// The only channel there is: who listens to the topic, and how, is its own matter.
const TOPIC: &str = "notices";

/// What the API stands on beside the store.
pub(crate) struct Cloud {
    pub(crate) store: Store,
    pub(crate) workflows: Executions,
    pub(crate) remediate: Remediate,
    pub(crate) stream: KinesisStream,
    pub(crate) simulator: Simulator,
    pub(crate) notifier: SnsNotifier,
    pub(crate) budget: DailyBudget,
    pub(crate) daily: MicroDollars,
    pub(crate) rules: Arc<Rules>,
}

#[async_trait]
impl Reversals for Cloud {
    async fn reverse(&self, id: ActionId, person: &str) -> Result<Undone, NotReversed> {
        let remedies = InvokedRemedies { remediate: &self.remediate };
        let refused = match remedies.undo(id, person).await {
            Ok(()) => None,
            // Whoever was asked may be at it still, or be done although nobody heard: the action says.
            Err(open @ (NotReversed::UnderWay | NotReversed::Stage(StageError::Transient(_)))) => Some(open),
            Err(refused) => return Err(refused),
        };
        let action = Actions::get(&self.store, id).await?.ok_or(NotReversed::Unknown { id })?;
        match (action.state, refused) {
            (ActionState::Reversed, _) => Ok(Undone::Reversed(Box::new(action))),
            (ActionState::ReverseIntent, _) => Ok(Undone::LeftToRunner),
            (state, None) => Err(NotReversed::NothingToUndo { state }),
            (_, Some(refused)) => Err(refused),
        }
    }

    /// What a person's change left in the outbox goes to the workflow now; what cannot be sent, the sweep sends.
    async fn look(&self) {
        let outbox = Outbox { incidents: &self.store, workflows: &self.workflows };
        if let Err(error) = outbox.send().await {
            tracing::warn!("messages are left to the sweep: {error}");
        }
    }
}

impl Cloud {
    async fn quarantined(&self, id: QuarantineId) -> PortResult<Option<Vec<u8>>> {
        Ok(match Quarantine::get(&self.store, id).await?.map(|record| record.raw) {
            Some(RawBytes::Inline(bytes)) => Some(bytes),
            // Files are the local form's: a record of a stream is never so long.
            Some(RawBytes::Spilled(_)) | None => None,
        })
    }

    /// Why it is no record; none if all of it is what ingest takes in.
    fn refusal(&self, bytes: &[u8]) -> Option<String> {
        let items = read_record(bytes);
        if items.is_empty() {
            return Some("there is no record in it".to_owned());
        }
        let mut refusals = items.into_iter().filter_map(|item| item.admit(self.simulator).content.err());
        refusals.next().map(|refusal| refusal.to_string())
    }
}

#[async_trait]
impl Replays for Cloud {
    /// A record that the readers of today can read goes onto the stream, where it comes in like any other; only then it
    /// leaves the quarantine. Whoever dies between the two has it come in twice, which counts as a duplicate.
    async fn replay(&self, id: QuarantineId) -> PortResult<ReadAgain> {
        const OPERATION: &str = "put a quarantined record on the stream";
        let bytes = self.quarantined(id).await?;
        let bytes = bytes.ok_or(PortError::new(PortErrorKind::NotFound, "read a quarantined record"))?;
        if let Some(reason) = self.refusal(&bytes) {
            return Ok(ReadAgain::StillUnreadable { reason });
        }
        let record = StreamRecord { key: id.to_string(), bytes };
        if let Some(left) = self.stream.put(&[record]).await?.pop() {
            return Err(PortError::caused(PortErrorKind::Unavailable, OPERATION, left.error));
        }
        Quarantine::release(&self.store, id).await?;
        Ok(ReadAgain::Read)
    }

    async fn bytes(&self, id: QuarantineId, most: usize) -> PortResult<Option<Vec<u8>>> {
        let mut bytes = self.quarantined(id).await?;
        if let Some(bytes) = &mut bytes {
            bytes.truncate(most);
        }
        Ok(bytes)
    }
}

#[async_trait]
impl Channels for Cloud {
    async fn list(&self) -> PortResult<Vec<Channel>> {
        Ok(vec![Channel {
            name: TOPIC.to_owned(),
            kind: "sns",
            state: "ready",
            detail: "notices go to the topic; who listens there, and whether they confirmed it, SNS knows"
                .to_owned(),
        }])
    }

    async fn test(&self, name: &str) -> PortResult<Option<Result<String, String>>> {
        if name != TOPIC {
            return Ok(None);
        }
        let notice = Notice::test(SystemClock.now());
        let sent = self.notifier.send(&notice).await;
        Ok(Some(match sent {
            Ok(()) => Ok("the topic took it".to_owned()),
            Err(error) => {
                tracing::warn!("a test was not sent: {error}");
                Err("the topic did not take it: the cause is in the log".to_owned())
            }
        }))
    }
}

#[async_trait]
impl Purse for Cloud {
    async fn spent(&self) -> PortResult<Spent> {
        let balance = self.budget.of_day(&Day::of(SystemClock.now())).await?;
        let policy = self.rules.policy().await;
        let policy = policy.map_err(|error| {
            PortError::caused(PortErrorKind::Unavailable, "read what models may cost by the policy", error)
        })?;
        // A sum of the policy is zero or more, and the lower of the two caps holds.
        let by_policy = MicroDollars::parse_dollars(&format!("{:.6}", policy.rules.budget.ai_usd_day));
        let cap = by_policy.map_or(self.daily, |cap| cap.min(self.daily));
        Ok(Spent { today: balance.spent.0, cap: Some(cap.0) })
    }
}
