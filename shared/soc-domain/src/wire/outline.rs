//! The outermost members of one record, found in one pass that also checks the limits.
//!
//! Apart, because it is the only thing that looks at a record before a reader is chosen: it tells formats
//! apart by their keys, finds the findings inside an event, and keeps each one's own bytes.

use crate::wire::refusal::{DEPTH_LIMIT, Refusal, STRING_LIMIT};
use crate::wire::scan::{StringEnd, string_end};

/// The members of an object, or the elements of a list (whose keys are empty).
pub(super) struct Outline<'a> {
    pub(super) entries: Vec<(&'a str, &'a str)>,
}

impl<'a> Outline<'a> {
    /// The value of the last member of that name, as written; `null` counts as absent.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        let found = self.entries.iter().rev().find(|(key, _)| *key == name)?;
        Some(found.1).filter(|value| *value != "null")
    }

    /// The value of a member that is a string (or another scalar), read.
    pub(super) fn text(&self, name: &str) -> String {
        let field: crate::wire::lenient::Text<'_> =
            self.get(name).and_then(|value| serde_json::from_str(value).ok()).unwrap_or_default();
        field.str().to_owned()
    }

    /// The value of a member that is a list.
    pub(super) fn list(&self, name: &str) -> Option<&'a str> {
        self.get(name).filter(|value| value.starts_with('['))
    }

    /// The value of a member that is an object.
    pub(super) fn object(&self, name: &str) -> Option<&'a str> {
        self.get(name).filter(|value| value.starts_with('{'))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether keys and values are JSON, all but the value of one member, which somebody else reads.
    pub(super) fn is_json_but(&self, member: &str) -> bool {
        let plain = |key: &str| key.bytes().all(|byte| byte >= b' ' && byte != b'\\');
        let valid = |value: &str| serde_json::from_str::<serde::de::IgnoredAny>(value).is_ok();
        self.entries.iter().all(|(key, value)| plain(key) && (*key == member || valid(value)))
    }

    /// Outlines an object or a list, which must be all that the text holds.
    pub(super) fn of(text: &'a str) -> Result<Self, Refusal> {
        Self::with_strings_up_to(STRING_LIMIT, text)
    }

    /// The same, for a text whose strings may be as long as `longest` bytes.
    pub(super) fn with_strings_up_to(longest: usize, text: &'a str) -> Result<Self, Refusal> {
        let begin = text.len() - text.trim_ascii_start().len();
        if !matches!(text.as_bytes().get(begin), Some(b'{' | b'[')) {
            let why = if begin == text.len() { "it is empty" } else { "it is no JSON object" };
            return Err(Refusal::not_a_record(why));
        }
        let mut pass = Pass {
            text,
            longest,
            at: begin,
            depth: 0,
            kinds: 0,
            key: None,
            string: (0, 0),
            value: 0,
            entries: Vec::with_capacity(24),
        };
        pass.run()?;
        let tail = text.get(pass.at..).unwrap_or_default().trim_ascii();
        if tail.is_empty() {
            Ok(Self { entries: pass.entries })
        } else {
            Err(Refusal::not_json(pass.at, "trailing characters"))
        }
    }
}

struct Pass<'a> {
    text: &'a str,
    longest: usize,
    at: usize,
    depth: usize,
    kinds: u64,
    /// The key of the member that is being read.
    key: Option<&'a str>,
    /// The last string of the outermost level, without its quotes.
    string: (usize, usize),
    /// Where the value that is being read begins.
    value: usize,
    entries: Vec<(&'a str, &'a str)>,
}

