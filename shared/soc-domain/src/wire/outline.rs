//! The outermost members of one record, found in one pass that also checks the limits.
//!
//! Apart, because it is the only thing that looks at a record before a reader is chosen: it tells formats
//! apart by their keys, finds the findings inside an event, and keeps each one's own bytes. The pass notes the
//! members of the levels below, too, so that what is inside need not be looked at again.

use std::rc::Rc;

use crate::wire::refusal::{DEPTH_LIMIT, Refusal, STRING_LIMIT};
use crate::wire::scan::{StringEnd, is_space, may_open, short_string, string_end};

/// The levels of which members are noted: an event, its detail, the list in that, a finding in the list.
const LEVELS: usize = 4;

/// The level that is noted only if it is a list, and with it what is in it: nobody asks for the members of an object
/// in a detail, and most of a record is in them.
const LIST_LEVEL: usize = 3;

/// Few objects have more members.
const USUAL: usize = 24;

/// The members of an object, or the elements of a list (whose keys are empty).
pub(super) struct Outline<'a> {
    pub(super) entries: Vec<(&'a str, &'a str)>,
    /// The level of the entries, from 1 for those of the whole text.
    level: usize,
    below: Rc<Below<'a>>,
}

/// What stands below the outermost members of a text.
struct Below<'a> {
    text: &'a str,
    /// Members of the levels from 2, in the order of their ends.
    members: Vec<Member>,
    /// Where values begin that are no tidy objects or lists: whoever wants to know why looks again.
    odd: Vec<usize>,
    /// A bracket opens where no value may begin, at whatever level.
    misplaced: bool,
}

/// Where in the text a member is. Places and not texts: a list of them is some hundred bytes, which an allocator has at
/// hand, and not some thousand. A record is far shorter than four gigabytes.
struct Member {
    level: u32,
    /// Without its quotes.
    key: (u32, u32),
    value: (u32, u32),
}

impl Member {
    fn end(&self) -> usize {
        self.value.1 as usize
    }

    fn of<'a>(&self, text: &'a str) -> (&'a str, &'a str) {
        let part = |(from, to)| text.get(from as usize..to as usize).unwrap_or_default();
        (part(self.key), part(self.value))
    }
}

impl<'a> Outline<'a> {
    /// The value of the last member of that name, as written; `null` counts as absent.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        let found = self.entries.iter().rev().find(|(key, _)| *key == name)?;
        Some(found.1).filter(|value| *value != "null")
    }

    /// The value of a member that is a string (or another scalar), read.
    pub(super) fn text(&self, name: &str) -> String {
        let value = self.get(name);
        if let Some(text) = value.and_then(plain) {
            return text.to_owned();
        }
        let field: crate::wire::lenient::Text<'_> =
            value.and_then(|value| serde_json::from_str(value).ok()).unwrap_or_default();
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
        let valid = |value: &str| {
            plain(value).is_some() || serde_json::from_str::<serde::de::IgnoredAny>(value).is_ok()
        };
        self.entries.iter().all(|(key, value)| is_plain(key) && (*key == member || valid(value)))
    }

    /// Outlines the value of one of the entries, as if it stood alone.
    pub(super) fn inside(&self, value: &'a str) -> Result<Self, Refusal> {
        let Below { text, members, odd, .. } = &*self.below;
        let level = self.level.saturating_add(1);
        let begin = value.as_ptr().addr().checked_sub(text.as_ptr().addr());
        let begin = begin.filter(|at| at.saturating_add(value.len()) <= text.len() && !odd.contains(at));
        let noted =
            level <= LEVELS && value.starts_with('[') | (value.starts_with('{') && level != LIST_LEVEL);
        let Some(begin) = begin.filter(|_| noted) else {
            return Self::of(value);
        };
        let end = begin.saturating_add(value.len());
        let from = members.partition_point(|member| member.end() <= begin);
        let to = members.partition_point(|member| member.end() < end);
        let inner = members.get(from..to).unwrap_or_default().iter();
        let inner = inner.filter(|member| member.level as usize == level);
        let mut entries = Vec::with_capacity(USUAL);
        entries.extend(inner.map(|member| member.of(text)));
        Ok(Self { entries, level, below: Rc::clone(&self.below) })
    }

    /// The text that was outlined, if this is the outline of a whole one.
    pub(super) fn written(&self) -> &'a str {
        self.below.text
    }

    /// Whether every bracket opens where a value may begin.
    pub(super) fn is_well_opened(&self) -> bool {
        !self.below.misplaced
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
            levels: [Level::default(); LEVELS],
            entries: Vec::with_capacity(USUAL),
            members: Vec::with_capacity(48),
            odd: Vec::new(),
            misplaced: false,
        };
        pass.run()?;
        let tail = text.get(pass.at..).unwrap_or_default().trim_ascii();
        if tail.is_empty() {
            let Pass { members, odd, misplaced, .. } = pass;
            let below = Rc::new(Below { text, members, odd, misplaced });
            Ok(Self { entries: pass.entries, level: 1, below })
        } else {
            Err(Refusal::not_json(pass.at, "trailing characters"))
        }
    }
}

fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Whether what stands between quotes is a text as it is, without escapes and without what must be escaped.
fn is_plain(inside: &str) -> bool {
    inside.bytes().all(|byte| byte >= b' ' && byte != b'\\' && byte != b'"')
}

/// The text of a value that is a plain string.
fn plain(value: &str) -> Option<&str> {
    value.strip_prefix('"')?.strip_suffix('"').filter(|inside| is_plain(inside))
}

struct Pass<'a> {
    text: &'a str,
    longest: usize,
    at: usize,
    depth: usize,
    kinds: u64,
    levels: [Level; LEVELS],
    entries: Vec<(&'a str, &'a str)>,
    members: Vec<Member>,
    odd: Vec<usize>,
    misplaced: bool,
}

/// The object or list of one level that is being read.
#[derive(Clone, Copy, Default)]
struct Level {
    /// Where it begins.
    begin: usize,
    /// Where the key of the member that is being read stands.
    key: Option<(usize, usize)>,
    /// The last string of this level, without its quotes.
    string: (usize, usize),
    /// Where the value that is being read begins.
    value: usize,
    /// How many objects and lists that value has had, and where the last of them ended.
    opened: u32,
    closed: usize,
    /// It has members.
    any: bool,
    /// A colon, comma or value is not where it should be.
    odd: bool,
}

