//! Commands on a deployed stack, as far as they can be typed wrong.

use std::process::{Command, Output};

const ACTION: &str = "act_aaaaaaaaaaaaaaaaaaaaaaaaaa";

fn soc(args: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    Command::new(env!("CARGO_BIN_EXE_soc")).current_dir(folder.path()).args(args).output().unwrap()
}

fn words(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn what_works_on_a_stack_only_wants_its_name() {
    for args in [["verify"].as_slice(), &["policy", "put", "policy.toml"], &["verify", "--region", "r"]] {
        let output = soc(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(words(&output).contains("--stack"), "{}", words(&output));
    }
}

#[test]
fn who_decides_is_named_on_a_data_folder_and_never_on_a_stack() {
    for verb in ["approve", "deny", "reverse"] {
        let nameless = soc(&[verb, ACTION]);
        assert_eq!(nameless.status.code(), Some(2));
        assert!(words(&nameless).contains("--as"), "{}", words(&nameless));
        let both = soc(&[verb, ACTION, "--as", "alice", "--stack", "s"]);
        assert_eq!(both.status.code(), Some(2));
        assert!(words(&both).contains("cannot be used with"), "{}", words(&both));
    }
}

#[test]
fn options_of_a_stack_are_not_taken_without_one() {
    for args in [["inject", "--count", "1", "--simulate"], ["inject", "--count", "1", "--stream"]] {
        assert_eq!(soc(&args).status.code(), Some(2), "{args:?}");
    }
    let out = soc(&["inject", "--count", "1", "--out", "-", "--stack", "s"]);
    assert_eq!(out.status.code(), Some(2));
}

#[test]
#[cfg(not(feature = "aws"))]
fn without_aws_the_answer_is_how_to_build_with_it() {
    for args in [
        ["verify", "--stack", "s"].as_slice(),
        &["incidents", "list", "--stack", "s"],
        &["approve", ACTION, "--stack", "s"],
        &["audit", "verify", "--stack", "s", "--region", "eu-central-1"],
    ] {
        let output = soc(args);
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        let words = words(&output);
        assert!(words.contains("this soc was built without AWS"), "{words}");
        assert!(words.contains("cargo build -p soc-cli --features aws"), "{words}");
    }
}
