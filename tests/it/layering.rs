//! Who may depend on whom. The table is the "dependency direction" of the architecture, as data.
//!
//! Apart from the manifests because it is about meaning, not form: an edge that is not in the table would let a
//! decision do I/O, or a second function change an account. Dev-dependencies are free: tests may use everything.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;
use cargo_metadata::DependencyKind;

use crate::workspace::{assert_clean, assert_names, folder_of, metadata};

/// A package and the packages it may name. Naming one allows all that lies below it.
const MAY_USE: &[(&str, &[&str])] = &[
    ("soc-domain", &[]),
    ("soc-ledger", &[]),
    ("soc-guard", &["soc-domain"]),
    ("soc-samples", &["soc-domain"]),
    ("soc-pipeline", &["soc-guard", "soc-ledger", "soc-domain"]),
    ("soc-aws", &["soc-pipeline"]),
    ("soc-respond", &["soc-pipeline"]),
    ("soc-lambda", &["soc-pipeline"]),
    ("soc-api", &["soc-pipeline"]),
    ("soc-testkit", &["soc-pipeline"]),
    ("soc-local", &["soc-api", "soc-samples", "soc-pipeline"]),
    ("soc-cli", &["soc-local", "soc-samples", "soc-aws", "soc-respond"]),
    ("ingest", FUNCTION),
    ("triage", FUNCTION),
    ("analyze", FUNCTION),
    ("remediate", &["soc-lambda", "soc-aws", "soc-respond"]),
    ("notify", FUNCTION),
    ("api", &["soc-lambda", "soc-aws", "soc-api"]),
    ("sweep", FUNCTION),
    ("tests", &[]),
];
const FUNCTION: &[&str] = &["soc-lambda", "soc-aws"];

/// Edges that exist only behind a cargo feature: without it, nobody compiles an SDK.
const ONLY_BEHIND_A_FEATURE: &[(&str, &str)] = &[("soc-cli", "soc-aws"), ("soc-cli", "soc-respond")];

/// Outside packages, by the beginning of their name, and who alone may use them. `functions/` is every function.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("aws-", &["soc-aws", "soc-respond"]),
    ("lambda_runtime", &["soc-lambda", "functions/"]),
    ("rusqlite", &["soc-local"]),
];

/// The pure crates and what would end their purity: I/O, waiting, logging, chance.
const PURE: &[&str] = &["soc-domain", "soc-guard", "soc-ledger"];
const IMPURE: &[&str] =
    &["async-trait", "fastrand", "futures", "getrandom", "rand", "rusqlite", "tokio", "tracing", "uuid"];

/// A workspace package and what it is compiled with.
struct Member {
    name: String,
    folder: String,
    edges: Vec<Edge>,
}

/// A normal or build dependency.
struct Edge {
    to: String,
    presence: Presence,
}

#[derive(PartialEq, Eq)]
enum Presence {
    Always,
    BehindFeature,
}

fn members() -> Result<Vec<Member>> {
    let mut members = Vec::new();
    for package in metadata()?.workspace_packages() {
        let edges = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind != DependencyKind::Development)
            .map(|dependency| Edge {
                to: dependency.name.clone(),
                presence: if dependency.optional { Presence::BehindFeature } else { Presence::Always },
            })
            .collect();
        let folder = folder_of(package.manifest_path.as_std_path())?;
        members.push(Member { name: package.name.to_string(), folder, edges });
    }
    Ok(members)
}

fn may_use(name: &str) -> Option<&'static [&'static str]> {
    MAY_USE.iter().find(|(package, _)| *package == name).map(|(_, below)| *below)
}

/// Everything below a package: what it may name and what those may name.
fn below(name: &str) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&'static str> = may_use(name).unwrap_or_default().to_vec();
    while let Some(package) = open.pop() {
        if found.insert(package) {
            open.extend(may_use(package).unwrap_or_default());
        }
    }
    found
}

fn layering_faults(members: &[Member]) -> Vec<String> {
    members.iter().flat_map(member_faults).collect()
}

