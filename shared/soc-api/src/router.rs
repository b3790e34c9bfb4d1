//! The router: every route of the API under one state, without a socket.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, Response, header};
use axum::routing::{MethodFilter, MethodRouter, on};
use soc_pipeline::ports::desk::{Chains, Changes, Entities, Figures, Files, Lists, Queue};
use soc_pipeline::ports::{
    Actions, Approvals, Clock, Comments, Correlations, Dossier, Findings, Holdings, Incidents, Jobs, Ledger,
    Operations, Quarantine, Suppressions, Workflows,
};

use crate::bucket::{Buckets, Rate};
use crate::person::{Doorkeeper, Role};
use crate::ports::{Channels, Facts, Parts, Purse, Replays, Reversals, Standing};
use crate::problem::{Code, Problem};
use crate::route::Route;
use crate::routes;
use crate::serve::{finish, serve};

/// Where every route begins.
pub(crate) const BASE: &str = "/api/v1";

/// What changes go through. Apart from what is read, so that nobody who looks waits for somebody who changes.
#[derive(Clone)]
pub struct Changing {
    /// Incidents.
    pub incidents: Arc<dyn Incidents>,
    /// Actions.
    pub actions: Arc<dyn Actions>,
    /// Questions to people.
    pub approvals: Arc<dyn Approvals>,
    /// Whoever waits for answers.
    pub workflows: Arc<dyn Workflows>,
    /// The audit chain, to add to it.
    pub ledger: Arc<dyn Ledger>,
    /// Findings.
    pub findings: Arc<dyn Findings>,
    /// What incidents hold, to move some of it.
    pub holdings: Arc<dyn Holdings>,
    /// What joins findings.
    pub correlations: Arc<dyn Correlations>,
    /// What people did.
    pub operations: Arc<dyn Operations>,
    /// What people wrote.
    pub comments: Arc<dyn Comments>,
    /// Changes of many incidents.
    pub jobs: Arc<dyn Jobs>,
    /// What people agreed on to accept.
    pub suppressions: Arc<dyn Suppressions>,
}

/// What the API reads and changes: one adapter may stand behind many of these.
#[derive(Clone)]
pub struct Access {
    /// Lists of incidents.
    pub queue: Arc<dyn Queue>,
    /// What changed.
    pub changes: Arc<dyn Changes>,
    /// Findings of incidents.
    pub files: Arc<dyn Files>,
    /// Lists of actions, questions and quarantined records.
    pub lists: Arc<dyn Lists>,
    /// The audit chains.
    pub chains: Arc<dyn Chains>,
    /// Figures.
    pub figures: Arc<dyn Figures>,
    /// Things that findings name.
    pub entities: Arc<dyn Entities>,
    /// Documents of incidents.
    pub dossier: Arc<dyn Dossier>,
    /// Actions, to read them.
    pub actions: Arc<dyn Actions>,
    /// Questions to people, to read them.
    pub approvals: Arc<dyn Approvals>,
    /// Records that could not be read.
    pub quarantine: Arc<dyn Quarantine>,
    /// What people wrote.
    pub comments: Arc<dyn Comments>,
    /// Changes of many incidents.
    pub jobs: Arc<dyn Jobs>,
    /// What people agreed on to accept.
    pub suppressions: Arc<dyn Suppressions>,
    /// What changes go through.
    pub changing: Changing,
    /// Undoing.
    pub reversals: Arc<dyn Reversals>,
    /// Reading again.
    pub replays: Arc<dyn Replays>,
    /// Ways to people.
    pub channels: Arc<dyn Channels>,
    /// Money.
    pub purse: Arc<dyn Purse>,
    /// What must answer for the whole to work.
    pub parts: Arc<dyn Parts>,
    /// Our clock.
    pub clock: Arc<dyn Clock>,
}

/// The API: what it works with, who keeps its door, and what it is part of.
pub struct Api {
    pub(crate) access: Access,
    pub(crate) doorkeeper: Arc<dyn Doorkeeper>,
    pub(crate) standing: Arc<dyn Standing>,
    pub(crate) facts: Facts,
    pub(crate) buckets: Buckets,
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").field("facts", &self.facts).finish_non_exhaustive()
    }
}

impl Api {
    /// An API over these ports.
    #[must_use]
    pub fn new(
        access: Access,
        doorkeeper: Arc<dyn Doorkeeper>,
        standing: Arc<dyn Standing>,
        facts: Facts,
    ) -> Self {
        Self { access, doorkeeper, standing, facts, buckets: Buckets::new(Rate::default()) }
    }

    /// The same with another rate of changes.
    #[must_use]
    pub fn at_rate(mut self, rate: Rate) -> Self {
        self.buckets = Buckets::new(rate);
        self
    }
}

/// Every route with the role that it needs: method, path below the base, least role. For whoever checks them.
#[must_use]
pub fn access() -> Vec<(String, String, Option<Role>)> {
    let routes = routes::all().into_iter();
    routes.map(|route| (route.method.to_string(), format!("{BASE}{}", route.path), route.role)).collect()
}

/// The service: everything below `/api/v1`. What is elsewhere is the server's.
pub fn router(api: Api) -> Router {
    let api = Arc::new(api);
    let mut paths: BTreeMap<&'static str, MethodRouter> = BTreeMap::new();
    for route in routes::all() {
        let path = route.path;
        let handler = attach(Arc::clone(&api), route);
        let known = paths.remove(path).unwrap_or_default();
        paths.insert(path, known.merge(handler));
    }
    let mut below = Router::new();
    for (path, methods) in paths {
        let pattern = if path == routes::ENTITY { "/entities/{kind}/{*id}" } else { path };
        below = below.route(pattern, methods);
    }
    // The empty path below the base belongs to no nest.
    let below = below.fallback(nothing_here);
    Router::new()
        .nest(BASE, below)
        .fallback(nothing_here)
        .layer(axum::middleware::map_response(explain_method))
}

async fn nothing_here() -> Response<Body> {
    finish(Problem::new(Code::NotFound, "there is nothing at this address").into_response())
}

fn attach(api: Arc<Api>, route: Route) -> MethodRouter {
    let filter = match route.method {
        Method::POST => MethodFilter::POST,
        Method::DELETE => MethodFilter::DELETE,
        _ => MethodFilter::GET,
    };
    let fixed =
        crate::serve::Fixed { method: route.method, path: route.path, role: route.role, call: route.call };
    on(filter, move |request: Request| {
        let (api, fixed) = (Arc::clone(&api), fixed.clone());
        async move { serve(api, fixed, request).await }
    })
}

/// A method that an address does not take is a problem like any other; which it takes is in `Allow` already.
async fn explain_method(response: Response<Body>) -> Response<Body> {
    if response.status() != Code::MethodNotAllowed.status() {
        return response;
    }
    let problem = Problem::new(Code::MethodNotAllowed, "the header Allow says which methods it takes");
    let mut explained = finish(problem.into_response());
    if let Some(allow) = response.headers().get(header::ALLOW) {
        explained.headers_mut().insert(header::ALLOW, allow.clone());
    }
    explained
}
