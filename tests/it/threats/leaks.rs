//! T8 and T13, secrets and personal data: a canary in every field of a finding reaches neither the analyst, nor a log,
//! nor a notice, nor the words of an error. (The evidence itself keeps it: that is what evidence is.)
//!
//! `SOC_TEST_CANARIES` sets how many fields are tried; CI tries every kind in every field of every form. The words of
//! the real program are tried in `shared/soc-cli/tests`.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use fastrand::Rng;
use serde_json::Value;
use soc_domain::analysis::Draft;
use soc_domain::evidence::Evidence;
use soc_domain::id::IncidentId;
use soc_domain::incident::{Incident, Join};
use soc_domain::severity::Severity;
use soc_domain::wire::{Content, read_record};
use soc_guard::redacted::Redacted;
use soc_local::analyst::RuleAnalyst;
use soc_pipeline::error::AnalystError;
use soc_pipeline::ports::{Analyst, Question};
use soc_samples::wire::{Form, value};
use soc_samples::{Sample, entries};

use super::canaries::{Canary, canaries};
use super::desk::{Desk, asked};
use super::fields::{Leaf, leaf, leaves, with_remarks};
use crate::bed::Bed;
use crate::cast::{day, miner, stolen_key};
use crate::stages::REDACTOR;

/// How many fields, where nobody says otherwise.
const FIELDS: usize = 300;

/// A record and where its strings are.
struct Subject {
    form: Form,
    record: Value,
    fields: Vec<Leaf>,
}

/// Every product and target of the built-in stream in every form, and the findings that are acted on.
fn subjects() -> Vec<Subject> {
    let mut samples: Vec<Sample> = vec![miner("mines", "runner"), stolen_key("used elsewhere", "ada")];
    let mut seen = BTreeSet::new();
    for entry in entries() {
        let targets: Vec<String> = entry
            .sample
            .targets
            .iter()
            .map(|target| format!("{target:?}").chars().take(6).collect())
            .collect();
        let act: String = format!("{:?}", entry.sample.act).chars().take(4).collect();
        if seen.insert((format!("{:?}", entry.sample.product), targets, act)) {
            samples.push(entry.sample);
        }
    }
    let mut subjects = Vec::new();
    for sample in &samples {
        for form in Form::ALL {
            let record = with_remarks(value(sample, form), form);
            let fields = leaves(&record);
            subjects.push(Subject { form, record, fields });
        }
    }
    subjects
}

/// The record with a canary behind what the field says, or instead of it.
fn planted(record: &Value, field: &Leaf, canary: &Canary, instead: bool) -> Value {
    let mut record = record.clone();
    let text = if instead { canary.text.clone() } else { format!("{} {}", field.text, canary.text) };
    *leaf(&mut record, &field.pointer) = Value::from(text);
    record
}

/// What an analyst is shown of a record, and what is said of it if it is refused.
fn shown_of(record: &Value) -> Vec<String> {
    let bytes = record.to_string().into_bytes();
    let mut shown = Vec::new();
    for item in read_record(&bytes) {
        match item.content {
            Ok(Content::Finding(finding, gaps)) => {
                let now = day(60 * 24);
                let mut incident = Incident::opened_by(IncidentId::opened_by(finding.id), &finding, now);
                incident.absorb(&finding, Join { now, floor: Severity::Low });
                let evidence = Evidence::new(&incident, vec![*finding], 1);
                let redacted = Redacted::of(serde_json::to_value(&evidence).unwrap(), &REDACTOR);
                // Its numbers are times, counts and ports, whatever they were written as.
                shown.extend(
                    leaves(redacted.as_value()).into_iter().map(|found| found.pointer + " " + &found.text),
                );
                shown.push(format!("{gaps:?}"));
            }
            Ok(Content::Event(_)) => {}
            Err(refusal) => shown.push(format!("{refusal} {refusal:?}")),
        }
    }
    shown
}

