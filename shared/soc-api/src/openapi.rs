//! The OpenAPI document: what every route declares, and what follows for all of them.
//!
//! Apart from the routes because the answers that come from the way to a handler (denied, too fast, too long, ...) are
//! the same for all, and are said once.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, OperationBuilder, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, HttpMethod, InfoBuilder, OpenApi, OpenApiBuilder, PathsBuilder, Ref, Required,
};

use crate::answer::{Schemas, name_schema};
use crate::problem::{Code, Details};
use crate::route::Route;
use crate::router::BASE;
use crate::routes;

/// The name of the security scheme.
const SIGNED_IN: &str = "signed_in";

/// The document as JSON, every value in a fixed order: the same code gives the same bytes.
///
/// # Errors
/// It cannot be written, which is a defect.
pub fn document() -> Result<Value, serde_json::Error> {
    let mut schemas = Schemas::new();
    name_schema::<Details<'_>>(&mut schemas);
    let mut paths = PathsBuilder::new();
    let mut asked_for = Vec::new();
    for mut route in routes::all() {
        if let Some(body) = &route.operation.request_body {
            asked_for.extend(named_in(&serde_json::to_value(body)?));
        }
        schemas.append(&mut route.schemas);
        paths = paths.path(format!("{BASE}{}", route.path), item(route));
    }
    let schemas: BTreeMap<_, _> = schemas.into_iter().collect();
    let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    let components =
        ComponentsBuilder::new().schemas_from_iter(schemas).security_scheme(SIGNED_IN, scheme).build();
    let info = InfoBuilder::new()
        .title("ai-soc")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("Incidents, and what people decide about them."))
        .build();
    let document: OpenApi =
        OpenApiBuilder::new().info(info).paths(paths).components(Some(components)).build();
    let mut document = serde_json::to_value(document)?;
    say_what_is_always_there(&mut document, &asked_for);
    for parameter in parameters(&mut document) {
        without_null(parameter);
    }
    // Else the order would be that of whatever else is compiled with this.
    document.sort_all_objects();
    Ok(document)
}

/// The schemas of all parameters.
fn parameters(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten();
    let operations = paths.filter_map(|(_path, item)| item.as_object_mut()).flatten();
    let lists = operations.filter_map(|(_method, operation)| operation.get_mut("parameters")?.as_array_mut());
    lists.flatten().filter_map(|parameter| parameter.get_mut("schema"))
}

/// A parameter is there or is not; there is no way to write null in an address.
fn without_null(schema: &mut Value) {
    if let Some(choices) = schema.get_mut("oneOf").and_then(Value::as_array_mut) {
        choices.retain(|choice| choice.get("type").and_then(Value::as_str) != Some("null"));
        if let [only] = choices.as_slice() {
            *schema = only.clone();
        }
    }
    if let Some(Value::Array(kinds)) = schema.get_mut("type") {
        kinds.retain(|kind| kind != "null");
        if let [only] = kinds.as_slice() {
            let only = only.clone();
            if let Some(members) = schema.as_object_mut() {
                members.insert("type".to_owned(), only);
            }
        }
    }
}

/// What is asked has no further members: an unknown one is refused.
fn strictly(schema: &mut Value) {
    for choice in schema.get_mut("oneOf").and_then(Value::as_array_mut).into_iter().flatten() {
        strictly(choice);
    }
    if let Some(members) = schema.as_object_mut().filter(|members| members.contains_key("properties")) {
        members.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
}

fn item(route: Route) -> PathItem {
    let method = match route.method {
        axum::http::Method::POST => HttpMethod::Post,
        axum::http::Method::DELETE => HttpMethod::Delete,
        _ => HttpMethod::Get,
    };
    PathItem::new(method, on_the_way(route))
}

/// Adds what can come of a request before and behind its handler.
fn on_the_way(route: Route) -> Operation {
    let changes = route.method != axum::http::Method::GET;
    let mut codes = vec![Code::BadRequest, Code::Internal, Code::Unavailable];
    if route.path.contains('{') {
        codes.push(Code::NotFound);
    }
    let mut operation = OperationBuilder::from(route.operation);
    match route.role {
        Some(role) => {
            codes.extend([Code::Unauthorized, Code::Forbidden]);
            operation = operation
                .description(Some(format!("Least role: {role}.")))
                .security(SecurityRequirement::new(SIGNED_IN, Vec::<String>::new()));
        }
        None => operation = operation.description(Some("Nobody need be signed in.")),
    }
    if changes {
        codes.extend([
            Code::NotFound,
            Code::Conflict,
            Code::TooLarge,
            Code::UnsupportedMediaType,
            Code::RateLimited,
        ]);
        operation = operation.parameter(key_parameter(route.path == routes::BULK));
    }
    for code in codes {
        operation = operation.response(code.status().as_str(), problem(code));
    }
    operation.build()
}

fn problem(code: Code) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let response =
        ResponseBuilder::new().description(code.name()).content("application/problem+json", content);
    let number =
        || HeaderBuilder::new().schema(Some(ObjectBuilder::new().schema_type(Type::Integer))).build();
    match code {
        Code::RateLimited | Code::Unavailable => response.header("Retry-After", number()).build(),
        Code::BadRequest
        | Code::Unauthorized
        | Code::Forbidden
        | Code::NotFound
        | Code::MethodNotAllowed
        | Code::Conflict
        | Code::StalePlan
        | Code::TooLarge
        | Code::UnsupportedMediaType
        | Code::Misdirected
        | Code::Internal => response.build(),
    }
}

