//! Private keys in PEM blocks (RFC 7468), whole or cut off.
//!
//! Apart because a block that was cut off has no end a pattern could look for.

use std::ops::Range;

/// Where the block stands whose `PRIVATE KEY` label ends at `label_end`.
pub(super) fn block(text: &str, label_end: usize) -> Option<Range<usize>> {
    let start = text.get(..label_end)?.rfind("-----BEGIN ")?;
    let label = text.get(start..label_end)?;
    let one_line = label.len() <= 60 && !label.contains(['\n', '\\']);
    if !one_line {
        return None;
    }
    let body = text.get(label_end..)?;
    let body = body.strip_prefix(" BLOCK").unwrap_or(body).strip_prefix("-----")?;
    let body_start = text.len().saturating_sub(body.len());
    let next = body.find("-----BEGIN ").unwrap_or(body.len());
    let length = match body.get(..next)?.find("-----END ") {
        Some(end) => end.saturating_add(end_line(body.get(end..)?)),
        None => body.find(|c| !is_body(c)).unwrap_or(body.len()).min(next),
    };
    Some(start..body_start.saturating_add(length))
}

/// The length of `-----END ... PRIVATE KEY-----`.
fn end_line(text: &str) -> usize {
    let skipped = "-----END ".len();
    let closing = text.get(skipped..).and_then(|rest| rest.find("-----"));
    closing.filter(|at| *at <= 60).map_or(skipped, |at| skipped + at + "-----".len())
}

fn is_body(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '\n' | '\r' | '\\' | ' ' | ':' | ',' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str) -> Option<&str> {
        let label_end = text.find("PRIVATE KEY")? + "PRIVATE KEY".len();
        block(text, label_end).and_then(|range| text.get(range))
    }

    #[test]
    fn a_whole_block_is_found_and_what_follows_is_left() {
        let pem = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY-----";
        assert_eq!(find(&format!("key: {pem} was found")), Some(pem));
    }

    #[test]
    fn a_block_that_was_cut_off_is_found_as_far_as_it_goes() {
        let pem = "-----BEGIN PRIVATE KEY-----\nMIIE\nabc";
        assert_eq!(find(&format!("{pem}\"}}")), Some(pem));
    }

    #[test]
    fn certificates_and_mere_mentions_are_left() {
        for text in ["-----BEGIN CERTIFICATE-----\nMIIE", "a PRIVATE KEY was used", "-----BEGIN PRIVATE KEY"]
        {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
