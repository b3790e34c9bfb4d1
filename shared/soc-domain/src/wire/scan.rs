//! One pass over bytes of JSON: where a record ends, how deep it nests, where it is broken.
//!
//! Apart from the readers, because boundaries must be known before anything is parsed. It checks brackets and
//! strings only; whether what is between them is JSON, the readers say. It can stop at any byte and go on.

use crate::wire::refusal::DEPTH_LIMIT;

/// What a byte outside of strings means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    Scalar,
    Quote,
    Open,
    Close,
    Mark,
}

const CLASSES: [Class; 256] = {
    let mut table = [Class::Scalar; 256];
    let mut byte = 0;
    #[expect(
        clippy::indexing_slicing,
        clippy::cast_possible_truncation,
        reason = "the index is below 256; evaluated by the compiler"
    )]
    while byte < 256 {
        table[byte] = match byte as u8 {
            b' ' | b'\t' | b'\r' | b'\n' => Class::Space,
            b'"' => Class::Quote,
            b'{' | b'[' => Class::Open,
            b'}' | b']' => Class::Close,
            b',' | b':' => Class::Mark,
            _ => Class::Scalar,
        };
        byte += 1;
    }
    table
};

fn class(byte: u8) -> Class {
    CLASSES.get(usize::from(byte)).copied().unwrap_or(Class::Scalar)
}

/// Whether the byte is white space between values.
pub(super) fn is_space(byte: u8) -> bool {
    class(byte) == Class::Space
}

/// Whether a bracket may open behind `before`, the last byte that is no white space. `kinds` has one bit a level, the
/// innermost lowest: set for an object.
pub(super) fn may_open(before: Option<u8>, depth: usize, kinds: u64) -> bool {
    let in_object = kinds & 1 == 1;
    match before {
        Some(b':') => in_object,
        Some(b',' | b'[') => !in_object,
        _ => depth == 0,
    }
}

/// What is wrong with a record's brackets or strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// A line ends inside a string.
    LineInString,
    /// `{` or `[` where no value may begin.
    Opening,
    /// A closing bracket of the other kind.
    Closing,
    /// More than [`DEPTH_LIMIT`] levels.
    TooDeep,
}

/// Where a scan stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// All bytes are used up, and the record goes on.
    More,
    /// The record ends before this byte.
    End(usize),
    /// A list began, just before this byte, as the value of a member of the outermost object.
    List(usize),
    /// The record is broken at this byte.
    Broken(usize, Fault),
}

/// The state between two bytes of a record.
#[derive(Debug, Clone, Default)]
pub(super) struct Scan {
    /// The byte to look at next.
    at: usize,
    depth: usize,
    /// One bit a level, the innermost lowest: set for an object.
    kinds: u64,
    in_string: bool,
    /// The last byte that was no white space; `"` and `}` stand for a complete value.
    before: u8,
    /// Where the last string of the outermost object is, without its quotes.
    key: (usize, usize),
}

impl Scan {
    /// A scan that begins inside an object, after one of its values.
    pub(super) fn inside_object() -> Self {
        Self { depth: 1, kinds: 1, before: b']', ..Self::default() }
    }

    /// The last string of the outermost object: when a list begins, the name of its member.
    pub(super) fn key<'b>(&self, bytes: &'b [u8]) -> &'b [u8] {
        bytes.get(self.key.0..self.key.1).unwrap_or_default()
    }

    /// Goes on over `bytes`, which begin where the record begins and hold at least what they held before.
    pub(super) fn run(&mut self, bytes: &[u8]) -> Step {
        if self.in_string
            && let Some(stop) = self.string(bytes)
        {
            return stop;
        }
        while let Some(&byte) = bytes.get(self.at) {
            self.at += 1;
            match class(byte) {
                Class::Space => {}
                Class::Scalar | Class::Mark => self.before = byte,
                Class::Quote => {
                    self.in_string = true;
                    if self.depth == 1 {
                        self.key.0 = self.at;
                    }
                    if let Some(stop) = self.string(bytes) {
                        return stop;
                    }
                }
                Class::Open => {
                    if let Some(stop) = self.open(byte) {
                        return stop;
                    }
                }
                Class::Close => {
                    if let Some(stop) = self.close(byte) {
                        return stop;
                    }
                }
            }
        }
        Step::More
    }

    fn open(&mut self, byte: u8) -> Option<Step> {
        let in_object = self.kinds & 1 == 1;
        if !may_open(Some(self.before), self.depth, self.kinds) {
            return Some(Step::Broken(self.at - 1, Fault::Opening));
        }
        if self.depth == DEPTH_LIMIT {
            return Some(Step::Broken(self.at - 1, Fault::TooDeep));
        }
        self.depth += 1;
        self.kinds = self.kinds << 1 | u64::from(byte == b'{');
        self.before = byte;
        (byte == b'[' && in_object && self.depth == 2).then_some(Step::List(self.at))
    }

    fn close(&mut self, byte: u8) -> Option<Step> {
        if (self.kinds & 1 == 1) != (byte == b'}') {
            return Some(Step::Broken(self.at - 1, Fault::Closing));
        }
        self.depth = self.depth.saturating_sub(1);
        self.kinds >>= 1;
        self.before = b'}';
        (self.depth == 0).then_some(Step::End(self.at))
    }

    /// Goes to the end of the string; answers if it does not end, or not well.
    fn string(&mut self, bytes: &[u8]) -> Option<Step> {
        match string_end(bytes, self.at) {
            StringEnd::At(quote) => {
                if self.depth == 1 {
                    self.key.1 = quote;
                }
                self.at = quote + 1;
                self.in_string = false;
                self.before = b'"';
                None
            }
            StringEnd::Line(at) => Some(Step::Broken(at, Fault::LineInString)),
            StringEnd::Beyond(at) => {
                self.at = at;
                Some(Step::More)
            }
        }
    }
}

