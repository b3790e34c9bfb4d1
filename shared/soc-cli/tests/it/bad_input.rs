//! What goes wrong: each time a clear error, nothing lost, and the exit code that is written down.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use crate::shell::{Shell, assert_balanced, count, writes_everywhere};
use flate2::Compression;
use flate2::write::GzEncoder;

#[test]
fn a_missing_file_is_named_and_nothing_is_taken_in() {
    let shell = Shell::new();
    let stream = shell.stream("good.ndjson");
    let said = shell.soc(&["ingest", &stream.display().to_string(), "nowhere.json"]).ended(1);
    assert!(said.err.contains("cannot open nowhere.json: No such file"), "{said:?}");
    assert!(said.err.contains("hint: "), "{said:?}");
    assert!(shell.soc(&["incidents", "list"]).ended(0).out.contains("no incidents"));
}

#[test]
fn a_pattern_that_the_shell_left_is_explained() {
    let said = Shell::new().soc(&["ingest", "findings/*.json"]).ended(1);
    assert!(said.err.contains("no file matches findings/*.json"), "{said:?}");
}

#[test]
fn an_empty_file_a_folder_and_a_binary_are_each_told_apart() {
    let shell = Shell::new();
    shell.file("empty.json", b"");
    shell.file("binary", b"\x7fELF\x02\x01\x01\x00\x00\x00");
    fs::create_dir(shell.path("folder")).unwrap();
    for (name, words) in [("empty.json", "is empty"), ("binary", "is not JSON"), ("folder", "is a folder")] {
        let said = shell.soc(&["ingest", name]).ended(1);
        assert!(said.err.contains(&format!("error: {name} {words}")), "{said:?}");
        assert!(said.err.contains("hint: "), "{said:?}");
    }
}

#[test]
fn what_stands_before_the_cut_of_a_gzip_file_is_kept() {
    let shell = Shell::new();
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(&soc_samples::builtin().join(&b'\n')).unwrap();
    let packed = packer.finish().unwrap();
    shell.file("cut.json.gz", &packed[..packed.len() / 2]);
    let said = shell.soc(&["ingest", "cut.json.gz", "--output", "json"]).ended(1);
    assert!(said.err.contains("cannot read cut.json.gz to its end"), "{said:?}");
    let summary = said.json();
    assert_balanced(&summary);
    assert!(count(&summary, "/recorded") > 10, "{summary}");
}

#[test]
fn a_line_of_many_megabytes_goes_to_a_file_and_its_neighbours_come_in() {
    let shell = Shell::new();
    let records = soc_samples::builtin();
    let mut bytes = [records[0].as_slice(), b"\n{\"long\":\""].concat();
    bytes.resize(bytes.len() + 16 * 1024 * 1024, b'x');
    bytes.extend_from_slice(b"\"}\n");
    bytes.extend_from_slice(&records[1]);
    shell.file("long.json", &bytes);
    let summary = shell.soc(&["ingest", "long.json", "--output", "json"]).ended(0).json();
    assert_balanced(&summary);
    assert_eq!((count(&summary, "/recorded"), count(&summary, "/quarantined")), (2, 1), "{summary}");
    let listed = shell.soc(&["quarantine", "list", "--output", "jsonl"]).ended(0).json();
    let id = listed["id"].as_str().unwrap();
    let kept = shell.soc(&["quarantine", "show", id, "--output", "json"]).ended(0).json();
    let file = shell.data().join(kept["file"].as_str().unwrap());
    assert_eq!(fs::metadata(&file).unwrap().len(), count(&kept, "/length"));
    let again = shell.soc(&["quarantine", "replay", id, "--output", "json"]).ended(0).json();
    assert_eq!(count(&again, "/released"), 0);
}

#[test]
fn deep_nesting_is_quarantined_and_its_neighbours_come_in() {
    let shell = Shell::new();
    let records = soc_samples::builtin();
    let deep = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
    let bytes = [records[0].as_slice(), &deep, &records[1]].join(&b'\n');
    shell.file("deep.json", &bytes);
    let summary = shell.soc(&["ingest", "deep.json", "--output", "json"]).ended(0).json();
    assert_balanced(&summary);
    assert_eq!(count(&summary, "/recorded"), 2, "{summary}");
    assert!(count(&summary, "/quarantined") >= 1, "{summary}");
}

#[test]
fn a_data_folder_that_cannot_be_made_is_named() {
    let shell = Shell::new();
    shell.file("file", b"no folder");
    let said = shell.soc(&["--data-dir", "file/below"]).ended(1);
    assert!(said.err.contains("file/below") && said.err.contains("hint: "), "{said:?}");
}

#[test]
fn a_data_folder_that_cannot_be_written_is_named() {
    let shell = Shell::new();
    let folder = shell.path("closed");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o500)).unwrap();
    if writes_everywhere(&folder) {
        eprintln!("this user writes everywhere: not tested");
        return;
    }
    let said = shell.soc(&["--data-dir", "closed"]).ended(1);
    assert!(said.err.contains("closed") && said.err.contains("hint: "), "{said:?}");
}

