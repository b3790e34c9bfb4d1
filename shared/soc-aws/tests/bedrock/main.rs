//! The Bedrock analyst through the real use cases, with a scripted HTTP client under the unchanged SDK.
#![cfg(all(feature = "bedrock", feature = "dynamodb"))]

mod answers;
mod bench;
mod emulator;
mod faults;
mod hostile;
mod paper;
mod script;
mod spending;
mod tokens;
