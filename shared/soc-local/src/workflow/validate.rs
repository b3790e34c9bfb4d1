//! The rules that need the whole machine: targets, reach, errors, and where a name has a value.
//!
//! Apart from reading because these hold between states. They are stricter than Step Functions where its freedom is
//! a trap: a retry after a time-out acts twice, a catcher into Fail spoils a redrive (architecture, "The workflow file").

use std::collections::BTreeSet;

use super::machine::{Catcher, Leave, Machine, Next, Pattern, Retrier, State, Task, Until};
use super::profile::{FUNCTIONS, StatesField};
use super::template::Template;
use super::violation::{Rule, Violation};

/// The reserved error names a retrier or catcher may wait for.
const RESERVED: &[&str] = &[
    "States.ALL",
    "States.Timeout",
    "States.TaskFailed",
    "States.Permissions",
    "States.QueryEvaluationError",
];

/// Names that stand for a time-out as well.
const MEANS_TIMEOUT: &[&str] = &["States.Timeout", "States.ALL"];

/// Checks the whole machine.
pub(super) fn machine(machine: &Machine, found: &mut Vec<Violation>) {
    if !machine.states.contains_key(&machine.start_at) {
        let detail = format!("StartAt: there is no state '{}'", machine.start_at);
        found.push(Violation { state: None, rule: Rule::Start, detail });
    }
    let reached = reachable(machine);
    let assigned = assigned(machine);
    for (name, state) in &machine.states {
        let mut check = Check { machine, assigned: &assigned, name, found };
        if !reached.contains(name.as_str()) {
            check.report(Rule::Unreachable, "cannot be reached from StartAt".to_owned());
        }
        check.targets(state);
        check.uses(state);
        if let State::Task(task) = state {
            check.errors(task);
            check.token(task);
        }
    }
}

fn reachable(machine: &Machine) -> BTreeSet<&str> {
    let mut reached = BTreeSet::new();
    let mut open = vec![machine.start_at.as_str()];
    while let Some(name) = open.pop() {
        let Some(state) = machine.states.get(name) else { continue };
        if reached.insert(name) {
            open.extend(leaves(state).into_iter().filter_map(target));
        }
    }
    reached
}

fn assigned(machine: &Machine) -> BTreeSet<&str> {
    let leaves = machine.states.values().flat_map(leaves);
    leaves.flat_map(|leave| leave.assign.iter()).map(|(name, _)| name.as_str()).collect()
}

/// Every way out of a state.
fn leaves(state: &State) -> Vec<&Leave> {
    match state {
        State::Task(task) => {
            let caught = task.catch.iter().map(|catcher| &catcher.leave);
            std::iter::once(&task.leave).chain(caught).collect()
        }
        State::Choice(choice) => {
            choice.branches.iter().map(|branch| &branch.leave).chain(choice.default.as_ref()).collect()
        }
        State::Pass(leave) => vec![leave],
        State::Wait(wait) => vec![&wait.leave],
        State::Succeed(_) | State::Fail(_) => Vec::new(),
    }
}

fn target(leave: &Leave) -> Option<&str> {
    match &leave.next {
        Next::To(name) => Some(name),
        Next::End => None,
    }
}

/// What has a value, beyond input and context, where a template stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Moment {
    Plain,
    Result,
    Error,
    Token,
}

struct Check<'a> {
    machine: &'a Machine,
    assigned: &'a BTreeSet<&'a str>,
    name: &'a str,
    found: &'a mut Vec<Violation>,
}

