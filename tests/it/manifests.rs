//! The form of the manifests: lints, versions and profiles stand once, in the root.
//!
//! Apart from the layers because it is about form only. What cargo accepts without a word - a member without the
//! lints, a version of its own, default features switched on by one member for all - is refused here.

use anyhow::{Context as _, Result};
use cargo_metadata::TargetKind;
use toml::{Table, Value};

use crate::workspace::{assert_clean, assert_names, folder_of, metadata, read};

const DEPENDENCY_TABLES: &[&str] = &["dependencies", "dev-dependencies", "build-dependencies"];
const INHERITED: &[&str] = &["version", "edition", "rust-version", "license", "publish"];

/// The lints that the style names; a table is read as its `level`.
const LINTS: &[(&str, &str)] = &[
    ("rust.unsafe_code", "forbid"),
    ("rust.missing_docs", "warn"),
    ("rust.unreachable_pub", "warn"),
    ("rust.let_underscore_drop", "warn"),
    ("rust.rust_2018_idioms", "warn"),
    ("clippy.correctness", "deny"),
    ("clippy.suspicious", "warn"),
    ("clippy.perf", "warn"),
    ("clippy.complexity", "warn"),
    ("clippy.style", "warn"),
    ("clippy.unwrap_used", "warn"),
    ("clippy.expect_used", "warn"),
    ("clippy.panic", "warn"),
    ("clippy.indexing_slicing", "warn"),
    ("clippy.string_slice", "warn"),
    ("clippy.map_err_ignore", "warn"),
    ("clippy.await_holding_lock", "deny"),
    ("clippy.large_futures", "warn"),
    ("clippy.allow_attributes", "warn"),
    ("clippy.allow_attributes_without_reason", "warn"),
    ("clippy.dbg_macro", "warn"),
    ("clippy.todo", "warn"),
    ("clippy.print_stdout", "warn"),
    ("clippy.print_stderr", "warn"),
    ("clippy.cast_possible_truncation", "warn"),
    ("clippy.cast_sign_loss", "warn"),
    ("clippy.float_cmp", "warn"),
    ("clippy.doc_markdown", "warn"),
];

/// Profile settings with their values as TOML writes them.
const PROFILES: &[(&str, &str)] = &[
    ("dev.debug", "\"line-tables-only\""),
    ("dev.package.*.debug", "false"),
    ("release.lto", "\"thin\""),
    ("release.codegen-units", "1"),
    ("release.strip", "\"symbols\""),
    ("lambda.inherits", "\"release\""),
    ("lambda.lto", "\"fat\""),
    // Abort would switch off the Lambda runtime's catching of panics.
    ("lambda.panic", "\"unwind\""),
];

fn at<'a>(table: &'a Table, path: &str) -> Option<&'a Value> {
    let mut keys = path.split('.');
    let mut value = table.get(keys.next()?)?;
    for key in keys {
        value = value.get(key)?;
    }
    Some(value)
}

/// A value as TOML writes it.
fn value_of(text: &str) -> Option<Value> {
    let table: Table = format!("value = {text}").parse().ok()?;
    table.get("value").cloned()
}

fn is_inherited(value: &Value) -> bool {
    value.get("workspace").and_then(Value::as_bool) == Some(true)
}

/// A member's dependency tables, those of one platform too.
fn dependency_tables(manifest: &Table) -> Vec<&Table> {
    let platforms = manifest.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values);
    let holders = platforms.filter_map(Value::as_table).chain([manifest]);
    holders
        .flat_map(|holder| DEPENDENCY_TABLES.iter().filter_map(|name| holder.get(*name)?.as_table()))
        .collect()
}

fn member_faults(folder: &str, manifest: &Table) -> Vec<String> {
    let mut faults = Vec::new();
    let expected = folder.rsplit('/').next().unwrap_or(folder);
    let name = at(manifest, "package.name").and_then(Value::as_str).unwrap_or_default();
    if name != expected {
        faults.push(format!("{folder}: the package is called {name:?}, not as its folder"));
    }
    if !manifest.get("lints").is_some_and(is_inherited) {
        faults.push(format!("{folder}: [lints] has no `workspace = true`"));
    }
    for key in INHERITED {
        if !at(manifest, &format!("package.{key}")).is_some_and(is_inherited) {
            faults.push(format!("{folder}: package.{key} is not taken from the workspace"));
        }
    }
    for (dependency, value) in dependency_tables(manifest).into_iter().flatten() {
        if !is_inherited(value) {
            faults.push(format!("{folder}: {dependency} has no `workspace = true`"));
        }
        if value.get("default-features").and_then(Value::as_bool) == Some(true) {
            faults.push(format!("{folder}: {dependency} switches default features on for everybody"));
        }
    }
    faults
}

fn root_faults(manifest: &Table) -> Vec<String> {
    let mut faults = Vec::new();
    let dependencies = at(manifest, "workspace.dependencies").and_then(Value::as_table);
    for (dependency, value) in dependencies.into_iter().flatten() {
        // Our own crates choose their default features themselves.
        let is_ours = value.get("path").is_some();
        if !is_ours && value.get("default-features").and_then(Value::as_bool) != Some(false) {
            faults.push(format!("workspace.dependencies.{dependency} has no `default-features = false`"));
        }
    }
    for (lint, level) in LINTS {
        let value = at(manifest, &format!("workspace.lints.{lint}"));
        let found = value.and_then(|value| value.get("level").unwrap_or(value).as_str());
        if found != Some(level) {
            faults.push(format!("workspace.lints.{lint} is {found:?}, not {level:?}"));
        }
    }
    for (setting, expected) in PROFILES {
        let found = at(manifest, &format!("profile.{setting}"));
        if found != value_of(expected).as_ref() {
            faults.push(format!("profile.{setting} is {found:?}, not {expected}"));
        }
    }
    if at(manifest, "profile.release.panic").is_some_and(|value| value.as_str() != Some("unwind")) {
        faults.push("profile.release.panic must stay `unwind`".to_owned());
    }
    faults
}

