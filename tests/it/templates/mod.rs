//! What the CloudFormation templates keep, beyond what any linter knows.
//!
//! Apart from cfn-lint and checkov because these are our own promises: who may do what, what outlives its stack, which
//! alarm says what, and that templates and code name the same things. Each check is a function over the parsed templates;
//! beside its test over this repository stands one over a template with a planted fault.

mod access;
mod alarms;
mod bus;
mod durable;
mod functions;
mod release;
mod rights;
mod roots;
mod stacks;
mod template;
mod web;
mod workflow;
