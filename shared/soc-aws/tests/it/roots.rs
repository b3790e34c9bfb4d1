//! The daily root on the emulator: signed by the key, and the first of a day stays.

use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{KeySpec, KeyUsageType, MessageType, SigningAlgorithmSpec};
use soc_aws::dynamodb::Store;
use soc_aws::roots::{FOLDER, Roots};
use soc_aws::s3::S3Blobs;
use soc_domain::time::Timestamp;
use soc_ledger::{Draft, SignedAnchor};
use soc_pipeline::ports::{Anchors as _, Ledger as _};

use crate::bed::{Bed, bed, run, unique};

const NOON: i64 = 1_772_452_800_000;
const HOUR: i64 = 3_600_000;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn note(store: &Store, chain: &str) {
    let draft = Draft {
        chain: chain.to_owned(),
        actor: "soc".to_owned(),
        what: "noted".to_owned(),
        subject: "inc_1".to_owned(),
        details: std::collections::BTreeMap::new(),
    };
    run(store.append(draft, at(NOON))).unwrap();
}

fn s3(bed: &Bed) -> aws_sdk_s3::Client {
    let config = aws_sdk_s3::config::Builder::from(&bed.config).force_path_style(true).build();
    aws_sdk_s3::Client::from_conf(config)
}

/// A key that signs and a bucket.
fn keeper(bed: &Bed) -> (String, String) {
    let client = aws_sdk_kms::Client::new(&bed.config);
    let made = client.create_key().key_spec(KeySpec::EccNistP256).key_usage(KeyUsageType::SignVerify);
    let key = run(made.send()).unwrap().key_metadata.unwrap().key_id;
    let bucket = unique("roots");
    let place = aws_sdk_s3::types::CreateBucketConfiguration::builder()
        .location_constraint(aws_sdk_s3::types::BucketLocationConstraint::EuCentral1)
        .build();
    run(s3(bed).create_bucket().bucket(&bucket).create_bucket_configuration(place).send()).unwrap();
    (key, bucket)
}

#[expect(clippy::disallowed_methods, reason = "what we wrote ourselves")]
fn kept(bed: &Bed, bucket: &str, day: &str) -> SignedAnchor {
    let name = format!("{FOLDER}{day}.json");
    let bytes = run(soc_aws::s3::read_object(&s3(bed), (bucket, &name), 1 << 20)).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

fn is_signed(bed: &Bed, key: &str, signed: &SignedAnchor) -> bool {
    let digits = signed.signature.as_bytes().chunks(2);
    let signature: Vec<u8> =
        digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect();
    let asked = aws_sdk_kms::Client::new(&bed.config).verify().key_id(key).signature(Blob::new(signature));
    let asked = asked.message(Blob::new(signed.anchor.digest().as_bytes().to_vec()));
    let asked = asked.message_type(MessageType::Digest).signing_algorithm(SigningAlgorithmSpec::EcdsaSha256);
    run(asked.send()).is_ok_and(|answer| answer.signature_valid)
}

#[test]
fn the_first_root_of_a_day_stays_and_the_next_day_has_its_own() {
    let Some(bed) = bed("sign the roots of the ledger") else { return };
    let (store, (key, bucket)) = (bed.store(), keeper(&bed));
    let process = || {
        let client = aws_sdk_kms::Client::new(&bed.config);
        Roots::new(store.clone(), (client, key.clone()), S3Blobs::new(s3(&bed), &bucket))
    };
    note(&store, "soc");
    let morning = process();
    run(morning.anchor(at(NOON))).unwrap();
    let first = kept(&bed, &bucket, "2026-03-02");
    assert_eq!(first.anchor.heads, run(store.ledger_heads()).unwrap());
    assert_eq!((first.anchor.at_ms, first.key.as_str()), (NOON, key.as_str()));
    assert!(is_signed(&bed, &key, &first));

    note(&store, "soc");
    run(morning.anchor(at(NOON + HOUR))).unwrap();
    run(process().anchor(at(NOON + HOUR))).unwrap();
    assert_eq!(kept(&bed, &bucket, "2026-03-02"), first, "neither this process nor another writes it again");

    run(process().anchor(at(NOON + 24 * HOUR))).unwrap();
    let second = kept(&bed, &bucket, "2026-03-03");
    assert_eq!(second.anchor.heads, run(store.ledger_heads()).unwrap());
    assert!(is_signed(&bed, &key, &second));
    let forged = SignedAnchor { anchor: second.anchor, ..first };
    assert!(!is_signed(&bed, &key, &forged), "one day's signature is not another's");
}

#[test]
fn where_the_key_does_not_sign_nothing_is_kept() {
    let Some(bed) = bed("refuse to sign the roots of the ledger") else { return };
    let (store, (_key, bucket)) = (bed.store(), keeper(&bed));
    note(&store, "soc");
    let client = aws_sdk_kms::Client::new(&bed.config);
    let other = "11111111-2222-3333-4444-555555555555".to_owned();
    let roots = Roots::new(store, (client, other), S3Blobs::new(s3(&bed), &bucket));
    assert!(run(roots.anchor(at(NOON))).is_err());
    let listed = run(s3(&bed).list_objects_v2().bucket(&bucket).send()).unwrap();
    assert_eq!(listed.key_count(), Some(0));
}