/// `cargo run` needs no argument only while one default member alone has a binary.
fn binary_faults(binaries: &[(String, String)]) -> Vec<String> {
    let mut faults: Vec<String> = binaries
        .iter()
        .filter(|(package, _)| package != "soc-cli")
        .map(|(package, binary)| format!("{package} has the binary {binary}: only soc-cli has one"))
        .collect();
    let commands: Vec<&str> = binaries.iter().map(|(_, binary)| binary.as_str()).collect();
    if faults.is_empty() && commands != ["soc"] {
        faults.push(format!("soc-cli's binaries are {commands:?}, not exactly `soc`"));
    }
    faults
}

fn default_binaries() -> Result<Vec<(String, String)>> {
    let metadata = metadata()?;
    let mut binaries = Vec::new();
    for package in metadata.workspace_default_packages() {
        for target in package.targets.iter().filter(|target| target.kind.contains(&TargetKind::Bin)) {
            binaries.push((package.name.to_string(), target.name.clone()));
        }
    }
    Ok(binaries)
}

fn all_member_faults() -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for package in metadata()?.workspace_packages() {
        let folder = folder_of(package.manifest_path.as_std_path())?;
        let manifest = read(&format!("{folder}/Cargo.toml"))?.parse::<Table>().context("parse a manifest")?;
        faults.extend(member_faults(&folder, &manifest));
    }
    Ok(faults)
}

fn root_manifest() -> String {
    read("Cargo.toml").unwrap()
}

#[test]
fn every_member_takes_lints_versions_and_dependencies_from_the_workspace() {
    assert_clean(&all_member_faults().unwrap());
}

#[test]
fn the_root_has_the_lints_the_profiles_and_no_default_features() {
    assert_clean(&root_faults(&root_manifest().parse().unwrap()));
}

#[test]
fn only_the_command_has_a_binary_among_the_default_members() {
    assert_clean(&binary_faults(&default_binaries().unwrap()));
}

const GOOD_MEMBER: &str = "
[package]
name = 'soc-x'
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
publish.workspace = true
[dependencies]
serde.workspace = true
[target.'cfg(unix)'.dependencies]
tokio = { workspace = true, features = ['net'] }
[lints]
workspace = true
";

fn planted_in_a_member(from: &str, to: &str) -> Vec<String> {
    assert!(GOOD_MEMBER.contains(from), "{from} is not in the sample");
    member_faults("shared/soc-x", &GOOD_MEMBER.replace(from, to).parse().unwrap())
}

#[test]
fn a_good_member_has_no_fault() {
    assert_clean(&planted_in_a_member("soc-x", "soc-x"));
}

#[test]
fn a_member_without_the_lints_is_named() {
    assert_names(&planted_in_a_member("[lints]\nworkspace = true", ""), &["shared/soc-x", "[lints]"]);
}

#[test]
fn a_version_of_its_own_is_named() {
    assert_names(&planted_in_a_member("serde.workspace = true", "serde = '1'"), &["shared/soc-x", "serde"]);
    assert_names(&planted_in_a_member("tokio = { workspace = true,", "tokio = { version = '1',"), &["tokio"]);
    assert_names(&planted_in_a_member("edition.workspace = true", "edition = '2024'"), &["package.edition"]);
}

#[test]
fn default_features_switched_on_by_a_member_are_named() {
    let planted = planted_in_a_member("features = ['net']", "default-features = true");
    assert_names(&planted, &["tokio", "default features"]);
}

#[test]
fn a_package_not_called_as_its_folder_is_named() {
    assert_names(&planted_in_a_member("soc-x", "soc-y"), &["shared/soc-x", "soc-y"]);
}

fn planted_in_the_root(from: &str, to: &str) -> Vec<String> {
    let manifest = root_manifest();
    assert!(manifest.contains(from), "{from} is not in the root manifest");
    root_faults(&manifest.replacen(from, to, 1).parse().unwrap())
}

#[test]
fn a_dependency_with_default_features_is_named() {
    let planted = planted_in_the_root("[workspace.dependencies]", "[workspace.dependencies]\nplanted = '1'");
    assert_names(&planted, &["workspace.dependencies.planted"]);
}

#[test]
fn a_weakened_lint_is_named() {
    assert_names(&planted_in_the_root("unwrap_used = \"warn\"", ""), &["clippy.unwrap_used"]);
    let planted = planted_in_the_root("correctness = { level = \"deny\"", "correctness = { level = \"warn\"");
    assert_names(&planted, &["clippy.correctness"]);
}

#[test]
fn a_profile_that_aborts_is_named() {
    assert_names(&planted_in_the_root("panic = \"unwind\"", "panic = \"abort\""), &["lambda.panic"]);
    let planted = planted_in_the_root("[profile.release]", "[profile.release]\npanic = \"abort\"");
    assert_names(&planted, &["profile.release.panic"]);
}

#[test]
fn a_second_binary_is_named() {
    let command = ("soc-cli".to_owned(), "soc".to_owned());
    let second = ("soc-local".to_owned(), "soc-local".to_owned());
    assert_names(&binary_faults(&[command, second]), &["soc-local"]);
    assert_names(&binary_faults(&[]), &["not exactly `soc`"]);
}
