//! The signed roots of the ledger as an auditor finds them: all that the bucket has, each checked with the key.
//!
//! Apart from [`crate::roots`], which writes them, so that a check never passes because it repeats a mistake made while
//! writing; and because only people may read and list them.

use std::collections::BTreeMap;

use aws_sdk_kms::error::ProvideErrorMetadata as _;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::MessageType;
use aws_sdk_s3::types::ObjectVersion;
use soc_domain::time::Timestamp;
use soc_ledger::{AnchorVerifier, Fault, RootFault, SignedAnchor, Verification};
use soc_pipeline::error::{PortErrorKind, PortResult};

use super::{Part, Stack};
use crate::error::port_error;
use crate::roots::{ALGORITHM, FOLDER, bytes, name};

/// A root of ten thousand chains is about one million bytes.
const ROOT_MAX: usize = 256 * 1_024 * 1_024;
/// A day, and the day on which the next one is written.
const LATE_MS: i64 = 49 * 3_600 * 1_000;

/// The first version of a root, and whether it is the only one.
struct Kept {
    version: Option<String>,
    written: i64,
    is_alone: bool,
}

impl Stack {
    /// Checks every chain, and that each continues what every signed root says of it.
    ///
    /// # Errors
    /// The tables, the bucket or the key cannot be asked.
    pub async fn verify_ledger(&self, now: Timestamp) -> PortResult<Verification> {
        let (mut anchors, mut faults) = (AnchorVerifier::default(), Vec::new());
        let (mut newest, mut good) = (None, 0);
        for (object, kept) in self.kept_roots().await? {
            let day = object.strip_prefix(FOLDER).and_then(|rest| rest.strip_suffix(".json"));
            let day = day.unwrap_or(&object).to_owned();
            if !kept.is_alone {
                faults.push(Fault::SignedRoot { day: day.clone(), kind: RootFault::Changed });
            }
            match self.signed(&object, kept.version).await? {
                Ok(signed) => {
                    anchors.anchor(&signed.anchor);
                    newest = newest.max(Some((signed.anchor.at_ms, day)));
                    good += 1;
                }
                Err(kind) => faults.push(Fault::SignedRoot { day, kind }),
            }
        }
        if let Some((at_ms, day)) = newest
            && now.as_millis().saturating_sub(at_ms) > LATE_MS
        {
            faults.push(Fault::SignedRoot { day, kind: RootFault::Last });
        }
        let mut found = self.store()?.verify_ledger_against(anchors).await?;
        found.roots = good;
        found.faults.extend(faults);
        Ok(found)
    }

    /// The oldest version of every root, by name.
    async fn kept_roots(&self) -> PortResult<BTreeMap<String, Kept>> {
        let client = aws_sdk_s3::Client::new(self.config());
        let mut found: BTreeMap<String, Kept> = BTreeMap::new();
        let (mut key, mut version) = (None, None);
        loop {
            let asked = client.list_object_versions().bucket(self.id(Part::LedgerRoots)?).prefix(FOLDER);
            let page = asked.set_key_marker(key).set_version_id_marker(version).send().await;
            let page = page.map_err(|error| port_error("list the roots of the ledger", &error))?;
            page.versions().iter().for_each(|one| take(&mut found, one));
            for marker in page.delete_markers() {
                if let Some(kept) = marker.key().and_then(|key| found.get_mut(key)) {
                    kept.is_alone = false;
                }
            }
            (key, version) = (page.next_key_marker, page.next_version_id_marker);
            if key.is_none() {
                return Ok(found);
            }
        }
    }

    /// The root, if the stack's key signed it under this name.
    async fn signed(
        &self,
        object: &str,
        version: Option<String>,
    ) -> PortResult<Result<SignedAnchor, RootFault>> {
        let client = aws_sdk_s3::Client::new(self.config());
        let place = (self.id(Part::LedgerRoots)?, object);
        let read = crate::s3::read_version(&client, place, version, ROOT_MAX).await?;
        let Some(signed) = parse(&read) else { return Ok(Err(RootFault::Unreadable)) };
        let signature = bytes(&signed.signature).filter(|_| name(&signed.anchor.day) == object);
        let Some(signature) = signature else { return Ok(Err(RootFault::Unreadable)) };
        let digest = Blob::new(signed.anchor.digest().as_bytes().to_vec());
        let asked = aws_sdk_kms::Client::new(self.config()).verify().key_id(self.id(Part::RootKey)?);
        let asked = asked.message(digest).message_type(MessageType::Digest).signing_algorithm(ALGORITHM);
        match asked.signature(Blob::new(signature)).send().await {
            Ok(answer) if answer.signature_valid => Ok(Ok(signed)),
            Ok(_) => Ok(Err(RootFault::Forged)),
            Err(error) if error.code() == Some("KMSInvalidSignatureException") => Ok(Err(RootFault::Forged)),
            Err(error) => {
                let error = port_error("verify a root of the ledger", &error);
                // A signature that is none at all is no more ours than a wrong one.
                if error.kind == PortErrorKind::Rejected { Ok(Err(RootFault::Forged)) } else { Err(error) }
            }
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a root is as long as there are chains, and was read up to a limit"
)]
fn parse(read: &[u8]) -> Option<SignedAnchor> {
    serde_json::from_slice(read).ok()
}

/// The first version is the one that counts.
fn take(found: &mut BTreeMap<String, Kept>, version: &ObjectVersion) {
    let Some(key) = version.key() else { return };
    let written = version.last_modified().map_or(i64::MAX, |at| at.to_millis().unwrap_or(i64::MAX));
    let kept = Kept { version: version.version_id().map(str::to_owned), written, is_alone: true };
    match found.remove(key) {
        None => drop(found.insert(key.to_owned(), kept)),
        Some(other) => {
            // Listings begin with the newest: of two of one moment the later in the list is the older.
            let older = if other.written < kept.written { other } else { kept };
            found.insert(key.to_owned(), Kept { is_alone: false, ..older });
        }
    }
}
