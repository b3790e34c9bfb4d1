//! What holds for every text.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::{Redactor, view::View};

static REDACTOR: LazyLock<Redactor> = LazyLock::new(|| Redactor::new(b"properties").unwrap());

/// Pieces that rules, escapes and tokens are made of, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "password",
        "=",
        ":",
        "\"",
        "'",
        "\\",
        "\\n",
        "\\u0040",
        "%40",
        "%",
        "@",
        "a.example",
        "jane",
        "+49",
        "30123456",
        " ",
        "\n",
        "4111111111111111",
        "-",
        "123-45-6789",
        "[EMAIL:0011aabb]",
        "[",
        "]",
        "Bearer ",
        "token",
        "://",
        "é",
        "eyJhbGciOiJIUzI1NiJ9",
        ".",
        "-----BEGIN ",
        "PRIVATE KEY",
        "-----",
        "-----END ",
        "AKIAIOSFODNN7EXAMPLE",
        "secret",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "ghp_0123456789abcdefghij0123456789ABCDEF",
        "DE89370400440532013000",
    ]);
    let strange = any::<String>();
    prop::collection::vec(prop_oneof![9 => piece.prop_map(str::to_owned), 1 => strange], 0..24)
        .prop_map(|all| all.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn redacting_twice_changes_nothing_more(text in pieces()) {
        let once = REDACTOR.redact(&text).into_owned();
        let twice = REDACTOR.redact(&once).into_owned();
        prop_assert_eq!(twice, once);
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        let once = REDACTOR.redact(&text).into_owned();
        prop_assert_eq!(REDACTOR.redact(&once).into_owned(), once);
    }

    #[test]
    fn a_value_redacted_twice_changes_nothing_more(key in pieces(), text in pieces()) {
        let mut once = serde_json::json!({"list": [text.clone()], "password": text.clone(), key: text});
        REDACTOR.redact_value(&mut once);
        let mut twice = once.clone();
        let again = REDACTOR.redact_value(&mut twice);
        prop_assert_eq!(again.total(), 0);
        prop_assert_eq!(twice, once);
    }

    #[test]
    fn every_place_in_a_view_leads_back_into_the_text(text in pieces()) {
        if let Some(view) = View::of(&text) {
            for (at, _) in view.text.char_indices() {
                let range = view.origin(&(at..view.text.len()));
                prop_assert!(text.get(range).is_some());
            }
        }
    }
}
