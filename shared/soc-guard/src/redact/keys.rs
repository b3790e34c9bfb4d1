//! Which names say that their value is a secret.
//!
//! Apart because both ways of naming a value use it: keys of a JSON object and assignments in text.

use super::kind::Kind;

/// Longer names are not names of settings.
const NAME_BYTES_MAX: usize = 80;

/// Tokens that page through results or make a request idempotent; they open nothing, and they tie events together.
const HARMLESS_TOKENS: [&str; 20] = [
    "next",
    "client",
    "request",
    "page",
    "pagination",
    "continuation",
    "result",
    "idempotency",
    "sync",
    "previous",
    "start",
    "starting",
    "forward",
    "backward",
    "upload",
    "lock",
    "change",
    "http",
    "resume",
    "marker",
];

const SECRET_KEYS: [&str; 14] = [
    "apikey",
    "secretkey",
    "privatekey",
    "accountkey",
    "sharedaccesskey",
    "sharedkey",
    "subscriptionkey",
    "authkey",
    "accesskey",
    "signingkey",
    "sessionkey",
    "licensekey",
    "routingkey",
    "integrationkey",
];

/// The kind of the value which stands behind `name`; `None` when the name says nothing.
pub(super) fn kind_of(name: &str) -> Option<Kind> {
    if name.len() > NAME_BYTES_MAX || name.len() < 3 {
        return None;
    }
    let last = name.bytes().rev().find(u8::is_ascii_alphanumeric)?;
    // The last letters of all names below: most names end here.
    if !matches!(last.to_ascii_lowercase(), b'd' | b's' | b'e' | b't' | b'y' | b'n' | b'g') {
        return None;
    }
    let bare =
        name.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| char::from(byte.to_ascii_lowercase()));
    kind_of_bare(&bare.collect::<String>())
}

fn kind_of_bare(name: &str) -> Option<Kind> {
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    if ends(&["password", "passwords", "passwd", "passphrase", "passcode", "pwd"]) {
        return Some(Kind::Password);
    }
    if ends(&["secretaccesskey", "awssecretkey"]) {
        return Some(Kind::AwsSecretKey);
    }
    // CloudTrail writes the session token of AssumeRole and its like under the bare name.
    if name == "sessiontoken" || ends(&["awssessiontoken", "amzsecuritytoken"]) {
        return Some(Kind::AwsSessionToken);
    }
    if ends(&["authorization"]) {
        return Some(Kind::Authorization);
    }
    if ends(&["connectionstring"]) {
        return Some(Kind::ConnectionString);
    }
    if matches!(name, "cookie" | "setcookie") {
        return Some(Kind::Cookie);
    }
    if ends(&SECRET_KEYS) {
        return Some(Kind::ApiKey);
    }
    if ends(&["secret", "secrets", "secretstring", "secretvalue"]) {
        return Some(Kind::Secret);
    }
    let before_token = name.strip_suffix("token")?;
    let harmless = HARMLESS_TOKENS.iter().any(|prefix| before_token.ends_with(prefix));
    (!harmless).then_some(Kind::Token)
}

/// Whether a value behind such a name is no secret after all: masked, a switch, a reference, or an AWS identifier.
pub(super) fn is_placeholder(value: &str) -> bool {
    let value = value.trim();
    let mask = value.chars().all(|c| matches!(c, '*' | 'x' | 'X' | '.' | '-' | '#' | '\u{2022}'));
    if mask {
        return true;
    }
    const WORDS: [&str; 17] = [
        "null",
        "none",
        "true",
        "false",
        "undefined",
        "redacted",
        "hidden",
        "masked",
        "enabled",
        "disabled",
        "optional",
        "required",
        "yes",
        "no",
        "success",
        "failure",
        "failed",
    ];
    let says_nothing = WORDS.iter().any(|word| value.eq_ignore_ascii_case(word));
    let hidden =
        ["HIDDEN_", "***", "<", "${", "$(", "{{", "%s", "%("].iter().any(|start| value.starts_with(start));
    says_nothing || hidden || value.starts_with("arn:") || is_access_key_id(value)
}

fn is_access_key_id(value: &str) -> bool {
    let known = value.starts_with("AKIA") || value.starts_with("ASIA");
    let capital = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    known && (16..=128).contains(&value.len()) && value.bytes().all(capital)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known_in_every_spelling() {
        for (name, kind) in [
            ("password", Kind::Password),
            ("masterUserPassword", Kind::Password),
            ("DB_PASSWD", Kind::Password),
            ("aws_secret_access_key", Kind::AwsSecretKey),
            ("X-Amz-Security-Token", Kind::AwsSessionToken),
            ("client_secret", Kind::Secret),
            ("x-api-key", Kind::ApiKey),
            ("sessionToken", Kind::AwsSessionToken),
            ("token", Kind::Token),
            ("Authorization", Kind::Authorization),
        ] {
            assert_eq!(kind_of(name), Some(kind), "{name}");
        }
    }

    #[test]
    fn names_of_evidence_say_nothing() {
        let names = [
            "nextToken",
            "clientToken",
            "clientRequestToken",
            "HttpTokens",
            "secretId",
            "secretArn",
            "keyName",
        ];
        for name in names.into_iter().chain([
            "passwordResetRequired",
            "accessKeyId",
            "kmsKey",
            "é",
            "authorizationType",
        ]) {
            assert_eq!(kind_of(name), None, "{name}");
        }
    }

    #[test]
    fn masks_switches_and_references_are_no_secrets() {
        let arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db";
        for value in [
            "",
            "****",
            "xxxx",
            "HIDDEN_DUE_TO_SECURITY_REASONS",
            "None",
            "${DB}",
            arn,
            "AKIAIOSFODNN7EXAMPLE",
        ] {
            assert!(is_placeholder(value), "{value}");
        }
        assert!(!is_placeholder("hunter2"));
    }
}