fn member_faults(member: &Member) -> Vec<String> {
    let name = member.name.as_str();
    if may_use(name).is_none() {
        return vec![format!("{name} is not in the table of layers: say first what may lie below it")];
    }
    let below = below(name);
    let mut faults = Vec::new();
    for edge in &member.edges {
        let to = edge.to.as_str();
        if may_use(to).is_some() && !below.contains(to) {
            faults.push(format!("{name} -> {to} is not an allowed edge; below {name}: {below:?}"));
        }
        if edge.presence == Presence::Always && ONLY_BEHIND_A_FEATURE.contains(&(name, to)) {
            faults.push(format!("{name} -> {to} must be optional, behind the feature `aws`"));
        }
        for (outside, owners) in ONLY_IN.iter().filter(|(outside, _)| to.starts_with(outside)) {
            if !owners.iter().any(|owner| *owner == name || member.folder.starts_with(owner)) {
                faults.push(format!("{name} -> {to}: only {owners:?} may use {outside}*"));
            }
        }
        if PURE.contains(&name) && IMPURE.contains(&to) {
            faults.push(format!("{name} -> {to}: {name} is pure"));
        }
    }
    faults
}

#[test]
fn every_edge_of_the_workspace_is_in_the_table() {
    assert_clean(&layering_faults(&members().unwrap()));
}

#[test]
fn the_table_has_no_cycle() {
    for (name, _) in MAY_USE {
        assert!(!below(name).contains(name), "{name} lies below itself");
    }
}

fn planted(folder: &str, to: &str, presence: Presence) -> Vec<String> {
    let name = Path::new(folder).file_name().unwrap().to_string_lossy().into_owned();
    let edges = vec![Edge { to: to.to_owned(), presence }];
    layering_faults(&[Member { name, folder: folder.to_owned(), edges }])
}

#[test]
fn an_edge_upwards_is_named() {
    assert_names(
        &planted("shared/soc-domain", "soc-pipeline", Presence::Always),
        &["soc-domain -> soc-pipeline"],
    );
    assert_names(
        &planted("shared/soc-pipeline", "soc-local", Presence::Always),
        &["soc-pipeline -> soc-local"],
    );
}

#[test]
fn an_edge_behind_a_feature_is_still_an_edge() {
    assert_names(&planted("shared/soc-local", "soc-aws", Presence::BehindFeature), &["soc-local -> soc-aws"]);
}

#[test]
fn a_second_user_of_the_mutating_crate_is_named() {
    assert_clean(&planted("functions/remediate", "soc-respond", Presence::Always));
    assert_names(&planted("functions/sweep", "soc-respond", Presence::Always), &["sweep -> soc-respond"]);
}

#[test]
fn an_edge_allows_all_that_lies_below_it() {
    assert_clean(&planted("shared/soc-cli", "soc-ledger", Presence::Always));
    assert_clean(&planted("functions/ingest", "soc-domain", Presence::Always));
}

#[test]
fn the_command_reaches_the_cloud_only_behind_a_feature() {
    assert_clean(&planted("shared/soc-cli", "soc-aws", Presence::BehindFeature));
    assert_names(&planted("shared/soc-cli", "soc-aws", Presence::Always), &["must be optional"]);
}

#[test]
fn an_sdk_outside_the_adapters_is_named() {
    assert_clean(&planted("shared/soc-aws", "aws-sdk-dynamodb", Presence::Always));
    assert_names(
        &planted("shared/soc-pipeline", "aws-sdk-sfn", Presence::BehindFeature),
        &["soc-pipeline -> aws-sdk-sfn"],
    );
    assert_names(&planted("functions/ingest", "aws-config", Presence::Always), &["ingest -> aws-config"]);
}

#[test]
fn the_lambda_runtime_outside_its_shell_is_named() {
    assert_clean(&planted("functions/ingest", "lambda_runtime", Presence::Always));
    assert_names(
        &planted("shared/soc-aws", "lambda_runtime", Presence::Always),
        &["soc-aws -> lambda_runtime"],
    );
}

#[test]
fn a_database_outside_the_local_adapters_is_named() {
    assert_clean(&planted("shared/soc-local", "rusqlite", Presence::Always));
    assert_names(&planted("shared/soc-cli", "rusqlite", Presence::Always), &["soc-cli -> rusqlite"]);
}

#[test]
fn an_impure_dependency_of_a_pure_crate_is_named() {
    for dependency in ["tokio", "tracing", "fastrand", "async-trait"] {
        assert_names(
            &planted("shared/soc-domain", dependency, Presence::Always),
            &[dependency, "soc-domain is pure"],
        );
    }
}

#[test]
fn a_package_without_a_layer_is_named() {
    assert_names(
        &planted("shared/soc-utils", "soc-domain", Presence::Always),
        &["soc-utils is not in the table"],
    );
}
