//! Finds what is to be redacted: one pass that tells which rules can apply at all, then only those.
//!
//! Apart from the rules, which are data, and from the redactor, which replaces.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex::Regex;

use super::kind::Kind;
use super::mac::Mac;
use super::rules::{Check, Gate, RULES};
use super::view::View;
use super::{Hit, RulesError, assignment, numbers, pem};

/// Layers of escapes that are undone.
const DEPTH_MAX: usize = 3;

/// One bit for each rule, and three of them for what is not a rule.
type Bits = u128;
const ESCAPED: Bits = 1 << 127;
const ASSIGNED: Bits = 1 << 126;
const PEM: Bits = 1 << 125;

const PEM_LABEL: &str = "PRIVATE KEY";
const TOKEN: &str = r"\[[A-Z][A-Z0-9_]{1,30}:[0-9a-f]{8}\]";

pub(super) struct Engine {
    /// Every word that can set a bit.
    words: AhoCorasick,
    /// The bits each word sets.
    bits: Vec<Bits>,
    rules: Vec<Compiled>,
    /// The rules that no word calls, and their bits.
    shaped: Vec<(Gate, Bits)>,
    endings: AhoCorasick,
    token: Regex,
}

struct Compiled {
    kind: Kind,
    bit: Bits,
    regex: Regex,
    check: Check,
}

impl Engine {
    pub(super) fn new() -> Result<Self, RulesError> {
        let mut words: Vec<(&str, Bits)> = vec![("%", ESCAPED), ("\\", ESCAPED), (PEM_LABEL, PEM)];
        words.extend(assignment::ENDINGS.map(|ending| (ending, ASSIGNED)));
        let (mut rules, mut shaped) = (Vec::new(), Vec::new());
        let mut bit: Bits = 1;
        for rule in RULES {
            let regex = Regex::new(rule.pattern).map_err(|error| RulesError(error.to_string()))?;
            match rule.gate {
                Gate::Words(own) => words.extend(own.iter().map(|word| (*word, bit))),
                gate @ (Gate::Length(_) | Gate::Card | Gate::Iban | Gate::Ssn) => shaped.push((gate, bit)),
            }
            rules.push(Compiled { kind: rule.kind, bit, regex, check: rule.check });
            bit <<= 1;
        }
        Ok(Self {
            words: automaton(words.iter().map(|(word, _)| *word))?,
            bits: words.iter().map(|(_, bits)| *bits).collect(),
            rules,
            shaped,
            endings: automaton(assignment::ENDINGS)?,
            token: Regex::new(TOKEN).map_err(|error| RulesError(error.to_string()))?,
        })
    }

    /// What is to be replaced in `text`, in order and without overlaps. Tokens made earlier are left alone.
    pub(super) fn find(&self, text: &str, mac: &Mac) -> Vec<Hit> {
        let bits = self.bits_of(text);
        if bits == 0 {
            return Vec::new();
        }
        let mut hits = Vec::new();
        let mut start = 0;
        for token in self.token.find_iter(text) {
            self.find_between(text, start..token.start(), mac, &mut hits);
            start = token.end();
        }
        if start == 0 {
            return settle(self.find_unescaping(text, bits, mac));
        }
        self.find_between(text, start..text.len(), mac, &mut hits);
        hits
    }

    /// Whether the whole text is a token made earlier.
    pub(super) fn is_token(&self, text: &str) -> bool {
        self.token.find(text).is_some_and(|found| found.len() == text.len())
    }

    /// The stretches of `text` between tokens made earlier.
    pub(super) fn between_tokens(&self, text: &str) -> Vec<Range<usize>> {
        let mut stretches = Vec::new();
        let mut start = 0;
        for token in self.token.find_iter(text) {
            stretches.push(start..token.start());
            start = token.end();
        }
        stretches.push(start..text.len());
        stretches
    }

