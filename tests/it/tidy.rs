//! What every text file keeps: length, names, no silent drops, nothing of one machine.
//!
//! Apart from clippy because these are rules about files and words. The forbidden words are put together from pieces
//! here, so that this file passes its own check.

use crate::workspace::{TextFile, assert_clean, assert_names, text_files};

const CODE_LINES: usize = 400;
const FILE_LINES: usize = 600;
const MAIN_LINES: usize = 40;

/// Names that say nothing; what they would hold has a better one.
const BANNED_NAMES: &[&str] =
    &["common", "helper", "helpers", "manager", "misc", "types", "util", "utility", "utils"];

/// Rust code, and what to write instead.
const BANNED_CODE: &[(&str, &str)] = &[
    (concat!("#[al", "low("), "use `#[expect(lint, reason = \"...\")]`"),
    (concat!("#![al", "low("), "use `#![expect(lint, reason = \"...\")]`"),
    (concat!(".filter_map(Result::", "ok)"), "a record that fails must be counted, not dropped"),
    (concat!("#[ig", "nore"), "a test that is not run is no test"),
];

/// Files in which an open task may be noted, if its issue is named.
const SOURCES: &[&str] = &[".css", ".js", ".py", ".rs", ".sh", ".toml", ".ts", ".tsx", ".yaml", ".yml"];
const OPEN_TASKS: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME")];

/// Folders of the machine that somebody happened to work on.
const MACHINE_PATHS: &[&str] = &[concat!("/wo", "rk/"), concat!("/ro", "ot/")];

/// Where packages come from is a matter of the machine that fetches them; lock files hold checksums.
const REGISTRY_HOSTS: &[&str] = &[
    concat!("static.", "crates.io"),
    concat!("index.", "crates.io"),
    concat!("registry.", "npmjs.org"),
    concat!("registry.", "yarnpkg.com"),
    concat!("pypi.", "org/simple"),
    concat!("files.", "pythonhosted.org"),
    concat!("proxy.", "golang.org"),
];
const LOCKED_SOURCE: &str = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";

fn tidy_faults(file: &TextFile) -> Vec<String> {
    let mut faults = machine_faults(file);
    let path = file.path.as_str();
    if path.ends_with(".rs") {
        faults.extend(length_faults(file));
        faults.extend(name_faults(file));
        faults.extend(code_faults(file));
    }
    if SOURCES.iter().any(|ending| path.ends_with(ending)) && !path.starts_with("dashboard/dist/") {
        faults.extend(open_task_faults(file));
    }
    faults
}

/// Only tests: integration tests, and the `tests.rs` that a module keeps beside itself.
fn is_all_tests(path: &str) -> bool {
    path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("/tests.rs")
}

fn length_faults(file: &TextFile) -> Vec<String> {
    let path = file.path.as_str();
    let whole = file.text.lines().count();
    let code = file.text.lines().take_while(|line| line.trim() != "#[cfg(test)]").count();
    let mut faults = Vec::new();
    if whole > FILE_LINES {
        faults.push(format!("{path}: {whole} lines, at most {FILE_LINES} with its tests"));
    }
    if code > CODE_LINES && !is_all_tests(path) {
        faults.push(format!("{path}: {code} lines before its tests, at most {CODE_LINES}"));
    }
    if whole > MAIN_LINES && path.ends_with("src/main.rs") {
        faults.push(format!("{path}: {whole} lines, at most {MAIN_LINES}: main is wiring"));
    }
    faults
}

/// Names of folders, files and inline modules; and of types that only say that they implement something.
fn name_faults(file: &TextFile) -> Vec<String> {
    let path = file.path.as_str();
    let mut faults = Vec::new();
    for part in path.split('/') {
        let name = part.strip_suffix(".rs").unwrap_or(part);
        if BANNED_NAMES.contains(&name) {
            faults.push(format!("{path}: {name:?} says nothing; name what is in it"));
        }
    }
    for (number, line) in (1..).zip(file.text.lines()) {
        let mut words = line.split_whitespace().skip_while(|word| word.starts_with("pub"));
        let (keyword, rest) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let is_declaration = matches!(keyword, "mod" | "struct" | "enum" | "trait" | "type");
        let name = rest.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next();
        let name = name.filter(|_| is_declaration).unwrap_or_default();
        let is_empty_name = keyword == "mod" && BANNED_NAMES.contains(&name);
        if is_empty_name || name.ends_with("Impl") {
            faults.push(format!("{path}:{number}: {name:?} says nothing; name what it is"));
        }
    }
    faults
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

fn code_faults(file: &TextFile) -> Vec<String> {
    let mut faults = Vec::new();
    for (number, line) in (1..).zip(file.text.lines()).filter(|(_, line)| !is_comment(line)) {
        for (code, instead) in BANNED_CODE.iter().filter(|(code, _)| line.contains(code)) {
            faults.push(format!("{}:{number}: {code} - {instead}", file.path));
        }
    }
    faults
}

fn open_task_faults(file: &TextFile) -> Vec<String> {
    let mut faults = Vec::new();
    for (number, line) in (1..).zip(file.text.lines()) {
        let is_open = OPEN_TASKS.iter().any(|word| line.contains(word));
        if is_open && !names_an_issue(line) {
            faults.push(format!("{}:{number}: an open task without its issue, as in `#123`", file.path));
        }
    }
    faults
}

fn names_an_issue(line: &str) -> bool {
    line.split('#').skip(1).any(|rest| rest.starts_with(|letter: char| letter.is_ascii_digit()))
}

fn machine_faults(file: &TextFile) -> Vec<String> {
    let path = file.path.as_str();
    // Fixtures are what real systems said; the home of a victim's root user may be part of it.
    let is_evidence = path.starts_with("tests/fixtures/") || path.starts_with("tests/scenarios/");
    let mut faults = Vec::new();
    for (number, line) in (1..).zip(file.text.lines()) {
        for folder in MACHINE_PATHS.iter().filter(|folder| !is_evidence && has_path(line, folder)) {
            faults.push(format!("{path}:{number}: {folder} is a folder of one machine"));
        }
        for host in REGISTRY_HOSTS.iter().filter(|host| line.contains(*host)) {
            faults.push(format!(
                "{path}:{number}: {host}: where packages are fetched is no part of the project"
            ));
        }
        let is_elsewhere = line.starts_with("source = ") && line != LOCKED_SOURCE;
        if path.ends_with("Cargo.lock") && is_elsewhere {
            faults.push(format!("{path}:{number}: {line}: not from the public registry"));
        }
        if path.ends_with("package-lock.json") && line.trim_start().starts_with("\"resolved\": \"http") {
            faults.push(format!("{path}:{number}: npm needs `omit-lockfile-registry-resolved=true`"));
        }
    }
    faults
}

/// The folder at the beginning of an absolute path, not in the middle of a longer one.
fn has_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(start, _)| {
        let before = line.get(..start).and_then(|text| text.chars().next_back());
        before.is_none_or(|letter| letter.is_whitespace() || "\"'`(=:,<>[|".contains(letter))
    })
}

