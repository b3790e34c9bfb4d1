//! Readers: bytes of any supported format in, findings and gaps out.
