//! Real findings and events, when they are at hand: only what truly is a secret or a person's datum is replaced.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Kind, Redactor};

/// Beside the checkout; not part of the project.
fn samples() -> Vec<PathBuf> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let Ok(folders) = std::fs::read_dir(&data) else {
        return Vec::new();
    };
    let names_evidence = |folder: &PathBuf| {
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        ["ingest", "cloudtrail-", "guardduty-", "asff-", "ocsf-", "eventbridge-"]
            .iter()
            .any(|start| name.starts_with(start))
    };
    let folders = folders.filter_map(|folder| Some(folder.ok()?.path())).filter(names_evidence);
    let (mut files, mut open) = (Vec::new(), folders.collect::<Vec<PathBuf>>());
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    files.retain(|file| file.extension().is_some_and(|kind| kind == "json" || kind == "jsonl"));
    files.sort();
    files
}

/// Why a replacement seen in these samples is right: what the string has to contain, and the token's kind.
struct Explained {
    label: &'static str,
    contains: &'static str,
    because: &'static str,
}

const EXPLAINED: [Explained; 5] = [
    Explained { label: "EMAIL", contains: "@", because: "addresses of users, owners and mail senders" },
    Explained { label: "AWS_SESSION_TOKEN", contains: "IQoJ", because: "real tokens answered by AssumeRole" },
    Explained { label: "PASSWORD", contains: "-password ", because: "command lines that set a password" },
    Explained { label: "SLACK_TOKEN", contains: "xoxb-", because: "a bot token in a function's environment" },
    Explained { label: "TOKEN", contains: "xoxb-", because: "the same, named by its variable" },
];

/// One string that was changed.
struct Change {
    key: String,
    before: String,
    after: String,
}

impl Change {
    fn labels(&self) -> Vec<&str> {
        let made = self.after.split('[').filter_map(|part| part.split_once(':'));
        made.map(|(label, _)| label)
            .filter(|label| Kind::ALL.iter().any(|kind| kind.label() == *label))
            .collect()
    }

    fn explanations(&self) -> Vec<&'static Explained> {
        let explain = |label: &str| {
            EXPLAINED.iter().find(|known| known.label == label && self.before.contains(known.contains))
        };
        self.labels().into_iter().filter_map(explain).collect()
    }
}

fn compare(before: &Value, after: &Value, key: &str, changes: &mut Vec<Change>) {
    match (before, after) {
        (Value::Array(before), Value::Array(after)) => {
            before.iter().zip(after).for_each(|(b, a)| compare(b, a, key, changes));
        }
        (Value::Object(before), Value::Object(after)) => {
            assert!(before.keys().eq(after.keys()), "keys changed: {before:?}");
            before.iter().zip(after.values()).for_each(|((key, b), a)| compare(b, a, key, changes));
        }
        (before, after) if before != after => {
            changes.push(Change {
                key: key.to_owned(),
                before: before.to_string(),
                after: after.to_string(),
            });
        }
        _ => {}
    }
}

fn strings_in(value: &Value) -> usize {
    match value {
        Value::String(_) => 1,
        Value::Array(items) => items.iter().map(strings_in).sum(),
        Value::Object(fields) => fields.len() + fields.values().map(strings_in).sum::<usize>(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// What was looked at.
#[derive(Debug, Default)]
struct Tried {
    records: usize,
    /// Keys and values.
    strings: usize,
}

/// Redacts each document both ways: as a value, and as the text of one line.
fn changes_in(text: &str, redactor: &Redactor, tried: &mut Tried) -> Vec<Change> {
    let mut changes = Vec::new();
    for before in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        let before = before.unwrap();
        tried.records += before.as_array().map_or(1, Vec::len);
        tried.strings += strings_in(&before);
        let mut by_value = before.clone();
        redactor.redact_value(&mut by_value);
        compare(&before, &by_value, "", &mut changes);
        let line = before.to_string();
        let by_text: Value = serde_json::from_str(&redactor.redact(&line)).unwrap();
        compare(&before, &by_text, "", &mut changes);
    }
    changes
}

#[test]
fn only_what_is_explained_is_replaced_in_real_evidence() {
    let files = samples();
    if files.is_empty() {
        println!("no samples beside the checkout: nothing was compared");
        return;
    }
    let redactor = Redactor::new(b"evidence").unwrap();
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    let (mut unexplained, mut tried) = (Vec::new(), Tried::default());
    for file in &files {
        for change in changes_in(&std::fs::read_to_string(file).unwrap(), &redactor, &mut tried) {
            let explanations = change.explanations();
            let Change { key, before, after } = &change;
            println!("{}: {key}: {before:.300} => {after:.300}", file.display());
            if explanations.is_empty() || explanations.len() != change.labels().len() {
                unexplained.push(format!("{key}: {before:.300} => {after:.300}"));
            }
            for known in explanations {
                *seen.entry(format!("{}: {}", known.label, known.because)).or_default() += 1;
            }
        }
    }
    println!("{} files, {tried:?}; redacted twice each, as value and as text: {seen:#?}", files.len());
    println!("false redactions: {}", unexplained.len());
    assert!(unexplained.is_empty(), "{unexplained:#?}");
}
