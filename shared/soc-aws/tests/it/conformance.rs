//! The store keeps the guarantees of its ports.

use soc_aws::dynamodb::Store;
use soc_aws::sfn::Executions;
use soc_aws::sns::{Claimed, SENDING, SentNotices as _};
use soc_domain::incident::execution_name;
use soc_pipeline::ports::StartWorkflow;
use soc_testkit::conformance::{self, Seen, Verdict};

use crate::bed::{Bed, bed, inside, run, unique};

fn check(what: &str, suite: impl FnOnce(&Bed) -> Verdict) {
    let Some(bed) = bed(what) else { return };
    if let Err(broken) = inside(|| suite(&bed)) {
        panic!("{what}:\n{broken}");
    }
}

#[test]
fn the_store_keeps_the_guarantees_of_findings() {
    check("findings", |bed| conformance::findings(|| bed.store()));
}

#[test]
fn the_store_keeps_the_guarantees_of_incidents() {
    check("incidents", |bed| conformance::incidents(|| bed.store()));
}

#[test]
fn the_store_keeps_the_guarantees_of_unfinished() {
    check("unfinished", |bed| conformance::unfinished(|| bed.store()));
}

#[test]
fn of_a_notice_there_is_one_sender_until_the_lease_is_over_and_none_once_it_was_sent() {
    let Some(bed) = bed("notices") else { return };
    let (store, now) = (bed.store(), soc_domain::time::Timestamp::from_millis(1_000_000));
    let claim = |at| run(store.claim("key", at)).unwrap();
    assert_eq!((claim(now), claim(now)), (Claimed::Ours, Claimed::Theirs));
    let over = now.plus(SENDING);
    assert_eq!((claim(over), claim(over)), (Claimed::Ours, Claimed::Theirs));
    for _twice in 0..2 {
        run(store.confirm("key")).unwrap();
    }
    assert_eq!(claim(over.plus(SENDING)), Claimed::Sent);
}

#[test]
fn the_store_keeps_the_guarantees_of_correlations() {
    check("correlations", |bed| conformance::correlations(|| bed.store()));
}

#[test]
fn the_store_keeps_the_guarantees_of_dossier_quarantine_and_events() {
    check("dossier", |bed| conformance::dossier(|| bed.store()));
    check("quarantine", |bed| conformance::quarantine(|| bed.store()));
    check("events", |bed| conformance::events(|| bed.store()));
}

#[test]
fn the_store_keeps_the_guarantees_of_actions() {
    check("actions", |bed| conformance::actions(|| bed.store()));
}

#[test]
fn the_store_keeps_the_guarantees_of_approvals() {
    check("approvals", |bed| conformance::approvals(|| bed.store()));
}

#[test]
fn the_store_keeps_the_guarantees_of_operations() {
    check("operations", |bed| conformance::operations(|| bed.store()));
}

#[test]
fn the_store_keeps_the_guarantees_of_people() {
    check("people", |bed| conformance::people(|| bed.store()));
}

#[test]
fn the_store_keeps_the_guarantees_of_holdings() {
    check("holdings", |bed| conformance::holdings(|| bed.store()));
}

fn ledger_of(store: &Store) -> (Vec<soc_ledger::Head>, Vec<soc_ledger::Entry>) {
    let heads = run(store.ledger_heads()).unwrap();
    let chains = heads.iter().map(|head| run(store.ledger_chain(&head.chain, 0, usize::MAX)).unwrap());
    let entries = chains.flatten().collect();
    (heads, entries)
}

#[test]
fn the_store_keeps_the_guarantees_of_the_ledger() {
    check("ledger", |bed| conformance::ledger(|| bed.store(), ledger_of));
}

/// A workflow that waits for what never comes: an execution of it is running whenever it is looked at.
const WAITS: &str = r#"{"StartAt":"Wait","States":{"Wait":{"Type":"Wait","Seconds":3600,"End":true}}}"#;

struct Workflow {
    executions: Executions,
    client: aws_sdk_sfn::Client,
    store: Store,
    arn: String,
}

#[async_trait::async_trait]
impl soc_pipeline::ports::Workflows for Workflow {
    async fn start(&self, message: StartWorkflow) -> soc_pipeline::error::PortResult<()> {
        self.executions.start(message).await
    }

    async fn keep_token(&self, waiting: StartWorkflow, token: &str) -> soc_pipeline::error::PortResult<()> {
        self.executions.keep_token(waiting, token).await
    }

    async fn resume(
        &self,
        waiting: StartWorkflow,
        with: soc_pipeline::ports::Resume,
    ) -> soc_pipeline::error::PortResult<()> {
        self.executions.resume(waiting, with).await
    }
}

impl Workflow {
    async fn new(bed: &Bed) -> Self {
        let client = aws_sdk_sfn::Client::new(&bed.config);
        let made = client
            .create_state_machine()
            .name(unique("incident"))
            .definition(WAITS)
            .role_arn("arn:aws:iam::123456789012:role/workflow")
            .send()
            .await
            .unwrap();
        let store = bed.store_with(&bed.config, &bed.tables().await);
        let arn = made.state_machine_arn;
        let executions = Executions::new(client.clone(), arn.clone(), store.clone());
        Self { executions, client, store, arn }
    }

    async fn look(&self, of: StartWorkflow) -> Seen {
        let listed = self.client.list_executions().state_machine_arn(&self.arn).send().await.unwrap();
        let name = execution_name(of.incident, of.generation);
        let started = listed.executions.iter().filter(|execution| execution.name == name).count();
        let remembered = self.store.remembered(of).await.unwrap();
        Seen { started: started == 1, token: remembered.token, told: remembered.told }
    }
}

#[test]
fn executions_keep_the_guarantees_of_workflows() {
    check("workflows", |bed| {
        conformance::workflows(|| run(Workflow::new(bed)), |workflow, of| run(workflow.look(of)))
    });
}

#[test]
fn the_health_of_the_workflow_is_told() {
    let Some(bed) = bed("health of the workflow") else { return };
    let workflow = run(Workflow::new(&bed));
    assert_eq!(run(workflow.executions.describe()).unwrap().status, "ACTIVE");
}
