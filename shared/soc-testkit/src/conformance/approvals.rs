//! Questions to people.

use soc_domain::approval::{Answer, Approval, ApprovalState, Decision};
use soc_pipeline::ports::{Approvals, RowVersion};

use super::{Check, Suite, Verdict, conflict, same, there};
use crate::build::{action, approval, at, incident_id};

fn question(name: &str) -> Approval {
    approval(&action(name))
}

/// The guarantees of [`Approvals`].
///
/// # Errors
/// The sentences that the adapter breaks.
pub fn approvals<P: Approvals>(make: impl Fn() -> P) -> Verdict {
    let mut suite = Suite::new(make);
    suite.holds("what was saved is read back whole", async |port: &P| {
        let decision = Decision {
            person: "ann".to_owned(),
            answer: Answer::Approve,
            reason: Some("seen".to_owned()),
            at: at(5),
        };
        let asked = Approval { decisions: vec![decision], ..question("a") };
        let version = port.save(&asked, None).await?;
        let read = there(port.get(asked.action).await?)?;
        same((read.value, read.version), (asked, version))?;
        same(port.get(action("b").id).await?, None)
    });
    suite.holds("of two who ask the same exactly one succeeds", async |port: &P| {
        port.save(&question("a"), None).await?;
        conflict(port.save(&question("a"), None).await)
    });
    suite.holds("of two decisions on the same version exactly one counts", async |port: &P| race(port).await);
    suite.holds("a writer who expects a question that is absent gets Conflict", async |port: &P| {
        conflict(port.save(&question("a"), Some(RowVersion(1))).await)
    });
    suite.holds("a newer generation asks anew, and its question is the one that counts", async |port: &P| {
        port.save(&question("a"), None).await?;
        let newer = Approval { generation: 2, ..question("a") };
        port.save(&newer, None).await?;
        same(there(port.get(newer.action).await?)?.value.generation, 2)?;
        same(port.of_incident(newer.incident).await?.len(), 2)
    });
    suite.holds("an incident's questions are its own only, with their versions", async |port: &P| {
        let version = port.save(&question("a"), None).await?;
        port.save(&question("b"), None).await?;
        let found = port.of_incident(incident_id("a")).await?;
        same(
            found.iter().map(|row| (row.value.action, row.version)).collect(),
            vec![(action("a").id, version)],
        )
    });
    suite.holds("questions in a state come in the order in which they expire", async |port: &P| {
        in_state(port).await
    });
    suite.verdict()
}

async fn race<P: Approvals>(port: &P) -> Check {
    let version = port.save(&question("a"), None).await?;
    let approved = Approval { state: ApprovalState::Approved, ..question("a") };
    let expired = Approval { state: ApprovalState::Expired, ..question("a") };
    port.save(&approved, Some(version)).await?;
    conflict(port.save(&expired, Some(version)).await)?;
    same(there(port.get(approved.action).await?)?.value.state, ApprovalState::Approved)
}

async fn in_state<P: Approvals>(port: &P) -> Check {
    for (name, seconds) in [("late", 30), ("early", 10), ("middle", 20)] {
        port.save(&Approval { expires_at: at(seconds), ..question(name) }, None).await?;
    }
    let denied = Approval { state: ApprovalState::Denied, ..question("denied") };
    port.save(&denied, None).await?;
    let pending = port.in_state(ApprovalState::Pending, 2).await?;
    same(pending.iter().map(|found| found.expires_at).collect(), vec![at(10), at(20)])?;
    same(port.in_state(ApprovalState::Denied, 9).await?, vec![denied])?;
    same(port.in_state(ApprovalState::Approved, 9).await?, Vec::new())
}
