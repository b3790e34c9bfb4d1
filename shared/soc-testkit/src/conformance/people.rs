//! What people did, wrote and agreed on, and what incidents hold.

use std::collections::BTreeMap;

use soc_domain::id::{CommentId, JobId, OperationId, SuppressionId};
use soc_domain::incident::Incident;
use soc_domain::people::{
    Comment, Deed, Doer, Edit, Job, Operation, OperationState, PeopleSuppression, Proposal, Task, Wish,
};
use soc_domain::policy::Suppression;
use soc_ledger::Draft;
use soc_pipeline::ports::{
    Comments, Commit, Correlations, Expected, FindingWrite, Findings, Holdings, Incidents, Jobs, Operations,
    RowVersion, StartWorkflow, Suppressions,
};

use super::{Check, Fault, Suite, Verdict, conflict, key, same, span, there};
use crate::build::{START, at, finding, incident, incident_id, row};

fn operation(name: &str, state: OperationState) -> Operation {
    Operation {
        id: OperationId::from_parts(&[name]),
        incident: incident_id("a"),
        deed: Deed::Assignee(Edit { before: None, after: Some("ann".to_owned()) }),
        by: "ann".to_owned(),
        at: START,
        asked: "0".repeat(64),
        reason: Some("because".to_owned()),
        job: None,
        starts: vec![(incident_id("a"), 2)],
        state,
        undone: None,
    }
}

fn job(name: &str, next: usize) -> Job {
    Job {
        id: JobId::from_parts(&[name]),
        by: "ann".to_owned(),
        at: START,
        asked: String::new(),
        task: Task::Change(Wish::Assign { assignee: None }),
        incidents: vec![incident_id("a"), incident_id("b")],
        next,
        failed: Vec::new(),
    }
}

fn comment(name: &str, of: &str) -> Comment {
    let (by, text) = ("ann".to_owned(), format!("about {name}"));
    let (id, incident) = (CommentId::from_parts(&[name]), incident_id(of));
    Comment { id, incident, by, at: START, text, struck: None }
}

fn suppression(name: &str, days: u64) -> Result<PeopleSuppression, Fault> {
    let proposal = Proposal {
        kind: "Recon:EC2/*".to_owned(),
        account: String::new(),
        resource: String::new(),
        reason: "our own scanner".to_owned(),
        expires: at(days * 86_400),
    };
    let doer = Doer { by: "ann", at: START };
    PeopleSuppression::propose(SuppressionId::from_parts(&[name]), &proposal, doer, name)
        .map_err(|error| Fault(format!("the check itself is wrong: {error}")))
}

fn entry(chain: &str) -> Draft {
    let text = |text: &str| text.to_owned();
    let (actor, what, subject) = (text("ann"), text("incident_assigned"), text("inc"));
    Draft { chain: text(chain), actor, what, subject, details: BTreeMap::new() }
}

