//! What the documents promise exists: members, paths, links, and the commands that CI runs.
//!
//! Apart because prose is compiled by nobody. Only what can be checked without judgement is checked.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::workspace::{assert_clean, assert_names, folder_of, metadata, read, root, text_files};

const DOCUMENTS: &[&str] = &["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"];

/// A word in backticks that begins so is meant as a path of this repository.
const FOLDERS: &[&str] = &[
    ".ci/",
    "cloudformation/",
    "dashboard/",
    "docs/",
    "functions/",
    "scripts/",
    "shared/",
    "statemachines/",
    "tests/",
];
const ROOT_FILES: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "LICENSE",
    "clippy.toml",
    "deny.toml",
    "rustfmt.toml",
    "rust-toolchain.toml",
];

const COMMANDS: &[&str] = &["cargo run", "cargo test"];

/// A document without its code blocks; the lines keep their numbers.
fn prose(text: &str) -> Vec<&str> {
    let mut is_code = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        lines.push(if is_fence || is_code { "" } else { line });
    }
    lines
}

/// What stands in backticks: every second piece.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Targets of `[text](target)`, `[name]: target`, `src="target"` and `href="target"`.
fn links(line: &str) -> Vec<&str> {
    let mut targets = Vec::new();
    for (opening, closing) in [("](", ')'), ("src=\"", '"'), ("href=\"", '"')] {
        targets.extend(line.split(opening).skip(1).filter_map(|rest| rest.split(closing).next()));
    }
    if line.starts_with('[') {
        targets.extend(line.split_once("]: ").map(|(_, target)| target));
    }
    targets.into_iter().filter_map(|target| target.split_whitespace().next()).collect()
}

/// The path that a link leads to, if it leads into this repository.
fn linked_path(target: &str) -> Option<&str> {
    let is_elsewhere = target.contains("://") || target.starts_with("mailto:") || target.starts_with('#');
    if is_elsewhere { None } else { target.split('#').next() }
}

/// A word in backticks, if it is meant as a path. Patterns and placeholders are meant as such.
fn quoted_path(word: &str) -> Option<&str> {
    let is_pattern = word.contains(['*', '{', '<', '$', '…']);
    let is_root_file = ROOT_FILES.contains(&word) || DOCUMENTS.contains(&word);
    let is_path = is_root_file || FOLDERS.iter().any(|folder| word.starts_with(folder));
    if is_pattern || !is_path { None } else { word.split(['#', ':']).next() }
}

fn path_faults(document: &str, text: &str, exists: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut faults = Vec::new();
    for (number, line) in (1..).zip(prose(text)) {
        let words = quoted(line).flat_map(str::split_whitespace);
        let paths = words.filter_map(quoted_path).chain(links(line).into_iter().filter_map(linked_path));
        for path in paths.filter(|path| !exists(path)) {
            faults.push(format!("{document}:{number}: {path} does not exist"));
        }
    }
    faults
}

/// The members that the section "Code map" lists: each line's or row's first word in backticks.
fn mapped(architecture: &str) -> BTreeSet<String> {
    let after = architecture.lines().skip_while(|line| !is_code_map(line)).skip(1);
    let section = after.take_while(|line| !line.starts_with("## "));
    let entries = section.filter(|line| line.trim_start().starts_with(['|', '-', '*', '#']));
    let names = entries.filter_map(|line| quoted(line).next()).map(|name| name.trim_end_matches('/'));
    names.filter(|name| is_member_path(name)).map(str::to_owned).collect()
}

fn is_code_map(line: &str) -> bool {
    line.starts_with("## ") && line.to_lowercase().contains("code map")
}

fn is_member_path(name: &str) -> bool {
    let mut parts = name.split('/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("tests"), None, None) => true,
        (Some("shared" | "functions"), Some(member), None) => !member.contains('*'),
        _ => false,
    }
}

fn code_map_faults(architecture: &str, members: &BTreeSet<String>) -> Vec<String> {
    let mapped = mapped(architecture);
    let missing = members.difference(&mapped).map(|name| format!("the code map does not list {name}"));
    let gone =
        mapped.difference(members).map(|name| format!("the code map lists {name}, which is no member"));
    missing.chain(gone).collect()
}

/// The commands of the first code block, without prompts, comments and empty lines.
fn first_commands(readme: &str) -> Vec<&str> {
    let lines = readme.lines().skip_while(|line| !line.starts_with("```")).skip(1);
    let block = lines.take_while(|line| !line.starts_with("```"));
    let commands = block.map(|line| line.split(" #").next().unwrap_or(line).trim());
    let commands = commands.map(|command| command.strip_prefix("$ ").unwrap_or(command));
    commands.filter(|command| !command.is_empty() && !command.starts_with('#')).collect()
}

/// CI runs a command when a line of its script ends with it; `--locked` only holds it to the lock file.
fn is_run_by(ci: &str, command: &str) -> bool {
    let lines = ci.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    let mut runs = lines.map(|line| line.replace(" --locked", ""));
    runs.any(|line| line == command || line.ends_with(&format!(" {command}")))
}

fn command_faults(readme: &str, ci: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let commands = first_commands(readme);
    if commands != COMMANDS {
        faults.push(format!("README.md: the first code block has {commands:?}, not exactly {COMMANDS:?}"));
    }
    for command in COMMANDS.iter().filter(|command| command.ends_with("test")) {
        if !is_run_by(ci, command) {
            faults.push(format!(".ci/run does not run {command:?}, the test command of README.md"));
        }
    }
    faults
}

