//! The door on AWS: access tokens of one Cognito user pool, for one client.
//!
//! Behind a feature because the local form has sessions instead and should not compile cryptography. Only RS256 is
//! known here, so a token cannot choose how it is checked; time comes from our clock, and nothing of a token is
//! believed before its signature is.

use std::sync::Arc;

use async_trait::async_trait;
use axum::http::header;
use axum::http::request::Parts;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use soc_domain::approval::MACHINE;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::Clock;

use crate::person::{Doorkeeper, Person, Role, Turned};
use crate::problem::{Code, Problem};

/// How long a token may be.
const MOST_TOKEN: usize = 8 * 1024;

/// How far clocks may be apart, in seconds.
const LEEWAY: i64 = 60;

/// An RSA key as a JWKS has it: base64url without padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RsaKey {
    /// The modulus.
    pub n: String,
    /// The exponent.
    pub e: String,
}

/// The keys that the issuer signs with.
#[async_trait]
pub trait Keys: Send + Sync {
    /// The key of this id, if the issuer has it. It may be kept for a while; whoever asks for an unknown id again and
    /// again must not make the issuer be asked each time.
    async fn key(&self, id: &str) -> PortResult<Option<RsaKey>>;
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
        let header = decode_header(token).map_err(|_no_token| turned("this is no token"))?;
        if header.alg != Algorithm::RS256 {
            return Err(turned("the token is not signed with RS256"));
        }
        let id = header.kid.ok_or_else(|| turned("the token names no key"))?;
        let key = self.keys.key(&id).await.map_err(|error| Turned::from(Problem::from(error)))?;
        let key = key.ok_or_else(|| turned("the token names an unknown key"))?;
        let key = DecodingKey::from_rsa_components(&key.n, &key.e)
            .map_err(|error| Turned::from(Problem::internal(&error)))?;
        let mut validation = Validation::new(Algorithm::RS256);
        // What the claims say is checked below, by our clock.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        let read = decode::<Claims>(token, &key, &validation);
        Ok(read.map_err(|_not_ours| turned("the token is not valid"))?.claims)
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
        let role = claims.groups.iter().filter_map(|group| Role::named(group)).max();
        let forbidden = Problem::new(Code::Forbidden, "you are in no group of this system: ask its admin");
        let role = role.ok_or_else(|| known(forbidden.into()))?;
        Ok(Person { name: name.to_owned(), role })
    }
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
mod keys;
#[cfg(test)]
mod tests;
