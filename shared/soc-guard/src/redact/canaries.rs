//! Invented secrets of every kind, in every place and escape: nothing of them may be left.

use std::collections::BTreeSet;

use super::{Kind, Redactor};

const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const DIGITS: &str = "0123456789";
const HEX: &str = "0123456789abcdef";

/// Text with a secret in it.
struct Canary {
    kind: Kind,
    before: &'static str,
    secret: String,
    after: &'static str,
}

struct Maker(fastrand::Rng);

impl Maker {
    fn of(&mut self, alphabet: &str, length: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..length).map(|_| letters[self.0.usize(..letters.len())]).collect()
    }

    fn word(&mut self, length: usize) -> String {
        self.of(&format!("{UPPER}{LOWER}{DIGITS}"), length)
    }

    fn base64(&mut self, length: usize) -> String {
        self.of(&format!("{UPPER}{LOWER}{DIGITS}+/"), length)
    }

    fn hex(&mut self, length: usize) -> String {
        self.of(HEX, length)
    }

    fn uuid(&mut self) -> String {
        [8, 4, 4, 4, 12].map(|length| self.hex(length)).join("-")
    }

    fn aws_secret(&mut self) -> String {
        loop {
            let secret = self.base64(40);
            let long_run = secret.split(|c: char| !c.is_ascii_lowercase()).any(|run| run.len() > 8);
            if !long_run && secret.contains(|c: char| c.is_ascii_digit()) {
                return secret;
            }
        }
    }

    fn card(&mut self) -> String {
        loop {
            let number = format!("4{}", self.of(DIGITS, 15));
            if super::numbers::is_card(&number) {
                return number;
            }
        }
    }

    fn iban(&mut self) -> String {
        loop {
            let number = format!("DE{}", self.of(DIGITS, 20));
            if super::numbers::is_iban(&number) {
                return number;
            }
        }
    }

    /// Marked secrets: what they look like is enough.
    fn marked(&mut self) -> Vec<(Kind, String)> {
        use Kind::*;
        let jwt = format!("eyJ{}.eyJ{}.{}", self.word(20), self.word(40), self.word(43));
        let pem = format!(
            "-----BEGIN RSA PRIVATE KEY-----\n{}\n{}=\n-----END RSA PRIVATE KEY-----",
            self.base64(64),
            self.base64(31)
        );
        vec![
            (PrivateKey, pem),
            (AwsSessionToken, format!("IQoJb3JpZ2luX2VjE{}==", self.base64(200))),
            (AwsApiKey, format!("ABSK{}=", self.base64(120))),
            (Jwt, jwt),
            (GitHub, format!("ghp_{}", self.word(36))),
            (GitHub, format!("github_pat_{}_{}", self.word(22), self.word(59))),
            (GitLab, format!("glpat-{}", self.word(20))),
            (Slack, format!("xoxb-{}-{}-{}", self.of(DIGITS, 12), self.of(DIGITS, 12), self.word(24))),
            (Stripe, format!("sk_live_{}", self.word(24))),
            (Google, format!("AIza{}", self.word(35))),
            (Google, format!("GOCSPX-{}", self.word(28))),
            (Azure, format!("{}8Q~{}", self.word(3), self.word(34))),
            (Twilio, format!("SK{}", self.hex(32))),
            (SendGrid, format!("SG.{}.{}", self.word(22), self.word(43))),
            (Npm, format!("npm_{}", self.word(36))),
            (PyPi, format!("pypi-AgEIcHlwaS5vcmc{}", self.word(80))),
            (OpenAi, format!("sk-proj-{}", self.word(60))),
            (OpenAi, format!("sk-{}", self.word(48))),
            (Anthropic, format!("sk-ant-api03-{}", self.word(93))),
            (HuggingFace, format!("hf_{}", self.word(34))),
            (Databricks, format!("dapi{}", self.hex(32))),
            (Shopify, format!("shpat_{}", self.hex(32))),
            (Square, format!("sq0atp-{}", self.word(22))),
            (Telegram, format!("{}:AA{}", self.of("123456789", 9), self.word(33))),
            (Discord, format!("MTE4NjQyMDk3NTMxODY0MjA5.{}.{}", self.word(6), self.word(38))),
            (Mailchimp, format!("{}-us12", self.hex(32))),
            (DigitalOcean, format!("dop_v1_{}", self.hex(64))),
            (Heroku, format!("HRKU-{}", self.word(60))),
            (NewRelic, format!("NRAK-{}", self.of(&format!("{UPPER}{DIGITS}"), 27))),
            (Atlassian, format!("ATATT3{}", self.word(180))),
            (Grafana, format!("glsa_{}_{}", self.word(32), self.hex(8))),
            (HashiCorp, format!("hvs.{}", self.word(90))),
            (Docker, format!("dckr_pat_{}", self.word(27))),
            (Postman, format!("PMAK-{}-{}", self.hex(24), self.hex(34))),
            (RubyGems, format!("rubygems_{}", self.hex(48))),
            (Sentry, format!("sntrys_{}", self.word(60))),
            (Linear, format!("lin_api_{}", self.word(40))),
            (Age, format!("AGE-SECRET-KEY-1{}", self.of("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58))),
            (Email, format!("{}.{}@{}.example", self.of(LOWER, 6), self.of(LOWER, 8), self.of(LOWER, 9))),
            (Iban, self.iban()),
            (Card, self.card()),
            (Ssn, format!("123-{}-{}", self.of("123456789", 2), self.of("123456789", 4))),
            (Phone, format!("+49{}", self.of("123456789", 10))),
        ]
    }

    /// Secrets that only what stands around them gives away.
    fn in_context(&mut self) -> Vec<Canary> {
        use Kind::*;
        let canary = |kind, before, secret, after| Canary { kind, before, secret, after };
        vec![
            canary(AwsSecretKey, "aws_secret_access_key=", self.aws_secret(), ""),
            canary(AwsSecretKey, "\"secretAccessKey\": \"", self.aws_secret(), "\""),
            canary(AwsSecretKey, "the secret key ", self.aws_secret(), " of AKIAIOSFODNN7EXAMPLE"),
            canary(
                AwsSessionToken,
                "https://b.s3.amazonaws.com/k?X-Amz-Security-Token=",
                self.word(200),
                "&x=1",
            ),
            canary(AwsSignature, "https://b.s3.amazonaws.com/k?X-Amz-Signature=", self.hex(64), "&x=1"),
            canary(
                Slack,
                "https://hooks.slack.com/services/",
                format!("T{}/B{}/{}", self.word(8), self.word(8), self.word(24)),
                "",
            ),
            canary(
                Azure,
                "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=",
                format!("{}==", self.base64(86)),
                ";E=1",
            ),
            canary(Twilio, "twilio auth ", self.hex(32), ""),
            canary(Heroku, "heroku key ", self.uuid(), ""),
            canary(PagerDuty, "pagerduty key ", format!("u+{}7x", self.word(18)), ""),
            canary(UrlPassword, "postgres://app:", self.word(16), "@db.internal:5432/app"),
            canary(UrlPassword, "https://", self.word(30), "@git.example/repo"),
            canary(Authorization, "Authorization: Basic ", self.word(28), ""),
            canary(Authorization, "curl -H 'Authorization: Bearer ", self.word(30), "' https://x"),
            canary(Password, "password=", self.word(12), "&user=a"),
            canary(Password, "{\"dbPassword\":\"", self.word(12), "\"}"),
            canary(Password, "Server=db;Uid=app;Pwd=", self.word(12), ";"),
            canary(Secret, "client_secret: \"", self.word(30), "\""),
            canary(Token, "--token ", self.word(30), ""),
            canary(ApiKey, "X-Api-Key: ", self.word(30), ""),
        ]
    }

    fn all(&mut self) -> Vec<Canary> {
        let marked =
            self.marked().into_iter().map(|(kind, secret)| Canary { kind, before: "", secret, after: "" });
        let mut all: Vec<Canary> = marked.collect();
        all.extend(self.in_context());
        all
    }
}

/// Where a canary sits, each with what has to be put before and behind it.
const PLACES: [(&str, &str); 4] =
    [("", ""), ("", " was seen in eu-west-1"), ("found by scan: ", ""), ("we saw ", " in log stream 7, é")];

fn as_json(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn as_url(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

fn plain(text: &str) -> String {
    text.to_owned()
}

type Escape = fn(&str) -> String;

const ESCAPES: [(&str, Escape); 5] = [
    ("plain", plain),
    ("JSON", as_json),
    ("JSON twice", |text| as_json(&as_json(text))),
    ("URL", as_url),
    ("JSON after a line break", |text| as_json(&format!("line\n{text}\nline"))),
];

/// Eight characters of the secret, wherever they are from, are too many.
fn leaked<'a>(secret: &'a str, redacted: &str) -> Option<&'a str> {
    let width = secret.len().min(8);
    (0..=secret.len() - width).filter_map(|at| secret.get(at..at + width)).find(|part| {
        part.bytes().filter(u8::is_ascii_alphanumeric).count() >= 6
            && !part.contains("KEY")
            && redacted.contains(part)
    })
}

#[test]
fn no_canary_survives_in_any_place_or_escape() {
    let redactor = Redactor::new(b"canaries").unwrap();
    let mut maker = Maker(fastrand::Rng::with_seed(5));
    for _ in 0..2 {
        for canary in maker.all() {
            for (before, after) in PLACES {
                let text = format!("{before}{}{}{}{after}", canary.before, canary.secret, canary.after);
                for (name, escape) in ESCAPES {
                    check(&redactor, &canary, &escape(&text), (name, escape));
                }
            }
        }
    }
}

#[track_caller]
fn check(redactor: &Redactor, canary: &Canary, text: &str, (name, escape): (&str, Escape)) {
    let redacted = redactor.redact(text);
    let alone = escape(&canary.secret);
    let escaped = alone.trim_start_matches("\"line\\n").trim_end_matches("\\nline\"");
    for form in [&canary.secret, escaped] {
        let leak = leaked(form, &redacted);
        assert_eq!(leak, None, "{:?} in {name}: {text}\nbecame {redacted}", canary.kind);
    }
}

#[test]
fn canaries_are_called_by_their_kind_and_the_sentence_stays() {
    let redactor = Redactor::new(b"canaries").unwrap();
    let mut maker = Maker(fastrand::Rng::with_seed(6));
    for canary in maker.all() {
        let text = format!("we saw {}{}{} in eu-west-1", canary.before, canary.secret, canary.after);
        let token = redactor.token(canary.kind, &canary.secret);
        let expected = format!("we saw {}{token}{} in eu-west-1", canary.before, canary.after);
        assert_eq!(redactor.redact(&text), expected, "{text}");
    }
}

#[test]
fn every_kind_of_text_has_a_canary() {
    let kinds: BTreeSet<Kind> =
        Maker(fastrand::Rng::with_seed(0)).all().iter().map(|canary| canary.kind).collect();
    let missing: Vec<&Kind> = Kind::ALL.iter().filter(|kind| !kinds.contains(kind)).collect();
    assert_eq!(missing, [&Kind::ConnectionString, &Kind::Cookie], "these two are told by JSON keys");
    assert!(kinds.len() >= 30);
}

#[test]
fn canaries_in_values_and_keys_of_json_do_not_survive() {
    let redactor = Redactor::new(b"canaries").unwrap();
    for canary in Maker(fastrand::Rng::with_seed(8)).all() {
        let text = format!("{}{}{}", canary.before, canary.secret, canary.after);
        let mut value = serde_json::json!({"detail": [{"text": text, "nested": as_json(&text)}]});
        value["detail"][0][&text] = serde_json::Value::Null;
        let counts = redactor.redact_value(&mut value);
        assert_eq!(leaked(&canary.secret, &value.to_string()), None, "{value}");
        assert!(counts.of(canary.kind) >= 3, "{:?}: {counts:?}", canary.kind);
    }
}

#[test]
fn the_same_value_has_the_same_token_however_it_is_escaped() {
    let redactor = Redactor::new(b"canaries").unwrap();
    let token = redactor.redact("jane@corp.example").into_owned();
    for text in ["jane%40corp.example", r#"{\"to\":\"JANE@corp.example\"}"#, r"x\njane\u0040corp.example"] {
        assert!(redactor.redact(text).contains(&token), "{text}");
    }
}
