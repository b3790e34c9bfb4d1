//! The adapters against an emulator of DynamoDB, S3, Step Functions and more, and against our stub of the products.
//!
//! `SOC_TEST_MINISTACK` names the emulator's endpoint and `SOC_TEST_PRODUCTS` the stub's; without them the tests that
//! need them say that they were skipped.
#![cfg(all(feature = "dynamodb", feature = "s3", feature = "sfn"))]

#[cfg(test)]
mod bed;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod people;
#[cfg(test)]
#[cfg(all(feature = "secrets", feature = "verify"))]
mod products;
#[cfg(test)]
#[cfg(feature = "roots")]
mod roots;
#[cfg(test)]
#[cfg(feature = "verify")]
mod stack;
#[cfg(test)]
mod storing;
#[cfg(test)]
mod waiting;
#[cfg(test)]
#[cfg(feature = "verify")]
mod walk;