fn key_parameter(is_required: bool) -> utoipa::openapi::path::Parameter {
    let schema =
        ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[A-Za-z0-9_-]{8,64}$")).build();
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(if is_required { Required::True } else { Required::False })
        .description(Some("The same key with the same body answers the same; with another body 409."))
        .schema(Some(schema))
        .build()
}

/// The schemas that a part of the document names.
fn named_in(value: &Value) -> Vec<String> {
    match value {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str);
            let own = own.and_then(|path| path.rsplit('/').next()).map(str::to_owned);
            members.values().flat_map(named_in).chain(own).collect()
        }
        Value::Array(values) => values.iter().flat_map(named_in).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

/// What is answered has every member always, null where there is nothing; what is asked may leave out what it does not
/// say.
fn say_what_is_always_there(document: &mut Value, asked_for: &[String]) {
    let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else {
        return;
    };
    let mut asked_for = asked_for.to_vec();
    let mut at = 0;
    while let Some(name) = asked_for.get(at) {
        let below = schemas.get(name).map(named_in).unwrap_or_default();
        let new: Vec<String> = below.into_iter().filter(|name| !asked_for.contains(name)).collect();
        asked_for.extend(new);
        at += 1;
    }
    for (name, schema) in schemas.iter_mut() {
        if asked_for.contains(name) {
            strictly(schema);
        } else {
            require_all(schema, name == "Problem");
        }
    }
}

fn require_all(schema: &mut Value, is_problem: bool) {
    for part in schema.get_mut("allOf").and_then(Value::as_array_mut).into_iter().flatten() {
        require_all(part, is_problem);
    }
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
    // Only a problem leaves out what it has not: `drift`.
    let mut names: Vec<&String> =
        properties.keys().filter(|name| !(is_problem && *name == "drift")).collect();
    names.sort();
    let names = json!(names);
    if let Some(members) = schema.as_object_mut() {
        members.insert("required".to_owned(), names);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");

    /// `SOC_WRITE_OPENAPI=1 cargo test -p soc-api -- openapi` writes the file.
    #[test]
    fn the_committed_document_is_that_of_the_code() {
        let ours = format!("{:#}\n", document().unwrap());
        #[expect(clippy::disallowed_methods, reason = "a setting of this test alone")]
        if std::env::var_os("SOC_WRITE_OPENAPI").is_some() {
            std::fs::write(FILE, &ours).unwrap();
        }
        let theirs = std::fs::read_to_string(FILE).unwrap_or_default();
        let differs = ours.lines().zip(theirs.lines()).find(|(ours, theirs)| ours != theirs);
        assert!(ours == theirs, "openapi.json is old ({differs:?}): write it with SOC_WRITE_OPENAPI=1");
    }

    #[test]
    fn every_schema_that_is_named_is_there_and_no_name_stands_for_two() {
        let document = document().unwrap();
        let schemas = document.pointer("/components/schemas").unwrap().as_object().unwrap();
        for name in named_in(&document) {
            assert!(schemas.contains_key(&name), "{name}");
        }
        let mut all = Schemas::new();
        for mut route in routes::all() {
            all.append(&mut route.schemas);
        }
        let mut known: BTreeMap<String, Value> = BTreeMap::new();
        for (name, schema) in all {
            let schema = serde_json::to_value(schema).unwrap();
            let first = known.entry(name.clone()).or_insert_with(|| schema.clone());
            assert_eq!(*first, schema, "two shapes are called {name}");
        }
    }

    #[test]
    fn every_operation_has_a_name_of_its_own_and_says_who_may() {
        let document = document().unwrap();
        let mut names = std::collections::BTreeSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                assert!(
                    names.insert(operation["operationId"].as_str().unwrap().to_owned()),
                    "{method} {path}"
                );
                let says = operation["description"].as_str().unwrap();
                assert!(says.starts_with("Least role: ") || says == "Nobody need be signed in.", "{says}");
            }
        }
    }
}