/// The guarantees of [`Operations`] over rows of every kind.
///
/// # Errors
/// The sentences that the adapter breaks.
pub fn operations<P>(make: impl Fn() -> P) -> Verdict
where
    P: Operations + Incidents + Jobs + Comments + Suppressions,
{
    let mut suite = Suite::new(make);
    suite.holds("a change is kept whole", async |port: &P| kept_whole(port).await);
    suite.holds("of a change that does not fit in one row, nothing is kept", async |port: &P| {
        nothing_of_it(port).await
    });
    suite.holds("of two that expect the same exactly one succeeds", async |port: &P| {
        let begun = operation("one", OperationState::Begun);
        let first = Commit { operations: vec![Expected::absent(begun.clone())], ..Commit::default() };
        port.commit(&first, START).await?;
        conflict(port.commit(&first, START).await)?;
        let read = there(Operations::get(port, begun.id).await?)?;
        let done = Operation { state: OperationState::Done, ..begun };
        let next = Commit { operations: vec![Expected::still(done, read.version)], ..Commit::default() };
        port.commit(&next, START).await?;
        conflict(port.commit(&next, START).await)
    });
    suite.holds("a version is the one that a plain write answers", async |port: &P| {
        let version = Incidents::save(port, &incident("a"), None, None).await?;
        let (held, given) = (incident("a"), Some("ann".to_owned()));
        let assigned = Incident { assignee: given, ..held };
        let commit =
            Commit { incidents: vec![Expected::still(assigned.clone(), version)], ..Commit::default() };
        port.commit(&commit, START).await?;
        let read = there(Incidents::get(port, assigned.id).await?)?;
        same(read.value.assignee.as_deref(), Some("ann"))?;
        conflict(Incidents::save(port, &incident("a"), Some(version), None).await)?;
        Incidents::save(port, &incident("a"), Some(read.version), None).await.map(|_| ()).map_err(Fault::from)
    });
    suite.holds("what is under way is listed, the oldest first, until it is not", async |port: &P| {
        for (name, seconds) in [("new", 30), ("old", 10)] {
            let begun = Operation { at: at(seconds), ..operation(name, OperationState::Begun) };
            let commit = Commit { operations: vec![Expected::absent(begun)], ..Commit::default() };
            port.commit(&commit, START).await?;
        }
        let [new, old] = ["new", "old"].map(|name| OperationId::from_parts(&[name]));
        same(port.under_way(10).await?, vec![old, new])?;
        same(port.under_way(1).await?, vec![old])?;
        let read = there(Operations::get(port, old).await?)?;
        let undone = Operation { state: OperationState::Undone, ..read.value };
        let commit = Commit { operations: vec![Expected::still(undone, read.version)], ..Commit::default() };
        port.commit(&commit, START).await?;
        same(port.under_way(10).await?, vec![new])
    });
    suite.verdict()
}

async fn kept_whole<P>(port: &P) -> Check
where
    P: Operations + Incidents + Jobs + Comments + Suppressions,
{
    let message = StartWorkflow { incident: incident_id("a"), generation: 1 };
    let (done, bulk) = (operation("one", OperationState::Done), job("bulk", 1));
    let (written, proposed) = (comment("one", "a"), suppression("one", 3)?);
    let commit = Commit {
        incidents: vec![Expected::absent(incident("a")), Expected::absent(incident("b"))],
        operations: vec![Expected::absent(done.clone())],
        jobs: vec![Expected::absent(bulk.clone())],
        comments: vec![Expected::absent(written.clone())],
        suppressions: vec![Expected::absent(proposed.clone())],
        messages: vec![message],
        entries: vec![entry("one"), entry("one"), entry("two")],
    };
    port.commit(&commit, START).await?;
    same(there(Incidents::get(port, incident_id("b")).await?)?.value, incident("b"))?;
    same(there(Operations::get(port, done.id).await?)?.value, done)?;
    same(there(Jobs::get(port, bulk.id).await?)?.value, bulk)?;
    same(there(Comments::get(port, written.id).await?)?.value, written)?;
    same(there(Suppressions::get(port, proposed.id).await?)?.value, proposed)?;
    same(port.unsent(10).await?, vec![message])
}

async fn nothing_of_it<P>(port: &P) -> Check
where
    P: Operations + Incidents + Jobs + Comments + Suppressions,
{
    let bulk = job("bulk", 0);
    let first = Commit { jobs: vec![Expected::absent(bulk.clone())], ..Commit::default() };
    port.commit(&first, START).await?;
    let stale = Commit {
        incidents: vec![Expected::absent(incident("a"))],
        operations: vec![Expected::absent(operation("one", OperationState::Begun))],
        jobs: vec![Expected::still(job("bulk", 1), RowVersion(7))],
        comments: vec![Expected::absent(comment("one", "a"))],
        suppressions: vec![Expected::absent(suppression("one", 3)?)],
        messages: vec![StartWorkflow { incident: incident_id("a"), generation: 1 }],
        entries: vec![entry("one")],
    };
    conflict(port.commit(&stale, START).await)?;
    same(Incidents::get(port, incident_id("a")).await?, None)?;
    same(port.under_way(10).await?, Vec::new())?;
    same(there(Jobs::get(port, bulk.id).await?)?.value, bulk)?;
    same(port.unsent(10).await?, Vec::new())?;
    same(Comments::of_incident(port, incident_id("a"), 10).await?, Vec::new())?;
    same(port.list(10).await?, Vec::new())
}

