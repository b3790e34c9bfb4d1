//! The patterns of secrets that carry a mark of their own, each with the words without which it cannot occur.
//!
//! Apart because it is data. Shapes follow the vendors' own descriptions of their tokens; where a vendor gives no
//! length, the shortest seen is required, so that ordinary words with the same start are left alone.
//! The first group of a pattern, when it has one, is what is replaced; the rest stays readable.

use std::ops::Range;

use super::aws;
use super::kind::Kind;
use super::numbers;

/// When a rule is tried.
#[derive(Debug, Clone, Copy)]
pub(super) enum Gate {
    /// One of these words occurs, in whatever case.
    Words(&'static [&'static str]),
    /// The text is at least this long: the secret has no word of its own.
    Length(usize),
    Card,
    Iban,
    Ssn,
}

/// Whether a match in a text is really one.
pub(super) type Check = fn(&str, &Range<usize>) -> bool;

pub(super) struct Rule {
    pub(super) kind: Kind,
    pub(super) gate: Gate,
    pub(super) pattern: &'static str,
    pub(super) check: Check,
}

const fn words(kind: Kind, words: &'static [&'static str], pattern: &'static str) -> Rule {
    Rule { kind, gate: Gate::Words(words), pattern, check: anywhere }
}

const fn alone(kind: Kind, words: &'static [&'static str], pattern: &'static str) -> Rule {
    Rule { kind, gate: Gate::Words(words), pattern, check: stands_alone }
}

const fn shape(kind: Kind, gate: Gate, pattern: &'static str, check: Check) -> Rule {
    Rule { kind, gate, pattern, check }
}