impl<'a> Pass<'a> {
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
                b':' => self.colon()?,
                b',' => self.entry()?,
                _ => {}
            }
        }
        Err(Refusal::Truncated)
    }

    /// Goes over the object or list that was just opened, of which nothing is noted: most of a record.
    fn pass_over(&mut self) -> Result<(), Refusal> {
        let bytes = self.text.as_bytes();
        let outer = self.depth.saturating_sub(1);
        let mut at = self.at;
        while let Some(&byte) = bytes.get(at) {
            at += 1;
            match byte {
                b'"' => {
                    at = match short_string(bytes, at) {
                        Some(behind) => behind,
                        None => self.string_end(bytes, at)? + 1,
                    };
                }
                b'{' | b'[' => self.deeper(byte, at)?,
                b'}' | b']' => {
                    self.at = at;
                    self.matches(byte)?;
                    self.depth -= 1;
                    self.kinds >>= 1;
                    if self.depth == outer {
                        if let Some(level) = self.level() {
                            level.closed = at;
                        }
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
        Err(Refusal::Truncated)
    }

    /// The level at hand, if it is one that may be noted.
    fn level(&mut self) -> Option<&mut Level> {
        self.levels.get_mut(self.depth.checked_sub(1)?)
    }

    /// What is wrong with the outermost level is wrong with the text; what is wrong below is for whoever looks there.
    fn wrong(&mut self, why: &str) -> Result<(), Refusal> {
        if self.depth <= 1 {
            return Err(Refusal::not_json(self.at - 1, why));
        }
        if let Some(level) = self.level() {
            level.odd = true;
        }
        Ok(())
    }

    fn string(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let start = self.at;
        let quote = self.string_end(bytes, start)?;
        if let Some(level) = self.level() {
            level.string = (start, quote);
        }
        self.at = quote + 1;
        Ok(())
    }

    /// The last quote of the string that begins at `start`.
    fn string_end(&self, bytes: &[u8], start: usize) -> Result<usize, Refusal> {
        match string_end(bytes, start) {
            StringEnd::At(quote) if quote - start > self.longest && !self.is_message(start) => {
                Err(Refusal::StringTooLong { limit: self.longest })
            }
            StringEnd::At(quote) => Ok(quote),
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
        if let Some(level) = self.level() {
            level.opened = level.opened.saturating_add(1);
        }
        self.deeper(byte, self.at)?;
        if self.depth > LEVELS || self.depth == LIST_LEVEL && byte == b'{' {
            return self.pass_over();
        }
        let at = self.at;
        if let Some(level) = self.level() {
            *level = Level { begin: at - 1, value: at, ..Level::default() };
        }
        Ok(())
    }

    /// Goes into the object or list whose bracket stands before `at`.
    fn deeper(&mut self, byte: u8, at: usize) -> Result<(), Refusal> {
        if self.depth == DEPTH_LIMIT {
            return Err(Refusal::too_deep());
        }
        let before = self.text.as_bytes().get(..at - 1).unwrap_or_default();
        let before = before.iter().rev().find(|byte| !is_space(**byte));
        self.misplaced |= !may_open(before.copied(), self.depth, self.kinds);
        self.depth += 1;
        self.kinds = self.kinds << 1 | u64::from(byte == b'{');
        Ok(())
    }

    /// Checks that a closing bracket is of the kind of the opening one.
    fn matches(&self, byte: u8) -> Result<(), Refusal> {
        if (self.kinds & 1 == 1) == (byte == b'}') {
            return Ok(());
        }
        Err(Refusal::not_json(self.at - 1, "mismatched closing bracket"))
    }

    fn close(&mut self, byte: u8) -> Result<(), Refusal> {
        self.matches(byte)?;
        let (text, at) = (self.text, self.at);
        if let Some(level) = self.level() {
            let last = text.get(level.value..at - 1).unwrap_or_default();
            if level.key.is_some() || level.any || !last.trim_ascii().is_empty() {
                self.entry()?;
            }
        }
        if let Some(begin) = self.level().filter(|level| level.odd).map(|level| level.begin) {
            self.odd.push(begin);
        }
        self.depth = self.depth.saturating_sub(1);
        self.kinds >>= 1;
        if let Some(level) = self.level() {
            level.closed = at;
        }
        Ok(())
    }

    fn colon(&mut self) -> Result<(), Refusal> {
        let (text, at, in_object) = (self.text, self.at, self.kinds & 1 == 1);
        let Some(level) = self.level() else { return Ok(()) };
        let key = level.string;
        let written = text.get(level.value..at - 1).unwrap_or_default().trim_ascii();
        if !in_object
            || level.key.is_some()
            || written.len() != key.1 - key.0 + 2
            || level.string.1 < level.value
        {
            return self.wrong("a colon where none may be");
        }
        level.key = Some(key);
        level.value = at;
        Ok(())
    }

    /// Ends the member or element before the byte just read.
    fn entry(&mut self) -> Result<(), Refusal> {
        let (text, at, in_object, depth) = (self.text, self.at, self.kinds & 1 == 1, self.depth);
        let Some(level) = self.level() else { return Ok(()) };
        let written = text.get(level.value..at - 1).unwrap_or_default();
        let begin = level.value + written.len() - written.trim_ascii_start().len();
        let value = written.trim_ascii();
        let end = begin + value.len();
        let key = level.key.take();
        let tidy = level.opened == 0 || level.opened == 1 && level.closed == end;
        (level.value, level.opened, level.any) = (at, 0, true);
        if value.is_empty() || key.is_some() != in_object {
            return self.wrong("a value is missing");
        }
        if !tidy {
            self.odd.push(begin);
        }
        let key = key.unwrap_or_default();
        if depth == 1 {
            self.entries.push((text.get(key.0..key.1).unwrap_or_default(), value));
        } else {
            let (key, value) = ((place(key.0), place(key.1)), (place(begin), place(end)));
            self.members.push(Member { level: place(depth), key, value });
        }
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
    fn what_is_inside_is_outlined_as_if_it_stood_alone() {
        let values = [
            r#"{"a":{"b":[1,{"c":{"d":[{}]}}],"e":"x"},"f":[]}"#,
            r#"[[1,2],{"a":[[[[[]]]]]}]"#,
            r#"{"a" 1}"#,
            r#"{"a":1,}"#,
            r#"[1,,2]"#,
            r#"[1:2]"#,
            r#"{"a":1} 2"#,
            r#"{"a":1}{"b":2}"#,
            r#"{"a":{"b":1}{},"c":[2}"#,
            r#"{"a":{"b":1}[],"c":[2 [3]]}"#,
            r#"{ }"#,
            "2",
            r#""{}""#,
        ];
        for value in values {
            for text in [format!(r#"{{"x" : [ {value} , 1 ], "y": {value}}}"#), format!("[0, {value} ]")] {
                let Ok(outline) = Outline::of(&text) else { continue };
                check_inside(&outline, 0);
            }
        }
    }

    #[track_caller]
    fn check_inside(outline: &Outline<'_>, depth: usize) {
        for (_, value) in &outline.entries {
            match (outline.inside(value), Outline::of(value)) {
                (Ok(inside), Ok(alone)) => {
                    assert_eq!(inside.entries, alone.entries, "{value}");
                    if depth < 8 {
                        check_inside(&inside, depth + 1);
                    }
                }
                (Err(inside), Err(alone)) => assert_eq!(inside, alone, "{value}"),
                (inside, _alone) => panic!("inside: {}, alone the other: {value}", inside.is_ok()),
            }
        }
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
