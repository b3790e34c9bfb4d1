//! What the store promises beyond its ports: files, transactions, the balance of a run, full disks.

use super::Store;

#[test]
fn a_store_opens_twice_and_in_memory() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("data");
    drop(Store::open(&folder).unwrap());
    drop(Store::open(&folder).unwrap());
    Store::open_in_memory().unwrap();
}
