//! The adapters of the store against an emulator of DynamoDB, S3 and Step Functions.
//!
//! `SOC_TEST_MINISTACK` names the emulator's endpoint; without it these tests say that they were skipped.
#![cfg(all(feature = "dynamodb", feature = "s3", feature = "sfn"))]

mod bed;
mod conformance;
#[cfg(feature = "verify")]
mod people;
#[cfg(feature = "verify")]
mod stack;
