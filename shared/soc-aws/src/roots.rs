//! The signed root of each day, in a bucket that gives up nothing.
//!
//! Apart from the ledger because its writers must not be able to change what was signed: the bucket locks every object,
//! the key signs for one role only, and that role can neither read, replace nor delete a root. Invariant: the first root
//! of a day is the one that counts; a later one under its name is a second version, and verification says so.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{MessageType, SigningAlgorithmSpec};
use soc_domain::spend::Day;
use soc_domain::time::Timestamp;
use soc_ledger::{Anchor, Hash, SignedAnchor};
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::Anchors;

use crate::blobs::Blobs as _;
use crate::dynamodb::Store;
use crate::error::port_error;
use crate::s3::S3Blobs;

/// Where roots lie in their bucket.
pub const FOLDER: &str = "roots/";
/// What the key signs with: NIST P-256, of which a signature has 72 bytes at most.
pub(crate) const ALGORITHM: SigningAlgorithmSpec = SigningAlgorithmSpec::EcdsaSha256;

/// Signs and keeps roots.
#[derive(Debug)]
pub struct Roots {
    store: Store,
    client: Client,
    key: String,
    bucket: S3Blobs,
    /// The day whose root this process has kept: heads are read once a day.
    kept: Mutex<Option<Day>>,
}

impl Roots {
    /// Roots of this store's ledger, signed by the key with this id or ARN.
    #[must_use]
    pub fn new(store: Store, (client, key): (Client, String), bucket: S3Blobs) -> Self {
        Self { store, client, key, bucket, kept: Mutex::new(None) }
    }

    async fn sign(&self, digest: &Hash) -> PortResult<String> {
        const OPERATION: &str = "sign the root of the ledger";
        let asked = self.client.sign().key_id(&self.key).message(Blob::new(digest.as_bytes().to_vec()));
        let sent = asked.message_type(MessageType::Digest).signing_algorithm(ALGORITHM).send().await;
        let answer = sent.map_err(|error| port_error(OPERATION, &error))?;
        let signature =
            answer.signature.ok_or_else(|| PortError::new(PortErrorKind::Unavailable, OPERATION))?;
        Ok(hex(signature.as_ref()))
    }

    fn is_kept(&self, day: &Day) -> bool {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).as_ref() == Some(day)
    }
}

#[async_trait]
impl Anchors for Roots {
    async fn anchor(&self, at: Timestamp) -> PortResult<()> {
        const OPERATION: &str = "write the root of the ledger";
        let day = Day::of(at);
        if self.is_kept(&day) {
            return Ok(());
        }
        let anchor = Anchor::new(day.to_string(), at.as_millis(), self.store.ledger_heads().await?);
        let signature = self.sign(&anchor.digest()).await?;
        let signed = SignedAnchor { anchor, key: self.key.clone(), signature };
        let bytes = serde_json::to_vec(&signed)
            .map_err(|error| PortError::caused(PortErrorKind::Rejected, OPERATION, error))?;
        self.bucket.put_if_absent(&name(&signed.anchor.day), &bytes).await?;
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(day);
        Ok(())
    }
}

/// The name of a day's root.
#[must_use]
pub(crate) fn name(day: &str) -> String {
    format!("{FOLDER}{day}.json")
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes of hexadecimal digits.
#[cfg(feature = "verify")]
pub(crate) fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.as_bytes().chunks(2);
    digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}
