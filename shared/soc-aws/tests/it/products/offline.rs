//! Answers that are played to the unchanged SDK: errors, odd shapes, entries that failed. Without any network.

use std::sync::{Arc, Mutex};

use aws_config::{Region, SdkConfig};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};
use soc_aws::guardduty::GuardDuty;
use soc_aws::kinesis::KinesisStream;
use soc_aws::lambda::Invoker;
use soc_aws::securityhub::SecurityHub;
use soc_aws::sources::ProductSources;
use soc_domain::wire::{Content, read_record};
use soc_pipeline::error::PortErrorKind;
use soc_pipeline::ports::{Sources as _, Stream as _, StreamRecord};
use soc_testkit::build::{START, at};
use soc_testkit::memory::Memory;

use super::stub::{guardduty, read};
use crate::bed::{loader, run};

type Play = dyn Fn(&str, &[u8]) -> (u16, String) + Send + Sync;

/// The path and the body of a request.
type Asked = (String, Vec<u8>);

/// Answers every request as `play` says of its path and body, and keeps what was asked.
#[derive(Clone)]
struct Player {
    play: Arc<Play>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl std::fmt::Debug for Player {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Player")
    }
}

impl HttpConnector for Player {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let path = request
            .uri()
            .split_once("://")
            .and_then(|(_, rest)| rest.split_once('/'))
            .map_or("", |(_, path)| path);
        let body = request.body().bytes().unwrap_or_default();
        let (status, answer) = (self.play)(path, body);
        self.asked.lock().unwrap().push((path.to_owned(), body.to_vec()));
        let failed = answer.contains("errorType");
        let mut answer = HttpResponse::new(StatusCode::try_from(status).unwrap(), SdkBody::from(answer));
        if failed {
            answer.headers_mut().insert("x-amz-function-error", "Unhandled");
        }
        HttpConnectorFuture::ready(Ok(answer))
    }
}

