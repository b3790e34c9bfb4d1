//! Secrets named by what stands before them in text: `password=...`, `"api_key": "..."`, `--token ...`.
//!
//! Apart because it reads names and separators, which a pattern alone cannot do without guessing.

use std::ops::Range;

use super::keys::{is_placeholder, kind_of};
use super::kind::Kind;

/// What the names end in; each occurrence is looked at.
pub(super) const ENDINGS: [&str; 12] = [
    "password",
    "passwords",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "secret",
    "secrets",
    "token",
    "key",
    "string",
    "authorization",
];

/// How the value is set off from its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// `name=value`, `"name":"value"`, `--name value`, `<name>value</name>`: written by a machine.
    Tight,
    /// `name: value`, which is also how people write sentences.
    Loose,
}

/// Looks at an ending that stops at `end`, and gives the secret that is assigned to the name there.
///
/// A name between two colons is a segment of an ARN or of a resource type.
pub(super) fn assigned(text: &str, end: usize) -> Option<(Kind, Range<usize>)> {
    let behind = text.get(end..)?;
    if behind.starts_with(is_name_char) {
        return None;
    }
    let before = text.get(..end)?;
    let name = before.rsplit(|c| !is_name_char(c)).next()?;
    let kind = kind_of(name)?;
    let is_segment = before.trim_end_matches(is_name_char).ends_with(':') && behind.starts_with(':');
    if is_segment {
        return None;
    }
    let flag = name.starts_with("--");
    let (skipped, style) = separator(behind, flag)?;
    let start = end.checked_add(skipped)?;
    let value = value(text.get(start..)?)?;
    let range = start.checked_add(value.start)?..start.checked_add(value.end)?;
    let found = text.get(range.clone())?;
    if is_placeholder(found) || found.starts_with("AWS4-HMAC") {
        return None;
    }
    (style == Style::Tight || convincing(found, text.get(range.end..)?)).then_some((kind, range))
}

fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// Reads what stands between a name and its value, and tells how many bytes it has.
fn separator(text: &str, flag: bool) -> Option<(usize, Style)> {
    let unquoted = text.strip_prefix(['"', '\'', '`']).unwrap_or(text);
    let unquoted = unquoted.strip_prefix(']').unwrap_or(unquoted);
    let trimmed = unquoted.trim_start_matches([' ', '\t']);
    let sign = [":=", "=>", "=", ":", ">"].iter().find(|sign| trimmed.starts_with(**sign));
    let Some(sign) = sign else {
        let spaced = flag && trimmed.len() < unquoted.len();
        return spaced.then(|| (text.len().saturating_sub(trimmed.len()), Style::Tight));
    };
    let after = trimmed.strip_prefix(*sign)?;
    let value = after.trim_start_matches([' ', '\t', '\n', '\r']);
    let scheme = ["Basic ", "basic ", "Bearer ", "bearer ", "Token ", "token "];
    let opened = value.strip_prefix(['"', '\'', '`']).unwrap_or(value);
    let named_scheme = scheme.iter().any(|scheme| opened.starts_with(scheme));
    let quoted = opened.len() < value.len();
    let loose = *sign == ":" && value.len() < after.len() && !quoted && !named_scheme;
    let style = if loose { Style::Loose } else { Style::Tight };
    Some((text.len().saturating_sub(value.len()), style))
}

/// Where the value stands in `text`: to the closing quote, or to the next blank or delimiter.
fn value(text: &str) -> Option<Range<usize>> {
    for quote in ['"', '\'', '`'] {
        let Some(inner) = text.strip_prefix(quote) else {
            continue;
        };
        let closed = inner.find([quote, '\n']).unwrap_or(inner.len());
        let skipped = scheme_length(inner.get(..closed)?);
        return (skipped < closed).then(|| 1 + skipped..1 + closed);
    }
    let skipped = scheme_length(text);
    let rest = text.get(skipped..)?;
    let length = rest.find(ends_bare_value).unwrap_or(rest.len());
    let bare = rest.get(..length)?;
    let bare = bare.get(..escape_inside(bare).unwrap_or(bare.len()))?.trim_end_matches(['.', '!', '?', ':']);
    (!bare.is_empty()).then(|| skipped..skipped + bare.len())
}

fn ends_bare_value(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '"' | '\'' | '`' | ',' | ';' | '&' | '<' | '>' | '{' | '}' | '[' | ']' | '(' | ')')
}

/// A line break or quote escaped for JSON ends a value that is not quoted.
fn escape_inside(bare: &str) -> Option<usize> {
    [r"\n", r"\r", r"\t", "\\\"", r"\u", r"\\"].iter().filter_map(|escape| bare.find(escape)).min()
}

/// `Bearer ` and the like stay readable.
fn scheme_length(text: &str) -> usize {
    let Some((scheme, _)) = text.split_once(' ') else {
        return 0;
    };
    let known =
        ["basic", "bearer", "token", "apikey", "digest"].iter().any(|name| scheme.eq_ignore_ascii_case(name));
    if known { scheme.len() + 1 } else { 0 }
}

/// In `name: value` the value must look like one: it ends its line as settings do, or is no plain word.
fn convincing(value: &str, behind: &str) -> bool {
    let ends_line = behind.is_empty() || behind.starts_with(['\n', '\r']) || behind.starts_with("\\n");
    let plain = value.bytes().all(|byte| byte.is_ascii_lowercase());
    let capitalised = value.bytes().skip(1).all(|byte| byte.is_ascii_lowercase());
    value.len() >= 4 && (ends_line || !(plain || capitalised))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str) -> Option<&str> {
        let ends =
            ENDINGS.iter().filter_map(|ending| Some(text.to_ascii_lowercase().find(ending)? + ending.len()));
        let mut found: Vec<_> = ends.filter_map(|end| assigned(text, end)).collect();
        found.pop().and_then(|(_, range)| text.get(range))
    }

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(find(text), expected, "{text}");
    }

    #[test]
    fn values_are_found_in_every_notation() {
        for text in [
            "password=hunter2",
            "DB_PASSWORD = 'hunter2'",
            r#"{"masterUserPassword":"hunter2"}"#,
            r#"password => "hunter2","#,
            "mysql --password hunter2 -h db",
            "<Password>hunter2</Password>",
            "login with password: hunter2.",
            "url?user=a&password=hunter2&x=1",
            "Server=db;Password=hunter2;",
            "config['password'] = 'hunter2'",
        ] {
            check(text, Some("hunter2"));
        }
    }

    #[test]
    fn a_quoted_value_may_have_blanks_and_the_scheme_stays() {
        check(r#"passphrase: "correct horse""#, Some("correct horse"));
        check("Authorization: Bearer abc.def", Some("abc.def"));
        check("authorization: Basic dXNlcjpwYXNz\r\nHost: x", Some("dXNlcjpwYXNz"));
    }

    #[test]
    fn a_settings_file_is_believed_and_a_sentence_is_not() {
        check("user: root\npassword: correcthorse\n", Some("correcthorse"));
        check("The password: required for all users", None);
        check("token: see the manual", None);
    }

    #[test]
    fn names_and_values_of_evidence_are_left() {
        check("nextToken=AAIAAUCZLcGdOTmfTz2Vwy7", None);
        check("passwordPolicy=strong", None);
        check("AWS::IAM::AccessKey:GeneratedFindingAccessKeyId", None);
        check("arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod-db-28bajb", None);
        check(r#""masterUserPassword":"****""#, None);
        check("Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/x", None);
        check("secret=arn:aws:secretsmanager:eu-west-1:111122223333:secret:db", None);
    }
}