/// Where a string ends.
pub(super) enum StringEnd {
    /// At this quote.
    At(usize),
    /// It does not: the line ends first, here.
    Line(usize),
    /// Not within the bytes; go on here when there are more.
    Beyond(usize),
}

/// Finds the end of a string, from a byte inside it that is not escaped.
pub(super) fn string_end(bytes: &[u8], mut at: usize) -> StringEnd {
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(found) = special(rest) else { return StringEnd::Beyond(bytes.len()) };
        at += found;
        match rest.get(found) {
            Some(b'"') => return StringEnd::At(at),
            Some(b'\\') if at + 1 >= bytes.len() => return StringEnd::Beyond(at),
            // A backslash never hides the end of a line: no JSON string holds one.
            Some(b'\\') if bytes.get(at + 1) == Some(&b'\n') => return StringEnd::Line(at + 1),
            Some(b'\\') => at += 2,
            _ => return StringEnd::Line(at),
        }
    }
}

/// The byte behind a string that begins here, if it ends within 32 bytes and has no escapes: most do.
pub(super) fn short_string(bytes: &[u8], at: usize) -> Option<usize> {
    let (chunks, _) = bytes.get(at..)?.as_chunks::<8>();
    for (number, chunk) in chunks.iter().take(NEAR / 8).enumerate() {
        let word = u64::from_le_bytes(*chunk);
        let hits = specials(word);
        if hits != 0 {
            let place = hits.trailing_zeros();
            let is_quote = word.wrapping_shr(place & !7) & 0xFF == u64::from(b'"');
            return is_quote.then_some(at + number * 8 + (place / 8) as usize + 1);
        }
    }
    None
}

/// The next quote, backslash or line end. Most strings are short: the first bytes are looked at eight at a time.
fn special(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    while at < NEAR
        && let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>)
    {
        let word = u64::from_le_bytes(*chunk);
        let hits = specials(word);
        if hits != 0 {
            return Some(at + (hits.trailing_zeros() / 8) as usize);
        }
        at += 8;
    }
    memchr::memchr3(b'"', b'\\', b'\n', bytes.get(at..)?).map(|found| at + found)
}

/// How far strings are looked at eight bytes at a time.
const NEAR: usize = 32;

/// Sets the top bit of the lowest byte that may not stand in a string as it is; above it, also of others.
const fn specials(word: u64) -> u64 {
    equal(word, b'"') | equal(word, b'\\') | equal(word, b'\n')
}

/// Sets the top bit of every byte that equals `byte`; above the lowest one that does, also of others.
const fn equal(word: u64, byte: u8) -> u64 {
    const LOW: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
    let zero = word ^ u64::from_le_bytes([byte; 8]);
    zero.wrapping_sub(LOW) & !zero & HIGH
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(text: &str) -> Step {
        let mut scan = Scan::default();
        loop {
            match scan.run(text.as_bytes()) {
                Step::List(_) => {}
                stop @ (Step::More | Step::End(_) | Step::Broken(..)) => return stop,
            }
        }
    }

    #[test]
    fn a_record_ends_where_its_brackets_balance() {
        assert_eq!(scan(r#"{"a":[{"b":"}]\""}]} tail"#), Step::End(20));
        assert_eq!(scan(r#"{"a":"#), Step::More);
    }

    #[test]
    fn a_bracket_after_a_complete_value_breaks_the_record() {
        assert_eq!(scan(r#"{"a":1 {"#), Step::Broken(7, Fault::Opening));
        assert_eq!(scan(r#"{"a":1,{"#), Step::Broken(7, Fault::Opening));
        assert_eq!(scan(r#"{"a":[{} {"#), Step::Broken(9, Fault::Opening));
        assert_eq!(scan(r#"{"a":[1}"#), Step::Broken(7, Fault::Closing));
        assert_eq!(scan("{\"a\":\"x\n"), Step::Broken(7, Fault::LineInString));
        assert_eq!(scan(&"[".repeat(65)), Step::Broken(64, Fault::TooDeep));
        assert_eq!(scan(&format!("{}{}", "[".repeat(64), "]".repeat(64))), Step::End(128));
    }

    #[test]
    fn the_end_of_a_string_is_found_wherever_it_is() {
        for length in 0..80_usize {
            for (end, byte) in [b'"', b'\n'].into_iter().enumerate() {
                let mut bytes = vec![0xA2_u8; length];
                bytes.push(byte);
                bytes.extend(*b"\"\n\\ and more");
                let found = string_end(&bytes, 0);
                let at = match found {
                    StringEnd::At(at) if end == 0 => at,
                    StringEnd::Line(at) if end == 1 => at,
                    StringEnd::At(_) | StringEnd::Line(_) | StringEnd::Beyond(_) => usize::MAX,
                };
                assert_eq!(at, length);
            }
        }
    }
}
