//! Objects in buckets: bytes that are kept by name, and documents that are read once, such as the policy.

use std::pin::Pin;

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};

use crate::blobs::Blobs;
use crate::error::{Answered, port_error};

/// A policy is a page of text.
pub const POLICY_MAX: usize = 256 * 1_024;
/// Evidence is read whole: as long as the longest record that is taken in, with room.
const BLOB_MAX: usize = 64 * 1_024 * 1_024;
/// S3 answers 409 where two write the same name at once; then one of them is asked to come again.
const PUT_ATTEMPTS: usize = 4;

/// Bytes in a bucket.
#[derive(Debug, Clone)]
pub struct S3Blobs {
    client: Client,
    bucket: String,
}

impl S3Blobs {
    /// Bytes in this bucket.
    #[must_use]
    pub fn new(client: Client, bucket: impl Into<String>) -> Self {
        Self { client, bucket: bucket.into() }
    }

    /// False: another one writes it right now.
    async fn put(&self, name: &str, bytes: &[u8]) -> PortResult<bool> {
        let put = self.client.put_object().bucket(&self.bucket).key(name).if_none_match("*");
        let Err(error) = put.body(ByteStream::from(bytes.to_vec())).send().await else {
            return Ok(true);
        };
        match error.raw_response().map(|response| response.status().as_u16()) {
            Some(412) => Ok(true),
            Some(409) => Ok(false),
            _ => Err(port_error("keep bytes in a bucket", &error)),
        }
    }
}

#[async_trait]
impl Blobs for S3Blobs {
    async fn put_if_absent(&self, name: &str, bytes: &[u8]) -> PortResult<()> {
        for _attempt in 0..PUT_ATTEMPTS {
            if self.put(name, bytes).await? {
                return Ok(());
            }
        }
        Err(PortError::new(PortErrorKind::Unavailable, "keep bytes in a bucket"))
    }

    async fn get(&self, name: &str) -> PortResult<Option<Vec<u8>>> {
        match read_object(&self.client, (&self.bucket, name), BLOB_MAX).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind == PortErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// One object, to be read again and again: the policy.
#[derive(Debug, Clone)]
pub struct Object {
    client: Client,
    bucket: String,
    name: String,
    limit: usize,
}

impl Object {
    /// The object `name` in `bucket`, of which at most `limit` bytes are read.
    #[must_use]
    pub fn new(client: Client, (bucket, name): (String, String), limit: usize) -> Self {
        Self { client, bucket, name, limit }
    }

    /// Its bytes as they are now.
    ///
    /// # Errors
    /// As [`read_object`].
    pub async fn read(&self) -> PortResult<Vec<u8>> {
        read_object(&self.client, (&self.bucket, &self.name), self.limit).await
    }
}

/// How the policy is read, as it is each time.
pub fn policy(
    config: &SdkConfig,
    place: (String, String),
) -> impl Fn() -> Pin<Box<dyn Future<Output = PortResult<Vec<u8>>> + Send>> + Send + Sync + 'static {
    let object = Object::new(crate::clients::s3(config), place, POLICY_MAX);
    move || {
        let object = object.clone();
        Box::pin(async move { object.read().await })
    }
}

/// The bytes of the object `name` in `bucket`, at most `limit` of them.
///
/// # Errors
/// There is no such object, it is longer (Rejected), or it cannot be read.
pub async fn read_object(client: &Client, place: (&str, &str), limit: usize) -> PortResult<Vec<u8>> {
    read_version(client, place, None, limit).await
}

/// The bytes of a version of the object `name` in `bucket`; of its newest where none is named.
///
/// # Errors
/// As [`read_object`].
pub(crate) async fn read_version(
    client: &Client,
    (bucket, name): (&str, &str),
    version: Option<String>,
    limit: usize,
) -> PortResult<Vec<u8>> {
    const OPERATION: &str = "read an object";
    let too_long = || PortError::caused(PortErrorKind::Rejected, OPERATION, Answered::new("TooLong"));
    let sent = client.get_object().bucket(bucket).key(name).set_version_id(version).send().await;
    let mut object = sent.map_err(|error| port_error(OPERATION, &error))?;
    let announced = object.content_length().and_then(|length| usize::try_from(length).ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(too_long());
    }
    let mut bytes = Vec::with_capacity(announced.unwrap_or_default());
    while let Some(piece) = object.body.next().await {
        let piece = piece.map_err(|_cut_off| PortError::new(PortErrorKind::Timeout, OPERATION))?;
        if bytes.len() + piece.len() > limit {
            return Err(too_long());
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}
