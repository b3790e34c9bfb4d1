//! What people do with incidents, over the local store; and the end of what a process began that died.

use std::time::Duration;

use soc_pipeline::people::{NotDone, People, Suppressing, Waits};

use super::{RunError, Soc};

/// Whoever began something is given this long to end it before somebody else does.
const PATIENCE: Duration = Duration::from_secs(60);
/// What is taken over in one pass.
const WAITS: Waits = Waits { waited: PATIENCE, limit: 20, lasts: Duration::MAX };

impl Soc {
    /// What people do with incidents, with its ports.
    #[must_use]
    pub fn people(&self) -> People<'_> {
        People::over(&self.store, &self.store, &*self.clock, &self.policy)
    }

    /// People's suppressions, with their ports.
    #[must_use]
    pub fn suppressing(&self) -> Suppressing<'_> {
        Suppressing {
            suppressions: &self.store,
            operations: &self.store,
            holdings: &self.store,
            findings: &self.store,
            incidents: &self.store,
            clock: &*self.clock,
        }
    }

    /// Ends what people began in a process that died.
    pub(super) async fn take_over_from_people(&self) -> Result<usize, RunError> {
        match self.people().take_over(WAITS).await {
            Ok(done) => Ok(done),
            Err(NotDone::Stage(error)) => Err(error.into()),
            Err(refused) => {
                tracing::warn!("a person's change was not ended: {refused}");
                Ok(0)
            }
        }
    }
}