#[test]
fn looking_at_nothing_makes_no_folder() {
    let shell = Shell::new();
    let said = shell.soc(&["incidents", "list"]).ended(1);
    assert!(said.err.contains("there is nothing in the data folder .soc yet"), "{said:?}");
    assert!(!shell.data().exists());
}

#[test]
fn the_data_folder_is_for_its_owner_only() {
    let shell = Shell::filled();
    assert_eq!(fs::metadata(shell.data()).unwrap().permissions().mode() & 0o777, 0o700);
    for entry in fs::read_dir(shell.data()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o077, 0, "{entry:?}");
    }
}

#[test]
fn a_second_process_is_told_who_holds_the_folder_and_ctrl_c_ends_the_first_cleanly() {
    let shell = Shell::filled();
    let mut command = shell.command(&["run", "--input", "-"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut first = command.spawn().unwrap();
    let pid = first.id().to_string();
    // Once it has read its input it holds the lock.
    let mut stdin = first.stdin.take().unwrap();
    stdin.write_all(&soc_samples::builtin()[0]).unwrap();
    stdin.write_all(b"\n").unwrap();
    let lock = shell.data().join("lock");
    while fs::read_to_string(&lock).unwrap_or_default().trim() != pid {
        std::thread::yield_now();
    }
    let said = shell.soc(&["run", "--until-idle"]).ended(1);
    assert!(said.err.contains(&format!("in use by process {pid}")), "{said:?}");
    shell.soc(&["incidents", "list"]).ended(0);
    let killed = std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(killed.success());
    let output = first.wait_with_output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{words}");
    assert!(words.contains("Go on with: soc run"), "{words}");
    drop(stdin);
    shell.soc(&["run", "--until-idle"]).ended(0);
}

#[test]
fn a_policy_that_does_not_parse_stops_everything_before_it_begins() {
    let shell = Shell::new();
    shell.file("policy.toml", b"version = 1\nresponse = 5\n");
    for args in [["ingest", "x.json", "--policy", "policy.toml"], ["policy", "check", "policy.toml", "-q"]] {
        let said = shell.soc(&args).ended(1);
        assert!(said.err.contains("policy.toml") && said.err.contains("line 2"), "{said:?}");
    }
    assert!(!shell.data().exists());
    let filled = Shell::filled();
    fs::write(filled.data().join("policy.toml"), "version = 2\n").unwrap();
    filled.soc(&["run", "--until-idle"]).ended(1);
}

#[test]
fn ids_that_are_none_are_usage_errors_and_ids_of_nothing_are_errors() {
    let shell = Shell::filled();
    shell.soc(&["approve", "act_short", "--as", "ana"]).ended(2);
    shell.soc(&["quarantine", "show", "inc_abc"]).ended(2);
    let nobody = format!("act_{}", "a".repeat(26));
    assert!(shell.soc(&["approve", &nobody, "--as", "ana"]).ended(1).err.contains("there is no action"));
    assert!(shell.soc(&["reverse", &nobody, "--as", "ana"]).ended(1).err.contains("there is no action"));
    shell.soc(&["incidents", "show", "../../x"]).ended(1);
    shell.soc(&["incidents", "show", ""]).ended(1);
    shell.soc(&["account", "show", "arn:x"]).ended(1);
    shell.soc(&["account", "set", "arn:x", "{"]).ended(1);
    shell.soc(&["quarantine", "replay"]).ended(2);
    shell.soc(&["ingest"]).ended(2);
    shell.soc(&["ingest", "-", "-"]).ended(2);
}

#[test]
fn a_reader_that_goes_away_is_a_quiet_end() {
    let shell = Shell::new();
    let mut command = shell.command(&["inject", "--count", "20000", "--out", "-"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    reader.read_line(&mut line).unwrap();
    drop(reader);
    let mut words = String::new();
    child.stderr.take().unwrap().read_to_string(&mut words).unwrap();
    assert_eq!((child.wait().unwrap().code(), words.as_str()), (Some(0), ""));
}

#[test]
fn escapes_in_findings_do_not_reach_the_terminal() {
    let shell = Shell::new();
    let record = soc_samples::builtin()
        .into_iter()
        .map(|record| String::from_utf8(record).unwrap())
        .find(|record| record.contains("\"title\":\""))
        .unwrap();
    let hostile = record.replacen("\"title\":\"", "\"title\":\"\\u001b[31mred \\u202e", 1);
    let said = shell.piped(&["ingest", "-"], hostile.as_bytes()).ended(0);
    let listed = shell.soc(&["incidents", "list"]).ended(0);
    for text in [&said.out, &said.err, &listed.out] {
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text}");
    }
    assert!(listed.out.contains("\\u{1b}[31mred"), "{listed:?}");
}
