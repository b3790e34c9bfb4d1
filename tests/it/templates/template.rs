//! A CloudFormation template as values: YAML with its tags becomes the JSON form that CloudFormation itself documents.
//!
//! Apart from the checks so that each of them is only its rule. A planted fault is a change of the text, so that what
//! is checked was read in the same way as the file.

use std::sync::LazyLock;

use anyhow::{Context as _, Result, ensure};
use saphyr::{LoadableYamlNode as _, Scalar, Yaml};
use serde_json::{Map, Value, json};

use crate::workspace::text_files;

const FOLDER: &str = "cloudformation/";

/// One template; `name` is its file's name without the ending.
#[derive(Debug, Clone)]
pub(super) struct Template {
    pub(super) name: String,
    pub(super) text: String,
    value: Value,
}

/// One resource with its place, as in `data.yaml: Soc`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Resource<'a> {
    pub(super) template: &'a Template,
    pub(super) id: &'a str,
    value: &'a Value,
}

/// All templates of the repository.
#[derive(Debug, Clone)]
pub(super) struct Templates(pub(super) Vec<Template>);

impl Template {
    pub(super) fn parse(name: &str, text: String) -> Result<Self> {
        let documents = Yaml::load_from_str(&text).with_context(|| format!("parse {name}.yaml"))?;
        ensure!(documents.len() == 1, "{name}.yaml holds one document");
        let value = json_of(documents.first().context("one document")?);
        Ok(Self { name: name.to_owned(), text, value })
    }

    pub(super) fn section(&self, name: &str) -> impl Iterator<Item = (&str, &Value)> {
        let section = self.value.get(name).and_then(Value::as_object);
        section.into_iter().flatten().map(|(key, value)| (key.as_str(), value))
    }

    pub(super) fn resources(&self) -> impl Iterator<Item = Resource<'_>> {
        self.section("Resources").map(|(id, value)| Resource { template: self, id, value })
    }
}

impl<'a> Resource<'a> {
    pub(super) fn kind(&self) -> &'a str {
        self.value.get("Type").and_then(Value::as_str).unwrap_or_default()
    }

    /// A value beside the properties, such as `/DeletionPolicy`.
    pub(super) fn at(&self, pointer: &str) -> Option<&'a Value> {
        self.value.pointer(pointer)
    }

    /// A property by its JSON pointer; null where there is none.
    pub(super) fn property(&self, pointer: &str) -> &'a Value {
        self.value.get("Properties").and_then(|value| value.pointer(pointer)).unwrap_or(&Value::Null)
    }

    pub(super) fn place(&self) -> String {
        format!("{}.yaml: {}", self.template.name, self.id)
    }

    pub(super) fn says(&self, text: &str) -> String {
        format!("{}: {text}", self.place())
    }
}

/// Read once: fifty tests begin with it.
static READ: LazyLock<Templates> = LazyLock::new(|| Templates::from_files().expect("the templates are read"));

impl Templates {
    pub(super) fn read() -> Result<Self> {
        Ok(READ.clone())
    }

    fn from_files() -> Result<Self> {
        let mut templates = Vec::new();
        for file in text_files()? {
            let name = file.path.strip_prefix(FOLDER).and_then(|name| name.strip_suffix(".yaml"));
            if let Some(name) = name {
                templates.push(Template::parse(name, file.text.clone())?);
            }
        }
        ensure!(templates.len() > 10, "{FOLDER} holds the templates");
        Ok(Self(templates))
    }

    /// These templates with the first occurrence of `text` in one of them replaced; it must occur.
    pub(super) fn planted(&self, name: &str, text: &str, instead: &str) -> Result<Self> {
        let mut templates = self.clone();
        for template in &mut templates.0 {
            if template.name == name {
                ensure!(template.text.contains(text), "{name}.yaml does not contain {text:?}");
                *template = Template::parse(name, template.text.replacen(text, instead, 1))?;
            }
        }
        Ok(templates)
    }

    pub(super) fn get(&self, name: &str) -> Result<&Template> {
        let found = self.0.iter().find(|template| template.name == name);
        found.with_context(|| format!("{FOLDER}{name}.yaml is missing"))
    }

    pub(super) fn resources(&self) -> impl Iterator<Item = Resource<'_>> {
        self.0.iter().flat_map(Template::resources)
    }

    pub(super) fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = Resource<'_>> {
        self.resources().filter(move |resource| resource.kind() == kind)
    }
}

/// `!Ref x` is `{"Ref": "x"}`, `!Sub x` is `{"Fn::Sub": "x"}`, and so on.
fn json_of(yaml: &Yaml<'_>) -> Value {
    match yaml {
        Yaml::Tagged(tag, inner) => {
            let name = if matches!(tag.suffix.as_str(), "Ref" | "Condition") {
                tag.suffix.clone()
            } else {
                format!("Fn::{}", tag.suffix)
            };
            json!({ name: json_of(inner) })
        }
        Yaml::Value(scalar) => scalar_of(scalar),
        Yaml::Sequence(items) => Value::Array(items.iter().map(json_of).collect()),
        Yaml::Mapping(fields) => {
            let fields = fields.iter().map(|(key, value)| (key_of(key), json_of(value)));
            Value::Object(fields.collect::<Map<String, Value>>())
        }
        Yaml::Representation(text, ..) => Value::String(text.to_string()),
        Yaml::Alias(_) | Yaml::BadValue => Value::Null,
    }
}

fn key_of(key: &Yaml<'_>) -> String {
    match json_of(key) {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

fn scalar_of(scalar: &Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(is) => json!(is),
        Scalar::Integer(number) => json!(number),
        Scalar::FloatingPoint(number) => json!(number.into_inner()),
        Scalar::String(text) => json!(text),
    }
}

/// One or many: CloudFormation's documents take both.
pub(super) fn listed(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Null => Vec::new(),
        other => vec![other],
    }
}

/// The text of a plain value or of what stands in its `!Sub`, `!Ref` or `!GetAtt`.
pub(super) fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(fields) => match fields.iter().next() {
            Some((name, inner)) if name == "Fn::Sub" => match inner {
                Value::Array(parts) => parts.first().map(text_of).unwrap_or_default(),
                inner => text_of(inner),
            },
            Some((name, inner)) if name == "Ref" || name == "Fn::GetAtt" => text_of(inner),
            _ => value.to_string(),
        },
        other => other.to_string(),
    }
}

/// The statements of a policy document, those inside an `!If` too.
pub(super) fn statements(document: &Value) -> Vec<&Value> {
    let mut open = listed(document.get("Statement").unwrap_or(&Value::Null));
    let mut found = Vec::new();
    while let Some(statement) = open.pop() {
        match statement.get("Fn::If").and_then(Value::as_array) {
            Some(branches) => open.extend(branches.iter().filter(|branch| branch.get("Effect").is_some())),
            None => found.push(statement),
        }
    }
    found.reverse();
    found
}

#[test]
fn tags_become_the_functions_that_they_stand_for() {
    let text = "Resources:\n  A:\n    Type: T\n    Properties:\n      B: !Sub ${C}-d\n      E: [!GetAtt F.G, 7, true]\n";
    let template = Template::parse("planted", text.to_owned()).unwrap();
    let resource = template.resources().next().unwrap();
    assert_eq!((resource.kind(), resource.place().as_str()), ("T", "planted.yaml: A"));
    assert_eq!(resource.property("/B"), &json!({"Fn::Sub": "${C}-d"}));
    assert_eq!(resource.property("/E"), &json!([{"Fn::GetAtt": "F.G"}, 7, true]));
}
