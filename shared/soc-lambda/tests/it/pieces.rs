//! Settings, lines, metrics, policies, panics, health: each alone.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use soc_domain::policy::{DEFAULT, Mode};
use soc_domain::time::Timestamp;
use soc_lambda::health::{Part, State, look};
use soc_lambda::log::JsonLines;
use soc_lambda::metrics::{Label, Metrics, Unit};
use soc_lambda::panic::guarded;
use soc_lambda::policy::{Policies, Stale};
use soc_lambda::settings::{Loopback, Setting as _};
use soc_lambda::{Invocation, SystemClock, ask};
use soc_pipeline::error::{PortError, PortErrorKind};
use soc_pipeline::ports::Clock;

fn block_on<T>(work: impl std::future::Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

mod told {
    use soc_domain::policy::Mode;
    use soc_lambda::settings::Dollars;

    soc_lambda::settings! {
        /// Of every kind.
        struct Settings {
            table: String = "SOC_TABLE", "the name of the table";
            ceiling: Mode = "SOC_RESPONSE_MODE", "how far the machine may go";
            daily: Dollars = "SOC_MODEL_DAILY_USD", "dollars";
            allow: bool = "SOC_ALLOW_SIMULATOR", "true or false";
            guardrail: Option<String> = "SOC_GUARDRAIL_ID", "a guardrail";
        }
    }
}

fn environment(given: &'static [(&'static str, &'static str)]) -> impl Fn(&str) -> Option<String> {
    move |name| given.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
}

#[test]
fn everything_that_is_wrong_with_settings_is_told_together_with_the_fix_and_without_a_value() {
    let given = environment(&[
        ("SOC_TABLE", " "),
        ("SOC_RESPONSE_MODE", "SECRET"),
        ("SOC_MODEL_DAILY_USD", "-1"),
        ("SOC_ALLOW_SIMULATOR", "yes"),
    ]);
    let problems = told::Settings::from(&given).unwrap_err();
    assert_eq!(
        problems.to_string(),
        "4 of 5 settings are wrong; SOC_TABLE is missing: set it to the name of the table; \
         SOC_RESPONSE_MODE must be off, dry-run, approve or auto: set it to how far the machine may go; \
         SOC_MODEL_DAILY_USD must be an amount of US dollars such as 5 or 0.25: set it to dollars; \
         SOC_ALLOW_SIMULATOR must be true or false: set it to true or false"
    );
}

#[test]
fn good_settings_are_read_and_an_empty_optional_one_is_absent() {
    let given = environment(&[
        ("SOC_TABLE", "soc"),
        ("SOC_RESPONSE_MODE", "dry-run"),
        ("SOC_MODEL_DAILY_USD", "0.25"),
        ("SOC_ALLOW_SIMULATOR", "false"),
        ("SOC_GUARDRAIL_ID", ""),
    ]);
    let settings = told::Settings::from(&given).unwrap();
    assert_eq!((settings.table.as_str(), settings.ceiling), ("soc", Mode::DryRun));
    assert_eq!((settings.daily.0.0, settings.allow, settings.guardrail), (250_000, false, None));
    let optional: Vec<bool> = told::VARIABLES.iter().map(|variable| variable.required).collect();
    assert_eq!(optional, [true, true, true, true, false]);
}

#[test]
fn metrics_are_one_line_of_the_embedded_format() {
    let metrics = Metrics::default();
    metrics.count("LostFindings", 0);
    metrics.count("SecurityEvent_Recon", 2);
    metrics.count("SecurityEvent_Recon", 1);
    metrics.set("LatencyMs", Unit::Milliseconds, 12.0);
    metrics.set("ModelUsdToday", Unit::None, f64::NAN);
    let label = Label {
        namespace: "ai-soc/Security",
        service: "ingest",
        release: "r7",
        request_id: "1-2",
        at: Timestamp::from_millis(1_772_442_000_000),
    };
    assert_eq!(
        metrics.line(label).unwrap(),
        r#"{"LatencyMs":12.0,"LostFindings":0,"SecurityEvent_Recon":3,"_aws":{"CloudWatchMetrics":[{"Dimensions":[[]],"Metrics":[{"Name":"LatencyMs","Unit":"Milliseconds"},{"Name":"LostFindings","Unit":"Count"},{"Name":"SecurityEvent_Recon","Unit":"Count"}],"Namespace":"ai-soc/Security"}],"Timestamp":1772442000000},"release":"r7","request_id":"1-2","service":"ingest"}"#
    );
    assert_eq!(Metrics::default().line(label), None);
}

#[test]
fn only_events_of_ours_become_lines_and_only_fields_of_the_list() {
    let lines: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = Arc::clone(&lines);
    let sink = Arc::new(move |line: &str| kept.lock().unwrap().push(line.to_owned()));
    let subscriber = JsonLines::new("ingest", "r7", sink).subscriber();
    tracing::subscriber::with_default(subscriber, || {
        let span = tracing::info_span!(target: "lambda_runtime", "Lambda runtime invoke", requestId = "1-2");
        let _inside = span.enter();
        let (id, title) = ("fnd_1", "SECRET");
        tracing::info!(target: "soc_x", { finding.id = id, finding.title = title, count = 3 }, "joined {id}");
        tracing::error!(target: "lambda_runtime", "SECRET");
        tracing::debug!(target: "soc_x", "SECRET");
    });
    let lines = lines.lock().unwrap();
    assert_eq!(lines.len(), 1, "{lines:?}");
    let mut line: Value = serde_json::from_str(&lines[0]).unwrap();
    line.as_object_mut().unwrap().remove("timestamp").unwrap();
    assert_eq!(
        line,
        json!({
            "level": "INFO", "service": "ingest", "release": "r7", "request_id": "1-2",
            "message": "joined fnd_1", "finding.id": "fnd_1", "count": 3
        })
    );
}

#[test]
fn a_panic_ends_only_the_work_that_is_guarded() {
    block_on(async {
        assert!(guarded(async { panic!("PAYLOAD") }).await.is_err());
        assert_eq!(
            guarded(async {
                tokio::task::yield_now().await;
                7
            })
            .await,
            Ok(7)
        );
    });
}

/// A clock that is set by hand.
#[derive(Debug, Default)]
struct HandClock(AtomicI64);

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// Policies, the text behind them that tests change, their clock, and how often the text was read.
type Bed = (Policies, Arc<Mutex<Option<String>>>, Arc<HandClock>, Arc<AtomicI64>);

/// Policies over a text that tests change, and how often it was read.
fn policies(stale: Stale, ceiling: Mode) -> Bed {
    let text = Arc::new(Mutex::new(Some(DEFAULT.to_owned())));
    let (clock, reads) = (Arc::new(HandClock::default()), Arc::new(AtomicI64::new(0)));
    let (read, counted) = (Arc::clone(&text), Arc::clone(&reads));
    let asked = ask(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        let text = read.lock().unwrap().clone();
        async move {
            text.map(String::into_bytes).ok_or(PortError::new(PortErrorKind::Unavailable, "read the policy"))
        }
    });
    (Policies::new(asked, (ceiling, stale), Arc::clone(&clock) as Arc<dyn Clock>), text, clock, reads)
}

