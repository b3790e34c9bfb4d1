//! One JSONata expression: parsed once when the machine is read, evaluated at every visit.
//!
//! Apart from the steps because jsonata-core's values are not `Send`; they live and die inside the calls below.
//! A missing value is an error here, as on Step Functions, and never becomes null.

use jsonata_core::ast::AstNode;
use jsonata_core::evaluator::{Context, Evaluator};
use jsonata_core::parser;
use jsonata_core::value::{JMap, JValue};
use serde_json::{Map, Number, Value};
use thiserror::Error;

use super::profile::{self, Uses};

/// An expression that stays inside the profile.
#[derive(Debug)]
pub(super) struct Expression {
    source: String,
    ast: AstNode,
    uses: Uses,
}

/// Why a string is no expression of ours.
#[derive(Debug)]
pub(super) enum Refused {
    /// It does not parse.
    Syntax(String),
    /// It leaves the profile, in these ways.
    Profile(Vec<String>),
}

/// An evaluation that gave no JSON value; raised as `States.QueryEvaluationError`.
#[derive(Debug, Error)]
#[error("the JSONata expression '{source_text}' {reason}")]
pub(super) struct QueryError {
    source_text: String,
    reason: String,
}

impl QueryError {
    /// A value was found, but not one that the field can take.
    pub(super) fn new(source_text: &str, reason: impl Into<String>) -> Self {
        QueryError { source_text: source_text.to_owned(), reason: reason.into() }
    }
}

impl Expression {
    /// Parses what stands between `{%` and `%}`.
    pub(super) fn parse(source: &str) -> Result<Expression, Refused> {
        let source = source.trim();
        let ast = parser::parse(source).map_err(|error| Refused::Syntax(error.display_message()))?;
        let (uses, faults) = profile::survey(&ast);
        if !faults.is_empty() {
            return Err(Refused::Profile(faults));
        }
        Ok(Expression { source: source.to_owned(), ast, uses })
    }

    /// What the expression takes from outside.
    pub(super) fn uses(&self) -> &Uses {
        &self.uses
    }

    /// The text, for messages.
    pub(super) fn source(&self) -> &str {
        &self.source
    }

    /// Evaluates against a snapshot. Undefined is an error.
    pub(super) fn evaluate(&self, bindings: &mut Bindings) -> Result<Value, QueryError> {
        let found = bindings
            .0
            .evaluate(&self.ast, &JValue::Undefined)
            .map_err(|error| QueryError::new(&self.source, format!("failed: {error}")))?;
        if found.is_undefined() {
            return Err(QueryError::new(&self.source, "returned nothing (undefined)"));
        }
        to_json(&found).ok_or_else(|| QueryError::new(&self.source, "returned a value that is not JSON"))
    }
}

/// What expressions of one moment see: `$states` and the workflow variables. Evaluations do not see each other.
pub(super) struct Bindings(Evaluator);

impl Bindings {
    /// Binds the members of `$states` and the variables.
    pub(super) fn new(states: Vec<(&str, JValue)>, variables: &Map<String, Value>) -> Bindings {
        let mut context = Context::new();
        context.bind("states".to_owned(), object(states));
        for (name, value) in variables {
            context.bind(name.clone(), from_json(value));
        }
        Bindings(Evaluator::with_context(context))
    }
}

/// An object of the engine from its members.
pub(super) fn object(members: Vec<(&str, JValue)>) -> JValue {
    let members: JMap = members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    JValue::object(members.into_inner())
}

/// A JSON value for the engine, without a copy of the original in between.
pub(super) fn from_json(value: &Value) -> JValue {
    match value {
        Value::Null => JValue::Null,
        Value::Bool(value) => JValue::from(*value),
        Value::Number(value) => JValue::from(value.as_f64().unwrap_or(f64::NAN)),
        Value::String(value) => JValue::from(value.as_str()),
        Value::Array(items) => JValue::array(items.iter().map(from_json).collect()),
        Value::Object(members) => {
            let members: JMap =
                members.iter().map(|(name, value)| (name.clone(), from_json(value))).collect();
            JValue::object(members.into_inner())
        }
    }
}

/// Back to JSON: whole numbers stay whole, members without a value are left out, functions are no JSON.
fn to_json(value: &JValue) -> Option<Value> {
    if let Some(text) = value.as_str() {
        return Some(Value::String(text.to_owned()));
    }
    if let Some(truth) = value.as_bool() {
        return Some(Value::Bool(truth));
    }
    if value.is_number() {
        return to_number(value);
    }
    if let Some(items) = value.as_array() {
        let present = items.iter().filter(|item| !item.is_undefined());
        return present.map(to_json).collect::<Option<Vec<_>>>().map(Value::Array);
    }
    if let Some(members) = value.as_object() {
        let present = members.iter().filter(|(_, value)| !value.is_undefined());
        let pairs = present.map(|(name, value)| to_json(value).map(|value| (name.clone(), value)));
        return pairs.collect::<Option<Map<_, _>>>().map(Value::Object);
    }
    value.is_null().then_some(Value::Null)
}

fn to_number(value: &JValue) -> Option<Value> {
    /// Beyond this a double no longer holds every whole number (2^53).
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let number = value.as_f64()?;
    match value.as_i64() {
        Some(whole) if number.fract() == 0.0 && number.abs() <= EXACT => Some(Value::from(whole)),
        Some(_) | None => Number::from_f64(number).map(Value::Number),
    }
}
