//! The shapes on the wire. Each is made from a value of the domain by `From`, and named in the OpenAPI document.
//!
//! Apart from the domain so that what people and programs rely on changes only on purpose.

pub(crate) mod action;
pub(crate) mod finding;
pub(crate) mod incident;
pub(crate) mod judged;
pub(crate) mod people;
pub(crate) mod plan;
pub(crate) mod views;
pub(crate) mod words;

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use soc_domain::evidence::Citation as DomainCitation;
use soc_domain::time::Timestamp;
use utoipa::openapi::schema::{
    ArrayBuilder, KnownFormat, ObjectBuilder, Schema, SchemaFormat, SchemaType, Type,
};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// A moment as RFC 3339 has it, in UTC with milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(pub(crate) Timestamp);

impl Moment {
    pub(crate) fn maybe(at: Option<Timestamp>) -> Option<Self> {
        at.map(Self)
    }
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl PartialSchema for Moment {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(format))
            .description(Some("RFC 3339, UTC, milliseconds"))
            .into()
    }
}

impl ToSchema for Moment {}

/// Some of a list, in its order.
#[derive(Debug, Serialize)]
pub(crate) struct Page<T> {
    /// The rows.
    pub(crate) items: Vec<T>,
    /// Give it as `after` for what comes next; null at the end.
    pub(crate) next: Option<String>,
}

/// All of a list that is short.
#[derive(Debug, Serialize)]
pub(crate) struct Items<T> {
    /// The rows.
    pub(crate) items: Vec<T>,
}

/// A list in the document. Written by hand because the derived form names what the list holds and does not bring it.
fn list_of<T: ToSchema>() -> ObjectBuilder {
    ObjectBuilder::new()
        .property("items", ArrayBuilder::new().items(Ref::from_schema_name(T::name())))
        .required("items")
}

fn bring<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
}

impl<T: ToSchema> PartialSchema for Page<T> {
    fn schema() -> RefOr<Schema> {
        let types = SchemaType::from_iter([Type::String, Type::Null]);
        let next =
            ObjectBuilder::new().schema_type(types).description(Some("Give it as `after`; null at the end"));
        list_of::<T>()
            .property("next", next)
            .required("next")
            .description(Some("Some of a list, in its order"))
            .into()
    }
}

impl<T: ToSchema> ToSchema for Page<T> {
    fn name() -> Cow<'static, str> {
        format!("{}Page", T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        bring::<T>(schemas);
    }
}

impl<T: ToSchema> PartialSchema for Items<T> {
    fn schema() -> RefOr<Schema> {
        list_of::<T>().description(Some("All of a short list")).into()
    }
}

impl<T: ToSchema> ToSchema for Items<T> {
    fn name() -> Cow<'static, str> {
        format!("{}List", T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        bring::<T>(schemas);
    }
}

/// Points at one value of the evidence.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Citation {
    /// A JSON pointer into the evidence document (RFC 6901).
    pub(crate) pointer: String,
    /// The finding that it is in; null for what the incident as a whole shows.
    pub(crate) finding: Option<String>,
}

impl From<&DomainCitation> for Citation {
    fn from(citation: &DomainCitation) -> Self {
        Self {
            pointer: citation.pointer.clone(),
            finding: citation.finding.map(|finding| finding.to_string()),
        }
    }
}

/// Millionths of a dollar as dollars.
pub(crate) fn dollars(millionths: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a sum for people; it stays far below 2^53")]
    let millionths = millionths as f64;
    millionths / 1_000_000.0
}
