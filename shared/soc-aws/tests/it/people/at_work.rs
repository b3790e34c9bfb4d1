//! A day of people at work, on DynamoDB as in memory: after every change both say the same.

use std::collections::BTreeSet;
use std::time::Duration;

use soc_domain::assess::Way;
use soc_domain::finding::Finding;
use soc_domain::id::{FindingId, IncidentId};
use soc_domain::incident::Status;
use soc_domain::people::{Proposal, Wish};
use soc_domain::verdict::Verdict;
use soc_pipeline::people::{Bulk, Waits};
use soc_pipeline::ports::{Approvals, Clock as _, Comments, Findings, Incidents, Suppressions};
use soc_pipeline::{Case, OUTSIDE};
use soc_testkit::build::{action, approval};
use soc_testkit::memory::Memory;

use super::bed::{Desk, Hands, Keeps, about, order};
use crate::bed::{bed, run};

/// What people see, as texts that can be compared.
struct Seen<'a, S> {
    desk: &'a Desk<'a, S>,
    incidents: BTreeSet<IncidentId>,
    findings: BTreeSet<FindingId>,
    said: Vec<String>,
}

impl<'a, S: Keeps> Seen<'a, S> {
    fn new(desk: &'a Desk<'a, S>) -> Self {
        Self { desk, incidents: BTreeSet::new(), findings: BTreeSet::new(), said: Vec::new() }
    }

    async fn comes(&mut self, finding: &Finding) -> IncidentId {
        let id = self.desk.comes(finding).await;
        self.findings.insert(finding.id);
        self.incidents.insert(id);
        id
    }

    async fn look(&mut self, what: &str) {
        let store = self.desk.store;
        self.said.push(format!("-- {what}"));
        for id in &self.incidents.clone() {
            let incident = Incidents::get(store, *id).await.unwrap().unwrap().value;
            self.said.push(serde_json::to_string(&incident).unwrap());
            self.said.push(format!("{:?}", store.findings_of(*id, None, 99).await.unwrap()));
            for held in store.keys_of(*id, 99).await.unwrap() {
                self.said.push(format!("{} {:?}", held.key.as_str(), held.spans));
            }
            self.said.push(format!("{:?}", Comments::of_incident(store, *id, 9).await.unwrap()));
            for asked in Approvals::of_incident(store, *id).await.unwrap() {
                self.said.push(format!("{:?}", asked.value.state));
            }
            self.entries(&id.to_string()).await;
        }
        for id in &self.findings {
            let row = Findings::get(store, *id).await.unwrap().unwrap().value;
            self.said.push(format!("{id} {}", row.incident));
        }
        let mut unsent = store.unsent(99).await.unwrap();
        unsent.sort();
        self.said.push(format!("{unsent:?} {:?}", store.under_way(9).await.unwrap()));
        self.said.push(format!("{:?}", store.running(9).await.unwrap()));
        let standing = store.standing(self.desk.clock.now()).await.unwrap();
        self.said.push(format!("{standing:?} {:?}", Suppressions::list(store, 9).await.unwrap()));
        self.entries(OUTSIDE).await;
        self.desk.clock.forward(1);
    }

    async fn entries(&mut self, chain: &str) {
        for entry in self.desk.store.chain(chain).await {
            self.said.push(format!("{} {} {} {:?}", entry.seq, entry.actor, entry.what, entry.details));
        }
    }
}

/// One change of each kind, and its undoing.
async fn changes<S: Keeps>(seen: &mut Seen<'_, S>) {
    let desk = seen.desk;
    let people = desk.people();
    let a = seen.comes(&about("a", 1, 1)).await;
    let b = seen.comes(&about("b", 2, 2)).await;
    let c = seen.comes(&about("c", 3, 2)).await;
    assert_eq!((b == c, a == b), (true, false));
    let verdict = Wish::Verdict { verdict: Verdict::FalsePositive, reason: Some("a test".to_owned()) };
    let given = people.change(&order("ann", "verdict-1"), a, &verdict).await.unwrap();
    seen.look("a verdict").await;
    assert_eq!(people.change(&order("ann", "verdict-1"), a, &verdict).await.unwrap(), given);
    people
        .change(&order("ann", "another"), a, &Wish::Assign { assignee: Some("ben".to_owned()) })
        .await
        .unwrap();
    people.undo(&order("ben", "undo"), given.operation.id).await.unwrap();
    seen.look("its undoing").await;
    for words in ["first", "second"] {
        people.comment(&order("ann", words), a, words).await.unwrap();
    }
    let third = people.comment(&order("ben", "third"), a, "third").await.unwrap();
    people.undo(&order("ben", "undo"), third.operation.id).await.unwrap();
    seen.look("comments, and one struck").await;
    let asked = action("b");
    let asked = soc_domain::action::Action { incident: b, tier: soc_domain::action::Tier::Approve, ..asked };
    soc_pipeline::ports::Actions::save(desk.store, &asked, None).await.unwrap();
    Approvals::save(desk.store, &approval(&asked), None).await.unwrap();
    let close = Wish::Status { status: Status::Closed, reason: None };
    let closed = people.change(&order("ann", "close"), b, &close).await.unwrap();
    seen.look("closing what people are asked about").await;
    people.undo(&order("ann", "undo"), closed.operation.id).await.unwrap();
    let merged = people.change(&order("ann", "merge"), a, &Wish::Merge { into: b }).await.unwrap();
    seen.look("a merge").await;
    seen.comes(&about("between", 1, 9)).await;
    people.undo(&order("ann", "undo"), merged.operation.id).await.unwrap();
    seen.look("its undoing, with a finding in between").await;
    let split = people.split(&order("ann", "split"), b, &[about("c", 3, 2).id]).await.unwrap();
    seen.incidents.insert(split.created.unwrap().id);
    seen.look("a split").await;
    seen.comes(&about("after", 3, 8)).await;
    people.undo(&order("ann", "undo"), split.operation.id).await.unwrap();
    seen.look("its undoing").await;
}

