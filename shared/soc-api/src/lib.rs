//! The HTTP API of ai-soc: every route with the role that it needs, how it is read and answered, and the OpenAPI
//! document, which follows from the same declarations.
//!
//! It stands apart from both servers: a tower service without a socket, used by the local form and by `functions/api`.
//! Invariants: a route without a role shows nothing about incidents; reading never changes state; every change and
//! every denial of a known person is in the ledger; what is read is strict, what is answered is text and never HTML.

mod answer;
mod bucket;
mod catching;
mod cursor;
mod dto;
mod input;
pub mod jwt;
mod openapi;
mod person;
pub mod ports;
mod problem;
mod route;
mod router;
mod routes;
mod serve;

pub use bucket::Rate;
pub use openapi::document;
pub use person::{Address, Doorkeeper, Person, Role, Turned};
pub use problem::{Code, Drift, Problem};
pub use router::{Access, Api, Changing, access, router};
pub use serve::MOST_BODY;
