//! Reads every line of the public samples beside the checkout and compares with what they are known to say.
//! Each difference has its explanation here; one without fails the test.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test's own reading of its table, and its report"
)]

use std::fs;
use std::path::{Path, PathBuf};

use soc_domain::finding::{Finding, Route};
use soc_domain::wire::{Content, Event, Piece, Splitter, read_record};

fn samples() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/ingest");
    if path.is_dir() {
        return Some(path);
    }
    println!("absent: {} - the public samples are not compared", path.display());
    None
}

/// One row of EXPECTED.tsv.
struct Expected {
    file: String,
    line: usize,
    kind: String,
    product: String,
    product_id: String,
    type_or_control: String,
    severity: String,
    account: String,
    region: String,
    sample: String,
}

fn expected(folder: &Path) -> Vec<Expected> {
    let text = fs::read_to_string(folder.join("EXPECTED.tsv")).unwrap();
    let mut rows = Vec::new();
    for line in text.lines().skip(1) {
        let cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
        let [file, line, kind, product, product_id, type_or_control, severity, account, region, sample] =
            <[String; 10]>::try_from(cells).unwrap();
        let line = line.parse().unwrap();
        rows.push(Expected {
            file,
            line,
            kind,
            product,
            product_id,
            type_or_control,
            severity,
            account,
            region,
            sample,
        });
    }
    rows
}

/// What differs, as `column: expected -> read`.
fn differences(row: &Expected, content: &Content) -> Vec<(&'static str, String, String)> {
    let read = match content {
        Content::Finding(finding, _) => of_finding(row, finding),
        Content::Event(event) => of_event(row, event),
    };
    read.into_iter().filter(|(_, expected, read)| expected != read).collect()
}

fn of_finding(row: &Expected, finding: &Finding) -> Vec<(&'static str, String, String)> {
    let product = match (finding.route, row.product.as_str()) {
        (Route::Native, "GuardDuty malware scan") => "GuardDuty malware scan".to_owned(),
        (Route::Native, _) if finding.product == "guardduty" => "GuardDuty".to_owned(),
        (Route::Asff, _) => format!("SecurityHub:{}", finding.product),
        (Route::Ocsf, _) if finding.product == "guardduty" => "OCSF:GuardDuty".to_owned(),
        (Route::Ocsf, _) if finding.product == "securityhub" => "OCSF:Security Hub".to_owned(),
        (Route::Native | Route::Ocsf, _) => finding.product.clone(),
    };
    vec![
        ("kind", row.kind.clone(), "finding".to_owned()),
        ("product", row.product.clone(), product),
        ("product_id", row.product_id.clone(), finding.product_id.clone()),
        ("type_or_control", row.type_or_control.clone(), finding.kind.clone()),
        ("severity", row.severity.clone(), finding.severity.to_string()),
        ("account", row.account.clone(), finding.place.account.clone()),
        ("region", row.region.clone(), finding.place.region.clone()),
        ("sample", row.sample.clone(), if finding.sample { "yes" } else { "no" }.to_owned()),
    ]
}

fn of_event(row: &Expected, event: &Event) -> Vec<(&'static str, String, String)> {
    if row.kind == "other" {
        return Vec::new();
    }
    vec![
        ("kind", row.kind.clone(), "event".to_owned()),
        ("product", row.product.clone(), event.source.clone()),
        ("product_id", row.product_id.clone(), event.id.clone()),
        ("type_or_control", row.type_or_control.clone(), event.detail_type.clone()),
        ("account", row.account.clone(), event.account.clone()),
        ("region", row.region.clone(), event.region.clone()),
    ]
}

