//! Takes the fields of one JSON object out, one by one, and reports what is missing, wrong or left over.
//!
//! Apart from the reader of states because serde stops at the first problem, and a person wants all of them. After a
//! problem a stand-in is returned so that reading goes on; a machine with a violation never leaves `Machine::parse`.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::expression::Refused;
use super::template::Template;
use super::violation::{Rule, Violation};

/// The longest time the language can express, in seconds.
pub(super) const LONGEST_SECONDS: u32 = 99_999_999;

/// One object that is being read.
pub(super) struct Fields<'a> {
    state: Option<&'a str>,
    /// Where the object stands inside its state, such as `Catch[0].`.
    place: String,
    members: Map<String, Value>,
    found: &'a mut Vec<Violation>,
}

impl<'a> Fields<'a> {
    /// The fields of a state, or of the document when there is no state.
    pub(super) fn of(state: Option<&'a str>, value: Value, found: &'a mut Vec<Violation>) -> Fields<'a> {
        let mut fields = Fields { state, place: String::new(), members: Map::new(), found };
        fields.fill(value);
        fields
    }

    fn fill(&mut self, value: Value) {
        match value {
            Value::Object(members) => self.members = members,
            other => {
                let place = self.place.trim_end_matches('.').to_owned();
                self.report(Rule::Value, format!("{place}: {other} is not an object"));
            }
        }
    }

    /// The fields of an object inside this one.
    pub(super) fn inside(&mut self, name: &str, value: Value) -> Fields<'_> {
        let place = format!("{}{name}.", self.place);
        let mut fields = Fields { state: self.state, place, members: Map::new(), found: self.found };
        fields.fill(value);
        fields
    }

    /// Reports a problem of this object.
    pub(super) fn report(&mut self, rule: Rule, detail: String) {
        self.found.push(Violation { state: self.state.map(str::to_owned), rule, detail });
    }

    /// A problem with one field.
    pub(super) fn report_field(&mut self, rule: Rule, name: &str, problem: &str) {
        let detail = format!("{}{name}: {problem}", self.place);
        self.report(rule, detail);
    }

    /// Takes a field that may be absent.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.members.remove(name)
    }

    /// Takes a field that must be there.
    pub(super) fn need(&mut self, name: &str) -> Value {
        self.take(name).unwrap_or_else(|| {
            self.report_field(Rule::MissingField, name, "is missing");
            Value::Null
        })
    }

    /// Takes a text that may be absent.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        match self.take(name)? {
            Value::String(text) => Some(text),
            other => {
                self.report_field(Rule::Value, name, &format!("{other} is not a text"));
                None
            }
        }
    }

    /// Takes a text that must be there.
    pub(super) fn need_text(&mut self, name: &str) -> String {
        if !self.members.contains_key(name) {
            self.report_field(Rule::MissingField, name, "is missing");
        }
        self.text(name).unwrap_or_default()
    }

    /// Takes a whole number within bounds.
    pub(super) fn whole(&mut self, name: &str, bounds: RangeInclusive<u32>) -> Option<u32> {
        let value = self.take(name)?;
        self.parse_whole(name, &value, bounds)
    }

    fn parse_whole(&mut self, name: &str, value: &Value, bounds: RangeInclusive<u32>) -> Option<u32> {
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
        let number = number.filter(|number| bounds.contains(number));
        if number.is_none() {
            let problem =
                format!("{value} is not a whole number from {} to {}", bounds.start(), bounds.end());
            self.report_field(Rule::Value, name, &problem);
        }
        number
    }

    /// Takes an array; absent is empty.
    pub(super) fn array(&mut self, name: &str) -> Vec<Value> {
        match self.take(name) {
            None => Vec::new(),
            Some(Value::Array(items)) => items,
            Some(other) => {
                self.report_field(Rule::Value, name, &format!("{other} is not an array"));
                Vec::new()
            }
        }
    }

    /// Takes a template that may be absent.
    pub(super) fn template(&mut self, name: &str) -> Option<Template> {
        let value = self.take(name)?;
        Some(self.parse_template(name, value))
    }

    /// Takes a template that must be there.
    pub(super) fn need_template(&mut self, name: &str) -> Template {
        let value = self.need(name);
        self.parse_template(name, value)
    }

    /// Reads seconds: an expression, or a number within the language's bounds.
    pub(super) fn parse_seconds(&mut self, name: &str, value: Value, shortest: u32) -> Template {
        if !value.is_number() {
            return self.parse_expression(name, value);
        }
        let seconds = self.parse_whole(name, &value, shortest..=LONGEST_SECONDS);
        Template::Literal(Value::from(seconds.unwrap_or(shortest)))
    }

    /// Reads a value that must be an expression.
    pub(super) fn parse_expression(&mut self, name: &str, value: Value) -> Template {
        let before = self.found.len();
        let template = self.parse_template(name, value);
        if !matches!(template, Template::Expression(_)) && self.found.len() == before {
            self.report_field(Rule::Value, name, "is not an expression");
        }
        template
    }

    /// Reads a template that is already out.
    pub(super) fn parse_template(&mut self, name: &str, value: Value) -> Template {
        Template::parse(value, &mut |text, refused| match refused {
            Refused::Syntax(problem) => {
                self.report_field(Rule::Syntax, name, &format!("'{text}': {problem}"))
            }
            Refused::Profile(faults) => {
                for fault in faults {
                    self.report_field(Rule::Profile, name, &format!("'{text}': {fault}"));
                }
            }
        })
    }

    /// Drops what nobody took, where reporting it would only repeat a graver problem.
    pub(super) fn forget_rest(&mut self) {
        self.members.clear();
    }

    /// Every field that nobody took is unknown.
    pub(super) fn refuse_rest(&mut self) {
        for name in std::mem::take(&mut self.members).keys() {
            self.report_field(Rule::UnknownField, name, "is not in the subset");
        }
    }
}
