//! One route: method, path, role, what it reads and what it answers, declared once.
//!
//! Apart from the handlers because both the router and the OpenAPI document are made from these declarations, so the
//! document cannot promise another form, or another role, than what is served.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Response};
use serde::de::DeserializeOwned;
use soc_domain::policy::Policy;
use utoipa::openapi::path::{Operation, OperationBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::{ContentBuilder, Required};
use utoipa::{IntoParams, ToSchema};

use crate::answer::{Answer, Schemas, name_schema};
use crate::input;
use crate::person::{Person, Role};
use crate::problem::Problem;
use crate::router::Api;

/// What a handler knows of the request beside what it reads from it.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) api: Arc<Api>,
    /// Who asks. On routes without a role nobody is looked for, and the name is empty.
    pub(crate) person: Person,
    /// With which the same change may come again.
    pub(crate) key: Option<String>,
    /// The hash of what is asked, so that another request under the same key is known.
    pub(crate) sha256: String,
    pub(crate) headers: HeaderMap,
}

impl Asked {
    /// The policy that holds now.
    pub(crate) async fn policy(&self) -> Result<Arc<Policy>, Problem> {
        Ok(self.api.standing.policy().await?)
    }
}

type Answered = Pin<Box<dyn Future<Output = Result<Response<Body>, Problem>> + Send>>;

/// What is called with the request once its sender may.
pub(crate) type Call = Arc<dyn Fn(Asked, Parts, Vec<u8>) -> Answered + Send + Sync>;

/// One route.
pub(crate) struct Route {
    pub(crate) method: Method,
    /// Below the base, with `{name}` for what varies.
    pub(crate) path: &'static str,
    /// The least role; none where nobody need be signed in.
    pub(crate) role: Option<Role>,
    pub(crate) call: Call,
    pub(crate) operation: Operation,
    pub(crate) schemas: Schemas,
}

/// A route's name: `operationId` of the document, and what it does in a sentence.
#[derive(Clone, Copy)]
pub(crate) struct Name(pub(crate) &'static str, pub(crate) &'static str);

/// A route that is read.
pub(crate) fn read<P, Q, A, H, F>(
    path: &'static str,
    role: impl Into<Option<Role>>,
    name: Name,
    handler: H,
) -> Route
where
    P: DeserializeOwned + IntoParams + Send + 'static,
    Q: DeserializeOwned + IntoParams + Send + 'static,
    A: Answer,
    H: Fn(Asked, P, Q) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<A, Problem>> + Send + 'static,
{
    let mut schemas = Schemas::new();
    let operation = with_params::<Q>(begin::<P>(name), ParameterIn::Query);
    let operation = A::document(operation, &mut schemas).build();
    let call: Call = Arc::new(move |asked, mut parts, _body| {
        let handler = handler.clone();
        Box::pin(async move {
            let headers = asked.headers.clone();
            let place = input::path::<P>(&mut parts).await?;
            let query = input::query::<Q>(&parts)?;
            handler(asked, place, query).await?.respond(&headers)
        })
    });
    Route { method: Method::GET, path, role: role.into(), call, operation, schemas }
}

/// A route that changes something, with a body.
pub(crate) fn change<P, B, A, H, F>(path: &'static str, role: Role, name: Name, handler: H) -> Route
where
    P: DeserializeOwned + IntoParams + Send + 'static,
    B: DeserializeOwned + ToSchema + Send + 'static,
    A: Answer,
    H: Fn(Asked, P, B) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<A, Problem>> + Send + 'static,
{
    let mut schemas = Schemas::new();
    let content = ContentBuilder::new().schema(Some(name_schema::<B>(&mut schemas))).build();
    let body =
        RequestBodyBuilder::new().content("application/json", content).required(Some(Required::True)).build();
    let operation = begin::<P>(name).request_body(Some(body));
    let operation = A::document(operation, &mut schemas).build();
    let call: Call = Arc::new(move |asked, mut parts, body| {
        let handler = handler.clone();
        Box::pin(async move {
            let headers = asked.headers.clone();
            let place = input::path::<P>(&mut parts).await?;
            input::query::<input::Nothing>(&parts)?;
            let body = input::body::<B>(&body)?;
            handler(asked, place, body).await?.respond(&headers)
        })
    });
    Route { method: Method::POST, path, role: Some(role), call, operation, schemas }
}

/// A route that takes something away.
pub(crate) fn remove<P, A, H, F>(path: &'static str, role: Role, name: Name, handler: H) -> Route
where
    P: DeserializeOwned + IntoParams + Send + 'static,
    A: Answer,
    H: Fn(Asked, P) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<A, Problem>> + Send + 'static,
{
    let mut schemas = Schemas::new();
    let operation = A::document(begin::<P>(name), &mut schemas).build();
    let call: Call = Arc::new(move |asked, mut parts, body| {
        let handler = handler.clone();
        Box::pin(async move {
            let headers = asked.headers.clone();
            let place = input::path::<P>(&mut parts).await?;
            input::query::<input::Nothing>(&parts)?;
            input::body::<input::Nothing>(&body)?;
            handler(asked, place).await?.respond(&headers)
        })
    });
    Route { method: Method::DELETE, path, role: Some(role), call, operation, schemas }
}

fn begin<P: IntoParams>(Name(id, summary): Name) -> OperationBuilder {
    let operation = OperationBuilder::new().operation_id(Some(id)).summary(Some(summary));
    with_params::<P>(operation, ParameterIn::Path)
}

fn with_params<P: IntoParams>(mut operation: OperationBuilder, place: ParameterIn) -> OperationBuilder {
    for parameter in P::into_params(|| Some(place.clone())) {
        operation = operation.parameter(parameter);
    }
    operation
}