/// Why a difference is right; nothing where it is not.
fn explanation(
    row: &Expected,
    line: &str,
    content: &Content,
    (column, read): (&str, &str),
) -> Option<&'static str> {
    let Content::Finding(finding, _) = content else { return None };
    match column {
        "product_id"
            if row.product_id.ends_with(&format!("/finding/{read}")) && finding.product == "guardduty" =>
        {
            Some("GuardDuty's own id is what follows /finding/, whichever way the finding came")
        }
        "type_or_control" if finding.generator.as_deref() == Some(row.type_or_control.as_str()) => {
            Some("the consolidated id of the control; the name that the record gave is kept as generator")
        }
        "region" if row.region.is_empty() && finding.product_id.contains(&format!(":{read}:")) => {
            Some("the region is in the finding's own ARN")
        }
        "region"
            if row.region.is_empty()
                && finding.route == Route::Asff
                && line.contains(&format!("securityhub:{read}:")) =>
        {
            Some("the region is in the ARN of the finding (GuardDuty) or of the product")
        }
        "region" if row.region.is_empty() && row.product == "GuardDuty" => {
            Some("the region is in the envelope")
        }
        "severity" if row.severity.is_empty() && read == "High" => {
            Some("a malware scan that found threats is High")
        }
        "sample" if finding.route == Route::Asff && read == "yes" => {
            Some("aws/guardduty/service/additionalInfo/sample is true in ProductFields")
        }
        _ => None,
    }
}

/// Lines that are no event and no finding: which are refused, and that they are not lost.
fn check_other(row: &Expected, reason: &str) -> Option<String> {
    (row.kind != "other").then(|| format!("{}:{} refused: {reason}", row.file, row.line))
}

#[test]
fn every_public_sample_reads_as_expected_or_the_difference_is_explained() {
    let Some(folder) = samples() else { return };
    let (mut unexplained, mut explained) = (Vec::new(), std::collections::BTreeMap::new());
    let rows = expected(&folder);
    for row in &rows {
        let text = fs::read_to_string(folder.join(&row.file)).unwrap();
        let line = text.lines().nth(row.line - 1).unwrap();
        let items = read_record(line.as_bytes());
        if items.len() != 1 {
            unexplained.push(format!("{}:{} gave {} items", row.file, row.line, items.len()));
        }
        for item in &items {
            match &item.content {
                Err(refusal) => unexplained.extend(check_other(row, &refusal.to_string())),
                Ok(content) => {
                    for (column, expected, read) in differences(row, content) {
                        match explanation(row, line, content, (column, &read)) {
                            Some(why) => *explained.entry((column, why)).or_insert(0) += 1,
                            None => unexplained.push(format!(
                                "{}:{} {column}: {expected:?} -> {read:?}",
                                row.file, row.line
                            )),
                        }
                    }
                }
            }
        }
    }
    assert_eq!(rows.len(), 142, "EXPECTED.tsv has changed");
    for ((column, why), count) in &explained {
        println!("{count:4} {column}: {why}");
    }
    assert!(
        unexplained.is_empty(),
        "{} differences without explanation:\n{}",
        unexplained.len(),
        unexplained.join("\n")
    );
}

#[test]
fn every_line_of_the_public_samples_is_a_record_of_its_own() {
    let Some(folder) = samples() else { return };
    for file in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if file.extension().is_none_or(|extension| extension != "jsonl") {
            continue;
        }
        let bytes = fs::read(&file).unwrap();
        let mut records: Vec<Vec<u8>> = Vec::new();
        let mut take = |piece: Piece<'_>| match piece {
            Piece::Record { record, .. } => records.push(record.bytes().to_vec()),
            Piece::Broken { reason, position, .. } => panic!("{} {position:?}: {reason}", file.display()),
        };
        let mut splitter = Splitter::new();
        splitter.feed(&bytes, &mut take);
        splitter.finish(&mut take);
        let lines: Vec<Vec<u8>> =
            bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect();
        // A notification is one line and, in the stream, the elements of its Records.
        if file.file_stem().is_some_and(|name| name == "sns") {
            assert_eq!(records.len(), lines.len());
        } else {
            assert!(records == lines, "{}", file.display());
        }
    }
}
