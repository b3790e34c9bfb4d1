//! Text with one layer of JSON or URL escapes undone, and the way back to where it stood.
//!
//! Apart so that no rule has to know how a secret may be escaped.

use std::ops::Range;

/// Unescaped text.
#[derive(Debug)]
pub(super) struct View {
    pub(super) text: String,
    escapes: Vec<Escape>,
}

/// One byte of the view and the escape sequence it stands for.
#[derive(Debug)]
struct Escape {
    at: usize,
    from: usize,
    length: usize,
}

impl View {
    /// Undoes one layer of escapes; `None` when there are none. Escapes beyond ASCII stay as they are: no secret
    /// has them, and so the view is always valid text.
    pub(super) fn of(text: &str) -> Option<Self> {
        let mut view = Self { text: String::new(), escapes: Vec::new() };
        let mut done = 0;
        while let Some(from) = next_mark(text, done) {
            let (copied, rest) = (text.get(done..from)?, text.get(from..)?);
            view.text.push_str(copied);
            let (decoded, length) = match unescape(rest.as_bytes()) {
                Some((byte, length)) => {
                    view.escapes.push(Escape { at: view.text.len(), from, length });
                    (char::from(byte), length)
                }
                None => (rest.chars().next()?, 1),
            };
            view.text.push(decoded);
            done = from.saturating_add(length);
        }
        if view.escapes.is_empty() {
            return None;
        }
        view.text.push_str(text.get(done..)?);
        Some(view)
    }

    /// Where a range of the view stood in the text.
    pub(super) fn origin(&self, range: &Range<usize>) -> Range<usize> {
        self.origin_of(range.start)..self.origin_of(range.end)
    }

    /// Moves a position inside an escape sequence behind it.
    pub(super) fn behind_escape(&self, position: usize) -> usize {
        let before = self.escapes.partition_point(|escape| escape.from < position);
        let last = before.checked_sub(1).and_then(|at| self.escapes.get(at));
        last.map_or(position, |escape| position.max(escape.from.saturating_add(escape.length)))
    }

    fn origin_of(&self, position: usize) -> usize {
        let before = self.escapes.partition_point(|escape| escape.at < position);
        let Some(escape) = before.checked_sub(1).and_then(|at| self.escapes.get(at)) else {
            return position;
        };
        let behind = position.saturating_sub(escape.at).saturating_sub(1);
        escape.from.saturating_add(escape.length).saturating_add(behind)
    }
}

fn next_mark(text: &str, from: usize) -> Option<usize> {
    let rest = text.as_bytes().get(from..)?;
    let at = rest.iter().position(|byte| matches!(byte, b'%' | b'\\'))?;
    Some(from.saturating_add(at))
}

/// The byte an escape sequence stands for, and the length of the sequence.
fn unescape(bytes: &[u8]) -> Option<(u8, usize)> {
    let (byte, length) = match bytes {
        [b'%', high, low, ..] => (hex(&[*high, *low])?, 3),
        [b'\\', b'u', a, b, c, d, ..] => (hex(&[*a, *b, *c, *d])?, 6),
        [b'\\', b'n', ..] => (b'\n', 2),
        [b'\\', b'r', ..] => (b'\r', 2),
        [b'\\', b't', ..] => (b'\t', 2),
        [b'\\', quoted @ (b'"' | b'\\' | b'/' | b'\''), ..] => (*quoted, 2),
        _ => return None,
    };
    byte.is_ascii().then_some((byte, length))
}

fn hex(digits: &[u8]) -> Option<u8> {
    let mut value = 0_u32;
    for digit in digits {
        value = (value << 4) | char::from(*digit).to_digit(16)?;
    }
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_and_traced_back() {
        let text = r"a\n%40b\u003dc\\d%ZZ\é%";
        let view = View::of(text).unwrap();
        assert_eq!(view.text, "a\n@b=c\\d%ZZ\\é%");
        let range = view.origin(&(2..5));
        assert_eq!(text.get(range), Some(r"%40b\u003d"));
        assert_eq!(view.behind_escape(2), 3);
        assert_eq!(view.behind_escape(1), 1);
    }

    #[test]
    fn text_without_escapes_has_no_view() {
        for text in ["", "plain", "100%", r"C:\dir", "%C3%A9"] {
            assert!(View::of(text).is_none(), "{text}");
        }
    }
}
