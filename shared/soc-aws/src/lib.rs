//! AWS adapters of the ports, one cargo feature per service. Apart because no other crate but soc-respond may name an SDK.
//!
//! Invariants: no adapter logs, and no error carries text of a request or of a row; an error names the service's code.

#[cfg(feature = "bedrock")]
pub mod bedrock;
#[cfg(any(feature = "dynamodb", feature = "s3"))]
pub mod blobs;
pub mod clients;
pub mod config;
#[cfg(feature = "dynamodb")]
pub mod dynamodb;
pub mod error;
#[cfg(feature = "s3")]
pub mod s3;
#[cfg(all(feature = "sfn", feature = "dynamodb"))]
pub mod sfn;
#[cfg(feature = "verify")]
pub mod stack;
