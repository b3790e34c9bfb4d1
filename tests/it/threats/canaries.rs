//! Invented secrets and personal data, of more than thirty kinds: what must not be found where it does not belong.
//!
//! Apart from the canaries of soc-guard, which try its rules: these know nothing of the rules.

use fastrand::Rng;

const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const DIGITS: &str = "0123456789";
const HEX: &str = "0123456789abcdef";

/// How much of a secret may not be seen anywhere.
const TELLING: usize = 10;

/// A text with a secret in it.
#[derive(Debug, Clone)]
pub(super) struct Canary {
    pub(super) kind: &'static str,
    pub(super) text: String,
    secret: String,
}

impl Canary {
    /// The part of the secret that `text` holds, in whatever case.
    pub(super) fn in_text(&self, text: &str) -> Option<String> {
        self.in_lowered(&text.to_lowercase())
    }

    /// The same in a text that is in lower case already.
    pub(super) fn in_lowered(&self, text: &str) -> Option<String> {
        let secret = self.secret.to_lowercase();
        let width = secret.len().min(TELLING);
        let parts = (0..=secret.len() - width).filter_map(|at| secret.get(at..at + width));
        let telling = |part: &&str| part.bytes().filter(u8::is_ascii_alphanumeric).count() >= width * 7 / 10;
        parts.filter(telling).find(|part| text.contains(part)).map(str::to_owned)
    }
}

struct Maker<'r>(&'r mut Rng);

impl Maker<'_> {
    fn of(&mut self, alphabet: &str, length: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..length).map(|_letter| letters[self.0.usize(..letters.len())]).collect()
    }

    fn word(&mut self, length: usize) -> String {
        // One of each, so that it is a token by any measure.
        format!("7q{}Z", self.of(&format!("{UPPER}{LOWER}{DIGITS}"), length - 3))
    }

    fn digits_with_check(&mut self, start: &str, length: usize) -> String {
        let mut number = format!("{start}{}", self.of("123456789", length - start.len() - 1));
        let sum: u32 = number
            .chars()
            .rev()
            .enumerate()
            .map(|(place, digit)| {
                let doubled = digit.to_digit(10).unwrap() * if place % 2 == 0 { 2 } else { 1 };
                doubled / 10 + doubled % 10
            })
            .sum();
        number.push(char::from_digit((10 - sum % 10) % 10, 10).unwrap());
        number
    }

    /// German: two check digits, so that the whole is 1 modulo 97.
    fn iban(&mut self) -> String {
        let account = self.of("123456789", 18);
        // D is 13, E is 14, and the check digits are 00 while they are computed.
        let rest = format!("{account}131400")
            .bytes()
            .fold(0_u32, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97);
        format!("DE{:02}{account}", 98 - rest)
    }
}

/// One of each kind.
pub(super) fn canaries(chance: &mut Rng) -> Vec<Canary> {
    let mut make = Maker(chance);
    let mut all = marked(&mut make);
    all.extend(named(&mut make));
    all
}

/// Those that show by themselves what they are.
fn marked(make: &mut Maker<'_>) -> Vec<Canary> {
    let mut all = Vec::new();
    let mut add = |kind, secret: String| all.push(Canary { kind, text: secret.clone(), secret });
    let user = make.of(LOWER, 7);
    add("e-mail", format!("{user}.{}@{}.example", make.of(LOWER, 8), make.of(LOWER, 9)));
    add("payment card", make.digits_with_check("4", 16));
    add("payment card of American Express", make.digits_with_check("37", 15));
    add("bank account", make.iban());
    add("social security number", format!("123-{}-{}", make.of("123456789", 2), make.of("123456789", 4)));
    add("telephone", format!("+49{}", make.of("123456789", 11)));
    add("JSON web token", format!("eyJ{}.eyJ{}.{}", make.word(20), make.word(40), make.word(43)));
    add("GitHub", format!("ghp_{}", make.word(36)));
    add("GitHub, fine", format!("github_pat_{}_{}", make.word(22), make.word(59)));
    add("GitLab", format!("glpat-{}", make.word(20)));
    add("Slack", format!("xoxb-{}-{}-{}", make.of(DIGITS, 12), make.of(DIGITS, 12), make.word(24)));
    add("Stripe", format!("sk_live_{}", make.word(24)));
    add("Google", format!("AIza{}", make.word(35)));
    add("SendGrid", format!("SG.{}.{}", make.word(22), make.word(43)));
    add("npm", format!("npm_{}", make.word(36)));
    add("PyPI", format!("pypi-AgEIcHlwaS5vcmc{}", make.word(80)));
    add("OpenAI", format!("sk-proj-{}", make.word(60)));
    add("Anthropic", format!("sk-ant-api03-{}", make.word(93)));
    add("Hugging Face", format!("hf_{}", make.word(34)));
    add("Databricks", format!("dapi{}", make.of(HEX, 32)));
    add("Shopify", format!("shpat_{}", make.of(HEX, 32)));
    add("DigitalOcean", format!("dop_v1_{}", make.of(HEX, 64)));
    add("Twilio", format!("SK{}", make.of(HEX, 32)));
    add("Mailchimp", format!("{}-us12", make.of(HEX, 32)));
    add("HashiCorp", format!("hvs.{}", make.word(90)));
    add("Docker", format!("dckr_pat_{}", make.word(27)));
    add("Grafana", format!("glsa_{}_{}", make.word(32), make.of(HEX, 8)));
    add("Postman", format!("PMAK-{}-{}", make.of(HEX, 24), make.of(HEX, 34)));
    add("Atlassian", format!("ATATT3{}", make.word(180)));
    add("Linear", format!("lin_api_{}", make.word(40)));
    add("age", format!("AGE-SECRET-KEY-1{}", make.of("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58)));
    add("Bedrock", format!("ABSK{}", make.word(120)));
    add("AWS session token", format!("IQoJb3JpZ2luX2VjE{}", make.word(200)));
    let body = make.word(64);
    let pem = format!("-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----");
    all.push(Canary { kind: "private key", text: pem, secret: body });
    all
}

/// Those that only what stands around them gives away.
fn named(make: &mut Maker<'_>) -> Vec<Canary> {
    let mut all = Vec::new();
    let mut add = |kind, before: &str, secret: String, after: &str| {
        all.push(Canary { kind, text: format!("{before}{secret}{after}"), secret });
    };
    add("AWS secret key", "aws_secret_access_key=", make.word(40), "");
    add("AWS secret key beside its id", "AKIAIOSFODNN7EXAMPLE ", make.word(40), "");
    add("password", "password=", make.word(14), "&x=1");
    add("password in JSON", "{\"dbPassword\":\"", make.word(14), "\"}");
    add("password of a connection", "Server=db;Uid=app;Pwd=", make.word(14), ";");
    add("password in a URL", "postgres://app:", make.word(16), "@db.internal:5432/app");
    add("client secret", "client_secret: \"", make.word(30), "\"");
    add("API key", "X-Api-Key: ", make.word(30), "");
    add("token of a command", "login --token ", make.word(30), "");
    add("basic authorization", "Authorization: Basic ", make.word(28), "");
    add("bearer authorization", "curl -H 'Authorization: Bearer ", make.word(30), "' https://x.example");
    add("presigned request", "https://b.s3.amazonaws.com/k?X-Amz-Signature=", make.of(HEX, 64), "");
    add(
        "Slack webhook",
        "https://hooks.slack.com/services/",
        format!("T{}/B{}", make.word(8), make.word(24)),
        "",
    );
    add("Azure storage", "AccountName=a;AccountKey=", format!("{}==", make.word(86)), ";E=1");
    all
}
