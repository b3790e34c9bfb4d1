//! Abuse of tokens: each is a 401, and only a good one is a person. The signature itself is checked elsewhere; here a
//! hash that only the issuer can make stands for it.

use axum::http::Request;
use serde_json::{Value, json};
use soc_domain::id::sha256_hex;
use soc_domain::time::Timestamp;

use super::*;

const NOW: i64 = 1_800_000_000;

/// Signs as the issuer does, or as somebody else.
struct Issuer(&'static str);

impl Issuer {
    fn sign(&self, message: &[u8]) -> Vec<u8> {
        sha256_hex(&[self.0.as_bytes(), message]).into_bytes()
    }

    fn token(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let message = format!("{}.{}", part(header), part(claims));
        let signature = BASE64URL_NOPAD.encode(&self.sign(message.as_bytes()));
        format!("{message}.{signature}")
    }
}

#[async_trait]
impl Keys for Issuer {
    async fn signed(&self, signed: Signed<'_>) -> PortResult<bool> {
        Ok(signed.key == "k1" && signed.signature == self.sign(signed.message))
    }
}

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(NOW * 1_000)
    }
}

const OURS: Issuer = Issuer("ours");

fn header(alg: &str) -> Value {
    json!({ "alg": alg, "typ": "JWT", "kid": "k1" })
}

fn claims() -> Value {
    json!({
        "iss": "https://pool", "client_id": "app", "token_use": "access", "exp": NOW + 900, "iat": NOW,
        "username": "ana", "cognito:groups": ["viewers", "approvers", "others"],
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

/// Signed by the issuer, whatever it says.
fn signed(claims: &Value) -> String {
    OURS.token(&header("RS256"), claims)
}

fn admitted(authorization: Option<String>) -> Result<Person, Turned> {
    let issued = Issued { issuer: "https://pool".to_owned(), client_id: "app".to_owned() };
    let tokens = Tokens::new(issued, Arc::new(OURS), Arc::new(Fixed));
    let mut request = Request::builder().uri("/");
    if let Some(value) = authorization {
        request = request.header("authorization", value);
    }
    let (parts, ()) = request.body(()).unwrap().into_parts();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(tokens.admit(&parts))
}

fn bearer(token: &str) -> Result<Person, Turned> {
    admitted(Some(format!("Bearer {token}")))
}

#[test]
fn a_good_token_is_a_person_with_the_greatest_role_of_their_groups() {
    let person = bearer(&signed(&claims())).unwrap();
    assert_eq!(person, Person { name: "ana".to_owned(), role: Role::Approver });
    for role in Role::ALL {
        let of_group = signed(&with("cognito:groups", json!([role.group()])));
        assert_eq!(bearer(&of_group).unwrap().role, role);
    }
}

#[test]
fn whatever_is_wrong_with_a_token_is_401() {
    let good = signed(&claims());
    let parts: Vec<&str> = good.split('.').collect();
    let [head, said, signature] = parts.as_slice() else { panic!("a token has three parts") };
    let root = BASE64URL_NOPAD.encode(with("username", json!("root")).to_string().as_bytes());
    let other_key = json!({ "alg": "RS256", "kid": "k2" });
    let critical = json!({ "alg": "RS256", "kid": "k1", "crit": ["b64"], "b64": false });
    let bad = [
        ("alg none", OURS.token(&header("none"), &claims())),
        ("alg None", OURS.token(&header("None"), &claims())),
        ("HS256", OURS.token(&header("HS256"), &claims())),
        ("RS512", OURS.token(&header("RS512"), &claims())),
        (
            "alg twice",
            format!(
                "{}.{said}.{signature}",
                BASE64URL_NOPAD.encode(br#"{"alg":"none","alg":"RS256","kid":"k1"}"#)
            ),
        ),
        ("what must be understood", OURS.token(&critical, &claims())),
        ("no signature", format!("{head}.{said}.")),
        ("no third part", format!("{head}.{said}")),
        ("a fourth part", format!("{good}.{signature}")),
        ("padding", format!("{good}==")),
        ("another's signature", Issuer("another").token(&header("RS256"), &claims())),
        ("other claims under the signature", format!("{head}.{root}.{signature}")),
        ("unknown key", OURS.token(&other_key, &claims())),
        ("no key named", OURS.token(&json!({ "alg": "RS256" }), &claims())),
        ("another issuer", signed(&with("iss", json!("https://other")))),
        ("another client", signed(&with("client_id", json!("other")))),
        ("an id token", signed(&with("token_use", json!("id")))),
        ("over", signed(&with("exp", json!(NOW)))),
        ("not yet", signed(&with("nbf", json!(NOW + 600)))),
        ("made in the future", signed(&with("iat", json!(NOW + 600)))),
        ("no end", signed(&with("exp", Value::Null))),
        ("the machine", signed(&with("username", json!("AI-SOC")))),
        ("nobody", signed(&with("username", json!(" ")))),
        ("groups in one string", signed(&with("cognito:groups", json!("[admins]")))),
        ("no token", "abc".to_owned()),
        ("empty", String::new()),
        ("long", "a".repeat(20_000)),
    ];
    for (what, token) in bad {
        let turned = bearer(&token).expect_err(what);
        assert_eq!(turned.problem.code, Code::Unauthorized, "{what}");
    }
    for header in [
        None,
        Some(format!("Basic {good}")),
        Some(good.clone()),
        Some(format!("Bearer {good},Bearer {good}")),
    ] {
        assert_eq!(admitted(header).unwrap_err().problem.code, Code::Unauthorized);
    }
}

#[test]
fn a_person_without_a_role_is_known_and_forbidden() {
    for groups in [json!(["others"]), json!(["admin"]), json!([])] {
        let turned = bearer(&signed(&with("cognito:groups", groups))).unwrap_err();
        assert_eq!((turned.problem.code, turned.known.as_deref()), (Code::Forbidden, Some("ana")));
    }
}

#[test]
fn keys_that_cannot_be_had_are_no_reason_to_sign_in_again() {
    struct Silent;
    #[async_trait]
    impl Keys for Silent {
        async fn signed(&self, _signed: Signed<'_>) -> PortResult<bool> {
            use soc_pipeline::error::{PortError, PortErrorKind};
            Err(PortError::new(PortErrorKind::Timeout, "ask for keys"))
        }
    }
    let issued = Issued { issuer: "https://pool".to_owned(), client_id: "app".to_owned() };
    let tokens = Tokens::new(issued, Arc::new(Silent), Arc::new(Fixed));
    let request = Request::builder().header("authorization", format!("Bearer {}", signed(&claims())));
    let (parts, ()) = request.body(()).unwrap().into_parts();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(runtime.block_on(tokens.admit(&parts)).unwrap_err().problem.code, Code::Unavailable);
}
