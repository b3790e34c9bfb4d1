//! Tests of the local adapters against their ports, and of the use cases under faults: one binary, so that they
//! link once.

mod conformance;
mod faults;
#[cfg(test)]
mod people;
#[cfg(test)]
mod web;