fn leak(shown: &[String], canary: &Canary) -> Option<String> {
    shown.iter().find_map(|text| {
        let part = canary.in_text(text)?;
        let at = text.to_lowercase().find(&part).unwrap_or_default();
        let around: String = text.chars().skip(at.saturating_sub(120)).take(300).collect();
        Some(format!("{part} in {around}"))
    })
}

#[test]
fn no_canary_in_any_field_of_any_form_is_shown_to_an_analyst() {
    let subjects = subjects();
    let mut chance = Rng::with_seed(21);
    let kinds = canaries(&mut chance);
    assert!(kinds.iter().map(|canary| canary.kind).collect::<BTreeSet<_>>().len() >= 30);
    let places: Vec<_> =
        subjects.iter().flat_map(|one| one.fields.iter().map(move |field| (one, field))).collect();
    let wanted = asked("SOC_TEST_CANARIES", FIELDS);
    // Each field with each kind, in an order that does not favour any.
    let all = places.len() * kinds.len();
    let step = (all / wanted.min(all)).max(1);
    let tries: Vec<usize> = (0..all).step_by(step).collect();
    let part = |half: usize| -> (usize, Vec<String>) {
        let mut leaks = Vec::new();
        let mine = tries.iter().enumerate().filter(|(number, _)| number % 2 == half);
        let mut count = 0;
        for (number, at) in mine {
            let (subject, field) = places[at % places.len()];
            let canary = &kinds[(at / places.len() + at) % kinds.len()];
            let record = planted(&subject.record, field, canary, number / 2 % 3 == 0);
            count += 1;
            if let Some(leak) = leak(&shown_of(&record), canary) {
                leaks.push(format!("{:?} {} {}: {leak:.600}", subject.form, field.pointer, canary.kind));
            }
        }
        (count, leaks)
    };
    let halves = std::thread::scope(|scope| {
        let halves = [0, 1].map(|half| scope.spawn(move || part(half)));
        halves.map(|half| half.join().unwrap())
    });
    let leaks: Vec<&String> = halves.iter().flat_map(|(_, leaks)| leaks).collect();
    let tried: usize = halves.iter().map(|(count, _)| count).sum();
    println!(
        "{tried} canaries of {} kinds in {} fields of {} records",
        kinds.len(),
        places.len(),
        subjects.len()
    );
    assert!(leaks.is_empty(), "{} leaks: {leaks:#?}", leaks.len());
}

/// Remembers everything that it was shown.
#[derive(Default)]
struct Curious(Mutex<Vec<String>>);

#[async_trait]
impl Analyst for Curious {
    fn name(&self) -> &'static str {
        "curious"
    }
    async fn analyse(&self, question: Question<'_>) -> Result<Draft, AnalystError> {
        let shown =
            format!("{} {}", question.evidence.as_value(), serde_json::to_string(question.floor).unwrap());
        self.0.lock().unwrap().push(shown);
        RuleAnalyst.analyse(question).await
    }
}

/// Findings with a canary in every free text, one kind after the other.
fn loaded(kinds: &[Canary], forms: &[Form]) -> Vec<(Vec<u8>, Canary)> {
    let mut records = Vec::new();
    for (number, canary) in kinds.iter().enumerate() {
        let form = forms[number % forms.len()];
        let host = format!("host-{number}");
        let sample = if number % 2 == 0 { miner(&host, &host) } else { stolen_key(&host, &host) };
        let mut record = with_remarks(value(&sample, form), form);
        for field in leaves(&record).iter().filter(|field| field.is_free_text()) {
            *leaf(&mut record, &field.pointer) = Value::from(format!("{} {}", field.text, canary.text));
        }
        records.push((record.to_string().into_bytes(), canary.clone()));
    }
    records
}

#[track_caller]
fn assert_none(text: &str, kinds: &[Canary], of: &str) {
    let text = text.to_lowercase();
    for canary in kinds {
        let found = canary.in_lowered(&text);
        assert_eq!(found, None, "{} in {of}", canary.kind);
    }
}

