//! Raw bytes, smaller: evidence is written once for each event and read almost never.
//!
//! Apart because it alone knows the packed form: an LZ4 block, or the bytes themselves. Packing is on the way of
//! every record, so speed counts here and the last tenth of size does not.

use lz4_flex::block;

use super::error::Fault;

/// Shorter bytes are kept as they are: there is little to win.
const WORTH_IT: usize = 512;

/// Bytes as the store keeps them: compressed if they are fewer than `length`.
#[derive(Debug)]
pub(super) struct Packed {
    pub(super) bytes: Vec<u8>,
    pub(super) length: usize,
}

pub(super) fn pack(raw: &[u8]) -> Packed {
    let length = raw.len();
    let bytes = if length > WORTH_IT { block::compress(raw) } else { raw.to_vec() };
    let bytes = if bytes.len() < length { bytes } else { raw.to_vec() };
    Packed { bytes, length }
}

/// The bytes that were packed.
pub(super) fn unpack(bytes: &[u8], length: u64) -> Result<Vec<u8>, Fault> {
    if bytes.len() as u64 == length {
        return Ok(bytes.to_vec());
    }
    let odd = |why: String| Fault::Row(format!("the packed bytes cannot be read: {why}"));
    // LZ4 makes at most 255 bytes of one: more is no length of ours, and is not allocated.
    let length = usize::try_from(length)
        .ok()
        .filter(|length| *length <= bytes.len().saturating_mul(255))
        .ok_or_else(|| odd(format!("{length} bytes from {}", bytes.len())))?;
    block::decompress(bytes, length).map_err(|error| odd(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &[u8]) {
        let packed = pack(raw);
        assert!(packed.bytes.len() <= raw.len());
        let unpacked = unpack(&packed.bytes, packed.length as u64).unwrap();
        assert!(unpacked == raw, "{} bytes came back as {}", raw.len(), unpacked.len());
    }

    #[test]
    fn what_was_packed_comes_back_as_it_was() {
        check(b"");
        check(b"short");
        check("{\"key\":\"value\"},".repeat(10_000).as_bytes());
        check(&vec![b'a'; 1 << 20]);
        let noise: Vec<u8> =
            (0_u32..2_000).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        check(&noise);
    }

    #[test]
    fn bytes_that_nobody_packed_are_refused() {
        assert!(unpack(&[0xff; 40], 100).is_err());
        assert!(unpack(&[1, 2, 3], u64::MAX).is_err());
    }
}