#[test]
fn the_kill_switch_holds_a_minute_later_without_a_cold_start() {
    let (policies, text, clock, reads) = policies(Stale::Refuse, Mode::Auto);
    assert_eq!(block_on(policies.now()).unwrap().rules.response.mode, Mode::Auto);
    *text.lock().unwrap() = Some(DEFAULT.replace("mode = \"auto\"", "mode = \"off\""));
    clock.0.store(59_999, Ordering::Relaxed);
    assert_eq!(block_on(policies.now()).unwrap().rules.response.mode, Mode::Auto);
    assert_eq!(reads.load(Ordering::Relaxed), 1);
    clock.0.store(60_000, Ordering::Relaxed);
    assert_eq!(block_on(policies.now()).unwrap().rules.response.mode, Mode::Off);
}

#[test]
fn the_deployments_mode_is_a_ceiling() {
    let (policies, _text, _clock, _reads) = policies(Stale::Refuse, Mode::DryRun);
    assert_eq!(block_on(policies.now()).unwrap().rules.response.mode, Mode::DryRun);
}

#[test]
fn a_policy_that_cannot_be_read_again_allows_nothing_and_keeps_findings_coming_in() {
    for (stale, broken, name) in [
        (Stale::Refuse, None, "Soc.Transient"),
        (Stale::Refuse, Some("version = 1\nunknown = 2".to_owned()), "Soc.Denied"),
        (Stale::Keep, Some("not TOML".to_owned()), ""),
    ] {
        let (policies, text, clock, _reads) = policies(stale, Mode::Auto);
        block_on(policies.now()).unwrap();
        *text.lock().unwrap() = broken;
        clock.0.store(120_000, Ordering::Relaxed);
        match block_on(policies.now()) {
            Ok(_kept) => assert_eq!(stale, Stale::Keep),
            Err(error) => assert_eq!(error.name(), name),
        }
    }
}

