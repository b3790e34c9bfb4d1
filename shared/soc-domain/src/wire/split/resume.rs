//! Where to go on behind a broken record. Apart from the splitter, because it is a guess with its own rules.
//!
//! Outside of a list the next record begins a line, at its very beginning, with a bracket. In a list it begins
//! like the list's first element, behind a comma; or, where elements have lines of their own, with a brace in
//! the column of the broken one.

use memchr::memmem;

/// How many of the last bytes must stay for the next look.
pub(super) const CONTEXT: usize = 1024;
/// How far back the next look begins.
const AGAIN: usize = 512;
/// The longest beginning of an element that is remembered.
const SIGNATURE_LIMIT: usize = 256;

/// What is looked for, and how far it was looked for already.
pub(super) struct Resume {
    from: usize,
    list: Option<List>,
}

struct List {
    signature: Vec<u8>,
    column: usize,
    lines: bool,
}

/// The answer of a look.
pub(super) enum Resumed {
    /// Go on at this byte.
    At {
        at: usize,
        /// The list is over, too.
        leave_array: bool,
    },
    /// Not in these bytes.
    Nowhere,
}

/// How an element begins: its brace and its first key. Empty where that cannot be told.
pub(super) fn signature(element: &[u8]) -> Vec<u8> {
    let view = element.get(..SIGNATURE_LIMIT).unwrap_or(element);
    let key = view.iter().position(|byte| *byte == b'"');
    let end = key.and_then(|key| memchr::memchr(b'"', view.get(key + 1..)?).map(|end| key + end + 2));
    match (key, end) {
        (Some(key), Some(end)) if view.get(1..key).is_some_and(|gap| gap.trim_ascii().is_empty()) => {
            view.get(..end).unwrap_or_default().to_vec()
        }
        _ => b"{\"".to_vec(),
    }
}

impl Resume {
    /// Outside of a list.
    pub(super) fn at_line() -> Self {
        Self { from: 1, list: None }
    }

    /// In a list whose elements begin with `signature`, behind one that begins in `column`.
    pub(super) fn in_array(signature: &[u8], column: usize, lines: bool) -> Self {
        Self { from: 1, list: Some(List { signature: signature.to_vec(), column, lines }) }
    }

    /// The bytes before `done` are gone.
    pub(super) fn forget(&mut self, done: usize) {
        self.from = self.from.saturating_sub(done);
    }

    /// Looks on; `all` says that no more bytes will come.
    pub(super) fn look(&mut self, bytes: &[u8], all: bool) -> Resumed {
        let line = self.find_line(bytes);
        let element = self.list.as_ref().and_then(|list| list.find(bytes, self.from));
        // Whether a line in a list begins an element shows only when its whole beginning is there.
        let line = line.filter(|line| self.list.is_none() || all || line + SIGNATURE_LIMIT <= bytes.len());
        match (line, element) {
            (Some(line), Some(element)) if element <= line => Resumed::At { at: element, leave_array: false },
            (Some(line), _) => {
                let leave_array = self.list.as_ref().is_some_and(|list| !list.lines);
                Resumed::At { at: line, leave_array }
            }
            (None, Some(element)) => Resumed::At { at: element, leave_array: false },
            (None, None) => {
                if !all {
                    self.from = bytes.len().saturating_sub(AGAIN).max(self.from);
                }
                Resumed::Nowhere
            }
        }
    }

    /// The first line from `from` on that begins with a bracket.
    fn find_line(&self, bytes: &[u8]) -> Option<usize> {
        let begin = self.from.saturating_sub(1);
        let ends = memchr::memchr_iter(b'\n', bytes.get(begin..)?).map(|end| begin + end + 1);
        ends.filter(|next| *next >= self.from).find(|next| matches!(bytes.get(*next), Some(b'{' | b'[')))
    }
}

impl List {
    fn find(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let alike = memmem::find_iter(bytes.get(from..)?, &self.signature)
            .map(|at| from + at)
            .find(|at| bytes.get(..*at).is_some_and(|before| before.trim_ascii_end().ends_with(b",")));
        let aligned = if self.lines { self.find_aligned(bytes, from) } else { None };
        match (alike, aligned) {
            (Some(alike), Some(aligned)) => Some(alike.min(aligned)),
            (alike, aligned) => alike.or(aligned),
        }
    }

    /// A brace in the broken element's own column with nothing but white space before it on its line.
    fn find_aligned(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let begin = from.saturating_sub(self.column + 1);
        let ends = memchr::memchr_iter(b'\n', bytes.get(begin..)?).map(|end| begin + end + 1);
        ends.map(|line| line + self.column).filter(|at| *at >= from).find(|at| {
            bytes.get(*at) == Some(&b'{')
                && bytes
                    .get(at - self.column..*at)
                    .is_some_and(|gap| gap.iter().all(|byte| matches!(byte, b' ' | b'\t')))
        })
    }
}
