//! Opening an input: is it there, is it text, is it compressed.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};

use flate2::bufread::MultiGzDecoder;
use soc_domain::id::sha256_hex;

use super::generated::Lines;
use super::{Input, InputError};

/// How much is read at once, and looked at to tell text from other things.
pub(super) const CHUNK: usize = 64 * 1024;

/// An input that is there and looks like text.
pub struct Opened {
    /// The name under which its records are known.
    pub name: String,
    /// Tells it from another input of the same name: a hash of its beginning.
    pub fingerprint: String,
    /// Its bytes, uncompressed.
    pub bytes: Box<dyn Read + Send>,
    /// How many bytes it has on disk, if that is known.
    pub length: Option<u64>,
    /// How many of its records were taken in before: they are passed over.
    pub skip: u64,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened").field("name", &self.name).field("skip", &self.skip).finish_non_exhaustive()
    }
}

/// How much of a slow input comes at once, and how long after the piece before.
const PIECE: usize = 24 * 1024;
const PAUSE: std::time::Duration = std::time::Duration::from_millis(300);

impl Opened {
    /// The same bytes, piece by piece, as if somebody sent them.
    #[must_use]
    pub(crate) fn slowly(self) -> Self {
        Self { bytes: Box::new(Slow { bytes: self.bytes, is_first: true }), length: None, ..self }
    }
}

/// Bytes that take their time.
struct Slow {
    bytes: Box<dyn Read + Send>,
    is_first: bool,
}

impl Read for Slow {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if !std::mem::take(&mut self.is_first) {
            std::thread::sleep(PAUSE);
        }
        let most = to.len().min(PIECE);
        self.bytes.read(to.get_mut(..most).unwrap_or_default())
    }
}

/// Opens an input.
///
/// # Errors
/// It is not there, a folder, empty, or no text.
pub fn open(input: &Input) -> Result<Opened, InputError> {
    let name = input.name();
    let failed = |source| InputError::Open { name: name.clone(), source };
    let (raw, length): (Box<dyn Read + Send>, Option<u64>) = match input {
        Input::Builtin => {
            let mut text = soc_samples::builtin().join(&b'\n');
            text.push(b'\n');
            let length = text.len() as u64;
            (Box::new(Cursor::new(text)), Some(length))
        }
        Input::Path(path) => {
            let file = File::open(path).map_err(failed)?;
            let about = file.metadata().map_err(failed)?;
            if about.is_dir() {
                return Err(InputError::Folder { name });
            }
            (Box::new(file), about.is_file().then_some(about.len()))
        }
        Input::Stdin => (Box::new(io::stdin()), None),
        Input::Generated(plan) => (Box::new(Lines::new(plan)), None),
        Input::Kept { bytes, .. } => (Box::new(Cursor::new(bytes.clone())), Some(bytes.len() as u64)),
    };
    let mut buffered = BufReader::with_capacity(CHUNK, raw);
    let beginning = fill(&mut buffered).map_err(failed)?;
    if beginning.is_empty() {
        return Err(InputError::Empty { name });
    }
    let fingerprint = sha256_hex(&[beginning.get(..4096.min(beginning.len())).unwrap_or_default()]);
    if beginning.starts_with(&[0x1f, 0x8b]) {
        let bytes = Box::new(MultiGzDecoder::new(buffered));
        return Ok(Opened { name, fingerprint, bytes, length, skip: 0 });
    }
    if is_binary(beginning) {
        let shown: Vec<String> = beginning.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        return Err(InputError::Binary { name, beginning: shown.join(" ") });
    }
    Ok(Opened { name, fingerprint, bytes: Box::new(buffered), length, skip: 0 })
}

/// The beginning without taking it: a pipe may answer with nothing but an interruption first.
fn fill(buffered: &mut BufReader<Box<dyn Read + Send>>) -> io::Result<&[u8]> {
    loop {
        match buffered.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
            Ok(_) => break,
        }
    }
    buffered.fill_buf()
}

/// No text has a NUL byte, and none of ours begins with anything but a brace, a bracket or white space, unless
/// it is text all the same (then each line is judged for itself).
fn is_binary(beginning: &[u8]) -> bool {
    let text = beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(beginning);
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
    if matches!(first, Some(b'{' | b'[')) {
        return false;
    }
    let head = text.get(..1024.min(text.len())).unwrap_or_default();
    head.contains(&0)
        || match std::str::from_utf8(head) {
            Ok(_) => false,
            Err(error) => error.error_len().is_some(),
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_told_from_other_things() {
        assert!(!is_binary(b"\xef\xbb\xbf  {\"a\":1}"));
        assert!(!is_binary(b"{\"a\":\"\xff\"}"), "a broken record is quarantined, not the whole input");
        assert!(!is_binary("plain words, even né".as_bytes()));
        assert!(is_binary(b"\x7fELF\x02\x01\x01\x00"));
        assert!(is_binary(b"\xff\xd8\xff\xe0 JFIF"));
    }
}
