//! Signatures of real keys, and how often the pool is asked. No network.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RsaEncoding, RsaKeyPair};
use data_encoding::{BASE64, HEXUPPER};
use serde_json::{Value, json};
use soc_testkit::block_on;

use super::*;

/// A key that signs, and what a JWKS says of it.
struct Pair {
    private: RsaKeyPair,
    public: Value,
}

fn of(id: &str, (private, modulus): (&str, &str)) -> Pair {
    let bare = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
    let private = BASE64.decode(bare(private).as_bytes()).unwrap();
    let modulus = HEXUPPER.decode(bare(modulus).as_bytes()).unwrap();
    let n = BASE64URL_NOPAD.encode(&modulus);
    Pair {
        private: RsaKeyPair::from_der(&private).unwrap(),
        public: json!({ "kid": id, "kty": "RSA", "alg": "RS256", "use": "sig", "n": n, "e": "AQAB" }),
    }
}

impl Pair {
    fn sign(&self, by: &'static dyn RsaEncoding, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.private.public_modulus_len()];
        self.private.sign(by, &SystemRandom::new(), message, &mut signature).unwrap();
        signature
    }
}

/// What the pool says, and how often it was asked.
#[derive(Clone, Default)]
struct Pool {
    keys: Arc<std::sync::Mutex<Vec<Value>>>,
    asked: Arc<AtomicUsize>,
}

#[async_trait]
impl Document for Pool {
    async fn read(&self) -> PortResult<Vec<u8>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let keys = self.keys.lock().unwrap().clone();
        if keys.is_empty() {
            return Err(PortError::new(PortErrorKind::Timeout, READ));
        }
        Ok(json!({ "keys": keys }).to_string().into_bytes())
    }
}

impl Pool {
    fn with(keys: &[&Pair]) -> Self {
        let pool = Self::default();
        *pool.keys.lock().unwrap() = keys.iter().map(|pair| pair.public.clone()).collect();
        pool
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

#[test]
fn only_what_the_named_key_signed_by_rs256_is_signed() {
    let (one, two) = (of("k1", made::ONE), of("k2", made::TWO));
    let keys = PoolKeys::new(Pool::with(&[&one, &two]));
    let signed =
        |key: &str, message: &[u8], signature: &[u8]| block_on(keys.signed(key, message, signature)).unwrap();
    let good = one.sign(&RSA_PKCS1_SHA256, b"head.claims");
    assert!(signed("k1", b"head.claims", &good));
    assert!(signed("k2", b"head.claims", &two.sign(&RSA_PKCS1_SHA256, b"head.claims")));
    assert!(!signed("k2", b"head.claims", &good), "another key");
    assert!(!signed("k1", b"head.claimz", &good), "another message");
    assert!(!signed("k1", b"head.claims", &one.sign(&RSA_PKCS1_SHA512, b"head.claims")), "RS512");
    assert!(!signed("k1", b"head.claims", b""), "nothing");
    assert!(!signed("k1", b"head.claims", good.get(1..).unwrap()), "a byte too few");
    assert!(!signed("k3", b"head.claims", &good), "no such key");
}

#[test]
fn a_pool_is_asked_once_while_its_keys_are_fresh() {
    let one = of("k1", made::ONE);
    let pool = Pool::with(&[&one]);
    let keys = PoolKeys::new(pool.clone());
    for unknown in ["k1", "k2", "k3", "k1"] {
        block_on(keys.signed(unknown, b"m", b"s")).unwrap();
    }
    assert_eq!(pool.asked(), 1);
    let old = PoolKeys { kept_for: Duration::ZERO, ..PoolKeys::new(pool.clone()) };
    for _ in 0..3 {
        block_on(old.signed("k1", b"m", b"s")).unwrap();
    }
    assert_eq!(pool.asked(), 4, "what is kept too long is asked for again");
}

#[test]
fn a_new_key_is_found_and_an_old_one_forgotten() {
    let (one, two) = (of("k1", made::ONE), of("k2", made::TWO));
    let pool = Pool::with(&[&one]);
    let keys = PoolKeys { not_again_for: Duration::ZERO, ..PoolKeys::new(pool.clone()) };
    let by_one = one.sign(&RSA_PKCS1_SHA256, b"m");
    assert!(block_on(keys.signed("k1", b"m", &by_one)).unwrap());
    *pool.keys.lock().unwrap() = vec![two.public.clone()];
    assert!(block_on(keys.signed("k2", b"m", &two.sign(&RSA_PKCS1_SHA256, b"m"))).unwrap());
    assert!(!block_on(keys.signed("k1", b"m", &by_one)).unwrap());
}

#[test]
fn keys_that_cannot_be_read_are_an_error_and_nobody_is_let_in_for_it() {
    let pool = Pool::default();
    let keys = PoolKeys::new(pool.clone());
    assert!(block_on(keys.signed("k1", b"m", b"s")).is_err());
    *pool.keys.lock().unwrap() = vec![json!("no key")];
    assert!(block_on(keys.signed("k1", b"m", b"s")).is_err());
}

#[test]
fn what_is_no_key_for_rs256_is_left_out() {
    let one = of("k1", made::ONE);
    let with = |name: &str, value: Value| {
        let mut key = one.public.clone();
        key[name] = value;
        let by_one = one.sign(&RSA_PKCS1_SHA256, b"m");
        let pool = Pool::default();
        pool.keys.lock().unwrap().push(key);
        block_on(PoolKeys::new(pool).signed("k1", b"m", &by_one)).unwrap()
    };
    assert!(with("alg", Value::Null) && with("use", Value::Null) && with("kid", json!("k1")));
    for (name, value) in [
        ("kty", json!("oct")),
        ("alg", json!("HS256")),
        ("use", json!("enc")),
        ("kid", json!("")),
        ("n", json!("AQAB")),
        ("n", json!("no number!")),
        ("e", json!("")),
        ("e", json!("AAAA")),
    ] {
        assert!(!with(name, value.clone()), "{name} {value}");
    }
}
