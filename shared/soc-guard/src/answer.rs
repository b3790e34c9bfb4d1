//! Checks an analyst's answer: what the evidence does not bear is struck and counted.
//!
//! It is apart because it is the only way from a draft, which may be the work of whoever wrote the finding's
//! text, to an analysis. Pure and total: every draft gives an analysis.
//!
//! Invariants:
//! - the verdict never ranks below the deterministic one, and with the same verdict neither does the confidence;
//! - every claim that stays cites evidence that exists;
//! - no text that stays names an address, ARN, id, account, domain or link that the evidence does not name;
//! - no text, pointer or name that stays has characters that a reader does not see;
//! - every length is bounded, the whole by [`LARGEST_ANALYSIS`], and so is the work on a draft of any size.

mod named;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde_json::Value;
use soc_domain::analysis::{Analysis, Claim, Draft, Struck};
use soc_domain::attack::technique_name;
use soc_domain::verdict::{Judgement, Verdict};

use self::named::{Names, foreign_techniques};

/// The longest summary, in characters.
pub const LONGEST_SUMMARY: usize = 1_200;
/// The longest claim, in characters.
pub const LONGEST_CLAIM: usize = 400;
/// The longest next step, in characters.
pub const LONGEST_STEP: usize = 200;
/// How many claims an analysis has at most.
pub const MOST_CLAIMS: usize = 20;
/// How many next steps an analysis has at most.
pub const MOST_STEPS: usize = 8;
/// How many pointers, techniques or entities one claim has at most.
pub const MOST_OF_A_CLAIM: usize = 20;
/// The most bytes that an analysis has as JSON.
pub const LARGEST_ANALYSIS: usize = 96 * 1024;
/// The longest pointer, entity or name of an analyst, in bytes.
const LONGEST_NAME: usize = 512;
/// How many bytes the claims of an analysis have together at most, before JSON escapes any of them.
const MOST_CLAIM_BYTES: usize = 32 * 1024;
/// How many claims or steps of a draft are looked at: whoever says so much has nothing to say.
const MOST_LOOKED_AT: usize = 200;
/// How many times longer than its bound a text may be and still be read and cut.
const READ_BEYOND: usize = 8;

/// What a draft is measured against while it is checked, and what was struck so far.
struct Check<'e> {
    evidence: &'e Value,
    names: Names<'e>,
    struck: Struck,
}

/// Makes an analysis of `draft`. `evidence` is the document that the analyst was shown, `floor` the
/// deterministic judgement, `by` the analyst's name.
#[must_use]
pub fn check(draft: Draft, evidence: &Value, floor: &Judgement, by: &str) -> Analysis {
    let mut check = Check { evidence, names: Names::of(evidence), struck: Struck::default() };
    let summary = check.summary(&draft.summary, floor);
    let claims = check.claims(draft.claims);
    let next_steps = check.steps(&draft.next_steps);
    let verdict = check.verdict(draft.verdict, floor);
    let confidence = confidence(draft.confidence, verdict, floor, check.struck);
    let by = shortened(&cleaned(by), LONGEST_STEP);
    Analysis { by, verdict, confidence, summary, claims, next_steps, struck: check.struck }
}

impl Check<'_> {
    /// A summary that names what the evidence does not is none; then the judgement speaks for itself.
    fn summary(&mut self, text: &str, floor: &Judgement) -> String {
        let text = readable(text, LONGEST_SUMMARY);
        let foreign = self.names.foreign(&text);
        let techniques = foreign_techniques(&text);
        self.struck.entities = self.struck.entities.saturating_add(foreign);
        self.struck.techniques = self.struck.techniques.saturating_add(techniques);
        if text.is_empty() || foreign > 0 || techniques > 0 {
            return deterministic_summary(floor);
        }
        shortened(&text, LONGEST_SUMMARY)
    }

    fn claims(&mut self, claims: Vec<Claim>) -> Vec<Claim> {
        let mut kept: Vec<Claim> = Vec::new();
        let mut room = MOST_CLAIM_BYTES;
        for (number, claim) in claims.into_iter().enumerate() {
            let is_read = kept.len() < MOST_CLAIMS && number < MOST_LOOKED_AT;
            let left = |claim: &Claim| room.checked_sub(bytes_of(claim));
            match is_read.then(|| self.claim(claim)).flatten().and_then(|claim| Some((left(&claim)?, claim)))
            {
                Some((left, claim)) => {
                    room = left;
                    kept.push(claim);
                }
                None => self.struck.claims = self.struck.claims.saturating_add(1),
            }
        }
        kept
    }

    fn claim(&mut self, claim: Claim) -> Option<Claim> {
        let text = readable(&claim.text, LONGEST_CLAIM);
        let exists = |pointer: &String| {
            // The empty pointer is the whole document: it cites nothing in particular.
            !pointer.is_empty()
                && pointer.len() <= LONGEST_NAME
                && !pointer.contains(is_unseen)
                && value_at(self.evidence, pointer).is_some_and(|value| !value.is_null())
        };
        if text.is_empty()
            || claim.evidence.is_empty()
            || !claim.evidence.iter().all(exists)
            || self.names.foreign(&text) > 0
            || foreign_techniques(&text) > 0
        {
            return None;
        }
        let techniques = first_different(claim.techniques, |id| technique_name(id).is_some());
        let entities = first_different(claim.entities, |name| self.names.has(name));
        self.struck.techniques = self.struck.techniques.saturating_add(techniques.struck);
        self.struck.entities = self.struck.entities.saturating_add(entities.struck);
        Some(Claim {
            text: shortened(&text, LONGEST_CLAIM),
            evidence: first_different(claim.evidence, |_exists| true).kept,
            techniques: techniques.kept,
            entities: entities.kept,
        })
    }

    /// A step that leads to what the evidence does not name is how an answer would send a person astray.
    fn steps(&mut self, steps: &[String]) -> Vec<String> {
        let mut kept = Vec::new();
        for step in steps.iter().take(MOST_LOOKED_AT) {
            let step = readable(step, LONGEST_STEP);
            let foreign = self.names.foreign(&step);
            let techniques = foreign_techniques(&step);
            self.struck.entities = self.struck.entities.saturating_add(foreign);
            self.struck.techniques = self.struck.techniques.saturating_add(techniques);
            if !step.is_empty() && foreign == 0 && techniques == 0 && kept.len() < MOST_STEPS {
                kept.push(shortened(&step, LONGEST_STEP));
            }
        }
        kept
    }

    fn verdict(&mut self, proposed: Verdict, floor: &Judgement) -> Verdict {
        // Test and Duplicate are facts that the machine knows, not opinions.
        let is_fact = matches!(proposed, Verdict::Test | Verdict::Duplicate);
        if proposed.rank() >= floor.verdict.rank() && (!is_fact || proposed == floor.verdict) {
            return proposed;
        }
        self.struck.verdicts = self.struck.verdicts.saturating_add(1);
        floor.verdict
    }
}

