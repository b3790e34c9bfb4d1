//! The adapters of the store against an emulator of DynamoDB, S3 and Step Functions.
//!
//! `SOC_TEST_MINISTACK` names the emulator's endpoint; without it these tests say that they were skipped.
#![cfg(all(feature = "dynamodb", feature = "s3", feature = "sfn"))]

#[cfg(test)]
mod bed;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod storing;