#[test]
fn no_canary_reaches_an_analyst_its_analysis_or_a_notice_through_the_pipeline() {
    let kinds = canaries(&mut Rng::with_seed(22));
    let curious = Curious::default();
    let desk = Desk::new();
    let forms = [Form::GuardDutyEvent, Form::Asff, Form::Ocsf, Form::GuardDutyApi];
    for (record, _) in loaded(&kinds, &forms) {
        desk.handle(&record, &curious);
    }
    let shown = curious.0.into_inner().unwrap();
    let notices = desk.told.notices();
    assert_eq!((shown.len(), notices.len() >= kinds.len()), (kinds.len(), true));
    assert_none(&shown.join("\n"), &kinds, "what the analyst was shown");
    let analyses: Vec<String> =
        desk.incidents().into_iter().map(|(_, documents)| format!("{:?}", documents.analysis)).collect();
    assert_none(&analyses.join("\n"), &kinds, "the analyses");
    let told: Vec<String> = notices.iter().map(soc_domain::notice::as_json).collect();
    assert_none(&told.join("\n"), &kinds, "the notices");
}

/// A log that is kept.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Everything that is logged on this thread while `work` runs.
fn logged(work: impl FnOnce()) -> String {
    let kept = Kept::default();
    let writer = kept.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .finish();
    tracing::subscriber::with_default(subscriber, work);
    String::from_utf8(kept.0.lock().unwrap().clone()).unwrap()
}

/// Records that are cut short, too deep, or nothing at all, each with a canary in it.
fn poison(kinds: &[Canary]) -> Vec<Vec<u8>> {
    let broken = |(number, canary): (usize, &Canary)| {
        let text = serde_json::to_string(&canary.text).unwrap();
        match number % 4 {
            0 => format!("{{\"detail\": {text}"),
            1 => format!("{{{text}: {{}}}}"),
            2 => format!("{}{text}{}", "[".repeat(70), "]".repeat(70)),
            _ => format!("{{\"a\": {text} {text}}}"),
        }
    };
    kinds.iter().enumerate().map(broken).map(String::into_bytes).collect()
}

#[test]
fn no_canary_is_logged_at_any_level_nor_written_to_a_notice_nor_named_as_a_reason() {
    let kinds = canaries(&mut Rng::with_seed(23));
    let bed = Bed::new();
    let mut records: Vec<_> = loaded(&kinds, &[Form::GuardDutyEvent, Form::AsffEvent, Form::OcsfEvent])
        .into_iter()
        .map(|(record, _)| record)
        .collect();
    records.extend(poison(&kinds));
    let log = logged(|| {
        let summary = bed.run(&records);
        assert_eq!(summary.quarantined, kinds.len() as u64);
        // Something fails, so that there is something to log.
        bed.rows().execute("UPDATE executions SET state = '{', status = 'running'", []).unwrap();
        let failed = soc_testkit::block_on(bed.soc().run(
            &[],
            &soc_local::runner::RunOptions::default(),
            &soc_local::runner::Silent,
        ));
        tracing::error!("{:?}", failed.map(|_ran| ()));
        bed.rows().execute("DELETE FROM incidents", []).unwrap();
        bed.rows().execute("UPDATE executions SET state = '', status = 'pending'", []).unwrap();
        bed.go_on();
    });
    assert!(log.lines().count() > kinds.len(), "there is a log: {log}");
    assert_none(&log, &kinds, "the log");
    let notices = std::fs::read_to_string(bed.data().join("notices.jsonl")).unwrap();
    assert!(notices.lines().count() >= kinds.len() / 2, "{notices}");
    assert_none(&notices, &kinds, "the notices");
    let reasons = "SELECT coalesce(group_concat(reason), '') FROM quarantine";
    let reasons: String = bed.rows().query_row(reasons, [], |row| row.get(0)).unwrap();
    assert_none(&reasons, &kinds, "the reasons of the quarantine");
}

#[test]
fn a_canary_in_a_log_would_be_seen() {
    let kinds = canaries(&mut Rng::with_seed(24));
    for canary in &kinds {
        let log = logged(|| tracing::trace!("a finding says {}", canary.text.to_uppercase()));
        assert!(canary.in_text(&log).is_some(), "{} in {log}", canary.kind);
    }
}
