//! Abuse of tokens: each is a 401, and only a good one is a person.

use axum::http::Request;
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXUPPER};
use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::{Value, json};
use soc_domain::time::Timestamp;

use super::*;

const NOW: i64 = 1_800_000_000;

/// A key that signs, and what a JWKS says of it.
struct Pair {
    private: EncodingKey,
    public: RsaKey,
    modulus: Vec<u8>,
}

fn of((private, modulus): (&str, &str)) -> Pair {
    let bare = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
    let private = BASE64.decode(bare(private).as_bytes()).unwrap();
    let modulus = HEXUPPER.decode(bare(modulus).as_bytes()).unwrap();
    Pair {
        private: EncodingKey::from_rsa_der(&private),
        public: RsaKey { n: BASE64URL_NOPAD.encode(&modulus), e: "AQAB".to_owned() },
        modulus,
    }
}

fn pair() -> Pair {
    of(keys::ONE)
}

struct OneKey(RsaKey);

#[async_trait]
impl Keys for OneKey {
    async fn key(&self, id: &str) -> PortResult<Option<RsaKey>> {
        Ok((id == "k1").then(|| self.0.clone()))
    }
}

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(NOW * 1_000)
    }
}

fn claims() -> Value {
    json!({
        "iss": "https://pool", "client_id": "app", "token_use": "access", "exp": NOW + 900, "iat": NOW,
        "username": "ana", "cognito:groups": ["viewer", "approver", "others"],
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn signed(pair: &Pair, claims: &Value, kid: Option<&str>) -> String {
    let mut header = Header::new(Algorithm::RS256);
    header.kid = kid.map(str::to_owned);
    encode(&header, claims, &pair.private).unwrap()
}

fn unsigned(alg: &str, claims: &Value, signature: &[u8]) -> String {
    let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let header = json!({ "alg": alg, "typ": "JWT", "kid": "k1" });
    format!("{}.{}.{}", part(&header), part(claims), BASE64URL_NOPAD.encode(signature))
}

fn admitted(pair: &Pair, authorization: Option<String>) -> Result<Person, Turned> {
    let issued = Issued { issuer: "https://pool".to_owned(), client_id: "app".to_owned() };
    let tokens = Tokens::new(issued, Arc::new(OneKey(pair.public.clone())), Arc::new(Fixed));
    let mut request = Request::builder().uri("/");
    if let Some(value) = authorization {
        request = request.header("authorization", value);
    }
    let (parts, ()) = request.body(()).unwrap().into_parts();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(tokens.admit(&parts))
}

fn bearer(pair: &Pair, token: &str) -> Result<Person, Turned> {
    admitted(pair, Some(format!("Bearer {token}")))
}

#[test]
fn a_good_token_is_a_person_with_the_greatest_role_of_their_groups() {
    let pair = pair();
    let person = bearer(&pair, &signed(&pair, &claims(), Some("k1"))).unwrap();
    assert_eq!(person, Person { name: "ana".to_owned(), role: Role::Approver });
}

#[test]
fn whatever_is_wrong_with_a_token_is_401() {
    let (pair, other) = (pair(), of(keys::TWO));
    let good = signed(&pair, &claims(), Some("k1"));
    let hs256 = {
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some("k1".to_owned());
        encode(&header, &claims(), &EncodingKey::from_secret(&pair.modulus)).unwrap()
    };
    let mut tampered: Vec<String> = good.split('.').map(str::to_owned).collect();
    tampered[1] = BASE64URL_NOPAD.encode(with("username", json!("root")).to_string().as_bytes());
    let bad = [
        ("alg none", unsigned("none", &claims(), b"")),
        ("alg None", unsigned("None", &claims(), b"")),
        ("HS256 with the public key", hs256),
        ("RS512", unsigned("RS512", &claims(), b"x")),
        ("no signature", unsigned("RS256", &claims(), b"")),
        ("another's signature", signed(&other, &claims(), Some("k1"))),
        ("other claims under the signature", tampered.join(".")),
        ("unknown key", signed(&pair, &claims(), Some("k2"))),
        ("no key named", signed(&pair, &claims(), None)),
        ("another issuer", signed(&pair, &with("iss", json!("https://other")), Some("k1"))),
        ("another client", signed(&pair, &with("client_id", json!("other")), Some("k1"))),
        ("an id token", signed(&pair, &with("token_use", json!("id")), Some("k1"))),
        ("over", signed(&pair, &with("exp", json!(NOW)), Some("k1"))),
        ("not yet", signed(&pair, &with("nbf", json!(NOW + 600)), Some("k1"))),
        ("made in the future", signed(&pair, &with("iat", json!(NOW + 600)), Some("k1"))),
        ("no end", signed(&pair, &with("exp", Value::Null), Some("k1"))),
        ("the machine", signed(&pair, &with("username", json!("AI-SOC")), Some("k1"))),
        ("nobody", signed(&pair, &with("username", json!(" ")), Some("k1"))),
        ("no token", "abc".to_owned()),
        ("empty", String::new()),
        ("long", "a".repeat(20_000)),
    ];
    for (what, token) in bad {
        let turned = bearer(&pair, &token).expect_err(what);
        assert_eq!(turned.problem.code, Code::Unauthorized, "{what}");
    }
    for header in [None, Some(format!("Basic {good}")), Some(good)] {
        assert_eq!(admitted(&pair, header).unwrap_err().problem.code, Code::Unauthorized);
    }
}

#[test]
fn a_person_without_a_role_is_known_and_forbidden() {
    let pair = pair();
    let turned =
        bearer(&pair, &signed(&pair, &with("cognito:groups", json!(["others"])), Some("k1"))).unwrap_err();
    assert_eq!((turned.problem.code, turned.known.as_deref()), (Code::Forbidden, Some("ana")));
}
