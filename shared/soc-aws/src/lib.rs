//! AWS adapters of the ports, one cargo feature per service. Apart because no other crate but soc-respond may name an SDK.

#[cfg(feature = "bedrock")]
pub mod bedrock;
#[cfg(feature = "dynamodb")]
pub mod dynamodb;
