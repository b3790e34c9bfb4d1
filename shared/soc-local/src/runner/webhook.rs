//! The webhook's turn: what is due goes out, and what is not taken is told and tried again later.
//!
//! Apart from driving because it may fail in every way without any incident noticing.

use soc_domain::time::Timestamp;

use super::{Progress, RunError, Soc};
use crate::store::Untold;
use crate::webhook::{Untaken, Webhook};

/// How many notices go out in one turn: a turn ends in bounded time.
const TOGETHER: usize = 64;

impl Soc {
    /// Posts what is due to the webhook, if the policy has one. Only the store can make it fail: what the webhook
    /// does not take stays queued, and `progress` is told.
    pub(super) fn tell_webhook(&self, progress: &dyn Progress) -> Result<(), RunError> {
        let Some(url) = &self.policy.rules.notice.webhook else { return Ok(()) };
        let now = self.clock.now();
        let due = self.store.webhook_due(now, TOGETHER)?;
        if due.is_empty() {
            return Ok(());
        }
        let webhook = match Webhook::open(url, &self.folder) {
            Ok(webhook) => webhook,
            Err(error) => {
                let why = super::drive::chain(&error);
                progress.problem(&format!("no notice went to the webhook: {why}; they stay queued"));
                return Ok(());
            }
        };
        for untold in due {
            match webhook.post(&untold.notice, self.clock.now()) {
                Ok(()) => self.store.webhook_took(&untold.notice)?,
                Err(error) => {
                    self.note_untaken(&untold, &error, now, progress)?;
                    match error {
                        Untaken::Refused(_) => {}
                        // The others would wait for the same answer.
                        Untaken::Unreachable(_) | Untaken::Troubled(_) => return Ok(()),
                    }
                }
            }
        }
        Ok(())
    }

    fn note_untaken(
        &self,
        untold: &Untold,
        error: &Untaken,
        now: Timestamp,
        progress: &dyn Progress,
    ) -> Result<(), RunError> {
        let next = self.store.webhook_failed(untold, now, &error.to_string())?;
        let key = &untold.notice.key;
        let then = match next {
            Some(at) => format!("next try after {at}"),
            None => "that was the last try; it stays in the store".to_owned(),
        };
        progress.problem(&format!("notice {key} did not go out: {error}; {then}"));
        Ok(())
    }
}