impl Check<'_> {
    fn report(&mut self, rule: Rule, detail: String) {
        self.found.push(Violation { state: Some(self.name.to_owned()), rule, detail });
    }

    fn targets(&mut self, state: &State) {
        for leave in leaves(state) {
            if let Some(name) = target(leave).filter(|name| !self.machine.states.contains_key(*name)) {
                self.report(Rule::Target, format!("there is no state '{name}'"));
            }
            for (variable, _) in &leave.assign {
                self.variable_name(variable);
            }
        }
    }

    fn variable_name(&mut self, name: &str) {
        let plain = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        if !plain || name == "states" || FUNCTIONS.contains(&name) {
            self.report(Rule::Variable, format!("Assign: '{name}' cannot name a variable"));
        }
    }

    fn uses(&mut self, state: &State) {
        match state {
            State::Task(task) => {
                let pattern = task.pattern;
                self.template(
                    &task.payload,
                    if pattern == Pattern::Token { Moment::Token } else { Moment::Plain },
                );
                self.template(&task.timeout, Moment::Plain);
                self.leave(&task.leave, Moment::Result);
                task.catch.iter().for_each(|catcher| self.leave(&catcher.leave, Moment::Error));
            }
            State::Choice(choice) => {
                for branch in &choice.branches {
                    self.template(&branch.condition, Moment::Plain);
                    self.leave(&branch.leave, Moment::Plain);
                }
                choice.default.iter().for_each(|leave| self.leave(leave, Moment::Plain));
            }
            State::Pass(leave) => self.leave(leave, Moment::Plain),
            State::Wait(wait) => {
                let (Until::Seconds(until) | Until::Timestamp(until)) = &wait.until;
                self.template(until, Moment::Plain);
                self.leave(&wait.leave, Moment::Plain);
            }
            State::Succeed(succeed) => {
                succeed.output.iter().for_each(|output| self.template(output, Moment::Plain));
            }
            State::Fail(fail) => {
                self.template(&fail.error, Moment::Plain);
                fail.cause.iter().for_each(|cause| self.template(cause, Moment::Plain));
            }
        }
    }

    fn leave(&mut self, leave: &Leave, moment: Moment) {
        leave.assign.iter().for_each(|(_, value)| self.template(value, moment));
        leave.output.iter().for_each(|output| self.template(output, moment));
    }

    fn template(&mut self, template: &Template, moment: Moment) {
        template.visit(&mut |expression| {
            for field in &expression.uses().states {
                let there = match field {
                    StatesField::Input | StatesField::Context => true,
                    StatesField::Result => moment == Moment::Result,
                    StatesField::ErrorOutput => moment == Moment::Error,
                    StatesField::TaskToken => moment == Moment::Token,
                };
                if !there {
                    self.report(
                        Rule::Scope,
                        format!("'{}': {field:?} has no value here", expression.source()),
                    );
                }
            }
            for variable in &expression.uses().variables {
                if !self.assigned.contains(variable.as_str()) {
                    let detail = format!("'{}': nothing assigns ${variable}", expression.source());
                    self.report(Rule::Variable, detail);
                }
            }
        });
    }

    fn token(&mut self, task: &Task) {
        let mut given = false;
        task.payload
            .visit(&mut |expression| given |= expression.uses().states.contains(&StatesField::TaskToken));
        if task.pattern == Pattern::Token && !given {
            self.report(Rule::TaskToken, "waits for a token that its payload does not hand out".to_owned());
        }
    }

    fn errors(&mut self, task: &Task) {
        for (index, retrier) in task.retry.iter().enumerate() {
            self.error_names(&retrier.errors, index + 1 == task.retry.len());
            self.no_timeout(retrier);
        }
        for (index, catcher) in task.catch.iter().enumerate() {
            self.error_names(&catcher.errors, index + 1 == task.catch.len());
            self.not_to_fail(catcher);
        }
    }

    fn error_names(&mut self, names: &[String], last: bool) {
        for name in names.iter().filter(|name| name.starts_with("States.")) {
            if !RESERVED.contains(&name.as_str()) {
                self.report(Rule::ErrorNames, format!("'{name}' is no error that this subset raises"));
            }
            if name == "States.ALL" && (names.len() > 1 || !last) {
                self.report(Rule::ErrorNames, "States.ALL must stand alone and last".to_owned());
            }
        }
    }

    fn no_timeout(&mut self, retrier: &Retrier) {
        if let Some(name) = retrier.errors.iter().find(|name| MEANS_TIMEOUT.contains(&name.as_str())) {
            self.report(
                Rule::RetryOnTimeout,
                format!("Retry on {name}: after a time-out the call may still act"),
            );
        }
    }

    fn not_to_fail(&mut self, catcher: &Catcher) {
        let Next::To(name) = &catcher.leave.next else { return };
        if matches!(self.machine.states.get(name), Some(State::Fail(_))) {
            self.report(
                Rule::CatchToFail,
                format!("Catch leads to Fail '{name}': a redrive would restart there"),
            );
        }
    }
}
