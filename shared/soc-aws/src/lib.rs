//! AWS adapters of the ports, one cargo feature per service. Apart because no other crate but soc-respond may name an SDK.
//!
//! Invariants: no adapter logs, and no error carries text of a request or of a row; an error names the service's code.

#[cfg(feature = "bedrock")]
pub mod bedrock;
#[cfg(any(feature = "dynamodb", feature = "s3"))]
pub mod blobs;
#[cfg(any(feature = "guardduty", feature = "securityhub"))]
mod body;
pub mod clients;
#[cfg(feature = "cognito")]
pub mod cognito;
pub mod config;
#[cfg(feature = "dynamodb")]
pub mod dynamodb;
pub mod error;
#[cfg(any(feature = "guardduty", feature = "securityhub"))]
mod event;
#[cfg(feature = "guardduty")]
pub mod guardduty;
#[cfg(feature = "kinesis")]
pub mod kinesis;
#[cfg(feature = "lambda")]
pub mod lambda;
#[cfg(any(feature = "guardduty", feature = "securityhub"))]
mod region;
#[cfg(feature = "lambda")]
pub mod remediate;
#[cfg(feature = "roots")]
pub mod roots;
#[cfg(feature = "s3")]
pub mod s3;
#[cfg(feature = "secrets")]
pub mod secrets;
#[cfg(feature = "securityhub")]
pub mod securityhub;
#[cfg(all(feature = "sfn", feature = "dynamodb"))]
pub mod sfn;
#[cfg(feature = "sns")]
pub mod sns;
#[cfg(all(feature = "guardduty", feature = "securityhub"))]
pub mod sources;
#[cfg(feature = "verify")]
pub mod stack;