impl HttpClient for Player {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

fn player(play: impl Fn(&str, &[u8]) -> (u16, String) + Send + Sync + 'static) -> (Player, SdkConfig) {
    let player = Player { play: Arc::new(play), asked: Arc::default() };
    let one_attempt = aws_config::retry::RetryConfig::disabled();
    let loader = loader("http://127.0.0.1:1").region(Region::new("eu-central-1")).retry_config(one_attempt);
    let config = run(loader.http_client(player.clone()).load());
    (player, config)
}

fn sources(config: &SdkConfig, rows: Arc<Memory>) -> ProductSources {
    let guardduty = GuardDuty::new(aws_sdk_guardduty::Client::new(config));
    ProductSources::new(rows, guardduty, SecurityHub::new(aws_sdk_securityhub::Client::new(config)))
}

fn json_of(bytes: &[u8]) -> Value {
    serde_json::from_str(std::str::from_utf8(bytes).unwrap()).unwrap()
}

/// GuardDuty with a detector, and this answer to `GetFindings` and to everything of Security Hub.
fn with_findings(status: u16, answer: &str) -> impl Fn(&str, &[u8]) -> (u16, String) + Send + Sync + 'static {
    let answer = answer.to_owned();
    move |path, _body| match path {
        "detector" => (200, r#"{"detectorIds":["d"]}"#.to_owned()),
        "detector/d/findings" => (200, r#"{"findingIds":["x"],"nextToken":""}"#.to_owned()),
        _ => (status, answer.clone()),
    }
}

#[test]
fn a_product_that_cannot_be_asked_is_an_error_of_the_right_kind_and_never_a_confirmation() {
    let finding = guardduty("123456789012", "a", at(60), false);
    for (status, code, kind) in [
        (429, "TooManyRequestsException", PortErrorKind::Throttled),
        (403, "AccessDeniedException", PortErrorKind::Denied),
        (500, "InternalServerErrorException", PortErrorKind::Unavailable),
        (503, "ServiceUnavailableException", PortErrorKind::Unavailable),
    ] {
        let (_player, config) = player(with_findings(status, &json!({"__type": code}).to_string()));
        let rows = Arc::new(Memory::new());
        let sources = sources(&config, Arc::clone(&rows));
        let row = soc_testkit::build::row(read(&finding), soc_testkit::build::incident_id("a"));
        let write = soc_pipeline::ports::FindingWrite {
            row: &row,
            event: row.finding.event_key(),
            raw: b"{}",
            at: START,
        };
        run(soc_pipeline::ports::Findings::record(&*rows, write, None)).unwrap();
        let error = run(sources.confirm(row.finding.id)).unwrap_err();
        assert_eq!(error.kind, kind, "{code}");
        let page = run(sources.recent(START, None)).unwrap();
        assert_eq!(page.failed.map(|error| error.kind), Some(kind), "{code}");
        assert!(page.next.is_some(), "the other product is still listed");
    }
}

#[test]
fn an_answer_that_is_no_json_is_an_error_and_tells_nothing_of_itself() {
    let (_player, config) = player(with_findings(200, r#"{"findings":[{"id":"alice@example.com"#));
    let error = run(sources(&config, Arc::new(Memory::new())).recent(START, None)).unwrap().failed.unwrap();
    let mut told = format!("{error} {error:?}");
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        told += &format!(" {error} {error:?}");
        cause = error.source();
    }
    assert!(!told.contains("alice"), "{told}");
}

#[test]
fn what_is_listed_comes_as_the_event_that_the_product_publishes_with_every_field_it_has() {
    let mut finding = guardduty("123456789012", "a", at(60), false);
    finding["aFieldOfNextYear"] = json!({"kept": true});
    let answer =
        json!({"findings": [finding, {"type": "no finding", "nested": ["é", "\u{1f600}"]}]}).to_string();
    let (_player, config) = player(with_findings(200, &answer));
    let page = run(sources(&config, Arc::new(Memory::new())).recent(START, None)).unwrap();
    assert!(page.failed.is_none(), "{:?}", page.failed);
    assert_eq!(page.records.len(), 2);
    let event: Value = json_of(&page.records[0].bytes);
    assert_eq!(
        (&event["source"], &event["detail-type"]),
        (&json!("aws.guardduty"), &json!("GuardDuty Finding"))
    );
    assert_eq!((&event["account"], &event["region"]), (&json!("123456789012"), &json!("eu-central-1")));
    assert_eq!(event["detail"], finding);
    let items = read_record(&page.records[0].bytes);
    assert!(matches!(&items[0].content, Ok(Content::Finding(found, _)) if found.id == read(&finding).id));
    let odd: Value = json_of(&page.records[1].bytes);
    assert_eq!(odd["detail"]["type"], "no finding", "what our reader refuses is quarantined, not dropped");
}

#[test]
fn of_a_batch_only_the_entries_that_failed_are_put_again() {
    let throttled_once = Mutex::new(vec!["event-1", "event-3"]);
    let (player, config) = player(move |_path, body| {
        let asked: Value = json_of(body);
        let mut throttled = throttled_once.lock().unwrap();
        let entries: Vec<Value> = asked["Records"]
            .as_array()
            .unwrap()
            .iter()
            .map(|record| {
                let key = record["PartitionKey"].as_str().unwrap();
                match throttled.iter().position(|one| *one == key) {
                    Some(place) => {
                        throttled.remove(place);
                        json!({"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "m"})
                    }
                    None => json!({"SequenceNumber": "1", "ShardId": "s"}),
                }
            })
            .collect();
        (200, json!({"FailedRecordCount": 0, "Records": entries}).to_string())
    });
    let stream = KinesisStream::new(aws_sdk_kinesis::Client::new(&config), "findings");
    let records: Vec<StreamRecord> =
        (0..5).map(|number| StreamRecord { key: format!("event-{number}"), bytes: b"{}".to_vec() }).collect();
    assert!(run(stream.put(&records)).unwrap().is_empty());
    let asked = player.asked.lock().unwrap();
    let keys = |body: &[u8]| -> Vec<String> {
        let asked: Value = json_of(body);
        let records = asked["Records"].as_array().unwrap().iter();
        records.map(|record| record["PartitionKey"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(asked.len(), 2);
    assert_eq!(keys(&asked[1].1), ["event-1", "event-3"]);
}

#[test]
fn a_stream_that_refuses_names_every_record_that_is_not_on_it() {
    let denied =
        json!({"__type": "AccessDeniedException", "message": "arn:aws:iam::1:role/secret"}).to_string();
    let (_player, config) = player(move |_path, _body| (400, denied.clone()));
    let stream = KinesisStream::new(aws_sdk_kinesis::Client::new(&config), "findings");
    let records: Vec<StreamRecord> = (0..700)
        .map(|number| StreamRecord { key: format!("event-{number}"), bytes: b"{}".to_vec() })
        .collect();
    let not_put = run(stream.put(&records)).unwrap();
    assert_eq!(not_put.iter().map(|entry| entry.index).collect::<Vec<_>>(), (0..700).collect::<Vec<_>>());
    assert!(not_put.iter().all(|entry| entry.error.kind == PortErrorKind::Denied));
    assert!(!format!("{not_put:?}").contains("secret"));
}

#[test]
fn a_function_of_ours_that_fails_gives_its_own_error_back() {
    let player_of = |answer: &'static str| {
        let (_player, config) = player(move |_path, _body| (200, answer.to_owned()));
        Invoker::new(aws_sdk_lambda::Client::new(&config))
    };
    let answer = run(player_of(r#"{"reversed":true}"#).invoke("P-remediate", b"{}".to_vec())).unwrap();
    assert_eq!(answer, br#"{"reversed":true}"#);
    let failed = player_of(r#"{"errorType":"Soc.Denied","errorMessage":"a protected resource"}"#);
    let error = run(failed.invoke("P-remediate", b"{}".to_vec())).unwrap_err();
    assert_eq!((error.name(), error.to_string().as_str()), ("Soc.Denied", "a protected resource"));
}

#[test]
fn a_finding_that_is_longer_than_a_record_is_listed_all_the_same_and_none_is_lost() {
    let mut long = guardduty("123456789012", "a", at(60), false);
    long["description"] = json!("x".repeat(2_000_000));
    let answer = json!({"findings": [guardduty("123456789012", "b", at(60), false), long]}).to_string();
    let (_player, config) = player(with_findings(200, &answer));
    let page = run(sources(&config, Arc::new(Memory::new())).recent(START, None)).unwrap();
    let counted = page.failed.is_some() || page.records.len() == 2;
    assert!(counted, "it is in the page, or the page says that something is missing");
}
