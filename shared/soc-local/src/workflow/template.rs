//! JSON with expressions in it: what `Arguments`, `Assign` and `Output` hold.
//!
//! Apart from expressions because a template is a shape and an expression is a text; only strings that begin with
//! `{%` and end with `%}` are evaluated, anywhere inside the shape.

use serde_json::{Map, Value};

use super::expression::{Bindings, Expression, QueryError, Refused};

/// A JSON value whose strings may be expressions.
#[derive(Debug)]
pub(super) enum Template {
    /// Holds no expression at all.
    Literal(Value),
    /// Is one expression.
    Expression(Expression),
    /// An array with at least one expression inside.
    Array(Vec<Template>),
    /// An object with at least one expression inside.
    Object(Vec<(String, Template)>),
}

impl Template {
    /// Reads a template; `refuse` hears of every expression that is none, so that all are reported at once.
    pub(super) fn parse(value: Value, refuse: &mut dyn FnMut(&str, Refused)) -> Template {
        match value {
            Value::String(text) => Template::parse_text(text, refuse),
            Value::Array(items) => {
                let items: Vec<Template> =
                    items.into_iter().map(|item| Template::parse(item, refuse)).collect();
                match items.iter().map(Template::literal).collect::<Option<Vec<_>>>() {
                    Some(literals) => {
                        Template::Literal(Value::Array(literals.into_iter().cloned().collect()))
                    }
                    None => Template::Array(items),
                }
            }
            Value::Object(members) => {
                let members: Vec<(String, Template)> =
                    members.into_iter().map(|(name, value)| (name, Template::parse(value, refuse))).collect();
                let literals =
                    members.iter().map(|(name, value)| Some((name.clone(), value.literal()?.clone())));
                match literals.collect::<Option<Map<_, _>>>() {
                    Some(literals) => Template::Literal(Value::Object(literals)),
                    None => Template::Object(members),
                }
            }
            literal @ (Value::Null | Value::Bool(_) | Value::Number(_)) => Template::Literal(literal),
        }
    }

    fn parse_text(text: String, refuse: &mut dyn FnMut(&str, Refused)) -> Template {
        let parsed = match (text.strip_prefix("{%"), text.ends_with("%}")) {
            (Some(rest), true) => Expression::parse(rest.strip_suffix("%}").unwrap_or("")),
            (Some(_), false) | (None, true) => Err(Refused::Syntax("needs both `{%` and `%}`".to_owned())),
            (None, false) => return Template::Literal(Value::String(text)),
        };
        match parsed {
            Ok(expression) => Template::Expression(expression),
            Err(refused) => {
                refuse(&text, refused);
                Template::Literal(Value::Null)
            }
        }
    }

    fn literal(&self) -> Option<&Value> {
        match self {
            Template::Literal(value) => Some(value),
            Template::Expression(_) | Template::Array(_) | Template::Object(_) => None,
        }
    }

    /// The expression it is, or its text; for messages.
    pub(super) fn source(&self) -> &str {
        match self {
            Template::Expression(expression) => expression.source(),
            Template::Literal(Value::String(text)) => text,
            Template::Literal(_) | Template::Array(_) | Template::Object(_) => "(a literal)",
        }
    }

    /// Evaluates every expression inside; the first that fails fails the whole.
    pub(super) fn evaluate(&self, bindings: &mut Bindings) -> Result<Value, QueryError> {
        match self {
            Template::Literal(value) => Ok(value.clone()),
            Template::Expression(expression) => expression.evaluate(bindings),
            Template::Array(items) => items
                .iter()
                .map(|item| item.evaluate(bindings))
                .collect::<Result<Vec<_>, _>>()
                .map(Value::Array),
            Template::Object(members) => {
                let mut object = Map::new();
                for (name, value) in members {
                    object.insert(name.clone(), value.evaluate(bindings)?);
                }
                Ok(Value::Object(object))
            }
        }
    }

    /// Calls `visit` for every expression inside.
    pub(super) fn visit<'a>(&'a self, visit: &mut dyn FnMut(&'a Expression)) {
        match self {
            Template::Literal(_) => {}
            Template::Expression(expression) => visit(expression),
            Template::Array(items) => items.iter().for_each(|item| item.visit(visit)),
            Template::Object(members) => members.iter().for_each(|(_, value)| value.visit(visit)),
        }
    }
}
