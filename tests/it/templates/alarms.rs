//! Every alarm tells somebody and names what to do; every queue and every function is watched.
//!
//! Apart because an alarm without an action is valid, and is silent on the day it was made for.

use std::collections::BTreeSet;

use serde_json::json;

use super::functions::{FUNCTIONS, id_of};
use super::template::{Resource, Templates, text_of};
use crate::workspace::{assert_clean, assert_names, text_files};

const RUNBOOKS: &str = "docs/runbooks/";

/// What must be watched beside functions and queues: the metric and its threshold.
const WATCHED: &[(&str, &str)] = &[
    ("ApiAvailability", "95"),
    ("DroppedEventCount", "0"),
    ("HeartbeatAge", "1200"),
    ("IteratorAge", "300000"),
    ("Latency", "2000"),
    ("LostFindings", "0"),
    ("ModelUsdToday", "BedrockAlarmUsd"),
    ("OnFailureDestinationDeliveredEventCount", "0"),
    ("Quarantined", "0"),
    ("SecurityEvent_AuthenticationFailure", "10"),
];

/// The runbook that a text names, as `docs/runbooks/x.md`.
fn runbook(text: &str) -> Option<&str> {
    let start = text.find(RUNBOOKS)?;
    let named = text.get(start..)?;
    let end = named.find(".md")?;
    named.get(..end + 3)
}

fn alarm_faults(templates: &Templates, runbooks: &BTreeSet<String>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut named = BTreeSet::new();
    for alarm in templates.of_kind("AWS::CloudWatch::Alarm") {
        let description = text_of(alarm.property("/AlarmDescription"));
        match runbook(&description) {
            None => faults.push(alarm.says("names no runbook")),
            Some(path) if !runbooks.contains(path) => {
                faults.push(alarm.says(&format!("{path} does not exist")))
            }
            Some(path) => {
                named.insert(path.to_owned());
            }
        }
        if alarm.property("/AlarmActions").is_null() {
            faults.push(alarm.says("tells nobody"));
        }
        if alarm.property("/TreatMissingData").is_null() {
            faults.push(alarm.says("does not say what silence means"));
        }
    }
    // A budget has no description; its template names the runbook in a comment.
    named.extend(
        templates
            .0
            .iter()
            .flat_map(|template| template.text.lines())
            .filter(|line| line.trim().starts_with("# docs/"))
            .filter_map(runbook)
            .map(str::to_owned),
    );
    let unused = runbooks.difference(&named);
    faults.extend(unused.map(|path| format!("{path} is named by no alarm")));
    faults
}

fn dimension(alarm: &Resource<'_>) -> String {
    text_of(alarm.property("/Dimensions/0/Value"))
}

fn watch_faults(templates: &Templates) -> Vec<String> {
    let mut faults = Vec::new();
    let alarms: Vec<Resource<'_>> = templates.of_kind("AWS::CloudWatch::Alarm").collect();
    for queue in templates.of_kind("AWS::SQS::Queue") {
        let name = text_of(queue.property("/QueueName"));
        let is_watched = alarms.iter().any(|alarm| {
            dimension(alarm) == name
                && *alarm.property("/MetricName") == json!("ApproximateNumberOfMessagesVisible")
                && *alarm.property("/Threshold") == json!(0)
        });
        if !is_watched {
            faults.push(queue.says("has no alarm"));
        }
    }
    for (metric, threshold) in WATCHED {
        let of_metric = alarms.iter().filter(|alarm| text_of(alarm.property("/MetricName")) == *metric);
        let thresholds: Vec<String> = of_metric.map(|alarm| text_of(alarm.property("/Threshold"))).collect();
        if thresholds != [*threshold] {
            faults.push(format!("alarms.yaml: {metric} is watched at {thresholds:?}, not at {threshold}"));
        }
    }
    faults
}

/// Four fifths of what a function has.
fn bound_faults(templates: &Templates) -> Vec<String> {
    let mut faults = Vec::new();
    for name in FUNCTIONS {
        let find = |part: &str| templates.resources().find(|resource| resource.id == id_of(name, part));
        let (Some(function), Some(watch)) = (find("Function"), find("Watch")) else {
            faults.push(format!("alarms.yaml: {name} is not watched"));
            continue;
        };
        let number = |pointer: &str| function.property(pointer).as_u64().unwrap_or_default();
        let reserved = number("/ReservedConcurrentExecutions/Fn::If/1");
        // A function that runs once at a time is at its bound whenever it runs: two at once is what must not be.
        let concurrency = if reserved == 1 { 2 } else { reserved * 4 / 5 };
        for (parameter, wanted) in [
            ("MemoryAlarmMb", number("/MemorySize") * 4 / 5),
            ("DurationAlarmMs", number("/Timeout") * 800),
            ("ConcurrencyAlarm", concurrency),
        ] {
            let given = watch.property(&format!("/Parameters/{parameter}"));
            if *given != json!(wanted) {
                faults.push(watch.says(&format!("{parameter} is {given}, four fifths are {wanted}")));
            }
        }
    }
    faults
}

fn runbooks() -> BTreeSet<String> {
    let files = text_files().unwrap().into_iter().map(|file| file.path);
    files.filter(|path| path.starts_with(RUNBOOKS) && path.ends_with(".md")).collect()
}

#[test]
fn every_alarm_tells_somebody_and_names_a_runbook_that_exists() {
    assert_clean(&alarm_faults(&Templates::read().unwrap(), &runbooks()));
}

#[test]
fn every_queue_and_every_promised_metric_has_its_alarm() {
    assert_clean(&watch_faults(&Templates::read().unwrap()));
}

#[test]
fn every_function_is_watched_at_four_fifths_of_what_it_has() {
    assert_clean(&bound_faults(&Templates::read().unwrap()));
}

#[test]
fn an_alarm_whose_runbook_is_gone_and_a_runbook_without_an_alarm_are_named() {
    let templates = Templates::read().unwrap();
    let mut fewer = runbooks();
    fewer.remove("docs/runbooks/parked.md");
    assert_names(
        &alarm_faults(&templates, &fewer),
        &["alarms.yaml: ParkedExecutions", "parked.md does not exist"],
    );
    let mut more = runbooks();
    more.insert("docs/runbooks/forgotten.md".to_owned());
    assert_names(&alarm_faults(&templates, &more), &["forgotten.md is named by no alarm"]);
}

#[test]
fn an_alarm_that_tells_nobody_is_named() {
    let planted =
        Templates::read().unwrap().planted("alarms", "      AlarmActions: [!Ref TopicArn]\n", "").unwrap();
    assert_names(&alarm_faults(&planted, &runbooks()), &["alarms.yaml: LostFindings", "tells nobody"]);
}

#[test]
fn a_queue_without_an_alarm_is_named() {
    let planted =
        Templates::read().unwrap().planted("data", "${Prefix}-parked", "${Prefix}-put-aside").unwrap();
    assert_names(&watch_faults(&planted), &["data.yaml: Parked", "no alarm"]);
}

#[test]
fn a_function_that_grew_past_its_alarm_is_named() {
    let planted =
        Templates::read().unwrap().planted("functions", "MemorySize: 512", "MemorySize: 1024").unwrap();
    assert_names(&bound_faults(&planted), &["alarms.yaml: IngestWatch", "MemoryAlarmMb"]);
}
