//! A sound stack, and faults planted in it one by one.

use super::*;

fn seen(resource: &str, fact: Fact) -> Seen {
    Seen { resource: resource.to_owned(), about: "look", fact: Ok(fact) }
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// One of each kind, as it should be.
fn sound() -> Vec<Seen> {
    let text = str::to_owned;
    vec![
        seen("s", Fact::Stack { status: text("UPDATE_COMPLETE"), resources: 9, incomplete: Vec::new() }),
        seen(
            "rule",
            Fact::Rule { state: text("ENABLED"), targets: vec![text("arn:stream")], without_dead_letters: 0 },
        ),
        seen(
            "uuid",
            Fact::Mapping {
                state: text("Enabled"),
                reports_items: true,
                on_failure: some("arn:aws:s3:::evidence"),
            },
        ),
        seen("alarm", Fact::Alarm { state: text("INSUFFICIENT_DATA"), actions: 1, actions_enabled: true }),
        seen("f", Fact::Function { state: text("Active"), last_update: text("Successful") }),
        seen("f:live", Fact::Alias { version: text("7") }),
        seen("t", Fact::Table { status: text("ACTIVE"), encryption: some("KMS"), recovery: Ok(true) }),
        seen("stream", Fact::Stream { status: text("ACTIVE"), encryption: some("KMS") }),
        seen("b", Fact::Bucket { encryption: some("aws:kms"), private: Ok(true) }),
        seen("q", Fact::Queue { encryption: some("key") }),
        seen(
            "topic",
            Fact::Topic { encryption: some("key"), emails: Ok(Emails { confirmed: 1, pending: 0 }) },
        ),
        seen("m", Fact::Machine { status: text("ACTIVE") }),
        seen("secret", Fact::Secret { deleted: false }),
        seen("policy.toml", Fact::Policy { read: Ok(text("abc")) }),
        seen("analyze", Fact::Model { id: text("model"), daily_usd: text("5") }),
        seen("api", Fact::Invoked(Answer::Returned(text("200")))),
        seen("GuardDuty", Fact::Product { enabled: true }),
        seen("sample", Fact::Sample { reached: Ok(text("Done after 4 s")) }),
    ]
}

/// The one line that fails when this fact stands in the place of the sound one of its kind.
fn only_failure(planted: Fact) -> Check {
    let mut all = sound();
    let kind = std::mem::discriminant(&planted);
    let place = all
        .iter_mut()
        .find(|one| one.fact.as_ref().is_ok_and(|fact| std::mem::discriminant(fact) == kind))
        .unwrap();
    place.fact = Ok(planted);
    let mut failed: Vec<Check> =
        judge(&all, Subject::Account).into_iter().filter(|check| check.outcome != Outcome::Pass).collect();
    assert_eq!(failed.len(), 1, "{failed:?}");
    let failed = failed.remove(0);
    assert_eq!(failed.outcome, Outcome::Fail);
    assert!(failed.fix.as_ref().is_some_and(|fix| !fix.is_empty()), "{failed:?}");
    failed
}

#[test]
fn a_sound_stack_passes_every_check() {
    let checks = judge(&sound(), Subject::Account);
    assert!(checks.iter().all(|check| check.outcome == Outcome::Pass && check.fix.is_none()), "{checks:?}");
}

#[test]
fn a_disabled_rule_fails_with_the_command_that_enables_it() {
    let failed = only_failure(Fact::Rule {
        state: "DISABLED".to_owned(),
        targets: vec!["arn".to_owned()],
        without_dead_letters: 0,
    });
    assert_eq!((failed.check, failed.found.as_str()), ("rule enabled", "DISABLED"));
    assert_eq!(failed.fix.unwrap(), "aws events enable-rule --name rule");
}

#[test]
fn a_rule_without_a_target_or_without_a_queue_fails() {
    for (targets, without_dead_letters) in [(Vec::new(), 0), (vec!["arn".to_owned()], 1)] {
        let failed = only_failure(Fact::Rule { state: "ENABLED".to_owned(), targets, without_dead_letters });
        assert_eq!(failed.check, "rule targets");
    }
}

#[test]
fn a_mapping_that_is_off_or_loses_batches_fails() {
    let mapping = |state: &str, reports_items, on_failure: Option<&str>| Fact::Mapping {
        state: state.to_owned(),
        reports_items,
        on_failure: on_failure.map(str::to_owned),
    };
    let bucket = Some("arn:aws:s3:::evidence");
    let off = only_failure(mapping("Disabled", true, bucket));
    assert_eq!(off.check, "mapping enabled");
    assert_eq!(off.fix.unwrap(), "aws lambda update-event-source-mapping --uuid uuid --enabled");
    assert_eq!(only_failure(mapping("Enabled", false, bucket)).check, "mapping reports items");
    assert_eq!(only_failure(mapping("Enabled", true, None)).check, "mapping on failure");
    // A queue would get positions in a stream that forgets, and no records.
    let queue = Some("arn:aws:sqs:eu-central-1:111122223333:q");
    assert_eq!(only_failure(mapping("Enabled", true, queue)).check, "mapping on failure");
}

#[test]
fn an_alarm_that_tells_nobody_or_rings_fails() {
    let alarm = |state: &str, actions, actions_enabled| Fact::Alarm {
        state: state.to_owned(),
        actions,
        actions_enabled,
    };
    assert_eq!(only_failure(alarm("OK", 0, true)).check, "alarm wired");
    assert_eq!(only_failure(alarm("OK", 1, false)).check, "alarm wired");
    assert_eq!(only_failure(alarm("ALARM", 1, true)).check, "alarm quiet");
}

#[test]
fn whatever_is_not_encrypted_fails() {
    let text = str::to_owned;
    let emails = Ok(Emails { confirmed: 1, pending: 0 });
    for fact in [
        Fact::Table { status: text("ACTIVE"), encryption: None, recovery: Ok(true) },
        Fact::Stream { status: text("ACTIVE"), encryption: None },
        Fact::Bucket { encryption: None, private: Ok(true) },
        Fact::Queue { encryption: None },
        Fact::Topic { encryption: None, emails },
    ] {
        assert_eq!(only_failure(fact).check, "encryption");
    }
}

#[test]
fn a_table_that_cannot_be_taken_back_fails() {
    let status = "ACTIVE".to_owned();
    let failed = only_failure(Fact::Table { status, encryption: some("KMS"), recovery: Ok(false) });
    assert!(failed.fix.unwrap().contains("update-continuous-backups --table-name t "));
}

#[test]
fn an_unconfirmed_or_missing_subscription_fails() {
    for emails in
        [Emails { confirmed: 0, pending: 1 }, Emails { confirmed: 1, pending: 1 }, Emails::default()]
    {
        let failed = only_failure(Fact::Topic { encryption: some("key"), emails: Ok(emails) });
        assert_eq!(failed.check, "e-mail confirmed");
        assert!(failed.fix.unwrap().contains("Subscription Confirmation"));
    }
}

#[test]
fn everything_else_that_is_wrong_fails_in_one_line() {
    let text = str::to_owned;
    for (fact, check) in [
        (Fact::Function { state: text("Failed"), last_update: text("Successful") }, "function active"),
        (Fact::Function { state: text("Active"), last_update: text("Failed") }, "function active"),
        (Fact::Alias { version: text("$LATEST") }, "alias points at a version"),
        (Fact::Machine { status: text("DELETING") }, "workflow active"),
        (Fact::Secret { deleted: true }, "secret exists"),
        (Fact::Policy { read: Err(text("unknown key")) }, "policy"),
        (Fact::Model { id: String::new(), daily_usd: text("5") }, "model configured"),
        (Fact::Invoked(Answer::Failed(text("Runtime.ExitError"))), "function answers"),
        (Fact::Product { enabled: false }, "product enabled"),
        (Fact::Sample { reached: Err(text("not seen within 180 s")) }, "sample reaches its end"),
        (Fact::Bucket { encryption: some("AES256"), private: Ok(false) }, "bucket private"),
        (
            Fact::Stack {
                status: text("UPDATE_COMPLETE"),
                resources: 2,
                incomplete: vec![text("X UPDATE_FAILED")],
            },
            "stack complete",
        ),
        (
            Fact::Stack { status: text("ROLLBACK_COMPLETE"), resources: 0, incomplete: Vec::new() },
            "stack complete",
        ),
    ] {
        assert_eq!(only_failure(fact).check, check);
    }
}

#[test]
fn a_question_without_an_answer_is_a_fault_of_an_account_and_none_of_an_emulator() {
    let unanswered = |kind| {
        let fact = Err(Unanswered { kind, words: "could not".to_owned() });
        vec![Seen { resource: "r".to_owned(), about: "look", fact }]
    };
    let outcome = |kind, subject| {
        let checks = judge(&unanswered(kind), subject);
        assert_eq!(checks.len(), 1);
        checks[0].outcome
    };
    for kind in [PortErrorKind::Rejected, PortErrorKind::Unavailable, PortErrorKind::Timeout] {
        assert_eq!(outcome(kind, Subject::Account), Outcome::Fail);
        assert_eq!(outcome(kind, Subject::Emulator), Outcome::Skip);
    }
    // What is not there, and what is not allowed, an emulator knows as well as an account.
    for kind in [PortErrorKind::NotFound, PortErrorKind::Denied] {
        assert_eq!(outcome(kind, Subject::Emulator), Outcome::Fail);
    }
}

#[test]
fn what_an_emulator_forgets_is_left_out_with_the_reason() {
    let table = Fact::Table { status: "ACTIVE".to_owned(), encryption: None, recovery: Ok(false) };
    let checks = judge(&[seen("t", table)], Subject::Emulator);
    let left_out: Vec<&Check> = checks.iter().filter(|check| check.outcome == Outcome::Skip).collect();
    assert_eq!(left_out.len(), 2);
    assert!(left_out.iter().all(|check| check.found.ends_with("an emulator does not keep it")));
    let queue = Fact::Queue { encryption: None };
    assert_eq!(judge(&[seen("q", queue)], Subject::Emulator)[0].outcome, Outcome::Fail);
}
