//! Cuts a stream of bytes into records, in constant memory, and loses none of them.
//!
//! Apart from the readers, because it knows brackets, lines and lists, and no format. What it saw of a record that is a
//! line goes on to the reader with it. Invariants: the bytes of all pieces cover
//! the input except white space, separators and the syntax of wrappers; how the input is cut into chunks
//! changes nothing; a broken record costs at most itself, so far as the next one's beginning can be known.

mod resume;

use crate::wire::outline::Outline;
use crate::wire::read::Record;
use crate::wire::refusal::{Position, RECORD_LIMIT, Refusal};
use crate::wire::scan::{Fault, Scan, Step, is_space};
use resume::{Resume, Resumed};

/// How many bytes are taken in at a time; with the longest record it bounds the memory.
const INTAKE: usize = 64 * 1024;
/// How far into an object its list of records may begin.
const WRAPPER_LIMIT: usize = 64 * 1024;
/// The members whose lists hold the records.
const WRAPPERS: [&str; 3] = ["Findings", "findings", "Records"];

/// A part of the input.
#[derive(Debug)]
pub enum Piece<'a> {
    /// One record, within the limits of length and depth.
    Record {
        /// Where it begins.
        position: Position,
        /// The record.
        record: Record<'a>,
    },
    /// What is no record, or too long a one.
    Broken {
        /// Where these bytes begin.
        position: Position,
        /// What is wrong.
        reason: Refusal,
        /// The bytes as they came.
        bytes: &'a [u8],
        /// More of the same record follows in the next piece.
        more: bool,
    },
}

/// What the splitter is in the middle of.
enum State {
    /// Between two records.
    Between,
    /// In a record that begins where the buffer begins; `tail` says that it is the rest of a wrapper.
    Record { scan: Scan, tail: bool },
    /// In something that is no record, up to the end of its line or element.
    Line { from: usize },
    /// In a broken record, looking for where to go on.
    Broken { reason: Refusal, resume: Resume },
}

/// The list that the records are elements of.
struct Array {
    /// It is a member of an object, which goes on behind it.
    wrapped: bool,
    /// Its elements begin on another line than it does.
    lines: bool,
    /// How its first element begins, up to the first key.
    signature: Vec<u8>,
}

/// Cuts a stream into records. Feed it chunks of any size, then finish it.
pub struct Splitter {
    buffer: Vec<u8>,
    /// How much of the buffer is done with.
    head: usize,
    position: Position,
    /// How many bytes stand before the position on its line, and whether they are all white space.
    column: usize,
    state: State,
    array: Option<Array>,
    /// The last piece said that more of it follows.
    continued: bool,
    ended: bool,
}

impl Default for Splitter {
    fn default() -> Self {
        Self::new()
    }
}

impl Splitter {
    /// A splitter at the beginning of its input.
    #[must_use]
    pub fn new() -> Self {
        Self {
            buffer: Vec::new(),
            head: 0,
            position: Position { offset: 0, line: 1 },
            column: 0,
            state: State::Between,
            array: None,
            continued: false,
            ended: false,
        }
    }