/// The `soc` commands in code blocks, without comments.
fn soc_commands(readme: &str) -> Vec<&str> {
    let mut is_code = false;
    let mut commands = Vec::new();
    for line in readme.lines() {
        let is_fence = line.starts_with("```");
        is_code ^= is_fence;
        let command = line.split(" #").next().unwrap_or(line).trim();
        if is_code && !is_fence && command.starts_with("soc ") {
            commands.push(command);
        }
    }
    commands
}

/// A command of the README counts as tested when a trycmd file runs it to the letter.
fn untested(readme: &str, tested: &str) -> Vec<String> {
    let tested: BTreeSet<&str> = tested.lines().filter_map(|line| line.strip_prefix("$ ")).collect();
    let commands = soc_commands(readme).into_iter().filter(|command| !tested.contains(command));
    commands.map(|command| format!("README.md: no trycmd test runs {command:?}")).collect()
}

fn trycmd_texts() -> Result<String> {
    let mut texts = String::new();
    for file in std::fs::read_dir(root().join("shared/soc-cli/tests/cmd"))? {
        texts.push_str(&std::fs::read_to_string(file?.path())?);
    }
    Ok(texts)
}

fn member_folders() -> Result<BTreeSet<String>> {
    let metadata = metadata()?;
    let packages = metadata.workspace_packages();
    packages.into_iter().map(|package| folder_of(package.manifest_path.as_std_path())).collect()
}

/// Where a path of a document leads: from the document's folder, if it says so; else from the root.
fn resolved(document: &str, path: &str) -> PathBuf {
    let folder = Path::new(document).parent().unwrap_or(Path::new(""));
    let from_root = root().join(path);
    if from_root.exists() { from_root } else { root().join(folder).join(path) }
}

#[test]
fn every_path_and_link_in_the_documents_exists() {
    let mut faults = Vec::new();
    for document in DOCUMENTS {
        let text = read(document).unwrap();
        faults.extend(path_faults(document, &text, &|path| root().join(path).exists()));
    }
    for file in text_files().unwrap() {
        if file.path.starts_with("docs/") && file.path.ends_with(".md") {
            let exists = |path: &str| resolved(&file.path, path).exists();
            faults.extend(path_faults(&file.path, &file.text, &exists));
        }
    }
    assert_clean(&faults);
}

#[test]
fn the_code_map_lists_exactly_the_members() {
    assert_clean(&code_map_faults(&read("ARCHITECTURE.md").unwrap(), &member_folders().unwrap()));
}

#[test]
fn the_readme_begins_with_the_two_commands_and_ci_runs_its_test_command() {
    assert_clean(&command_faults(&read("README.md").unwrap(), &read(".ci/run").unwrap()));
}

#[test]
fn every_soc_command_of_the_readme_is_a_trycmd_test() {
    let readme = read("README.md").unwrap();
    assert!(soc_commands(&readme).len() > 10);
    assert_clean(&untested(&readme, &trycmd_texts().unwrap()));
}

#[test]
fn a_command_that_no_test_runs_is_named() {
    let readme = "soc in prose\n```sh\nsoc audit verify  # why\nsoc audit forget\n```\n";
    assert_names(&untested(readme, "text\n$ soc audit verify\n"), &["soc audit forget"]);
}

fn planted(text: &str) -> Vec<String> {
    path_faults("README.md", text, &|path| path == "shared/here" || path == "here.md")
}

#[test]
fn a_path_that_does_not_exist_is_named_with_its_line() {
    assert_names(&planted("One.\nSee `shared/gone`."), &["README.md:2", "shared/gone"]);
    assert_names(&planted("Run `bash scripts/gone.sh --all`."), &["scripts/gone.sh"]);
    assert_names(&planted("See `deny.toml`."), &["deny.toml"]);
}

#[test]
fn a_link_that_leads_nowhere_is_named() {
    assert_names(&planted("[a](gone.md#part)"), &["gone.md"]);
    assert_names(&planted("[a]: gone.md"), &["gone.md"]);
    assert_names(&planted("<img src=\"gone.svg\">"), &["gone.svg"]);
}

#[test]
fn what_exists_or_lies_elsewhere_is_no_fault() {
    assert_clean(&planted("`shared/here:12`, [a](here.md#part), [b](https://example.com/x), [c](#part)"));
    assert_clean(&planted("`functions/*`, `shared/<name>/src`, `and/or`, `policy.toml`"));
    assert_clean(&planted("```\nshared/gone and `shared/gone`\n```"));
}

#[test]
fn a_member_missing_in_the_code_map_is_named_and_so_is_one_that_is_gone() {
    let map = "# A\n## Code map\n| crate | what |\n|---|---|\n| `shared/a/` | uses `shared/c` |\n- `tests`\n## Next\n- `shared/d`\n";
    let members = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<BTreeSet<_>>();
    assert_clean(&code_map_faults(map, &members(&["shared/a", "tests"])));
    let missing = code_map_faults(map, &members(&["shared/a", "shared/b", "tests"]));
    assert_names(&missing, &["does not list shared/b"]);
    assert_names(&code_map_faults(map, &members(&["tests"])), &["shared/a, which is no member"]);
}

#[test]
fn other_commands_at_the_top_of_the_readme_are_named() {
    let ci = "step Tests cargo test --locked\n";
    assert_clean(&command_faults("```sh\n$ cargo run  # starts\n\n# proves\ncargo test\n```\n", ci));
    assert_names(&command_faults("```\ncargo run\nmake test\n```\n", ci), &["make test"]);
    assert_names(&command_faults("no block", ci), &["README.md"]);
}

#[test]
fn a_test_command_that_ci_does_not_run_is_named() {
    let readme = "```\ncargo run\ncargo test\n```\n";
    assert_names(&command_faults(readme, "# cargo test\ncargo test -p tests\n"), &[".ci/run", "cargo test"]);
}
