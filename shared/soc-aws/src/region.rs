//! Regions, and the clients of each.
//!
//! Apart because a region out of a record becomes part of the name of the host that we ask.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Whether this is a region's name by its form (`eu-central-1`, `us-gov-west-1`).
pub(crate) fn is_region(name: &str) -> bool {
    const MOST: usize = 32;
    let mut parts = name.split('-');
    let is_word = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    name.len() <= MOST
        && parts.next_back().is_some_and(is_number)
        && parts.clone().count() >= 2
        && parts.all(is_word)
}

/// Clients of regions, made once each. Invariant: every name in it is a region's.
#[derive(Debug)]
pub(crate) struct Regions<C>(Mutex<BTreeMap<String, C>>);

impl<C: Clone> Regions<C> {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }

    /// The client of a region; none if the name is none of a region.
    pub(crate) fn client(&self, region: &str, make: impl FnOnce() -> C) -> Option<C> {
        if !is_region(region) {
            return None;
        }
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Some(clients.entry(region.to_owned()).or_insert_with(make).clone())
    }
}

#[cfg(test)]
mod tests {
    use super::is_region;

    #[test]
    fn only_what_has_the_form_of_a_region_is_one() {
        for name in ["eu-central-1", "us-gov-west-1", "ap-southeast-12", "us-isob-east-1"] {
            assert!(is_region(name), "{name}");
        }
        for name in [
            "",
            "eu-central",
            "eu-1",
            "EU-central-1",
            "eu-central-1.example.com",
            "eu--central-1",
            "a/b-c-1",
            "-a-1",
        ] {
            assert!(!is_region(name), "{name}");
        }
    }
}