impl Pass<'_> {
    fn run(&mut self) -> Result<(), Refusal> {
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'"' => self.string(bytes)?,
                b'{' | b'[' => self.open(byte)?,
                b'}' | b']' => {
                    self.close(byte)?;
                    if self.depth == 0 {
                        return Ok(());
                    }
                }
                b':' if self.depth == 1 => self.colon()?,
                b',' if self.depth == 1 => self.entry()?,
                _ => {}
            }
        }
        Err(Refusal::Truncated)
    }

    fn string(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let start = self.at;
        match string_end(bytes, start) {
            StringEnd::At(quote) => {
                if quote - start > self.longest && !self.is_message(start) {
                    return Err(Refusal::StringTooLong { limit: self.longest });
                }
                if self.depth == 1 {
                    self.string = (start, quote);
                }
                self.at = quote + 1;
                Ok(())
            }
            StringEnd::Line(at) => Err(Refusal::not_json(at, "the line ends inside a string")),
            StringEnd::Beyond(_) => Err(Refusal::Truncated),
        }
    }

    /// Whether the string that begins here is the value of a member `Message`, as SNS has it.
    fn is_message(&self, start: usize) -> bool {
        let before = self.text.get(..start.saturating_sub(1)).unwrap_or_default().trim_ascii_end();
        before.strip_suffix(':').is_some_and(|before| before.trim_ascii_end().ends_with("\"Message\""))
    }

    fn open(&mut self, byte: u8) -> Result<(), Refusal> {
        if self.depth == DEPTH_LIMIT {
            return Err(Refusal::too_deep());
        }
        self.depth += 1;
        self.kinds = self.kinds << 1 | u64::from(byte == b'{');
        if self.depth == 1 {
            self.value = self.at;
        }
        Ok(())
    }

    fn close(&mut self, byte: u8) -> Result<(), Refusal> {
        if (self.kinds & 1 == 1) != (byte == b'}') {
            return Err(Refusal::not_json(self.at - 1, "mismatched closing bracket"));
        }
        if self.depth == 1 {
            let last = self.text.get(self.value..self.at - 1).unwrap_or_default();
            if self.key.is_some() || !last.trim_ascii().is_empty() || !self.entries.is_empty() {
                self.entry()?;
            }
        }
        self.depth = self.depth.saturating_sub(1);
        self.kinds >>= 1;
        Ok(())
    }

    fn colon(&mut self) -> Result<(), Refusal> {
        let key = self.text.get(self.string.0..self.string.1).unwrap_or_default();
        let written = self.text.get(self.value..self.at - 1).unwrap_or_default().trim_ascii();
        if self.kinds & 1 == 0
            || self.key.is_some()
            || written.len() != key.len() + 2
            || self.string.1 < self.value
        {
            return Err(Refusal::not_json(self.at - 1, "a colon where none may be"));
        }
        self.key = Some(key);
        self.value = self.at;
        Ok(())
    }

    /// Ends the member or element before the byte just read.
    fn entry(&mut self) -> Result<(), Refusal> {
        let value = self.text.get(self.value..self.at - 1).unwrap_or_default().trim_ascii();
        let key = self.key.take();
        if value.is_empty() || key.is_some() != (self.kinds & 1 == 1) {
            return Err(Refusal::not_json(self.at - 1, "a value is missing"));
        }
        self.entries.push((key.unwrap_or_default(), value));
        self.value = self.at;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_outermost_members_as_written() {
        let outline = Outline::of(r#" {"a" : {"b":[1,2]}, "c":null,"d":"x" } "#).unwrap();
        assert_eq!(outline.entries, [("a", "{\"b\":[1,2]}"), ("c", "null"), ("d", "\"x\"")]);
        assert!(!outline.has("c"));
        assert_eq!(outline.text("d"), "x");
        assert_eq!(Outline::of("[ {}, 2 ]").unwrap().entries, [("", "{}"), ("", "2")]);
        assert!(Outline::of("{}").unwrap().entries.is_empty());
    }

    #[test]
    fn refuses_what_is_beyond_the_limits_or_unbalanced() {
        let refusal = |text: &str| Outline::of(text).err().unwrap();
        let long = "x".repeat(STRING_LIMIT + 1);
        assert_eq!(refusal(&format!(r#"{{"a":"{long}"}}"#)), Refusal::StringTooLong { limit: STRING_LIMIT });
        assert!(Outline::of(&format!(r#"{{"Sns":{{"Message": "{long}"}}}}"#)).is_ok());
        assert_eq!(refusal(&"[".repeat(65)), Refusal::too_deep());
        assert_eq!(refusal(r#"{"a":"#), Refusal::Truncated);
        assert!(matches!(refusal(r#"{"a":1}}"#), Refusal::NotJson { offset: 7, .. }));
        for text in
            ["{\"a\":1,}", "[1,]", "{,}", "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1:2}", "{\"a\":[1}}"]
        {
            assert!(matches!(refusal(text), Refusal::NotJson { .. }), "{text}");
        }
    }
}