#[test]
fn a_lease_outlives_the_deadline_by_a_minute_and_work_ends_ten_seconds_before_it() {
    let invocation = Invocation::new("r", SystemClock.now().plus(Duration::from_secs(900)));
    let about = |found: Duration, expected: u64| {
        let expected = Duration::from_secs(expected);
        assert!(found <= expected && found + Duration::from_secs(5) > expected, "{found:?} of {expected:?}");
    };
    about(invocation.lease(), 960);
    about(invocation.to_work(), 890);
    let short = Invocation::new("r", SystemClock.now().plus(Duration::from_secs(6)));
    about(short.to_work(), 3);
    assert_eq!(Invocation::new("r", Timestamp::from_millis(0)).to_work(), Duration::ZERO);
}

#[test]
fn the_place_is_that_of_the_functions_arn() {
    let mut invocation = Invocation::new("r", Timestamp::from_millis(0));
    assert_eq!(invocation.place().account, "");
    invocation.function_arn = soc_testkit::runtime_api::FUNCTION_ARN.to_owned();
    let place = invocation.place();
    assert_eq!((place.partition.as_str(), place.region.as_str()), ("aws", "eu-central-1"));
    assert_eq!(place.account, "111122223333");
}

fn part(name: &'static str, answer: Result<(), PortErrorKind>) -> Part {
    Part::new(
        name,
        ask(move || async move {
            answer.map_err(|kind| PortError::caused(kind, "use the stream", "arn:aws:SECRET"))
        }),
    )
}

#[test]
fn health_names_each_part_with_state_and_latency_and_no_reason() {
    let parts = [part("store", Ok(())), part("stream", Err(PortErrorKind::Denied))];
    let seen = block_on(look(&parts));
    assert_eq!(seen.keys().copied().collect::<Vec<_>>(), ["store", "stream"]);
    assert_eq!((seen["store"].state, seen["stream"].state), (State::Up, State::Down));
    assert!(!serde_json::to_string(&seen).unwrap().contains("arn"));
}

#[test]
fn an_emulators_address_is_taken_on_this_machine_only() {
    for (text, read) in [
        ("http://127.0.0.1:4566", "http://127.0.0.1:4566"),
        ("http://localhost:4566/", "http://localhost:4566"),
        ("http://[::1]:80", "http://[::1]:80"),
    ] {
        assert_eq!(Loopback::read(text), Ok(Loopback(read.to_owned())));
    }
    for wrong in [
        "https://127.0.0.1:4566",
        "http://127.0.0.1",
        "http://10.0.0.1:80",
        "http://localhost.evil.example:80",
        "http://evil.example/127.0.0.1:80",
        "http://a@127.0.0.1:80",
        "http://127.0.0.1:80/x",
        "http://127.0.0.1:99999",
        "127.0.0.1:80",
    ] {
        assert!(Loopback::read(wrong).is_err(), "{wrong}");
    }
}