pub(super) const RULES: &[Rule] = &[
    words(
        Kind::AwsSessionToken,
        &["iqojb3jpz2lu", "fwogzxivyxdz", "fqogzxivyxdz", "agojb3jpz2lu"],
        r"(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz|AgoJb3JpZ2lu)[A-Za-z0-9+/_-]{16,}={0,2}",
    ),
    shape(
        Kind::AwsSecretKey,
        Gate::Words(&["secret", "akia", "asia"]),
        r"(?:^|[^A-Za-z0-9/+])([A-Za-z0-9/+]{40})(?:[^A-Za-z0-9/+=]|$)",
        aws::is_secret_key,
    ),
    alone(Kind::AwsApiKey, &["absk"], r"ABSK[A-Za-z0-9+/]{90,}={0,2}"),
    words(Kind::AwsApiKey, &["bedrock-api-key-"], r"bedrock-api-key-[A-Za-z0-9+/_-]{40,}={0,2}"),
    alone(Kind::AwsApiKey, &["da2-"], r"da2-[a-z0-9]{26}"),
    words(Kind::AwsApiKey, &["amzn.mws."], r"amzn\.mws\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    words(Kind::AwsSignature, &["x-amz-signature"], r"(?i-u:x-amz-signature)=([0-9A-Fa-f]{64})"),
    words(Kind::AwsSessionToken, &["security-token"], r"(?i-u:x-amz-security-token)=([^&\s\x22']{16,})"),
    words(Kind::Jwt, &["eyj"], r"eyJ[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]*){2,4}"),
    words(Kind::GitHub, &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], r"gh[pousr]_[A-Za-z0-9]{36,255}"),
    words(Kind::GitHub, &["github_pat_"], r"github_pat_[A-Za-z0-9_]{22,255}"),
    words(
        Kind::GitLab,
        &["glpat-", "glptt-", "gldt-", "glrt-", "glcbt-", "glft-", "glimt-", "glagent-", "gloas-", "glsoat-"],
        r"gl(?:pat|ptt|dt|rt|cbt|ft|imt|agent|oas|soat)-[A-Za-z0-9_-]{20,}(?:\.[A-Za-z0-9_-]{2,}){0,2}",
    ),
    words(Kind::Slack, &["xox"], r"xox[abceoprs](?:\.xox[a-z])?-[A-Za-z0-9-]{10,}"),
    words(Kind::Slack, &["xapp-"], r"xapp-[0-9]-[A-Za-z0-9-]{10,}"),
    words(
        Kind::Slack,
        &["hooks.slack.com"],
        r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9/_-]{20,})",
    ),
    words(Kind::Stripe, &["k_live_", "k_test_"], r"[srp]k_(?:live|test)_[A-Za-z0-9]{10,}"),
    words(Kind::Stripe, &["whsec_"], r"whsec_[A-Za-z0-9+/]{20,}={0,2}"),
    alone(Kind::Google, &["aiza"], r"AIza[A-Za-z0-9_-]{35}"),
    words(Kind::Google, &["ya29."], r"ya29\.[A-Za-z0-9_-]{20,}"),
    words(Kind::Google, &["gocspx-"], r"GOCSPX-[A-Za-z0-9_-]{20,}"),
    alone(Kind::Google, &["1//0"], r"1//0[A-Za-z0-9_-]{30,}"),
    words(
        Kind::Azure,
        &["accountkey", "sharedaccesskey"],
        r"(?i-u:accountkey|sharedaccesskey)\s*=\s*([A-Za-z0-9+/]{40,}={0,2})",
    ),
    words(Kind::Azure, &["8q~"], r"[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{31,34}"),
    words(Kind::Azure, &["sig="], r"[?&;]sig=([A-Za-z0-9+/_-]{40,}={0,2})"),
    alone(Kind::Twilio, &["sk"], r"SK[0-9a-f]{32}"),
    words(Kind::Twilio, &["twilio"], r"(?i-u:twilio)[^\n]{0,60}?(?-u:\b)([0-9a-f]{32})(?-u:\b)"),
    words(Kind::SendGrid, &["sg."], r"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{30,64}"),
    words(Kind::Npm, &["npm_"], r"npm_[A-Za-z0-9]{36}"),
    words(Kind::PyPi, &["pypi-"], r"pypi-[A-Za-z0-9_-]{50,}"),
    words(Kind::Anthropic, &["sk-ant-"], r"sk-ant-[A-Za-z0-9_-]{20,}"),
    alone(Kind::OpenAi, &["sk-"], r"sk-(?:(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20,}|[A-Za-z0-9]{32,})"),
    alone(Kind::HuggingFace, &["hf_", "api_org_"], r"(?:hf|api_org)_[A-Za-z0-9]{30,}"),
    alone(Kind::Databricks, &["dapi"], r"dapi[0-9a-f]{32}(?:-[0-9])?"),
    words(Kind::Shopify, &["shp"], r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    words(Kind::Square, &["sq0"], r"sq0[a-z]{3}-[A-Za-z0-9_-]{22,}"),
    words(Kind::Telegram, &[":aa"], r"[0-9]{8,10}:AA[A-Za-z0-9_-]{32,35}"),
    // A Discord token starts with a number of 17 to 19 digits in base64, which leaves few letters in each place.
    shape(
        Kind::Discord,
        Gate::Length(58),
        r"(?:[MNO][DTjz][AEIMQUYcgk][w-z0-5]){5,6}(?:[MNO][DTjz][AEIMQUYcgk]?)?\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}",
        anywhere,
    ),
    words(Kind::Discord, &["/api/webhooks/"], r"/api/webhooks/[0-9]{15,}/([A-Za-z0-9_-]{40,})"),
    alone(Kind::Mailchimp, &["-us"], r"[0-9a-f]{32}-us[0-9]{1,2}"),
    words(Kind::DigitalOcean, &["_v1_"], r"do[opr]_v1_[0-9a-f]{64}"),
    words(Kind::Heroku, &["hrku-"], r"HRKU-[A-Za-z0-9_-]{30,}"),
    words(
        Kind::Heroku,
        &["heroku"],
        r"(?i-u:heroku)[^\n]{0,40}?(?-u:\b)([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})(?-u:\b)",
    ),
    words(Kind::NewRelic, &["nrak-", "nrii-", "nrra-"], r"NR(?:AK|II|RA)-[A-Za-z0-9_-]{27,42}"),
    words(Kind::NewRelic, &["nral"], r"[0-9a-f]{36}NRAL"),
    shape(
        Kind::PagerDuty,
        Gate::Words(&["pagerduty"]),
        r"(?i-u:pagerduty)[^\n]{0,40}?(?:^|[^A-Za-z0-9_+-])((?:u\+)?[A-Za-z0-9_-]{18,20}|[0-9a-f]{32})(?-u:\b)",
        has_digit_and_letter,
    ),
    words(Kind::Atlassian, &["atatt3"], r"ATATT3[A-Za-z0-9_-]{50,}={0,2}(?:[0-9A-F]{8})?"),
    words(Kind::Grafana, &["glsa_"], r"glsa_[A-Za-z0-9]{32}_[0-9A-Fa-f]{8}"),
    words(Kind::Grafana, &["glc_"], r"glc_[A-Za-z0-9+/]{32,}={0,2}"),
    alone(Kind::HashiCorp, &["hvs.", "hvb.", "hvr."], r"hv[sbr]\.[A-Za-z0-9_-]{24,}"),
    words(Kind::HashiCorp, &[".atlasv1."], r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,}"),
    words(Kind::Docker, &["dckr_"], r"dckr_(?:pat|oat)_[A-Za-z0-9_-]{27,}"),
    words(Kind::Postman, &["pmak-"], r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
    words(Kind::RubyGems, &["rubygems_"], r"rubygems_[0-9a-f]{48}"),
    words(Kind::Sentry, &["sntrys_", "sntryu_"], r"sntry[su]_[A-Za-z0-9+/_-]{40,}={0,2}"),
    words(Kind::Linear, &["lin_api_"], r"lin_api_[A-Za-z0-9]{40}"),
    words(Kind::Age, &["age-secret-key-1"], r"(?i-u:AGE-SECRET-KEY-1[0-9A-Z]{58})"),
    shape(
        Kind::Email,
        Gate::Words(&["@"]),
        r"[A-Za-z0-9_][A-Za-z0-9._+'-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}",
        is_persons_address,
    ),
    shape(Kind::Iban, Gate::Iban, r"[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,29}", is_iban_alone),
    shape(
        Kind::Card,
        Gate::Card,
        r"[0-9]{14,16}|[0-9]{4}([ -])[0-9]{4}[ -][0-9]{4}[ -][0-9]{4}|[0-9]{4}[ -][0-9]{6}[ -][0-9]{4,5}",
        |text, range| is_number_alone(text, range) && text.get(range.clone()).is_some_and(numbers::is_card),
    ),
    shape(Kind::Ssn, Gate::Ssn, r"[0-9]{3}-[0-9]{2}-[0-9]{4}", |text, range| {
        is_number_alone(text, range) && text.get(range.clone()).is_some_and(numbers::is_ssn)
    }),
    shape(Kind::Phone, Gate::Words(&["+"]), r"\+[1-9](?:[ .()-]{0,2}[0-9]){7,14}", |text, range| {
        is_number_alone(text, range) && !before(text, range).ends_with(['/', '=', ')'])
    }),
    words(Kind::UrlPassword, &["@"], r"[A-Za-z0-9]://[^\s/:@\x22'<>]{0,128}:([^\s/\x22'<>]{1,256})@"),
    words(Kind::UrlPassword, &["@"], r"[A-Za-z0-9]://([A-Za-z0-9_-]{20,256})@"),
    shape(
        Kind::Authorization,
        Gate::Words(&["bearer", "basic"]),
        r"(?-u:\b)(?i-u:bearer|basic)\s+([A-Za-z0-9._~+/-]{12,}={0,2})",
        has_digit_and_letter,
    ),
];

fn anywhere(_: &str, _: &Range<usize>) -> bool {
    true
}

fn before<'a>(text: &'a str, range: &Range<usize>) -> &'a str {
    text.get(..range.start).unwrap_or_default()
}