    /// Searches one stretch that has no tokens.
    fn find_between(&self, text: &str, stretch: Range<usize>, mac: &Mac, hits: &mut Vec<Hit>) {
        let part = text.get(stretch.clone()).unwrap_or_default();
        if part.is_empty() {
            return;
        }
        let found = settle(self.find_unescaping(part, self.bits_of(part), mac));
        hits.extend(found.into_iter().map(|hit| {
            let range =
                stretch.start.saturating_add(hit.range.start)..stretch.start.saturating_add(hit.range.end);
            Hit { range, ..hit }
        }));
    }

    /// Searches the text, then the text with its escapes undone, layer by layer.
    fn find_unescaping(&self, text: &str, mut bits: Bits, mac: &Mac) -> Vec<Hit> {
        let mut hits = self.search(text, bits, mac);
        let mut views: Vec<View> = Vec::new();
        while bits & ESCAPED != 0 && views.len() < DEPTH_MAX {
            let outer = views.last().map_or(text, |view| &view.text);
            let Some(view) = View::of(outer) else {
                break;
            };
            bits = self.bits_of(&view.text);
            let inner = self.search(&view.text, bits, mac);
            views.push(view);
            hits.extend(inner.into_iter().map(|hit| {
                let range = views.iter().rev().fold(hit.range, |range, view| view.origin(&range));
                Hit { range, depth: views.len(), ..hit }
            }));
        }
        if let Some(view) = views.first() {
            for hit in &mut hits {
                hit.range.start = view.behind_escape(hit.range.start).min(hit.range.end);
            }
        }
        hits
    }

    /// Which rules can apply.
    fn bits_of(&self, text: &str) -> Bits {
        let mut bits = 0;
        for word in self.words.find_overlapping_iter(text) {
            bits |= self.bits.get(word.pattern().as_usize()).copied().unwrap_or(0);
        }
        let shapes = numbers::shapes(text);
        for (gate, bit) in &self.shaped {
            let applies = match *gate {
                Gate::Words(_) => false,
                Gate::Length(least) => text.len() >= least,
                Gate::Card => shapes.card,
                Gate::Iban => shapes.iban,
                Gate::Ssn => shapes.ssn,
            };
            if applies {
                bits |= bit;
            }
        }
        bits
    }

    fn search(&self, text: &str, bits: Bits, mac: &Mac) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut add = |kind, range: Range<usize>| {
            let token = mac.token(kind, text.get(range.clone()).unwrap_or_default());
            hits.push(Hit { range, kind, depth: 0, token });
        };
        if bits & PEM != 0 {
            let ends = text.match_indices(PEM_LABEL).map(|(at, label)| at.saturating_add(label.len()));
            ends.filter_map(|end| pem::block(text, end)).for_each(|range| add(Kind::PrivateKey, range));
        }
        for rule in self.rules.iter().filter(|rule| bits & rule.bit != 0) {
            for found in rule.regex.captures_iter(text) {
                let Some(part) = found.get(1).or(found.get(0)) else {
                    continue;
                };
                if (rule.check)(text, &part.range()) {
                    add(rule.kind, part.range());
                }
            }
        }
        if bits & ASSIGNED != 0 {
            let ends = self.endings.find_overlapping_iter(text).map(|ending| ending.end());
            ends.filter_map(|end| assignment::assigned(text, end)).for_each(|(kind, range)| add(kind, range));
        }
        hits
    }
}

fn automaton<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<AhoCorasick, RulesError> {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(words)
        .map_err(|error| RulesError(error.to_string()))
}

/// Joins hits that overlap: the whole stretch goes, under the name of the most telling kind.
fn settle(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.retain(|hit| !hit.range.is_empty());
    hits.sort_by_key(|hit| (hit.range.start, hit.range.end));
    let mut settled: Vec<Hit> = Vec::with_capacity(hits.len());
    for hit in hits {
        match settled.last_mut().filter(|last| hit.range.start < last.range.end) {
            Some(last) => join(last, hit),
            None => settled.push(hit),
        }
    }
    settled
}

fn join(last: &mut Hit, hit: Hit) {
    let range = last.range.start..last.range.end.max(hit.range.end);
    if (hit.kind, std::cmp::Reverse(hit.depth)) < (last.kind, std::cmp::Reverse(last.depth)) {
        *last = hit;
    }
    last.range = range;
}
