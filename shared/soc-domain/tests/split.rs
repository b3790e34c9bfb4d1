//! The splitter: what it hands out for every way that records come, and that it loses nothing.
#![expect(clippy::indexing_slicing, reason = "a test that indexes out of range fails, as it should")]

use proptest::collection::vec;
use proptest::prelude::*;
use soc_domain::wire::{Piece, Position, RECORD_LIMIT, Refusal, Splitter, read_record};

#[derive(Debug, Clone, PartialEq)]
struct Got {
    position: Position,
    bytes: Vec<u8>,
    broken: Option<(Refusal, bool)>,
}

/// Splits `input`, fed in chunks of the given sizes over and over.
fn split(input: &[u8], chunks: &[usize]) -> Vec<Got> {
    let mut got = Vec::new();
    let mut take = |piece: Piece<'_>| {
        got.push(match piece {
            Piece::Record { position, record } => {
                assert_eq!(
                    record.read(),
                    read_record(record.bytes()),
                    "what the splitter saw is what there is"
                );
                Got { position, bytes: record.bytes().to_vec(), broken: None }
            }
            Piece::Broken { position, reason, bytes, more } => {
                Got { position, bytes: bytes.to_vec(), broken: Some((reason, more)) }
            }
        });
    };
    let mut splitter = Splitter::new();
    let (mut rest, mut turn) = (input, 0);
    while !rest.is_empty() {
        let size = chunks[turn % chunks.len()].clamp(1, rest.len());
        splitter.feed(&rest[..size], &mut take);
        rest = &rest[size..];
        turn += 1;
    }
    splitter.finish(&mut take);
    got
}

/// Each piece as text, broken ones with a `!` before them.
fn pieces(input: &str) -> Vec<String> {
    let whole = split(input.as_bytes(), &[usize::MAX]);
    assert_eq!(whole, split(input.as_bytes(), &[1]), "in chunks of one byte: {input:?}");
    let text = |got: &Got| {
        let mark = if got.broken.is_some() { "!" } else { "" };
        format!("{mark}{}", String::from_utf8_lossy(&got.bytes))
    };
    whole.iter().map(text).collect()
}

fn check(input: &str, expected: &[&str]) {
    assert_eq!(pieces(input), expected, "{input:?}");
}

#[test]
fn lines_are_records() {
    check("{\"a\":1}\n{\"b\":2}\n", &["{\"a\":1}", "{\"b\":2}"]);
    check("\u{feff}{\"a\":1}\r\n\r\n{\"b\":2}", &["{\"a\":1}", "{\"b\":2}"]);
    check("{\"a\":1},\n{\"b\":2},\n", &["{\"a\":1}", "{\"b\":2}"]);
    check("", &[]);
    check(" \n\n", &[]);
}

#[test]
fn one_pretty_printed_record_is_one_record() {
    check("{\n  \"a\": {\n    \"b\": [1]\n  }\n}\n", &["{\n  \"a\": {\n    \"b\": [1]\n  }\n}"]);
}

#[test]
fn concatenated_records_are_told_apart() {
    check("{\"a\":1}{\"b\":\"}{\"} {\"c\":3}", &["{\"a\":1}", "{\"b\":\"}{\"}", "{\"c\":3}"]);
}

#[test]
fn the_elements_of_a_list_are_records() {
    check("[{\"a\":1},{\"b\":2}]\n{\"c\":3}", &["{\"a\":1}", "{\"b\":2}", "{\"c\":3}"]);
    check("[\n  {\"a\":1},\n  {\"b\":2}\n]\n", &["{\"a\":1}", "{\"b\":2}"]);
    check("[]", &[]);
}

#[test]
fn the_elements_of_a_wrapper_are_records_and_its_other_members_are_passed_over() {
    for name in ["Findings", "findings", "Records"] {
        let input = format!(
            "{{\"x\":{{\"y\":[]}},\"{name}\": [{{\"a\":1}},{{\"b\":2}}], \"NextToken\": \"t\"}}\n{{\"c\":3}}"
        );
        check(&input, &["{\"a\":1}", "{\"b\":2}", "{\"c\":3}"]);
    }
    check("{\"Findings\":[],\"Records\":[{\"a\":1}]}", &["{\"a\":1}"]);
}