/// With the deterministic verdict the analyst may be surer, never less sure: less would hold an action back.
/// With anything struck it is not believed to be surer.
fn confidence(proposed: u8, verdict: Verdict, floor: &Judgement, struck: Struck) -> u8 {
    let (proposed, least) = (proposed.min(100), floor.confidence.min(100));
    match (verdict == floor.verdict, struck == Struck::default()) {
        (true, true) => proposed.max(least),
        (true, false) => least,
        (false, true) => proposed,
        (false, false) => proposed.min(least),
    }
}

fn deterministic_summary(floor: &Judgement) -> String {
    let reasons: BTreeSet<&str> = floor.because.iter().map(|ground| ground.text.as_str()).collect();
    let mut text = format!("The rules hold this to be {} ({} %)", floor.verdict.name(), floor.confidence);
    if !reasons.is_empty() {
        text.push_str(": ");
        text.push_str(&reasons.into_iter().collect::<Vec<_>>().join("; "));
    }
    text.push('.');
    shortened(&cleaned(&text), LONGEST_SUMMARY)
}

struct Sifted {
    kept: Vec<String>,
    struck: u32,
}

/// The first different ones that `accept` takes. Repetitions and what is beyond the bound go uncounted: they
/// are not false.
fn first_different(given: Vec<String>, accept: impl Fn(&str) -> bool) -> Sifted {
    let mut sifted = Sifted { kept: Vec::new(), struck: 0 };
    for text in given {
        if text.len() > LONGEST_NAME || text.contains(is_unseen) || !accept(&text) {
            sifted.struck = sifted.struck.saturating_add(1);
        } else if sifted.kept.len() < MOST_OF_A_CLAIM && !sifted.kept.contains(&text) {
            sifted.kept.push(text);
        }
    }
    sifted
}

/// The value that a pointer leads to (RFC 6901). Only a pointer with escapes needs the library's walk, which makes
/// two texts of every step: a claim has many steps, and hardly ever an escape.
fn value_at<'v>(document: &'v Value, pointer: &str) -> Option<&'v Value> {
    if pointer.contains('~') {
        return document.pointer(pointer);
    }
    let mut steps = pointer.split('/');
    if steps.next() != Some("") {
        return None;
    }
    steps.try_fold(document, |value, step| match value {
        Value::Object(fields) => fields.get(step),
        Value::Array(items) => items.get(place_in_list(step)?),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    })
}

/// A place in a list is written without a sign and without leading zeros.
fn place_in_list(step: &str) -> Option<usize> {
    let is_odd = step.starts_with('+') || (step.starts_with('0') && step != "0");
    if is_odd { None } else { step.parse().ok() }
}

/// What a claim takes of an analysis.
fn bytes_of(claim: &Claim) -> usize {
    let lists = [&claim.evidence, &claim.techniques, &claim.entities];
    // Quotes and a comma.
    lists.into_iter().flatten().map(|text| text.len() + 3).sum::<usize>() + claim.text.len()
}

/// A text cleaned; none of one that is so long that nobody wrote it to be read.
fn readable(text: &str, longest: usize) -> String {
    // A letter has four bytes at most.
    if text.len() > longest * 4 * READ_BEYOND {
        return String::new();
    }
    cleaned(text)
}

/// Without control characters, and without those that a reader does not see or that turn the order of letters.
fn cleaned(text: &str) -> String {
    // Nearly all texts are such, and are not looked at letter by letter.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.trim().to_owned();
    }
    let mut clean = String::with_capacity(text.len().min(LONGEST_SUMMARY * 4));
    for letter in text.chars() {
        if letter.is_whitespace() {
            clean.push(' ');
        } else if !is_unseen(letter) {
            clean.push(letter);
        }
    }
    clean.trim().to_owned()
}

fn is_unseen(letter: char) -> bool {
    letter.is_control() || is_invisible(letter)
}

/// Format characters (Unicode's `Cf`), fillers and private letters: they hide text or change how it reads.
const fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{10ffff}'
    )
}

/// At most `longest` characters; a cut is shown.
fn shortened(text: &str, longest: usize) -> String {
    if text.chars().nth(longest).is_none() {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(longest.saturating_sub(1)).collect();
    short.push('…');
    short
}