/// The guarantees of [`Comments`], [`Jobs`] and [`Suppressions`].
///
/// # Errors
/// The sentences that the adapter breaks.
pub fn people<P>(make: impl Fn() -> P) -> Verdict
where
    P: Operations + Jobs + Comments + Suppressions,
{
    let mut suite = Suite::new(make);
    suite.holds("comments of an incident come, the newest first, struck ones too", async |port: &P| {
        for (name, of) in [("one", "a"), ("two", "b"), ("three", "a")] {
            let commit = Commit { comments: vec![Expected::absent(comment(name, of))], ..Commit::default() };
            port.commit(&commit, START).await?;
        }
        let read = there(Comments::get(port, CommentId::from_parts(&["one"])).await?)?;
        let mut struck = read.value;
        struck.strike("ben", at(5));
        let commit =
            Commit { comments: vec![Expected::still(struck.clone(), read.version)], ..Commit::default() };
        port.commit(&commit, START).await?;
        same(Comments::of_incident(port, incident_id("a"), 10).await?, vec![comment("three", "a"), struck])?;
        same(Comments::of_incident(port, incident_id("a"), 1).await?, vec![comment("three", "a")])
    });
    suite.holds("a job is listed as long as it runs", async |port: &P| {
        for (name, next) in [("runs", 1), ("done", 2)] {
            let commit = Commit { jobs: vec![Expected::absent(job(name, next))], ..Commit::default() };
            port.commit(&commit, START).await?;
        }
        let runs = job("runs", 1).id;
        same(port.running(10).await?, vec![runs])?;
        let read = there(Jobs::get(port, runs).await?)?;
        let commit =
            Commit { jobs: vec![Expected::still(job("runs", 2), read.version)], ..Commit::default() };
        port.commit(&commit, START).await?;
        same(port.running(10).await?, Vec::new())
    });
    suite.holds("suppressions stand until they end or are removed, and stay listed", async |port: &P| {
        let (short, long) = (suppression("short", 2)?, suppression("long", 9)?);
        for row in [&short, &long] {
            let commit = Commit { suppressions: vec![Expected::absent(row.clone())], ..Commit::default() };
            port.commit(&commit, START).await?;
        }
        same(port.standing(START).await?, vec![short.clone(), long.clone()])?;
        same(port.standing(at(2 * 86_400)).await?, vec![long.clone()])?;
        let read = there(Suppressions::get(port, long.id).await?)?;
        let mut removed = read.value;
        drop(removed.remove(Doer { by: "ben", at: at(9) }));
        let commit = Commit {
            suppressions: vec![Expected::still(removed.clone(), read.version)],
            ..Commit::default()
        };
        port.commit(&commit, START).await?;
        same(port.standing(START).await?, vec![short.clone()])?;
        same(port.list(10).await?, vec![removed.clone(), short])?;
        same(port.list(1).await?, vec![removed])
    });
    suite.verdict()
}