async fn bulks<S: Keeps>(seen: &mut Seen<'_, S>) {
    let desk = seen.desk;
    let people = desk.people();
    let mut ids = Vec::new();
    for number in 10..40 {
        ids.push(seen.comes(&about(&format!("f{number}"), number, number)).await);
    }
    let wish = Wish::Status { status: Status::Closed, reason: Some("known".to_owned()) };
    let bulk = Bulk { incidents: ids.clone(), wish };
    let job = people.bulk(&order("ann", "bulk-1"), &bulk).await.unwrap();
    people.run_job(job.id).await.unwrap();
    seen.look("a bulk that closes").await;
    people
        .change(&order("ben", "reopen"), ids[4], &Wish::Status { status: Status::New, reason: None })
        .await
        .unwrap();
    let undoing = people.undo_job(&order("ann", "undo"), job.id).await.unwrap();
    let undone = people.run_job(undoing.id).await.unwrap();
    assert_eq!((undone.done(), undone.failed.len()), (29, 1));
    seen.look("its undoing, but for what was changed since").await;
    // Taken on, and whoever took it on died.
    let wish = Wish::Merge { into: ids[0] };
    let bulk = Bulk { incidents: ids[1..4].to_vec(), wish };
    people.bulk(&order("ann", "bulk-2"), &bulk).await.unwrap();
    desk.clock.forward(600);
    let minute = Duration::from_secs(60);
    let waits = Waits { waited: minute, limit: 9, lasts: minute };
    assert_eq!(people.take_over(waits).await.unwrap(), 1);
    seen.look("a bulk that merges, ended by somebody else").await;
}

async fn suppressions<S: Keeps>(seen: &mut Seen<'_, S>) {
    let desk = seen.desk;
    let suppressing = desk.suppressing();
    let proposal = Proposal {
        kind: "CryptoCurrency:EC2/*".to_owned(),
        account: String::new(),
        resource: String::new(),
        reason: "our own scanner".to_owned(),
        expires: desk.clock.now().plus(Duration::from_secs(86_400)),
    };
    let preview = suppressing.preview(&order("ann", "preview"), &proposal).await.unwrap();
    seen.said.push(format!("{} {} {}", preview.incidents, preview.findings, preview.critical));
    let proposed = suppressing.propose(&order("ann", "proposal"), &proposal).await.unwrap();
    seen.look("a proposal").await;
    assert!(suppressing.consent(&order("ann", "consent"), proposed.id).await.is_err());
    suppressing.consent(&order("ben", "consent"), proposed.id).await.unwrap();
    let mined = seen.comes(&about("mined", 99, 99)).await;
    let case = Case { incident: mined, generation: 1 };
    assert_eq!(desk.triage().assess(case).await.unwrap(), Way::Record);
    seen.look("a consent, and what it hides").await;
    suppressing.remove(&order("eve", "remove"), proposed.id).await.unwrap();
    let shown = seen.comes(&about("shown", 98, 98)).await;
    let way = desk.triage().assess(Case { incident: shown, generation: 1 }).await.unwrap();
    assert_ne!(way, Way::Record);
    seen.look("its removal, and what is seen again").await;
}

async fn day<S: Keeps>(store: &S) -> Vec<String> {
    let (workflows, clock) = (Memory::default(), Hands::new());
    let desk = Desk { store, workflows: &workflows, clock: &clock };
    let mut seen = Seen::new(&desk);
    changes(&mut seen).await;
    bulks(&mut seen).await;
    suppressions(&mut seen).await;
    seen.said
}

#[test]
fn a_day_of_people_at_work_says_the_same_on_dynamodb_as_in_memory() {
    let Some(bed) = bed("people at work") else { return };
    let store = bed.store();
    let (found, expected) =
        run(async { (Box::pin(day(&store)).await, Box::pin(day(&Memory::default())).await) });
    let mut step = "";
    for (found, expected) in found.iter().zip(&expected) {
        if expected.starts_with("--") {
            step = expected;
        }
        assert_eq!(found, expected, "after {step}");
    }
    assert_eq!(found.len(), expected.len());
}
