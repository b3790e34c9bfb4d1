//! Guard tests and tests across crates.
