//! The operators' scripts, run with a `soc` that only notes how it was called.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A place with a state folder and a stand-in for soc.
struct Place {
    folder: TempDir,
    scripts: PathBuf,
}

impl Place {
    fn new() -> Self {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts");
        Self { folder: tempfile::tempdir().unwrap(), scripts }
    }

    fn soc(&self) -> PathBuf {
        let path = self.folder.path().join("soc");
        fs::write(&path, "#!/bin/sh\necho \"$@\"\nexit 3\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn note(&self) -> PathBuf {
        self.folder.path().join("state/ai-soc/last-stack.json")
    }

    /// None where there is no Python.
    fn run(&self, script: &str, args: &[&str]) -> Option<Output> {
        let mut command = Command::new("python3");
        command.arg("-B").arg(self.scripts.join(script)).args(args);
        command.env("XDG_STATE_HOME", self.folder.path().join("state"));
        command.env("CARGO_TARGET_DIR", self.folder.path().join("nothing-built"));
        // As it is, but for a soc that somebody installed.
        #[expect(clippy::disallowed_methods, reason = "where python3 is depends on the machine")]
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::env::split_paths(&path).filter(|folder| !folder.join("soc").exists());
        command.env("PATH", std::env::join_paths(folders).unwrap());
        match command.output() {
            Ok(output) => Some(output),
            Err(error) => {
                println!("skipped: there is no python3: {error}");
                None
            }
        }
    }
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_script_calls_soc_about_the_stack_and_ends_as_soc_does() {
    let place = Place::new();
    let soc = place.soc();
    let soc = soc.to_str().unwrap();
    let args = ["--soc", soc, "--stack", "soc-dev", "--region", "eu-central-1", "--no-sample"];
    let Some(output) = place.run("verify_infrastructure.py", &args) else { return };
    assert_eq!(stdout(&output), "verify --stack soc-dev --region eu-central-1 --no-sample\n");
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn the_last_stack_and_region_are_remembered_from_one_script_to_the_other() {
    let place = Place::new();
    let soc = place.soc();
    let soc = soc.to_str().unwrap();
    let named = ["--soc", soc, "--stack", "soc-dev", "--region", "eu-central-1"];
    let Some(_) = place.run("verify_infrastructure.py", &named) else { return };
    let output = place.run("inject_test_events.py", &["--soc", soc, "--count", "7"]).unwrap();
    assert_eq!(stdout(&output), "inject --count 7 --stack soc-dev --region eu-central-1\n");
}

#[test]
fn what_the_deployment_noted_is_read() {
    let place = Place::new();
    let soc = place.soc();
    fs::create_dir_all(place.note().parent().unwrap()).unwrap();
    fs::write(place.note(), "{\"stack\": \"soc-prod\", \"region\": \"eu-west-1\"}\n").unwrap();
    let args = ["--soc", soc.to_str().unwrap()];
    let Some(output) = place.run("inject_test_events.py", &args) else { return };
    assert_eq!(stdout(&output), "inject --count 5 --stack soc-prod --region eu-west-1\n");
}

#[test]
fn without_a_note_the_script_asks_for_the_stack() {
    let place = Place::new();
    for noted in [None, Some("[]"), Some("{")] {
        if let Some(noted) = noted {
            fs::create_dir_all(place.note().parent().unwrap()).unwrap();
            fs::write(place.note(), noted).unwrap();
        }
        let Some(output) = place.run("verify_infrastructure.py", &[]) else { return };
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains("name it with --stack and --region"), "{}", stderr(&output));
    }
}

#[test]
fn without_a_build_the_script_says_the_command_that_builds() {
    let place = Place::new();
    let args = ["--stack", "soc-dev", "--region", "eu-central-1"];
    let Some(output) = place.run("verify_infrastructure.py", &args) else { return };
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        stderr(&output),
        "error: soc is not built\nhint: cargo build --release -p soc-cli --features aws\n"
    );
    assert!(!place.note().exists(), "a stack that was never looked at is not remembered");
}

#[test]
fn every_command_of_the_guide_and_of_the_runbooks_is_run_or_excused() {
    let place = Place::new();
    let root = place.scripts.join("..");
    let Some(output) = place.run("e2e/commands.py", &[root.to_str().unwrap()]) else { return };
    assert_eq!(stdout(&output), "every command is run or excused\n");
}

#[test]
fn a_command_of_the_guide_that_nobody_runs_is_named_and_so_is_an_entry_without_a_command() {
    let place = Place::new();
    let docs = place.folder.path().join("docs/runbooks");
    fs::create_dir_all(&docs).unwrap();
    fs::write(docs.join("../deployment.md"), "```sh\naws nobody knows-this\n```\n").unwrap();
    let folder = place.folder.path().to_str().unwrap();
    let Some(output) = place.run("e2e/commands.py", &[folder]) else { return };
    let told = stdout(&output);
    assert!(told.contains("docs/deployment.md: nobody runs 'aws nobody knows-this'"), "{told}");
    assert!(told.contains("no document has a command 'aws cloudformation deploy '"), "{told}");
    assert_eq!(output.status.code(), Some(1));
}
