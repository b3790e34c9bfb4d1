//! The Bedrock analyst through the real use cases, with a scripted HTTP client under the unchanged SDK.
#![cfg(all(feature = "bedrock", feature = "dynamodb"))]

#[cfg(test)]
mod answers;
#[cfg(test)]
mod bench;
#[cfg(test)]
mod emulator;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod paper;
#[cfg(test)]
mod script;
#[cfg(test)]
mod spending;
#[cfg(test)]
mod tokens;
