//! The only crate that changes an account.