#[test]
fn every_text_file_is_tidy() {
    let files = text_files().unwrap();
    let faults: Vec<String> = files.iter().flat_map(tidy_faults).collect();
    assert_clean(&faults);
}

fn planted(path: &str, text: &str) -> Vec<String> {
    tidy_faults(&TextFile { path: path.to_owned(), text: text.to_owned() })
}

#[test]
fn a_long_file_is_named() {
    assert_clean(&planted("shared/x/src/a.rs", &"x\n".repeat(CODE_LINES)));
    let code = "x\n".repeat(CODE_LINES + 1);
    assert_names(&planted("shared/x/src/a.rs", &code), &["shared/x/src/a.rs", "401"]);
    assert_clean(&planted("tests/it/a.rs", &code));
    assert_clean(&planted("shared/x/src/a/tests.rs", &code));
}

#[test]
fn tests_do_not_count_as_code_but_have_an_end() {
    let code = "x\n".repeat(CODE_LINES - 1);
    assert_clean(&planted("a.rs", &format!("{code}#[cfg(test)]\nmod tests {{\n{}}}\n", "x\n".repeat(100))));
    let long = format!("{code}#[cfg(test)]\nmod tests {{\n{}}}\n", "x\n".repeat(300));
    assert_names(&planted("a.rs", &long), &["with its tests"]);
}

#[test]
fn a_main_that_is_more_than_wiring_is_named() {
    assert_names(&planted("functions/x/src/main.rs", &"x\n".repeat(MAIN_LINES + 1)), &["main is wiring"]);
}

#[test]
fn a_name_that_says_nothing_is_named() {
    assert_names(&planted("shared/x/src/utils.rs", ""), &["utils"]);
    assert_names(&planted("shared/x/src/helpers/mod.rs", ""), &["helpers"]);
    assert_names(&planted("a.rs", "pub(crate) mod misc {"), &["a.rs:1", "misc"]);
    assert_names(&planted("a.rs", "pub struct StoreImpl {"), &["StoreImpl"]);
    assert_clean(&planted("a.rs", "use std::fmt::Debug; // a manager of types\nlet type_name = 1;"));
}

#[test]
fn banned_code_is_named() {
    for (code, _) in BANNED_CODE {
        assert_names(&planted("a.rs", &format!("fn a() {{}}\n    {code}")), &["a.rs:2", code]);
        assert_clean(&planted("a.rs", &format!("// why {code} is banned")));
    }
}

#[test]
fn an_open_task_without_its_issue_is_named() {
    for word in OPEN_TASKS {
        assert_names(&planted("scripts/a.sh", &format!("# {word}: later")), &["scripts/a.sh:1"]);
        assert_clean(&planted("scripts/a.sh", &format!("# {word}(#12): later")));
    }
}

#[test]
fn a_path_of_one_machine_is_named() {
    for folder in MACHINE_PATHS {
        assert_names(&planted("README.md", &format!("see `{folder}x`")), &["README.md:1", folder]);
        assert_clean(&planted("README.md", &format!("see https://example.com{folder}x and ~{folder}")));
        assert_clean(&planted("tests/fixtures/guardduty/a.json", &format!("{{\"path\": \"{folder}x\"}}")));
    }
}

#[test]
fn a_registry_host_is_named() {
    for host in REGISTRY_HOSTS {
        assert_names(&planted("dashboard/.npmrc", &format!("registry=https://{host}/")), &[host]);
    }
    let elsewhere = "source = \"registry+https://mirror.example/index\"";
    assert_names(&planted("Cargo.lock", elsewhere), &["Cargo.lock:1", "mirror.example"]);
    assert_clean(&planted("Cargo.lock", LOCKED_SOURCE));
    let resolved = "      \"resolved\": \"https://mirror.example/react.tgz\",";
    assert_names(&planted("dashboard/package-lock.json", resolved), &["omit-lockfile-registry-resolved"]);
}
