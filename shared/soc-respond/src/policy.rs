//! Session policies: what one session in another account may do, and to what. Pure.
//!
//! They are apart because they are the last of three walls (the role's policy, its boundary, this): whoever makes us
//! enter an account with a crafted finding gets the one action on the one resource, for 15 minutes.

use serde_json::{Value, json};

use crate::subject::Subject;

/// The longest text that `AssumeRole` takes ("Policy", AWS STS API Reference).
pub(crate) const LONGEST: usize = 2_048;

/// Actions on resources.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Statement {
    /// What it is for; letters and digits.
    pub(crate) sid: &'static str,
    /// IAM actions, none with a `*`.
    pub(crate) actions: Vec<&'static str>,
    /// ARNs.
    pub(crate) resources: Vec<String>,
    /// When it holds; null for always.
    pub(crate) condition: Value,
}

impl Statement {
    /// Actions on resources, always.
    pub(crate) fn on(resources: Vec<String>, actions: &[&'static str]) -> Self {
        let condition = Value::Null;
        Self { sid: "TheOneResource", actions: actions.to_vec(), resources, condition }
    }

    /// Calls that list: "Actions, resources, and condition keys for Amazon EC2" (Service Authorization Reference)
    /// knows no resource type for them, so `*` is the only resource that allows them. They are held to the region.
    pub(crate) fn describe(subject: &Subject<'_>, actions: &[&'static str]) -> Self {
        Self {
            sid: "DescribeKnowsNoResource",
            actions: actions.to_vec(),
            resources: vec!["*".to_owned()],
            condition: json!({ "StringEquals": { "aws:RequestedRegion": subject.place().region } }),
        }
    }
}

/// The text of a policy that allows exactly these.
pub(crate) fn document(statements: &[Statement]) -> String {
    let statements: Vec<Value> = statements
        .iter()
        .map(|statement| {
            let mut value = json!({
                "Sid": statement.sid,
                "Effect": "Allow",
                "Action": statement.actions,
                "Resource": statement.resources,
            });
            if let (Some(fields), false) = (value.as_object_mut(), statement.condition.is_null()) {
                fields.insert("Condition".to_owned(), statement.condition.clone());
            }
            value
        })
        .collect();
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}
