//! What the evidence names, and what a text names beyond it.
//!
//! It is apart from the check because it is about the form of names only. A name in a text is looked for in
//! the evidence between borders, so that `0.0.2.1` is not found inside `10.0.2.1`.

use std::collections::HashSet;
use std::net::Ipv6Addr;
use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use regex::Regex;
use serde_json::Value;
use soc_domain::attack::technique_name;

/// The shortest part of a longer text that may be an entity; a shorter one would be found in any text.
const SHORTEST_PART: usize = 4;

/// Room for the strings of one finding, so that it is not made in many small steps.
const TEXTS: usize = 192;

/// Names as they stand in texts: links, ARNs, addresses, domains (also with brackets round the dots), key ids,
/// ids of resources, account numbers, mail addresses. In words of any script: a domain in Cyrillic is one.
static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let forms = [
        r"(?:\w+://|\\\\|\bwww\.|\bjavascript:|\bdata:)\S+",
        r"\barn:[\w-]*:\S+",
        r"\b[\w.+-]+@[\w-][\w.-]*",
        r"\[?[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}",
        r"\b\d{1,3}(?:[\[(]?\.[\])]?\d{1,3}){3}\b",
        r"\b[\w-]+(?:[\[(]?[.。．｡][\])]?[\w-]+)*[\[(]?[.。．｡][\])]?[^\W\d_][\w-]+\b",
        r"\b(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA|APKA)[A-Z0-9]{8,}\b",
        r"\b[a-z]{1,12}-[0-9a-f]{8,17}\b",
        r"\b\d{12}\b",
    ];
    Regex::new(&forms.join("|")).ok()
});

/// Ids of techniques as they stand in texts.
static TECHNIQUE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\bT\d{4}(?:\.\d+)?\b").ok());

/// The strings of the evidence, keys too: tags are named by both.
pub(super) struct Names<'e> {
    texts: HashSet<&'e str>,
    /// All of them in lower case, a line each: a line end is a border, too.
    lowered: String,
}

impl<'e> Names<'e> {
    pub(super) fn of(evidence: &'e Value) -> Self {
        let mut names =
            Self { texts: HashSet::with_capacity(TEXTS), lowered: String::with_capacity(TEXTS * 16) };
        let mut add = |text: &'e str| {
            if names.texts.insert(text) {
                names.add_lowered(text);
            }
        };
        let mut open = vec![evidence];
        while let Some(value) = open.pop() {
            match value {
                Value::String(text) => add(text),
                Value::Array(items) => open.extend(items),
                Value::Object(fields) => {
                    fields.keys().for_each(|key| add(key));
                    open.extend(fields.values());
                }
                Value::Null | Value::Bool(_) | Value::Number(_) => {}
            }
        }
        names
    }

    fn add_lowered(&mut self, text: &str) {
        if text.is_ascii() {
            // Nearly all of them: without a text of its own for each.
            let begin = self.lowered.len();
            self.lowered.push_str(text);
            self.lowered.get_mut(begin..).into_iter().for_each(str::make_ascii_lowercase);
        } else {
            self.lowered.push_str(&text.to_lowercase());
        }
        self.lowered.push('\n');
    }

    /// Whether the evidence has `entity` literally: as a value, or as a part of one.
    pub(super) fn has(&self, entity: &str) -> bool {
        if entity.trim().is_empty() {
            return false;
        }
        let long_enough = entity.chars().count() >= SHORTEST_PART;
        let finder = Finder::new(entity);
        let is_part = |text: &&str| finder.find(text.as_bytes()).is_some();
        self.texts.contains(entity) || (long_enough && self.texts.iter().any(is_part))
    }

    /// How many names `text` has that the evidence has not. A pattern that does not compile finds one, so that
    /// a defect strikes and never lets pass.
    pub(super) fn foreign(&self, text: &str) -> u32 {
        let Some(pattern) = NAME.as_ref() else { return 1 };
        let foreign = pattern.find_iter(text).filter(|found| {
            let whole = || whole_word(text, found.range());
            name_in(found.as_str()).is_some_and(|name| !self.mentions(name) && !self.mentions(whole()))
        });
        u32::try_from(foreign.count()).unwrap_or(u32::MAX)
    }

    fn mentions(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        !name.is_empty() && !name.contains('\n') && stands_alone(&self.lowered, &name)
    }
}

/// What was found, without the punctuation of its sentence; none for a time of day, which looks like an IPv6
/// address and is none.
fn name_in(found: &str) -> Option<&str> {
    let name = found.trim_start_matches('[');
    let name = name.trim_end_matches(ends_a_name);
    if !name.contains(':') || !name.chars().all(|c| c.is_ascii_hexdigit() || c == ':' || c == '.') {
        return Some(name.trim_end_matches(':'));
    }
    let name = if name.ends_with("::") { name } else { name.trim_end_matches(':') };
    let name = if name.starts_with("::") { name } else { name.trim_start_matches(':') };
    name.parse::<Ipv6Addr>().is_ok().then_some(name)
}

fn ends_a_name(letter: char) -> bool {
    ".,;!?)]}>'\"".contains(letter)
}

/// What was found in `text`, with the letters and digits that touch it: part of a longer name.
fn whole_word(text: &str, found: Range<usize>) -> &str {
    let before = text.get(..found.start).unwrap_or_default();
    let after = text.get(found.end..).unwrap_or_default();
    let start = before.trim_end_matches(char::is_alphanumeric).len();
    let rest = after.trim_start_matches(char::is_alphanumeric).len();
    let word = text.get(start..text.len().saturating_sub(rest)).unwrap_or_default();
    let word = word.trim_end_matches(ends_a_name);
    if word.ends_with("::") { word } else { word.trim_end_matches(':') }
}

/// Whether `text` has `name` with no letter or digit at either side of it.
fn stands_alone(text: &str, name: &str) -> bool {
    // The evidence may have half a megabyte and an answer a hundred names: the library's own search of strings takes
    // ten times as long.
    Finder::new(name).find_iter(text.as_bytes()).any(|at| {
        let before = text.get(..at).and_then(|front| front.chars().next_back());
        let after = text.get(at.saturating_add(name.len())..).and_then(|back| back.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// How many techniques `text` names that are none.
pub(super) fn foreign_techniques(text: &str) -> u32 {
    let Some(pattern) = TECHNIQUE.as_ref() else { return 1 };
    let foreign = pattern.find_iter(text).filter(|found| technique_name(found.as_str()).is_none());
    u32::try_from(foreign.count()).unwrap_or(u32::MAX)
}
