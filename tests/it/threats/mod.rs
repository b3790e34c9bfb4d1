//! The threats of SECURITY.md, each with the test that proves its control. One file for each threat.
//!
//! Apart from the other tests across crates because these are tried against somebody hostile: many inputs, most of
//! them made up by a grammar with a seed. How many is set by variables that begin with `SOC_TEST_`; the least that
//! is promised is tried where nobody says otherwise, unless a test says that it needs too long for that.

mod budget;
mod canaries;
pub(crate) mod desk;
mod drafts;
mod fields;
mod flood;
mod injection;
mod leaks;
mod paper;
mod smuggling;
