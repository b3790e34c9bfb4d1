//! Who asks, and what their role allows.
//!
//! Apart because every route names a role and every change names a person; nothing else is known of either.

use std::fmt;

use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::Problem;

/// What a person may do; each role may do all that the ones before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Looks.
    Viewer,
    /// Works on incidents.
    Analyst,
    /// Consents to actions and undoes them.
    Approver,
    /// Runs the system.
    Admin,
}

impl Role {
    /// Every role, the least first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Analyst, Self::Approver, Self::Admin];

    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Analyst => "analyst",
            Self::Approver => "approver",
            Self::Admin => "admin",
        }
    }

    /// The group of an identity provider whose members have this role; web.yaml makes all four.
    #[must_use]
    pub const fn group(self) -> &'static str {
        match self {
            Self::Viewer => "viewers",
            Self::Analyst => "analysts",
            Self::Approver => "approvers",
            Self::Admin => "admins",
        }
    }

    /// The role of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// The role that membership in this group gives, if any.
    #[must_use]
    pub fn of_group(group: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.group() == group)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name under which decisions are recorded.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

/// Why nobody was let in.
#[derive(Debug, Clone, PartialEq)]
pub struct Turned {
    /// What is answered.
    pub problem: Problem,
    /// Whose session or token it was, where that is known for sure: only then the ledger has it, or whoever knocks
    /// could fill it.
    pub known: Option<String>,
}

impl From<Problem> for Turned {
    fn from(problem: Problem) -> Self {
        Self { problem, known: None }
    }
}

/// Finds out who asks.
#[async_trait::async_trait]
pub trait Doorkeeper: Send + Sync {
    /// The person who is signed in with this request, and nobody else: a request that shows nothing, something
    /// forged or something that is over is turned away.
    async fn admit(&self, request: &Parts) -> Result<Person, Turned>;
}

/// Where a request came from, as the server saw it. The server puts it into the request's extensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(pub String);
