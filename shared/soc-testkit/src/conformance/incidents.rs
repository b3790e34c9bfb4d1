//! Incidents and their messages.

use soc_domain::incident::{Closer, Incident, Stage, Status};
use soc_pipeline::ports::{Incidents, RowVersion, StartWorkflow, Unfinished};

use super::{Check, Suite, Verdict, conflict, same, there};
use crate::build::{at, incident, incident_id};

fn message(name: &str, generation: u32) -> StartWorkflow {
    StartWorkflow { incident: incident_id(name), generation }
}

/// The guarantees of [`Incidents`].
///
/// # Errors
/// The sentences that the adapter breaks.
pub fn incidents<P: Incidents>(make: impl Fn() -> P) -> Verdict {
    let mut suite = Suite::new(make);
    suite.holds("what was saved is read back whole", async |port: &P| {
        let mut whole = incident("a");
        whole.closed_by = Some(Closer::Person { name: "ann".to_owned() });
        (whole.stage, whole.status, whole.priority) = (Stage::Contained, Status::Resolved, Some(2));
        let version = port.save(&whole, None, None).await?;
        let read = there(port.get(whole.id).await?)?;
        same((read.value, read.version), (whole, version))?;
        same(port.get(incident_id("b")).await?, None)
    });
    suite.holds("of two writers who expect no row exactly one succeeds", async |port: &P| {
        port.save(&incident("a"), None, None).await?;
        conflict(port.save(&incident("a"), None, None).await)
    });
    suite.holds("of two writers with the same version exactly one succeeds", async |port: &P| {
        two_writers(port).await
    });
    suite.holds("a writer who expects a row that is absent gets Conflict", async |port: &P| {
        conflict(port.save(&incident("a"), Some(RowVersion(1)), None).await)
    });
    suite.holds("the answered version is the one to write with", async |port: &P| {
        let mut version = port.save(&incident("a"), None, None).await?;
        for generation in 2..5 {
            let newer = Incident { generation, ..incident("a") };
            version = port.save(&newer, Some(version), None).await?;
        }
        same(there(port.get(incident_id("a")).await?)?.value.generation, 4)
    });
    suite.holds("a message is kept with its write, and only with it", async |port: &P| {
        port.save(&incident("a"), None, Some(message("a", 1))).await?;
        conflict(port.save(&incident("a"), None, Some(message("a", 2))).await)?;
        same(port.unsent(10).await?, vec![message("a", 1)])
    });
    suite.holds("messages stay until they are confirmed, the oldest first", async |port: &P| {
        messages(port).await
    });
    suite.holds("escalations come when they are due, the longest due first", async |port: &P| {
        escalations(port).await
    });
    suite.verdict()
}

async fn two_writers<P: Incidents>(port: &P) -> Check {
    let first = port.save(&incident("a"), None, None).await?;
    let newer = Incident { generation: 2, ..incident("a") };
    port.save(&newer, Some(first), None).await?;
    let stale = Incident { generation: 3, ..incident("a") };
    conflict(port.save(&stale, Some(first), Some(message("a", 3))).await)?;
    same(there(port.get(incident_id("a")).await?)?.value.generation, 2)
}

async fn messages<P: Incidents>(port: &P) -> Check {
    for name in ["c", "a", "b"] {
        port.save(&incident(name), None, Some(message(name, 1))).await?;
    }
    same(port.unsent(2).await?, vec![message("c", 1), message("a", 1)])?;
    port.sent(message("c", 1)).await?;
    port.sent(message("c", 1)).await?;
    port.sent(message("z", 1)).await?;
    same(port.unsent(10).await?, vec![message("a", 1), message("b", 1)])
}

async fn escalations<P: Incidents>(port: &P) -> Check {
    for (name, due) in [("late", Some(30)), ("early", Some(10)), ("never", None), ("future", Some(99))] {
        let waiting = Incident { escalation_due: due.map(at), ..incident(name) };
        port.save(&waiting, None, None).await?;
    }
    same(port.escalations_due(at(30), 10).await?, vec![incident_id("early"), incident_id("late")])?;
    same(port.escalations_due(at(30), 1).await?, vec![incident_id("early")])?;
    let read = there(port.get(incident_id("early")).await?)?;
    let done = Incident { escalation_due: None, ..read.value };
    port.save(&done, Some(read.version), None).await?;
    same(port.escalations_due(at(30), 10).await?, vec![incident_id("late")])
}

/// The guarantees of [`Unfinished`].
///
/// # Errors
/// The sentences that the adapter breaks.
pub fn unfinished<P: Incidents + Unfinished>(make: impl Fn() -> P) -> Verdict {
    let mut suite = Suite::new(make);
    suite.holds("generations that are not done come, the longest waiting first", async |port: &P| {
        for (name, began) in [("late", 30), ("early", 10), ("young", 99)] {
            port.save(&begun(name, began), None, None).await?;
        }
        same(port.unfinished(at(40), 10).await?, vec![message("early", 1), message("late", 1)])?;
        same(port.unfinished(at(40), 1).await?, vec![message("early", 1)])
    });
    suite.holds("what is done, closed, merged or below the floor does not come", async |port: &P| {
        let done = Incident { stage: Stage::Done, ..begun("done", 10) };
        let closed = Incident { status: Status::Closed, ..begun("closed", 10) };
        let merged = Incident { merged_into: Some(incident_id("other")), ..begun("merged", 10) };
        let below = Incident { stage: Stage::Recorded, generation: 0, ..begun("below", 10) };
        for incident in [done, closed, merged, below] {
            port.save(&incident, None, None).await?;
        }
        same(port.unfinished(at(40), 10).await?, Vec::new())
    });
    suite.holds("a generation that ends stops coming, and the next one comes", async |port: &P| {
        let version = port.save(&begun("a", 10), None, None).await?;
        let done = Incident { stage: Stage::Done, ..begun("a", 10) };
        let version = port.save(&done, Some(version), None).await?;
        same(port.unfinished(at(40), 10).await?, Vec::new())?;
        let again = Incident { generation: 2, ..begun("a", 20) };
        port.save(&again, Some(version), None).await?;
        same(port.unfinished(at(40), 10).await?, vec![message("a", 2)])
    });
    suite.verdict()
}

/// An incident whose newest generation began at second `began` and waits for a person.
fn begun(name: &str, began: u64) -> Incident {
    let mut incident = Incident { generation_at: at(began), ..incident(name) };
    (incident.stage, incident.status) = (Stage::AwaitingApproval, Status::New);
    incident
}
