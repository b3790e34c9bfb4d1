//! What a handler answers, and what the document says of it: one type for each form, so that the two cannot differ.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::OperationBuilder;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::{Ref, RefOr};

use crate::problem::Problem;

/// The schemas that a document needs.
pub(crate) type Schemas = Vec<(String, RefOr<Schema>)>;

/// Something that a handler answers.
pub(crate) trait Answer: Send + 'static {
    /// Adds its responses to an operation, and its schemas to the document.
    fn document(operation: OperationBuilder, schemas: &mut Schemas) -> OperationBuilder;
    /// The response to a request with these headers.
    fn respond(self, asked: &HeaderMap) -> Result<Response<Body>, Problem>;
}

/// Adds a type and all below it; answers how it is named.
pub(crate) fn name_schema<T: ToSchema>(schemas: &mut Schemas) -> Ref {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
    Ref::from_schema_name(T::name())
}

fn json<T: Serialize>(status: StatusCode, value: &T) -> Result<Response<Body>, Problem> {
    let bytes = serde_json::to_vec(value).map_err(|error| Problem::internal(&error))?;
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

fn document_json<T: ToSchema>(
    operation: OperationBuilder,
    schemas: &mut Schemas,
    (status, words): (&str, &str),
) -> OperationBuilder {
    let content = ContentBuilder::new().schema(Some(name_schema::<T>(schemas))).build();
    let response = ResponseBuilder::new().description(words).content("application/json", content).build();
    operation.response(status, response)
}

/// 200 with JSON.
#[derive(Debug)]
pub(crate) struct Seen<T>(pub(crate) T);

impl<T: Serialize + ToSchema + Send + 'static> Answer for Seen<T> {
    fn document(operation: OperationBuilder, schemas: &mut Schemas) -> OperationBuilder {
        document_json::<T>(operation, schemas, ("200", "As asked"))
    }

    fn respond(self, _asked: &HeaderMap) -> Result<Response<Body>, Problem> {
        json(StatusCode::OK, &self.0)
    }
}

/// 201 with JSON: something new is there.
#[derive(Debug)]
pub(crate) struct Made<T>(pub(crate) T);

impl<T: Serialize + ToSchema + Send + 'static> Answer for Made<T> {
    fn document(operation: OperationBuilder, schemas: &mut Schemas) -> OperationBuilder {
        document_json::<T>(operation, schemas, ("201", "Made"))
    }

    fn respond(self, _asked: &HeaderMap) -> Result<Response<Body>, Problem> {
        json(StatusCode::CREATED, &self.0)
    }
}

/// 202 with JSON: it is done, or will be.
#[derive(Debug)]
pub(crate) struct Taken<T>(pub(crate) T);

impl<T: Serialize + ToSchema + Send + 'static> Answer for Taken<T> {
    fn document(operation: OperationBuilder, schemas: &mut Schemas) -> OperationBuilder {
        document_json::<T>(operation, schemas, ("202", "Taken"))
    }

    fn respond(self, _asked: &HeaderMap) -> Result<Response<Body>, Problem> {
        json(StatusCode::ACCEPTED, &self.0)
    }
}

/// 200 with JSON that a caller may keep, or 304 if it is what the caller has.
#[derive(Debug)]
pub(crate) struct Fresh<T> {
    pub(crate) value: T,
    /// Changes with everything that the value shows.
    pub(crate) tag: String,
}

impl<T: Serialize + ToSchema + Send + 'static> Answer for Fresh<T> {
    fn document(operation: OperationBuilder, schemas: &mut Schemas) -> OperationBuilder {
        let tag =
            || HeaderBuilder::new().schema(Some(ObjectBuilder::new().schema_type(Type::String))).build();
        let content = ContentBuilder::new().schema(Some(name_schema::<T>(schemas))).build();
        let seen = ResponseBuilder::new()
            .description("As asked")
            .content("application/json", content)
            .header("ETag", tag())
            .build();
        let same = ResponseBuilder::new().description("It is what you have").header("ETag", tag()).build();
        operation.response("200", seen).response("304", same)
    }

    fn respond(self, asked: &HeaderMap) -> Result<Response<Body>, Problem> {
        let tag = format!("\"{}\"", self.tag);
        let known = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let is_known = known.flat_map(|value| value.split(',')).any(|one| {
            let one = one.trim();
            one.strip_prefix("W/").unwrap_or(one) == tag
        });
        let mut response = if is_known {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response
        } else {
            json(StatusCode::OK, &self.value)?
        };
        let tag = HeaderValue::try_from(tag).map_err(|error| Problem::internal(&error))?;
        response.headers_mut().insert(header::ETAG, tag);
        // The caller keeps it, and asks each time whether it is still so.
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        Ok(response)
    }
}

/// 200 with a file to keep.
#[derive(Debug)]
pub(crate) struct Attachment {
    pub(crate) form: Form,
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// What an attachment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `text/csv`.
    Csv,
    /// `application/json`.
    Json,
}

impl Form {
    const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json",
        }
    }
}

impl Answer for Attachment {
    fn document(operation: OperationBuilder, _schemas: &mut Schemas) -> OperationBuilder {
        let any = Schema::Object(
            ObjectBuilder::new().schema_type(utoipa::openapi::schema::SchemaType::AnyValue).build(),
        );
        let text = Schema::Object(ObjectBuilder::new().schema_type(Type::String).build());
        let name = HeaderBuilder::new().schema(Some(ObjectBuilder::new().schema_type(Type::String))).build();
        let response = ResponseBuilder::new()
            .description("A file")
            .content("application/json", ContentBuilder::new().schema(Some(any)).build())
            .content("text/csv", ContentBuilder::new().schema(Some(text)).build())
            .header("Content-Disposition", name)
            .build();
        operation.response("200", response)
    }

    fn respond(self, _asked: &HeaderMap) -> Result<Response<Body>, Problem> {
        let mut response = Response::new(Body::from(self.bytes));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.form.media_type()));
        let name = format!("attachment; filename=\"{}\"", self.name);
        let name = HeaderValue::try_from(name).map_err(|error| Problem::internal(&error))?;
        headers.insert(header::CONTENT_DISPOSITION, name);
        Ok(response)
    }
}