fn after<'a>(text: &'a str, range: &Range<usize>) -> &'a str {
    text.get(range.end..).unwrap_or_default()
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    !before(text, range).ends_with(|c| is_word(c) || matches!(c, '+' | '/' | '-'))
        && !after(text, range).starts_with(is_word)
}

/// Not part of a longer number, id or hash.
fn is_number_alone(text: &str, range: &Range<usize>) -> bool {
    let after = after(text, range);
    let fraction = after.strip_prefix(['.', '-', ':', '/']).is_some_and(|rest| rest.starts_with(is_word));
    !before(text, range).ends_with(|c| is_word(c) || matches!(c, '-' | '.' | '+'))
        && !after.starts_with(is_word)
        && !fraction
}

fn is_iban_alone(text: &str, range: &Range<usize>) -> bool {
    stands_alone(text, range) && text.get(range.clone()).is_some_and(numbers::is_iban)
}

fn has_digit_and_letter(text: &str, range: &Range<usize>) -> bool {
    let found = text.get(range.clone()).unwrap_or_default();
    found.contains(|c: char| c.is_ascii_digit()) && found.contains(|c: char| c.is_ascii_alphabetic())
}

/// Machines' names after an `@` are evidence, and so is who logs in where in a URL.
fn is_persons_address(text: &str, range: &Range<usize>) -> bool {
    let word =
        before(text, range).rsplit(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'')).next();
    let in_authority = word.is_some_and(|word| before(text, range).trim_end_matches(word).ends_with("://"));
    if in_authority {
        return false;
    }
    let domain = text.get(range.clone()).unwrap_or_default().to_ascii_lowercase();
    ![".amazonaws.com", ".internal", ".local"].iter().any(|machines| domain.ends_with(machines))
}
