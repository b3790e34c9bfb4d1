//! Guard tests and tests across crates stand in `it/`.
