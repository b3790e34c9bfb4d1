//! The adapters of products, stream, topic, functions and secrets: against our stub and the emulator, and offline
//! against answers that are played to the unchanged SDK.

mod confirm;
mod offline;
mod stub;
mod wire;

use soc_testkit::conformance::{self, Verdict};

use crate::bed::{bed, inside, run, unique};
use stub::Stub;

fn check(verdict: Verdict) {
    assert_eq!(verdict, Ok(()));
}

#[test]
fn products_keep_the_guarantees_of_sources() {
    let Some(endpoint) = stub::endpoint("the guarantees of Sources at GuardDuty and Security Hub") else {
        return;
    };
    Stub::forget(&endpoint);
    inside(|| check(conformance::products(|| Stub::new(&endpoint))));
}

#[test]
fn kinesis_keeps_the_guarantees_of_the_stream() {
    let Some(bed) = bed("the guarantees of Stream at Kinesis") else { return };
    let client = aws_sdk_kinesis::Client::new(&bed.config);
    let make = || run(wire::TestStream::make(client.clone(), unique("findings")));
    inside(|| check(conformance::stream(make, wire::TestStream::read)));
}
