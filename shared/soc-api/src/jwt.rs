//! The door on AWS: access tokens of one Cognito user pool, for one client.
//!
//! Apart because nothing of a token is believed before its signature is. Only RS256 is known here, so a token cannot
//! choose how it is checked; time comes from our clock. The arithmetic of the signature is behind a port: whoever has
//! the issuer's keys checks it, and this crate needs no cryptography.

use std::sync::Arc;

use async_trait::async_trait;
use axum::http::header;
use axum::http::request::Parts;
use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use soc_domain::approval::MACHINE;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::Clock;

use crate::person::{Doorkeeper, Person, Role, Turned};
use crate::problem::{Code, Problem};

/// How long a token may be.
const MOST_TOKEN: usize = 8 * 1024;

/// How far clocks may be apart, in seconds.
const LEEWAY: i64 = 60;

/// The one way to sign that is taken (RFC 7518, section 3.3).
const RS256: &str = "RS256";

/// A signature as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed<'a> {
    /// Which of the issuer's keys it claims to be made with.
    pub key: &'a str,
    /// What was signed.
    pub message: &'a [u8],
    /// The signature.
    pub signature: &'a [u8],
}

/// The keys that the issuer signs with.
#[async_trait]
pub trait Keys: Send + Sync {
    /// Whether the issuer signed this by RS256 with its key of that id; false if it has no such key. Keys may be kept
    /// for a while; whoever names unknown ones again and again must not make the issuer be asked each time.
    async fn signed(&self, signed: Signed<'_>) -> PortResult<bool>;
}

/// What tokens are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// `https://cognito-idp.REGION.amazonaws.com/POOL`.
    pub issuer: String,
    /// The app client of the dashboard.
    pub client_id: String,
}

/// Lets people in who have a token of the pool.
pub struct Tokens {
    issued: Issued,
    keys: Arc<dyn Keys>,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").field("issued", &self.issued).finish_non_exhaustive()
    }
}

/// How a token says that it is signed (RFC 7515, section 4.1).
#[derive(Debug, Deserialize)]
struct Header {
    alg: String,
    kid: String,
    /// What must be understood; nothing of it is.
    #[serde(default)]
    crit: Option<Value>,
}

/// What an access token of Cognito says ("Understanding the access token", Amazon Cognito Developer Guide).
#[derive(Debug, Deserialize)]
struct Claims {
    iss: String,
    client_id: String,
    token_use: String,
    exp: i64,
    #[serde(default)]
    nbf: Option<i64>,
    #[serde(default)]
    iat: Option<i64>,
    username: String,
    #[serde(default, rename = "cognito:groups")]
    groups: Vec<String>,
}

impl Tokens {
    /// A door for tokens of `issued`, checked with its `keys`.
    #[must_use]
    pub fn new(issued: Issued, keys: Arc<dyn Keys>, clock: Arc<dyn Clock>) -> Self {
        Self { issued, keys, clock }
    }

    async fn claims(&self, token: &str) -> Result<Claims, Turned> {
        let (message, signature) = token.rsplit_once('.').ok_or_else(|| turned("this is no token"))?;
        let (header, claims) = message.split_once('.').ok_or_else(|| turned("this is no token"))?;
        let header: Header = part(header).ok_or_else(|| turned("this is no token"))?;
        if header.alg != RS256 || header.crit.is_some() {
            return Err(turned("the token is not signed with RS256"));
        }
        let signature = BASE64URL_NOPAD.decode(signature.as_bytes());
        let signature = signature.map_err(|_no_text| turned("this is no token"))?;
        let signed = Signed { key: &header.kid, message: message.as_bytes(), signature: &signature };
        match self.keys.signed(signed).await {
            Ok(true) => part(claims).ok_or_else(|| turned("the token is for something else")),
            Ok(false) => Err(turned("the token is not signed by its issuer")),
            Err(error) => Err(Problem::from(error).into()),
        }
    }

    fn person(&self, claims: Claims) -> Result<Person, Turned> {
        if claims.iss != self.issued.issuer
            || claims.client_id != self.issued.client_id
            || claims.token_use != "access"
        {
            return Err(turned("the token is for something else"));
        }
        let now = self.clock.now().as_millis().div_euclid(1_000);
        // Only who signed for it is known from here on.
        let known = |problem: Turned| Turned { known: Some(claims.username.clone()), ..problem };
        if claims.exp <= now {
            return Err(known(turned("the token is over: sign in again")));
        }
        let begins = claims.nbf.max(claims.iat).unwrap_or(i64::MIN);
        if begins > now.saturating_add(LEEWAY) {
            return Err(known(turned("the token is not valid yet")));
        }
        let name = claims.username.trim();
        if name.is_empty() || name.eq_ignore_ascii_case(MACHINE) {
            return Err(turned("the token names no person"));
        }
        let role = claims.groups.iter().filter_map(|group| Role::of_group(group)).max();
        let forbidden = Problem::new(Code::Forbidden, "you are in no group of this system: ask its admin");
        let role = role.ok_or_else(|| known(forbidden.into()))?;
        Ok(Person { name: name.to_owned(), role })
    }
}

/// One of a token's first two parts: JSON in base64url without padding.
fn part<T: DeserializeOwned>(text: &str) -> Option<T> {
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
    serde_json::from_str(std::str::from_utf8(&bytes).ok()?).ok()
}

fn turned(why: &str) -> Turned {
    Problem::new(Code::Unauthorized, why).into()
}

#[async_trait]
impl Doorkeeper for Tokens {
    async fn admit(&self, request: &Parts) -> Result<Person, Turned> {
        let mut given = request.headers.get_all(header::AUTHORIZATION).iter();
        let token = given.next().and_then(|value| value.to_str().ok()).unwrap_or_default();
        if given.next().is_some() {
            return Err(turned("more than one token came"));
        }
        let token = token.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let token = token.map(|(_, token)| token.trim()).ok_or_else(|| turned("sign in first"))?;
        if token.len() > MOST_TOKEN {
            return Err(turned("this is no token"));
        }
        let claims = self.claims(token).await?;
        self.person(claims)
    }
}

#[cfg(test)]
mod tests;
