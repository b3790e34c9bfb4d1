//! AWS secret access keys: forty characters with no mark of their own, known only by what stands near them.
//!
//! Apart because looking around a candidate is not something a pattern does well.

use std::ops::Range;

/// How far from a candidate its context is looked for, in bytes.
const NEAR: usize = 100;

/// Whether forty characters at `range` are a secret access key: of that look, and with that context.
pub(super) fn is_secret_key(text: &str, range: &Range<usize>) -> bool {
    let Some(candidate) = text.get(range.clone()) else {
        return false;
    };
    candidate.len() == 40 && looks_random(candidate) && has_context(text, range)
}

fn looks_random(candidate: &str) -> bool {
    let count = |wanted: fn(&u8) -> bool| candidate.bytes().filter(wanted).count();
    let mixed = count(u8::is_ascii_digit) >= 1
        && count(u8::is_ascii_uppercase) >= 3
        && count(u8::is_ascii_lowercase) >= 3;
    mixed && longest_run(candidate) < 9
}

/// The longest run of small letters: words have long ones, chance has not.
fn longest_run(candidate: &str) -> usize {
    let runs = candidate.split(|c: char| !c.is_ascii_lowercase());
    runs.map(str::len).max().unwrap_or(0)
}

fn has_context(text: &str, range: &Range<usize>) -> bool {
    let from = text.floor_char_boundary(range.start.saturating_sub(NEAR));
    let to = text.floor_char_boundary(range.end.saturating_add(NEAR).min(text.len()));
    let before = text.get(from..range.start).unwrap_or_default();
    let after = text.get(range.end..to).unwrap_or_default();
    let names_secret = before.to_ascii_lowercase().replace("secretsmanager", "").contains("secret");
    let key_id = |near: &str| near.contains("AKIA") || near.contains("ASIA");
    names_secret || key_id(before) || key_id(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    #[track_caller]
    fn check(before: &str, candidate: &str, expected: bool) {
        let text = format!("{before}{candidate} é");
        let range = before.len()..before.len() + candidate.len();
        assert_eq!(is_secret_key(&text, &range), expected, "{text}");
    }

    #[test]
    fn a_key_is_known_by_its_context() {
        check("the secret key is ", KEY, true);
        check("AKIAIOSFODNN7EXAMPLE:", KEY, true);
        check("é the etag is ", KEY, false);
    }

    #[test]
    fn hashes_and_paths_near_a_secret_are_left() {
        check("secret ", "da39a3ee5e6b4b0d3255bfef95601890afd80709", false);
        check("secret ", "Prod/Application/databases/Password/Ver1", false);
    }
}
