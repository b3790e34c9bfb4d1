//! Executions: started, and told.

use soc_pipeline::ports::{Resume, StartWorkflow, Workflows};

use super::{Suite, Verdict, same};
use crate::build::incident_id;

/// What can be seen of an execution from outside.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// It was started.
    pub started: bool,
    /// The newest token.
    pub token: Option<String>,
    /// What it was told.
    pub told: Option<Resume>,
}

/// The guarantees of [`Workflows`]; `look` answers what the adapter has of an execution.
///
/// # Errors
/// The sentences that the adapter breaks.
pub fn workflows<P: Workflows>(make: impl Fn() -> P, look: impl Fn(&P, StartWorkflow) -> Seen) -> Verdict {
    let one = StartWorkflow { incident: incident_id("a"), generation: 1 };
    let two = StartWorkflow { incident: incident_id("a"), generation: 2 };
    let mut suite = Suite::new(make);
    suite.holds("starting again is success and starts nothing", async |port: &P| {
        port.start(one).await?;
        port.keep_token(one, "t").await?;
        port.start(one).await?;
        same(look(port, one), Seen { started: true, token: Some("t".to_owned()), told: None })?;
        same(look(port, two), Seen::default())
    });
    suite.holds("the newest token counts", async |port: &P| {
        port.start(one).await?;
        port.keep_token(one, "old").await?;
        port.keep_token(one, "new").await?;
        same(look(port, one).token.as_deref(), Some("new"))
    });
    suite.holds("what nobody waits for yet is remembered until the start", async |port: &P| {
        port.resume(one, Resume::Superseded).await?;
        same(look(port, one).started, false)?;
        port.start(one).await?;
        same(look(port, one), Seen { started: true, token: None, told: Some(Resume::Superseded) })
    });
    suite.holds("superseded wins over decided, whichever came first", async |port: &P| {
        port.start(one).await?;
        port.resume(one, Resume::Decided).await?;
        same(look(port, one).told, Some(Resume::Decided))?;
        port.resume(one, Resume::Superseded).await?;
        port.resume(one, Resume::Decided).await?;
        same(look(port, one).told, Some(Resume::Superseded))?;
        same(look(port, two).told, None)
    });
    suite.verdict()
}
