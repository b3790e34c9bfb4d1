//! Kinesis, SNS, Lambda and Secrets Manager of the emulator.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_kinesis::types::ShardIteratorType;
use soc_aws::kinesis::{KinesisStream, StreamState};
use soc_aws::lambda::Invoker;
use soc_aws::secrets::{Secrets, read};
use soc_aws::sns::{Claimed, MemoryNotices, SENDING, SentNotices, SnsNotifier};
use soc_domain::notice::{Notice, NoticeKind};
use soc_domain::severity::Severity;
use soc_domain::time::Timestamp;
use soc_pipeline::error::{PortErrorKind, PortResult};
use soc_pipeline::ports::{Clock, NotPut, Notifiers as _, Stream, StreamRecord};
use soc_testkit::build::{START, at, incident_id};

use crate::bed::{bed, run, unique};

/// A stream of its own, which can be read back.
pub(super) struct TestStream {
    client: aws_sdk_kinesis::Client,
    name: String,
    stream: KinesisStream,
}

impl TestStream {
    pub(super) async fn make(client: aws_sdk_kinesis::Client, name: String) -> Self {
        client.create_stream().stream_name(&name).shard_count(2).send().await.unwrap();
        let stream = KinesisStream::new(client.clone(), &name);
        while !stream.state().await.unwrap().active {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Self { client, name, stream }
    }

    /// All that is on the stream.
    pub(super) fn read(&self) -> Vec<StreamRecord> {
        run(self.read_all())
    }

    async fn read_all(&self) -> Vec<StreamRecord> {
        let mut records = Vec::new();
        let shards = self.client.list_shards().stream_name(&self.name).send().await.unwrap();
        for shard in shards.shards() {
            let from = self.client.get_shard_iterator().stream_name(&self.name).shard_id(shard.shard_id());
            let from = from.shard_iterator_type(ShardIteratorType::TrimHorizon).send().await.unwrap();
            let mut next = from.shard_iterator().map(str::to_owned);
            while let Some(iterator) = next {
                let page = self.client.get_records().shard_iterator(iterator).send().await.unwrap();
                records.extend(page.records().iter().map(|record| StreamRecord {
                    key: record.partition_key().unwrap().to_owned(),
                    bytes: record.data().as_ref().to_vec(),
                }));
                let is_end =
                    page.records().is_empty() && page.millis_behind_latest().unwrap_or_default() == 0;
                next = page.next_shard_iterator().filter(|_| !is_end).map(str::to_owned);
            }
        }
        records
    }
}

#[async_trait]
impl Stream for TestStream {
    async fn put(&self, records: &[StreamRecord]) -> PortResult<Vec<NotPut>> {
        self.stream.put(records).await
    }
}

#[test]
fn the_stream_says_how_it_is_and_one_that_is_not_there_is_not_found() {
    let Some(bed) = bed("a stream's state") else { return };
    let client = aws_sdk_kinesis::Client::new(&bed.config);
    let stream = run(TestStream::make(client.clone(), unique("state")));
    let state = run(stream.stream.state()).unwrap();
    assert_eq!(state, StreamState { active: true, shards: 2, retention_hours: 24 });
    let missing = run(KinesisStream::new(client, unique("missing")).state()).unwrap_err();
    assert_eq!(missing.kind, PortErrorKind::NotFound);
}

struct At(Timestamp);

impl Clock for At {
    fn now(&self) -> Timestamp {
        self.0
    }
}

pub(super) fn notice(key: &str) -> Notice {
    Notice {
        kind: NoticeKind::ApprovalRequest,
        key: key.to_owned(),
        incident: incident_id("a"),
        generation: 1,
        title: "\u{1b}[31mhostile\nsecond line".to_owned(),
        severity: Severity::High,
        verdict: None,
        outcome: None,
        reasons: Vec::new(),
        waiting: Vec::new(),
    }
}

#[test]
fn a_notice_goes_out_once_as_plain_text_with_what_subscriptions_filter_by() {
    let Some(bed) = bed("a notice over SNS") else { return };
    let (sns, sqs) = (aws_sdk_sns::Client::new(&bed.config), aws_sdk_sqs::Client::new(&bed.config));
    let bodies = run(async {
        let topic = sns.create_topic().name(unique("notices")).send().await.unwrap().topic_arn.unwrap();
        let queue = sqs.create_queue().queue_name(unique("inbox")).send().await.unwrap().queue_url.unwrap();
        let name = aws_sdk_sqs::types::QueueAttributeName::QueueArn;
        let found =
            sqs.get_queue_attributes().queue_url(&queue).attribute_names(name.clone()).send().await.unwrap();
        let arn = found.attributes().unwrap()[&name].clone();
        sns.subscribe().topic_arn(&topic).protocol("sqs").endpoint(arn).send().await.unwrap();
        let sent = Arc::new(MemoryNotices::default());
        let notifier = SnsNotifier::new(sns, topic, sent, Arc::new(At(START)));
        for key in ["one", "one", "two"] {
            notifier.send(&notice(key)).await.unwrap();
        }
        let mut bodies = Vec::new();
        for _attempt in 0..20 {
            let got = sqs.receive_message().queue_url(&queue).max_number_of_messages(10).wait_time_seconds(1);
            let got = got.send().await.unwrap();
            for message in got.messages() {
                bodies.push(message.body().unwrap().to_owned());
                let gone =
                    sqs.delete_message().queue_url(&queue).receipt_handle(message.receipt_handle().unwrap());
                gone.send().await.unwrap();
            }
            if bodies.len() >= 2 {
                break;
            }
        }
        bodies
    });
    assert_eq!(bodies.len(), 2, "one for each key");
    let body: serde_json::Value = serde_json::from_str(&bodies[0]).unwrap();
    let text = body["Message"].as_str().unwrap();
    assert!(text.starts_with("[High] decision needed inc_") && !text.contains('\u{1b}'), "{text}");
    assert!(
        body["Subject"].as_str().unwrap().is_ascii()
            && !body["Subject"].as_str().unwrap().contains("hostile")
    );
    assert_eq!(body["MessageAttributes"]["kind"]["Value"], "approval_request");
    assert_eq!(body["MessageAttributes"]["severity"]["Value"], "High");
}

/// The guarantees of [`SentNotices`].
async fn claims(rows: &dyn SentNotices) {
    assert_eq!(rows.claim("k", START).await.unwrap(), Claimed::Ours);
    assert_eq!(rows.claim("k", at(1)).await.unwrap(), Claimed::Theirs);
    assert_eq!(rows.claim("other", at(1)).await.unwrap(), Claimed::Ours);
    assert_eq!(rows.claim("k", START.plus(SENDING)).await.unwrap(), Claimed::Ours);
    rows.confirm("k").await.unwrap();
    rows.confirm("k").await.unwrap();
    assert_eq!(rows.claim("k", at(9_999)).await.unwrap(), Claimed::Sent);
}

#[test]
fn of_two_who_send_a_notice_one_does_and_after_its_lease_the_other_may() {
    run(claims(&MemoryNotices::default()));
    let Some(bed) = bed("claims of notices in DynamoDB") else { return };
    let store = bed.store();
    run(claims(&store));
}

#[test]
fn a_function_that_is_not_there_cannot_be_called() {
    let Some(bed) = bed("a function that is not there") else { return };
    let invoker = Invoker::new(aws_sdk_lambda::Client::new(&bed.config));
    assert_eq!(run(invoker.check("no-such-function")).unwrap_err().kind, PortErrorKind::NotFound);
    let error = run(invoker.invoke("no-such-function", b"{}".to_vec())).unwrap_err();
    assert_eq!(error.name(), "Soc.Rejected");
}

#[test]
fn a_secret_is_read_in_both_its_lives_and_kept_for_a_while() {
    let Some(bed) = bed("secrets") else { return };
    let client = aws_sdk_secretsmanager::Client::new(&bed.config);
    run(async {
        let made =
            client.create_secret().name(unique("key")).secret_string("a".repeat(32)).send().await.unwrap();
        let arn = made.arn().unwrap();
        let secrets = Secrets::new(client.clone(), Duration::from_secs(60));
        assert!(secrets.versions(arn).await.unwrap().previous.is_none());
        let put = client.put_secret_value().secret_id(arn).secret_string("b".repeat(40));
        put.send().await.unwrap();
        assert_eq!(read(&client, arn).await.unwrap().expose(), "b".repeat(40).as_bytes());
        assert_eq!(
            secrets.versions(arn).await.unwrap().current.expose(),
            "a".repeat(32).as_bytes(),
            "it is kept"
        );
        let fresh = Secrets::new(client.clone(), Duration::ZERO).versions(arn).await.unwrap();
        assert_eq!(fresh.current.expose(), "b".repeat(40).as_bytes());
        assert_eq!(fresh.previous.unwrap().expose(), "a".repeat(32).as_bytes());
        let short = client.create_secret().name(unique("short")).secret_string("short").send().await.unwrap();
        assert_eq!(read(&client, short.arn().unwrap()).await.unwrap_err().kind, PortErrorKind::Rejected);
        assert_eq!(read(&client, "no-such-secret").await.unwrap_err().kind, PortErrorKind::NotFound);
    });
}
