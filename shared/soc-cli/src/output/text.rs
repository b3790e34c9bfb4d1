//! Words for people: finding text made harmless and short, times and sizes, colours.

use soc_domain::notice::harmless;
use soc_domain::severity::Severity;
use soc_domain::time::Timestamp;

/// How wide lines may be: what a terminal of 100 columns shows.
pub(crate) const WIDTH: usize = 100;

/// Text from a finding: harmless, and at most `limit` characters.
pub(crate) fn short(text: &str, limit: usize) -> String {
    let text = harmless(text);
    if text.chars().count() <= limit {
        return text;
    }
    let mut cut: String = text.chars().take(limit.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// `1 finding`, `2 findings`.
pub(crate) fn several(count: impl Into<u64>, one: &str) -> String {
    let count = count.into();
    if count == 1 { format!("{count} {one}") } else { format!("{count} {one}s") }
}

/// A time without its fraction.
pub(crate) fn time(at: Timestamp) -> String {
    let text = at.to_string();
    match text.split_once('.') {
        Some((whole, _fraction)) => format!("{whole}Z"),
        None => text,
    }
}

/// The last part of an ARN, which is what people call the resource.
pub(crate) fn resource_name(arn: &str) -> &str {
    arn.rsplit(['/', ':']).next().unwrap_or(arn)
}

/// The severity, in colour if colours are wanted.
pub(crate) fn severity(severity: Severity, colour: bool) -> String {
    let code = match severity {
        Severity::Critical => "1;31",
        Severity::High => "31",
        Severity::Medium => "33",
        Severity::Low | Severity::Informational => "0",
    };
    paint(severity.name(), code, colour)
}

/// A heading.
pub(crate) fn heading(text: &str, colour: bool) -> String {
    paint(text, "1", colour)
}

fn paint(text: &str, code: &str, colour: bool) -> String {
    if colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// Breaks text at spaces so that each line, with `indent` before it, fits.
pub(crate) fn wrapped(text: &str, indent: &str) -> String {
    let room = WIDTH.saturating_sub(indent.chars().count()).max(20);
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let length = line.chars().count();
        if length > 0 && length + 1 + word.chars().count() > room {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines.iter().map(|line| format!("{indent}{line}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finding_text_is_cut_and_its_escapes_are_shown() {
        assert_eq!(short("abcdef", 4), "abc…");
        assert_eq!(short("a\u{1b}", 80), "a\\u{1b}");
    }

    #[test]
    fn times_have_no_fractions_for_people() {
        assert_eq!(time(Timestamp::from_millis(1_772_442_000_123)), "2026-03-02T09:00:00Z");
        assert_eq!(time(Timestamp::from_millis(1_772_442_000_000)), "2026-03-02T09:00:00Z");
    }

    #[test]
    fn long_text_is_broken_at_spaces() {
        let text = "word ".repeat(40);
        assert!(wrapped(text.trim(), "  ").lines().all(|line| line.chars().count() <= WIDTH));
    }
}