#[test]
fn events_and_findings_are_no_wrappers() {
    for input in [
        "{\"detail-type\":\"x\",\"resources\":[\"r\"],\"detail\":{\"findings\":[{\"a\":1}]}}",
        "{\"Id\":\"x\",\"Resources\":[{\"Records\":[{}]}],\"Findings\":\"[\"}",
        "{\"a\":\"Findings\",\"b\":[{}]}",
    ] {
        check(input, &[input]);
    }
}

#[test]
fn a_line_that_is_no_record_is_one_broken_piece() {
    check("hello, world\n{\"a\":1}\n}\n", &["!hello, world", "{\"a\":1}", "!}"]);
    check("{\"a\":1} tail\r\n{\"b\":2}", &["{\"a\":1}", "!tail", "{\"b\":2}"]);
}

#[test]
fn a_broken_line_costs_only_itself() {
    for broken in [
        "{\"a\":\"x",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":",
        "{\"a\":[",
        "{\"a\":[{}",
        "{\"a\":[1}",
        "{\"a\":{",
        "{",
        "{\"a\":\"\\",
    ] {
        let good = ["{\"b\":2}", "{\"c\":3}", "{\"d\":4}"];
        let input = format!("{broken}\n{}\n", good.join("\n"));
        check(&input, &[&format!("!{broken}"), good[0], good[1], good[2]]);
    }
}

#[test]
fn a_truncated_last_line_is_broken() {
    check("{\"a\":1}\n{\"b\":\"x", &["{\"a\":1}", "!{\"b\":\"x"]);
    let got = split(b"{\"b\":", &[1]);
    assert_eq!(got[0].broken, Some((Refusal::Truncated, false)));
}

#[test]
fn a_broken_pretty_printed_record_costs_only_itself() {
    check("{\n  \"a\": [1}\n}\n{\n  \"b\": 2\n}\n", &["!{\n  \"a\": [1}\n}", "{\n  \"b\": 2\n}"]);
    check("{\n  \"a\": \"x\n}\n[{\"b\":2}]", &["!{\n  \"a\": \"x\n}", "{\"b\":2}"]);
}

#[test]
fn a_broken_element_does_not_hide_the_next_one() {
    check(
        "[{\"a\":1},{\"a\":\"x},{\"a\":2},{\"a\":3}]",
        &["{\"a\":1}", "!{\"a\":\"x},", "{\"a\":2}", "{\"a\":3}"],
    );
    check("[{\"a\":[1},{\"a\":2}]", &["!{\"a\":[1},", "{\"a\":2}"]);
    check(
        "{\"Records\":[{\"a\":{\"b\":1},{\"a\":2}]}\n{\"c\":3}",
        &["!{\"a\":{\"b\":1},", "{\"a\":2}", "{\"c\":3}"],
    );
    check("[\n  {\"a\":\"x},\n  {\"b\":2},\n  {\"c\":3}\n]", &["!{\"a\":\"x},", "{\"b\":2}", "{\"c\":3}"]);
    check(
        "[\n  {\n    \"a\": [1}\n  },\n  {\n    \"b\": 2\n  }\n]",
        &["!{\n    \"a\": [1}\n  },", "{\n    \"b\": 2\n  }"],
    );
    check("[1,{\"a\":1},\"x\"]", &["!1", "{\"a\":1}", "!\"x\""]);
}

#[test]
fn what_comes_behind_a_broken_element_does_not_decide_how_elements_begin() {
    check("{}[{\"{,\n  {\"a\":1}]", &["{}", "!{\"{,", "{\"a\":1}"]);
}

#[test]
fn a_broken_element_of_a_one_line_list_does_not_hide_the_next_line() {
    check("{\"Records\":[{\"a\":\"x}]}\n{\"Records\":[{\"a\":2}]}", &["!{\"a\":\"x}]}", "{\"a\":2}"]);
}

