//! AWS adapters of the ports, one cargo feature per service. Apart because no other crate but soc-respond may name an SDK.
