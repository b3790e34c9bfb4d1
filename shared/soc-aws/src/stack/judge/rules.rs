//! Rules that need no more than one fact. Apart for length only.

/// A rule of ours: whether it holds, what was found, and what to do if it does not.
pub(super) struct Rule {
    pub(super) check: &'static str,
    pub(super) holds: bool,
    pub(super) found: String,
    pub(super) fix: String,
}

pub(super) fn encryption(with: Option<&str>, where_to: &str) -> Rule {
    Rule {
        check: "encryption",
        holds: with.is_some(),
        found: with.unwrap_or("none").to_owned(),
        fix: format!("deploy the stack again: the template sets {where_to}"),
    }
}

pub(super) fn stack(status: &str, resources: usize, incomplete: &[String]) -> Rule {
    let stands = matches!(
        status,
        "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "IMPORT_COMPLETE" | "UPDATE_ROLLBACK_COMPLETE"
    );
    let found = match incomplete {
        [] => format!("{status}, {resources} resources"),
        some => format!("{status}, {resources} resources, not complete: {}", some.join(", ")),
    };
    Rule {
        check: "stack complete",
        holds: stands && incomplete.is_empty(),
        found,
        fix: "`aws cloudformation describe-stack-events` says what failed: mend that and deploy again"
            .to_owned(),
    }
}

pub(super) fn alias(version: &str) -> Rule {
    Rule {
        check: "alias points at a version",
        holds: version.parse::<u64>().is_ok(),
        found: format!("version {version}"),
        fix: "deploy the stack again: only CloudFormation moves the alias forward".to_owned(),
    }
}

pub(super) fn machine(status: &str) -> Rule {
    Rule {
        check: "workflow active",
        holds: status == "ACTIVE",
        found: status.to_owned(),
        fix: "deploy the stack again".to_owned(),
    }
}

pub(super) fn policy(read: &Result<String, String>) -> Rule {
    let fix =
        "check it with `soc policy check FILE`, then put it there with `soc policy put --stack`".to_owned();
    let (holds, found) = match read {
        Ok(sha256) => (true, format!("it is sound (sha256 {sha256})")),
        Err(why) => (false, why.clone()),
    };
    Rule { check: "policy", holds, found, fix }
}

pub(super) fn model(id: &str, daily_usd: &str) -> Rule {
    Rule {
        check: "model configured",
        holds: !id.is_empty(),
        found: if id.is_empty() { "none".to_owned() } else { format!("{id}, at most {daily_usd} USD a day") },
        fix: "deploy with BedrockModelId; without it every verdict is the deterministic one".to_owned(),
    }
}

pub(super) fn sample(reached: &Result<String, String>) -> Rule {
    let (holds, found) = match reached {
        Ok(found) => (true, found.clone()),
        Err(found) => (false, found.clone()),
    };
    Rule {
        check: "sample reaches its end",
        holds,
        found,
        fix: "look at the function's logs and at the executions of the workflow in that order: ingest, triage, the \
              execution; `soc quarantine list --stack` shows what could not be read"
            .to_owned(),
    }
}
