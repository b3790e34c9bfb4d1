//! The same against other processes: rows in an emulated DynamoDB, and a model over HTTP.
//!
//! The emulator is that of `SOC_TEST_MINISTACK`, and what it forwards Converse to is that of `SOC_TEST_MODEL`; without
//! them its tests say so and pass. The model of `scripts/testbed` is also started here, and asked as if it were Bedrock.

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_sdk_bedrockruntime::Client as Bedrock;
use aws_sdk_bedrockruntime::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::Client as Dynamo;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use soc_aws::bedrock::{BedrockAnalyst, Desk, Settings};
use soc_aws::dynamodb::answers::KeptAnswers;
use soc_aws::dynamodb::budget::DailyBudget;
use soc_domain::spend::{Day, MicroDollars};
use soc_pipeline::ports::{Budget as _, Clock as _};
use soc_testkit::{block_on, conformance};
use tokio::runtime::{Builder, Handle};

use crate::bench::{Bench, Deeds, HAIKU, Morning, NOVA, miner, settings, skipped};
use crate::spending::workers;

const CREDENTIALS: (&str, &str) = ("111122223333", "none");

fn asked(variable: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "a setting of these tests alone")]
    let value = std::env::var(variable).ok();
    if value.is_none() {
        println!("SKIPPED: {variable} is not set");
    }
    value
}

fn dynamo(endpoint: &str) -> Dynamo {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::new(CREDENTIALS.0, CREDENTIALS.1, None, None, "test"))
        .endpoint_url(endpoint);
    Dynamo::from_conf(config.build())
}

/// A table of its own for each try; the process's number keeps runs on one emulator apart.
async fn table(client: &Dynamo) -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("budget-{}-{number}", std::process::id());
    let mut create = client.create_table().table_name(&name).billing_mode(BillingMode::PayPerRequest);
    for (attribute, kind) in [("pk", KeyType::Hash), ("sk", KeyType::Range)] {
        let typed =
            AttributeDefinition::builder().attribute_name(attribute).attribute_type(ScalarAttributeType::S);
        let key = KeySchemaElement::builder().attribute_name(attribute).key_type(kind);
        create = create.attribute_definitions(typed.build().unwrap()).key_schema(key.build().unwrap());
    }
    create.send().await.unwrap();
    name
}

/// A runtime on a thread of its own, for suites that poll on theirs.
fn runtime() -> Handle {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let handle = runtime.handle().clone();
    std::thread::spawn(move || runtime.block_on(std::future::pending::<()>()));
    handle
}

#[test]
fn rows_of_dynamodb_keep_the_guarantees_of_budget_and_answers() {
    let Some(endpoint) = asked("SOC_TEST_MINISTACK") else { return };
    let handle = runtime();
    let _entered = handle.enter();
    let client = dynamo(&endpoint);
    let budget = || DailyBudget::new(client.clone(), block_on(table(&client)));
    assert_eq!(conformance::budget(budget), Ok(()));
    let answers = || KeptAnswers::new(client.clone(), block_on(table(&client)));
    assert_eq!(conformance::answers(answers), Ok(()));
}

#[test]
fn sixty_four_workers_on_one_row_spend_within_the_cap_and_use_it() {
    let Some(endpoint) = asked("SOC_TEST_MINISTACK") else { return };
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let name = runtime.block_on(table(&dynamo(&endpoint)));
    let connect = || {
        let client = dynamo(&endpoint);
        let budget = Arc::new(DailyBudget::new(client.clone(), &name));
        Desk { budget, answers: Arc::new(KeptAnswers::new(client, &name)), clock: Arc::new(Morning) }
    };
    let cap = MicroDollars(300_000);
    let tally = workers(connect, cap, 2);
    let budget = DailyBudget::new(dynamo(&endpoint), &name);
    let balance = runtime.block_on(budget.of_day(&Day::of(Morning.now()))).unwrap();
    println!("{} calls, {} over budget, {} of {cap}", tally.calls, tally.over_budget, balance.spent);
    assert_eq!((balance.spent, balance.held), (tally.charged, MicroDollars(0)));
    assert!(tally.charged <= cap && tally.charged.plus(MicroDollars(50_000)) > cap, "{}", tally.charged);
    assert_eq!(tally.calls + tally.over_budget, tally.asked);
}

/// The model of the test bed as a process, ended with its owner.
struct Model {
    process: Child,
    port: u16,
}

impl Model {
    fn started() -> Option<Self> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/testbed/model.py");
        let started = Command::new("python3")
            .args(["-EB", script, "0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut process) = started else {
            println!("SKIPPED: python3 is not there");
            return None;
        };
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().rsplit(' ').next().unwrap().parse().unwrap();
        Some(Self { process, port })
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// Tells the model what to be like.
fn be(port: u16, mode: &str) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let body = format!("{{\"mode\": \"{mode}\"}}");
    let length = body.len();
    write!(stream, "POST /_mode HTTP/1.0\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("200"), "{answer}");
}

fn bedrock(endpoint: &str) -> Bedrock {
    let config = aws_sdk_bedrockruntime::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::new(CREDENTIALS.0, CREDENTIALS.1, None, None, "test"))
        .endpoint_url(endpoint);
    Bedrock::from_conf(config.build())
}

async fn told_by(endpoint: &str, model: &str, patience: Duration) -> (Deeds, Option<String>) {
    let bench = Bench::with([miner().to_string().into_bytes()]).await;
    let case = bench.waiting().await[0];
    let patient = Settings { call_timeout: patience, ..settings(model) };
    let analyst = BedrockAnalyst::new(bedrock(endpoint), patient, bench.desk());
    let deeds = bench.handle(case, &analyst).await;
    let incident = bench.incident(case).await;
    assert_eq!(incident.spending.cost, bench.balance().await.spent);
    (deeds, skipped(&incident).map(str::to_owned))
}

/// Every way that the model can be, and what the incident is marked with.
async fn in_every_mode(endpoint: &str, port: u16, refused: &str) {
    let patience = Duration::from_secs(20);
    be(port, "invalid");
    let alone = told_by(endpoint, HAIKU, patience).await.0;
    assert!(!alone.changed.is_empty());
    for model in [HAIKU, NOVA] {
        let reasons = [
            ("ok", None),
            ("lie", None),
            ("obey", None),
            ("invalid", Some("invalid answer")),
            ("refuse", Some(refused)),
            ("slow", Some("warming")),
        ];
        for (mode, expected) in reasons {
            be(port, mode);
            let patience = if mode == "slow" { Duration::from_millis(500) } else { patience };
            let (deeds, reason) = told_by(endpoint, model, patience).await;
            assert_eq!((deeds, reason.as_deref()), (alone.clone(), expected), "{mode} {model}");
        }
    }
    be(port, "ok");
}

#[tokio::test]
async fn a_model_over_http_changes_nothing_that_is_done_whatever_it_is_like() {
    let Some(model) = Model::started() else { return };
    let endpoint = format!("http://127.0.0.1:{}", model.port);
    in_every_mode(&endpoint, model.port, "refused").await;
}

#[tokio::test]
async fn the_same_holds_behind_the_emulator_which_forwards_neither_schema_nor_evidence() {
    let (Some(endpoint), Some(model)) = (asked("SOC_TEST_MINISTACK"), asked("SOC_TEST_MODEL")) else {
        return;
    };
    let port = model.rsplit(':').next().unwrap().trim_end_matches('/').parse().unwrap();
    // It has no stop reason for a refusal: what is left of it is words that are no draft.
    in_every_mode(&endpoint, port, "invalid answer").await;
}
