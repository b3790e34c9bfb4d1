//! Where a list goes on, as callers get it: opaque.
//!
//! Apart so that no route shows what a key is made of, and a cursor of one list is none of another.

use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// Longer ones were not made here.
const MOST: usize = 1_024;

/// A place in the list `list`.
pub(crate) fn seal(list: &str, place: &impl Serialize) -> String {
    let text = serde_json::to_string(&(list, place)).unwrap_or_default();
    BASE64URL_NOPAD.encode(text.as_bytes())
}

/// The place that a cursor of `list` names.
pub(crate) fn open<T: DeserializeOwned>(list: &str, cursor: &str) -> Result<T, Problem> {
    let none = || Problem::bad("`after` is no cursor of this list: take it from `next`");
    if cursor.len() > MOST {
        return Err(none());
    }
    let bytes = BASE64URL_NOPAD.decode(cursor.as_bytes()).map_err(|_not_ours| none())?;
    let text = String::from_utf8(bytes).map_err(|_not_ours| none())?;
    let (of, place): (String, T) = serde_json::from_str(&text).map_err(|_not_ours| none())?;
    if of == list { Ok(place) } else { Err(none()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_and_only_to_its_list() {
        let cursor = seal("ledger", &(7, "x"));
        assert_eq!(open::<(u32, String)>("ledger", &cursor).unwrap(), (7, "x".to_owned()));
        assert!(open::<(u32, String)>("incidents", &cursor).is_err());
        for bad in ["", "x", "!!!", "bm90IGpzb24", &"A".repeat(4_000)] {
            assert!(open::<(u32, String)>("ledger", bad).is_err(), "{bad}");
        }
    }
}
