//! The only crate that changes an account: the port `Account` on EC2, IAM, S3 and STS.
//!
//! It is apart so that one function alone is linked with it, and one role alone has its rights. Each action is one
//! file of `actions`: what it looks at, what it calls, what a session for it may do.
//!
//! Invariants: a call that changes something is sent once and never again by itself; it is preceded by a look at the
//! same resource, and sent only if the change belongs to what was seen and is not there yet. Another account is
//! entered for one target and one purpose at a time, with a session policy for nothing else.

mod accounts;
mod actions;
mod error;
mod permissions;
mod policy;
mod session;
mod settle;
mod subject;

pub use accounts::Accounts;
pub use permissions::{Permission, Purpose, SESSION_PERMISSIONS, permissions};
pub use session::MemberRole;
