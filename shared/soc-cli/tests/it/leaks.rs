//! T13, a leak through logs: what a finding says of persons and secrets is neither logged nor shown by a run.

use soc_samples::wire::{Form, value};
use soc_samples::{Sample, entries};

use crate::shell::{Shell, count};

/// Put together here, so that no scanner takes this file for a leak.
fn canaries() -> Vec<(String, &'static str)> {
    vec![
        ("jane.roe@corp.example".to_owned(), "jane.roe"),
        (concat!("gh", "p_0123456789abcdefghij0123456789ABCDEF").to_owned(), "0123456789abcdefghij"),
        ("password=Tr0ub4dor-and-3&x=1".to_owned(), "Tr0ub4dor"),
        ("4111111111111111".to_owned(), "4111111111111111"),
        ("+49 30 9018 20000".to_owned(), "9018 20000"),
        (concat!("xo", "xb-123456789012-abcdefABCDEF").to_owned(), "123456789012-abcdef"),
        ("postgres://app:S3cr3tS3cr3tS3@db.internal/x".to_owned(), "S3cr3tS3"),
        ("DE89370400440532013000".to_owned(), "DE8937040044"),
    ]
}

/// The findings of the built-in stream, with all canaries in titles, descriptions and tags; and broken records.
fn loaded() -> Vec<u8> {
    let said: String = canaries().iter().map(|(text, _)| format!(" {text}")).collect();
    let mut lines = Vec::new();
    for entry in entries() {
        let (title, description) = (format!("x{said}"), format!("{}{said}", entry.sample.description));
        for form in [entry.form, Form::Ocsf] {
            let sample =
                Sample { title: title.clone(), description: description.clone(), ..entry.sample.clone() };
            let mut record = value(&sample, form);
            if let Some(tag) = record.pointer_mut("/detail/resource/instanceDetails/tags/0/value") {
                *tag = said.clone().into();
            }
            lines.push(record.to_string());
        }
    }
    lines.push(format!("{{\"detail\": {{\"{said}\": "));
    lines.push(format!("{{\"{said}\": 1}}"));
    lines.join("\n").into_bytes()
}

fn assert_none(text: &str, of: &str) {
    for (_, telling) in canaries() {
        assert!(!text.contains(telling), "{telling} in {of}: {text}");
    }
}

#[test]
fn a_run_neither_logs_nor_shows_secrets_and_personal_data_however_verbose() {
    let shell = Shell::new();
    shell.file("findings.ndjson", &loaded());
    let said = shell.soc(&["-vv", "ingest", "findings.ndjson"]);
    assert!(said.code.is_some() && said.out.contains("[EMAIL:"), "{said:?}");
    assert_none(&said.out, "standard output");
    assert_none(&said.err, "standard error");
    let notices = std::fs::read_to_string(shell.data().join("notices.jsonl")).expect("notices were sent");
    assert_none(&notices, "the notices");
    let again = shell.soc(&["-vv", "--output", "json", "run", "--until-idle"]).ended(0);
    assert_none(&format!("{} {}", again.out, again.err), "a second run");
    assert_eq!(count(&again.json(), "/lost"), 0);
    let quarantine = shell.soc(&["-vv", "quarantine", "list"]);
    assert_none(&format!("{} {}", quarantine.out, quarantine.err), "the quarantine's list");
}