/// The guarantees of [`Holdings`].
///
/// # Errors
/// The sentences that the adapter breaks.
pub fn holdings<P: Holdings + Findings + Correlations>(make: impl Fn() -> P) -> Verdict {
    let mut suite = Suite::new(make);
    suite.holds("findings come page by page in the order of their ids", async |port: &P| {
        record(port, &["one", "two", "three"], "a").await?;
        record(port, &["other"], "b").await?;
        let mut ids = ["one", "two", "three"].map(|name| finding(name).id).to_vec();
        ids.sort();
        let (from, first) = (incident_id("a"), ids.first().copied());
        same(port.findings_of(from, None, 10).await?, ids.clone())?;
        same(port.findings_of(from, None, 1).await?, ids.iter().take(1).copied().collect::<Vec<_>>())?;
        same(port.findings_of(from, first, 10).await?, ids.into_iter().skip(1).collect::<Vec<_>>())
    });
    suite.holds("only those are given that are there, and again is success", async |port: &P| {
        record(port, &["one", "two"], "a").await?;
        record(port, &["other"], "b").await?;
        let given = [finding("one").id, finding("other").id];
        for _again in 0..2 {
            port.give(&given, incident_id("a"), incident_id("c")).await?;
        }
        same(port.findings_of(incident_id("c"), None, 10).await?, vec![finding("one").id])?;
        same(port.findings_of(incident_id("a"), None, 10).await?, vec![finding("two").id])?;
        same(port.findings_of(incident_id("b"), None, 10).await?, vec![finding("other").id])
    });
    suite.holds("a writer who read a finding before it was given gets Conflict", async |port: &P| {
        record(port, &["one"], "a").await?;
        let read = there(Findings::get(port, finding("one").id).await?)?;
        port.give(&[finding("one").id], incident_id("a"), incident_id("b")).await?;
        let event = read.value.finding.event_key();
        let write = FindingWrite { row: &read.value, event, raw: b"{}", at: START };
        conflict(port.record(write, Some(read.version)).await)
    });
    suite.holds("keys come that have a span of the incident, with all of their spans", async |port: &P| {
        let ours = span(incident_id("a"), START, at(60));
        let theirs = span(incident_id("b"), at(9_000), at(9_060));
        for (name, spans) in [
            ("only-ours", vec![ours.clone()]),
            ("of-both", vec![ours.clone(), theirs.clone()]),
            ("only-theirs", vec![theirs.clone()]),
            ("was-ours", vec![ours.clone(), theirs.clone()]),
        ] {
            port.set_spans(&key(name)?, &spans, None).await?;
        }
        let read = there(port.spans(&key("was-ours")?).await?)?;
        port.set_spans(&key("was-ours")?, std::slice::from_ref(&theirs), Some(read.version)).await?;
        let held = port.keys_of(incident_id("a"), 10).await?;
        let names: Vec<&str> = held.iter().map(|held| held.key.as_str()).collect();
        same(names, vec!["of-both", "only-ours"])?;
        same(held.into_iter().map(|held| held.spans).next(), Some(vec![ours, theirs]))?;
        same(port.keys_of(incident_id("a"), 1).await?.len(), 1)
    });
    suite.holds("incidents with a type of finding come, the newest activity first", async |port: &P| {
        record(port, &["one", "two"], "a").await?;
        let mut later = row(finding("later"), incident_id("b"));
        later.finding.last_seen = Some(at(90));
        write(port, &later).await?;
        let mut other = row(finding("other"), incident_id("c"));
        other.finding.kind = "Recon:EC2/Portscan".to_owned();
        write(port, &other).await?;
        let rule = |kind: &str| Suppression {
            kind: kind.to_owned(),
            account: String::new(),
            resource: String::new(),
            reason: "known".to_owned(),
            owner: "ann".to_owned(),
            expires: String::new(),
        };
        let both = vec![incident_id("b"), incident_id("a")];
        same(port.incidents_with(&rule("CryptoCurrency:EC2/*"), START, 10).await?, both.clone())?;
        same(port.incidents_with(&rule("CryptoCurrency:EC2/BitcoinTool.B!DNS"), START, 10).await?, both)?;
        same(port.incidents_with(&rule("CryptoCurrency:*"), at(80), 10).await?, vec![incident_id("b")])?;
        same(port.incidents_with(&rule("CryptoCurrency:*"), START, 1).await?, vec![incident_id("b")])?;
        same(port.incidents_with(&rule("CryptoCurrency:EC2"), START, 10).await?, Vec::new())
    });
    suite.verdict()
}

async fn record<P: Findings>(port: &P, names: &[&str], of: &str) -> Check {
    for name in names {
        write(port, &row(finding(name), incident_id(of))).await?;
    }
    Ok(())
}

async fn write<P: Findings>(port: &P, row: &soc_pipeline::ports::FindingRow) -> Check {
    let (event, raw): (_, &[u8]) = (row.finding.event_key(), b"{}");
    Ok(port.record(FindingWrite { row, event, raw, at: START }, None).await?)
}
