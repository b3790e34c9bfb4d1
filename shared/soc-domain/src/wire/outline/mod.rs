//! The outermost members of one record, found in one pass that also checks the limits.
//!
//! Apart, because it is the only thing that looks at a record before a reader is chosen: it tells formats
//! apart by their keys, finds the findings inside an event, and keeps each one's own bytes. The pass notes the
//! members of the levels below, too, so that what is inside need not be looked at again.

mod pass;

use std::rc::Rc;

use crate::wire::refusal::{Refusal, STRING_LIMIT};
use pass::{LEVELS, LIST_LEVEL, Member, Pass};

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
        let pass = Pass::over(text, begin, longest)?;
        let tail = text.get(pass.at..).unwrap_or_default().trim_ascii();
        if tail.is_empty() {
            let Pass { entries, members, odd, misplaced, .. } = pass;
            let below = Rc::new(Below { text, members, odd, misplaced });
            Ok(Self { entries, level: 1, below })
        } else {
            Err(Refusal::not_json(pass.at, "trailing characters"))
        }
    }
}

/// Whether what stands between quotes is a text as it is, without escapes and without what must be escaped.
fn is_plain(inside: &str) -> bool {
    inside.bytes().all(|byte| byte >= b' ' && byte != b'\\' && byte != b'"')
}

/// The text of a value that is a plain string.
fn plain(value: &str) -> Option<&str> {
    value.strip_prefix('"')?.strip_suffix('"').filter(|inside| is_plain(inside))
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