#[test]
fn positions_count_bytes_and_lines() {
    let got = split(b"\xEF\xBB\xBF\n{\"a\":1}\n  {\"b\":\n2} x\n", &[1]);
    let at: Vec<(u64, u64)> = got.iter().map(|got| (got.position.offset, got.position.line)).collect();
    assert_eq!(at, [(4, 2), (14, 3), (23, 4)]);
}

#[test]
fn a_record_that_nests_too_deeply_is_broken_and_the_next_is_not() {
    let deep = "{\"a\":".repeat(70) + "1" + &"}".repeat(70);
    let got = split(format!("{deep}\n{{\"b\":2}}").as_bytes(), &[7]);
    assert_eq!(got[0].broken, Some((Refusal::TooDeep { limit: 64 }, false)));
    assert_eq!(
        (got[0].bytes.as_slice(), got[1].bytes.as_slice()),
        (deep.as_bytes(), b"{\"b\":2}".as_slice())
    );
}

#[test]
fn an_over_long_record_is_handed_out_in_parts_and_the_next_is_found() {
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(3 * RECORD_LIMIT));
    let input = format!("{{\"b\":1}}\n{long}\n{{\"c\":1}}\n");
    let got = split(input.as_bytes(), &[1 << 16]);
    assert_eq!(got, split(input.as_bytes(), &[99_991]));
    let parts = &got[1..got.len() - 1];
    assert!(parts.iter().all(|part| part.bytes.len() <= RECORD_LIMIT));
    let more: Vec<bool> =
        parts.iter().map(|part| part.broken.as_ref().is_some_and(|(_, more)| *more)).collect();
    assert_eq!(more.iter().filter(|more| !**more).count(), 1, "{more:?}");
    assert_eq!(more.last(), Some(&false));
    assert_eq!(
        parts[0].broken.as_ref().map(|broken| &broken.0),
        Some(&Refusal::TooLong { limit: RECORD_LIMIT })
    );
    assert_eq!(parts.iter().flat_map(|part| part.bytes.clone()).collect::<Vec<_>>(), long.as_bytes());
    assert_eq!(got.last().map(|last| last.bytes.as_slice()), Some(b"{\"c\":1}".as_slice()));
}

#[test]
fn an_over_long_element_does_not_hide_the_next_one() {
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(RECORD_LIMIT));
    let input = format!("[{{\"a\":0}},{long},{{\"a\":2}}]");
    let got = split(input.as_bytes(), &[1 << 16]);
    assert_eq!(got, split(input.as_bytes(), &[12_345]));
    assert_eq!(got.last().map(|last| last.bytes.as_slice()), Some(b"{\"a\":2}".as_slice()));
}

#[test]
fn a_record_of_exactly_the_limit_is_a_record() {
    let exact = |length: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(length - 8));
    assert_eq!(split(exact(RECORD_LIMIT).as_bytes(), &[4096])[0].broken, None);
    assert!(split(exact(RECORD_LIMIT + 1).as_bytes(), &[4096])[0].broken.is_some());
}

/// Bytes that occur in records more often than others.
fn hostile_bytes() -> impl Strategy<Value = Vec<u8>> {
    let likely: &[u8] = b"{}[],:\"\\\n\r \t01ax";
    let parts: &[&[u8]] = &[
        b"{\"a\":1}",
        b"{\"Findings\":[",
        b"[{",
        b"}]\n",
        b"\n{",
        b",\n  {\"a\":",
        b"\xEF\xBB\xBF",
        b"\"x\"",
        b"},{\"a\"",
    ];
    vec(
        prop_oneof![
            4 => proptest::sample::select(likely).prop_map(|byte| vec![byte]),
            4 => proptest::sample::select(parts).prop_map(<[u8]>::to_vec),
            1 => any::<u8>().prop_map(|byte| vec![byte]),
        ],
        0..60,
    )
    .prop_map(|parts| parts.concat())
}