    /// Takes in the next bytes and hands every piece that is complete to `sink`.
    pub fn feed(&mut self, chunk: &[u8], sink: &mut impl FnMut(Piece<'_>)) {
        for part in chunk.chunks(INTAKE) {
            self.buffer.drain(..self.head);
            self.head = 0;
            self.buffer.extend_from_slice(part);
            while self.step(sink) {}
        }
    }

    /// Says that the input has ended and hands out what is left.
    pub fn finish(&mut self, sink: &mut impl FnMut(Piece<'_>)) {
        self.ended = true;
        while self.step(sink) {}
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.head..).unwrap_or_default()
    }

    /// Does one thing; false when it needs more bytes to go on.
    fn step(&mut self, sink: &mut impl FnMut(Piece<'_>)) -> bool {
        match std::mem::replace(&mut self.state, State::Between) {
            State::Between => self.between(sink),
            State::Record { scan, tail } => self.record(scan, tail, sink),
            State::Line { from } => self.line(from, sink),
            State::Broken { reason, resume } => self.broken(reason, resume, sink),
        }
    }

    fn between(&mut self, sink: &mut impl FnMut(Piece<'_>)) -> bool {
        const MARK: &[u8] = b"\xEF\xBB\xBF";
        if self.position.offset == 0 && MARK.starts_with(self.rest().get(..3).unwrap_or(self.rest())) {
            if self.rest().len() < 3 && !self.ended {
                return false;
            }
            if self.rest().len() >= 3 {
                self.consume(3);
                self.column = 0;
            }
        }
        let space =
            self.rest().iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',')).count();
        let lines = self.consume(space);
        if let Some(array) = self.array.as_mut().filter(|array| array.signature.is_empty()) {
            array.lines |= lines > 0;
        }
        let Some(&byte) = self.rest().first() else { return false };
        if byte == b'{' && self.array.is_none() && self.line_is_record(sink) {
            return true;
        }
        match (byte, &self.array) {
            (b']', Some(array)) => {
                if array.wrapped {
                    self.state = State::Record { scan: Scan::inside_object(), tail: true };
                }
                self.array = None;
                self.consume(1);
            }
            (b'[', None) => {
                self.array = Some(Array { wrapped: false, lines: false, signature: Vec::new() });
                self.consume(1);
            }
            (b'{' | b'[', _) => self.state = State::Record { scan: Scan::default(), tail: false },
            _ => self.state = State::Line { from: 0 },
        }
        true
    }

    /// Hands out what begins here if it is a record of one line, as most are. A scan would find the same end; but this
    /// look is the one that a reader needs, too.
    fn line_is_record(&mut self, sink: &mut impl FnMut(Piece<'_>)) -> bool {
        // Of a line with many records only the first is looked at so: the rest would be looked at again and again.
        if self.column != 0 {
            return false;
        }
        let view = self.rest().get(..=RECORD_LIMIT).unwrap_or(self.rest());
        let Some(line) = memchr::memchr(b'\n', view).and_then(|end| view.get(..end)) else { return false };
        let length = line.iter().rposition(|byte| !is_space(*byte)).map_or(0, |last| last + 1);
        let line = line.get(..length).and_then(|line| std::str::from_utf8(line).ok());
        let outline = line.filter(|line| line.ends_with('}')).and_then(|line| Outline::of(line).ok());
        let wraps = |(key, value): &(&str, &str)| WRAPPERS.contains(key) && value.starts_with('[');
        let outline =
            outline.filter(|outline| outline.is_well_opened() && !outline.entries.iter().any(wraps));
        let Some(outline) = outline else { return false };
        sink(Piece::Record { position: self.position, record: Record::outlined(outline) });
        self.head += length;
        self.column += length;
        self.position.offset += length as u64;
        true
    }

    fn record(&mut self, mut scan: Scan, tail: bool, sink: &mut impl FnMut(Piece<'_>)) -> bool {
        let view = self.rest().get(..=RECORD_LIMIT).unwrap_or(self.rest());
        let length = view.len();
        match scan.run(view) {
            Step::End(end) if end <= RECORD_LIMIT => self.emit_record(end, tail, sink),
            Step::List(after)
                if self.array.is_none() && after <= WRAPPER_LIMIT && is_wrapper(scan.key(view)) =>
            {
                self.consume(after);
                self.array = Some(Array { wrapped: true, lines: false, signature: Vec::new() });
            }
            Step::List(_) => self.state = State::Record { scan, tail },
            Step::More if length <= RECORD_LIMIT && !self.ended => {
                self.state = State::Record { scan, tail };
                return false;
            }
            Step::More if tail && view.trim_ascii().is_empty() => {
                self.consume(length);
            }
            Step::More if length <= RECORD_LIMIT => self.give_up(Refusal::Truncated, length),
            Step::More | Step::End(_) => self.give_up(Refusal::too_long(), RECORD_LIMIT),
            Step::Broken(at, fault) => self.give_up(refusal(at, fault), at),
        }
        true
    }

    fn emit_record(&mut self, end: usize, tail: bool, sink: &mut impl FnMut(Piece<'_>)) {
        if !tail {
            let position = self.position;
            let record = Record::new(self.rest().get(..end).unwrap_or_default());
            sink(Piece::Record { position, record });
            self.remember_signature(end);
        }
        self.consume(end);
    }

    /// `seen` says how far the record was looked at: nothing behind that may decide, or chunks would matter.
    fn give_up(&mut self, reason: Refusal, seen: usize) {
        self.remember_signature(seen);
        let resume = match &self.array {
            Some(array) => Resume::in_array(&array.signature, self.column, array.lines),
            None => Resume::at_line(),
        };
        self.state = State::Broken { reason, resume };
    }

    /// Keeps how the first element of a list begins: the others probably begin so, too.
    fn remember_signature(&mut self, seen: usize) {
        if self.array.as_ref().is_none_or(|array| !array.signature.is_empty()) {
            return;
        }
        let signature = resume::signature(self.rest().get(..seen).unwrap_or_default());
        if let Some(array) = self.array.as_mut() {
            array.signature = signature;
        }
    }

    fn broken(&mut self, reason: Refusal, mut resume: Resume, sink: &mut impl FnMut(Piece<'_>)) -> bool {
        let view = self.rest().get(..RECORD_LIMIT).unwrap_or(self.rest());
        let length = view.len();
        let full = length == RECORD_LIMIT;
        match resume.look(view, self.ended && !full) {
            Resumed::At { at, leave_array } => {
                if leave_array {
                    self.array = None;
                }
                self.emit_broken(at, reason, false, sink);
            }
            Resumed::Nowhere if self.ended && !full => {
                self.array = None;
                self.emit_broken(length, reason, false, sink);
            }
            Resumed::Nowhere if full => {
                // What the next look needs of these bytes stays.
                let done = RECORD_LIMIT - resume::CONTEXT;
                self.emit_broken(done, reason.clone(), true, sink);
                resume.forget(done);
                self.state = State::Broken { reason, resume };
            }
            Resumed::Nowhere => {
                self.state = State::Broken { reason, resume };
                return false;
            }
        }
        true
    }

    fn line(&mut self, from: usize, sink: &mut impl FnMut(Piece<'_>)) -> bool {
        let view = self.rest().get(..RECORD_LIMIT).unwrap_or(self.rest());
        let unseen = view.get(from..).unwrap_or_default();
        let end = match self.array {
            Some(_) => memchr::memchr3(b'\n', b',', b']', unseen),
            None => memchr::memchr(b'\n', unseen),
        };
        let length = view.len();
        let reason = || Refusal::not_a_record("it begins with neither { nor [");
        match end {
            Some(end) => self.emit_broken(from + end, reason(), false, sink),
            None if length == RECORD_LIMIT => {
                self.emit_broken(RECORD_LIMIT, reason(), true, sink);
                self.state = State::Line { from: 0 };
            }
            None if self.ended => self.emit_broken(length, reason(), false, sink),
            None => {
                self.state = State::Line { from: length };
                return false;
            }
        }
        true
    }

    fn emit_broken(&mut self, end: usize, reason: Refusal, more: bool, sink: &mut impl FnMut(Piece<'_>)) {
        let bytes = self.rest().get(..end).unwrap_or_default();
        let bytes = if more { bytes } else { bytes.trim_ascii_end() };
        // Of a wrapper's end that is missing, nothing may be left to hand out.
        if self.continued || !bytes.is_empty() {
            sink(Piece::Broken { position: self.position, reason, bytes, more });
        }
        self.continued = more;
        self.consume(end);
    }

    /// Passes over bytes and answers how many lines ended in them.
    fn consume(&mut self, count: usize) -> usize {
        let Some(bytes) = self.buffer.get(self.head..self.head + count) else { return 0 };
        let lines = memchr::memchr_iter(b'\n', bytes).count();
        self.column = match memchr::memrchr(b'\n', bytes) {
            Some(last) => count - last - 1,
            None => self.column + count,
        };
        self.head += count;
        self.position.offset += count as u64;
        self.position.line += lines as u64;
        lines
    }
}

fn is_wrapper(key: &[u8]) -> bool {
    WRAPPERS.iter().any(|wrapper| wrapper.as_bytes() == key)
}

fn refusal(at: usize, fault: Fault) -> Refusal {
    match fault {
        Fault::LineInString => Refusal::not_json(at, "the line ends inside a string"),
        Fault::Opening => Refusal::not_json(at, "an opening bracket where no value may begin"),
        Fault::Closing => Refusal::not_json(at, "mismatched closing bracket"),
        Fault::TooDeep => Refusal::too_deep(),
    }
}
