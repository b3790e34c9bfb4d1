//! Builders, in-memory adapters, one conformance suite per port, fault injection.