/// A value as a record holds it.
fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<i32>().prop_map(|number| number.to_string()),
        "[a-z{}\\[\\]:, ]{0,12}".prop_map(|text| format!("\"{text}\"")),
        Just("\"\\\"}\\\\\"".to_owned()),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(|all| format!("[{}]", all.join(","))),
            vec(("[a-z]{1,4}", inner), 0..3).prop_map(|all| {
                let members: Vec<String> =
                    all.iter().map(|(key, value)| format!("\"{key}\": {value}")).collect();
                format!("{{{}}}", members.join(", "))
            }),
        ]
    })
}

fn record() -> impl Strategy<Value = String> {
    value().prop_map(|value| format!("{{\"id\":{value}}}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn chunks_change_nothing(input in hostile_bytes(), chunks in vec(1_usize..9, 1..4)) {
        let whole = split(&input, &[usize::MAX]);
        prop_assert_eq!(&whole, &split(&input, &chunks));
        prop_assert_eq!(&whole, &split(&input, &[1]));
    }

    /// A line that has come whole is looked at in another way than one that comes in parts.
    #[test]
    fn chunks_change_nothing_in_lines_that_are_nearly_records(
        records in vec(record(), 1..5),
        faults in vec((any::<prop::sample::Index>(), proptest::sample::select(b"{}[]\",: \t\r\n\\\x0C1".as_slice())), 0..3),
        insert in any::<bool>(),
    ) {
        let mut input = records.join("\n").replace("\"b\"", "\"Findings\"").into_bytes();
        input.push(b'\n');
        for (at, byte) in faults {
            let at = at.index(input.len());
            if insert {
                input.insert(at, byte);
            } else {
                input[at] = byte;
            }
        }
        prop_assert_eq!(split(&input, &[usize::MAX]), split(&input, &[1]));
    }

    #[test]
    fn pieces_are_in_order_apart_and_as_in_the_input(input in hostile_bytes()) {
        let mut end = 0;
        for got in split(&input, &[3]) {
            let begin = usize::try_from(got.position.offset).unwrap();
            prop_assert!(begin >= end, "{:?} overlaps", got);
            prop_assert!(!got.bytes.is_empty());
            end = begin + got.bytes.len();
            prop_assert_eq!(&input[begin..end], got.bytes.as_slice());
            let lines = input[..begin].iter().filter(|byte| **byte == b'\n').count();
            prop_assert_eq!(got.position.line, lines as u64 + 1);
        }
    }

    #[test]
    fn pieces_cover_all_but_white_space_and_separators(input in hostile_bytes()) {
        // Without lists at the top there is no wrapper whose syntax is passed over.
        let input: Vec<u8> = input.into_iter().map(|byte| if byte == b'[' { b'{' } else { byte }).collect();
        let mut left = input.clone();
        for got in split(&input, &[5]) {
            let begin = usize::try_from(got.position.offset).unwrap();
            left[begin..begin + got.bytes.len()].fill(b' ');
        }
        let mut left = left.as_slice();
        left = left.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(left);
        prop_assert!(left.iter().all(|byte| byte.is_ascii_whitespace() || *byte == b','), "{:?}", String::from_utf8_lossy(left));
    }

    #[test]
    fn no_record_is_lost_however_they_are_strung_together(
        records in vec(record(), 0..6),
        glue in proptest::sample::select(vec!["\n", "\r\n", ",\n", "", " ", "\n\n"]),
        wrap in 0..3,
    ) {
        let body = records.join(if wrap == 0 { glue } else { ", " });
        let input = match wrap {
            0 => body,
            1 => format!("[{body}]"),
            _ => format!("{{\"NextToken\":null,\"Findings\":[{body}],\"x\":{{\"y\":[{{}}]}}}}"),
        };
        let got: Vec<String> = pieces(&input);
        prop_assert_eq!(got, records);
    }

    #[test]
    fn a_line_cut_short_anywhere_costs_only_itself(records in vec(record(), 3..5), cut in 1_usize..200) {
        let cut = cut.min(records[0].len() - 1);
        let short = records[0].get(..cut).unwrap_or_default();
        let rest = &records[1..];
        let got = pieces(&format!("{short}\n{}\n", rest.join("\n")));
        prop_assert_eq!(&got[0], &format!("!{}", short.trim_ascii_end()));
        prop_assert_eq!(&got[1..], rest);
    }
}
