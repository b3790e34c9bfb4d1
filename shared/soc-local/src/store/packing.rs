//! Raw bytes, smaller: evidence is written once for each event and read almost never.
//!
//! Apart so that the compressor's 300 KB of tables are made once and not for each record.

use std::borrow::Cow;
use std::fmt;
use std::io::Read as _;
use std::sync::{Mutex, PoisonError};

use flate2::read::ZlibDecoder;
use flate2::{Compress, Compression, FlushCompress, Status};

use super::error::Fault;

/// Shorter bytes are kept as they are. A usual finding (3.4 KB) is: packing it takes 40 microseconds, almost as
/// long as everything else that is written for it, and wins 2 KB.
const WORTH_IT: usize = 4_096;

/// Bytes as the store keeps them: compressed if they are fewer than `length`.
pub(super) struct Packed<'a> {
    pub(super) bytes: Cow<'a, [u8]>,
    pub(super) length: usize,
}

pub(super) struct Packer(Mutex<Compress>);

impl Default for Packer {
    fn default() -> Self {
        Self(Mutex::new(Compress::new(Compression::fast(), true)))
    }
}

impl fmt::Debug for Packer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Packer")
    }
}

impl Packer {
    pub(super) fn pack<'a>(&self, raw: &'a [u8]) -> Packed<'a> {
        let compressed = if raw.len() > WORTH_IT { self.compress(raw) } else { None };
        Packed { bytes: compressed.map_or(Cow::Borrowed(raw), Cow::Owned), length: raw.len() }
    }

    /// None if it does not become shorter.
    fn compress(&self, raw: &[u8]) -> Option<Vec<u8>> {
        let mut compress = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        compress.reset();
        let mut bytes = Vec::with_capacity(raw.len() - 1);
        let status = compress.compress_vec(raw, &mut bytes, FlushCompress::Finish).ok()?;
        (status == Status::StreamEnd).then_some(bytes)
    }
}

/// The bytes that were packed.
pub(super) fn unpack(bytes: &[u8], length: u64) -> Result<Vec<u8>, Fault> {
    if bytes.len() as u64 == length {
        return Ok(bytes.to_vec());
    }
    let mut raw = Vec::new();
    ZlibDecoder::new(bytes).take(length).read_to_end(&mut raw)?;
    Ok(raw)
}
