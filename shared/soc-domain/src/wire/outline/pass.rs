//! The pass itself: byte by byte over a text, with what is noted on the way.

use super::USUAL;
use crate::wire::refusal::{DEPTH_LIMIT, Refusal};
use crate::wire::scan::{StringEnd, is_space, may_open, short_string, string_end};

/// The levels of which members are noted: an event, its detail, the list in that, a finding in the list.
pub(super) const LEVELS: usize = 4;

/// The level that is noted only if it is a list, and with it what is in it: nobody asks for the members of an object
/// in a detail, and most of a record is in them.
pub(super) const LIST_LEVEL: usize = 3;

/// Where in the text a member is. Places and not texts: a list of them is some hundred bytes, which an allocator has at
/// hand, and not some thousand. A record is far shorter than four gigabytes.
pub(super) struct Member {
    pub(super) level: u32,
    /// Without its quotes.
    key: (u32, u32),
    value: (u32, u32),
}

impl Member {
    pub(super) fn end(&self) -> usize {
        self.value.1 as usize
    }

    pub(super) fn of<'a>(&self, text: &'a str) -> (&'a str, &'a str) {
        let part = |(from, to)| text.get(from as usize..to as usize).unwrap_or_default();
        (part(self.key), part(self.value))
    }
}

fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// What is known of a text up to a byte, and at the end of all of it.
pub(super) struct Pass<'a> {
    text: &'a str,
    longest: usize,
    /// The byte to look at next.
    pub(super) at: usize,
    depth: usize,
    kinds: u64,
    levels: [Level; LEVELS],
    /// The members of the outermost level.
    pub(super) entries: Vec<(&'a str, &'a str)>,
    /// Those of the levels below, in the order of their ends.
    pub(super) members: Vec<Member>,
    /// Where values begin that are no tidy objects or lists.
    pub(super) odd: Vec<usize>,
    /// A bracket opens where no value may begin.
    pub(super) misplaced: bool,
}

/// The object or list of one level that is being read.
#[derive(Clone, Copy, Default)]
struct Level {
    /// Where it begins.
    begin: usize,
    /// Where the key of the member that is being read stands.
    key: Option<(usize, usize)>,
    /// The last string of this level, without its quotes.
    string: (usize, usize),
    /// Where the value that is being read begins.
    value: usize,
    /// How many objects and lists that value has had, and where the last of them ended.
    opened: u32,
    closed: usize,
    /// It has members.
    any: bool,
    /// A colon, comma or value is not where it should be.
    odd: bool,
}

impl<'a> Pass<'a> {
    /// Goes over the object or list that begins at `begin`, to its end.
    pub(super) fn over(text: &'a str, begin: usize, longest: usize) -> Result<Self, Refusal> {
        let mut pass = Self {
            text,
            longest,
            at: begin,
            depth: 0,
            kinds: 0,
            levels: [Level::default(); LEVELS],
            entries: Vec::with_capacity(USUAL),
            members: Vec::with_capacity(48),
            odd: Vec::new(),
            misplaced: false,
        };
        pass.run()?;
        Ok(pass)
    }

    fn run(&mut self) -> Result<(), Refusal> {
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'"' => self.string(bytes)?,
                b'{' | b'[' => self.open(byte)?,
                b'}' | b']' => {
                    self.close(byte)?;
                    if self.depth == 0 {
                        return Ok(());
                    }
                }
                b':' => self.colon()?,
                b',' => self.entry()?,
                _ => {}
            }
        }
        Err(Refusal::Truncated)
    }

    /// Goes over the object or list that was just opened, of which nothing is noted: most of a record.
    fn pass_over(&mut self) -> Result<(), Refusal> {
        let bytes = self.text.as_bytes();
        let outer = self.depth.saturating_sub(1);
        let mut at = self.at;
        while let Some(&byte) = bytes.get(at) {
            at += 1;
            match byte {
                b'"' => {
                    at = match short_string(bytes, at) {
                        Some(behind) => behind,
                        None => self.string_end(bytes, at)? + 1,
                    };
                }
                b'{' | b'[' => self.deeper(byte, at)?,
                b'}' | b']' => {
                    self.at = at;
                    self.matches(byte)?;
                    self.depth -= 1;
                    self.kinds >>= 1;
                    if self.depth == outer {
                        if let Some(level) = self.level() {
                            level.closed = at;
                        }
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
        Err(Refusal::Truncated)
    }

    /// The level at hand, if it is one that may be noted.
    fn level(&mut self) -> Option<&mut Level> {
        self.levels.get_mut(self.depth.checked_sub(1)?)
    }

    /// What is wrong with the outermost level is wrong with the text; what is wrong below is for whoever looks there.
    fn wrong(&mut self, why: &str) -> Result<(), Refusal> {
        if self.depth <= 1 {
            return Err(Refusal::not_json(self.at - 1, why));
        }
        if let Some(level) = self.level() {
            level.odd = true;
        }
        Ok(())
    }

    fn string(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let start = self.at;
        let quote = self.string_end(bytes, start)?;
        if let Some(level) = self.level() {
            level.string = (start, quote);
        }
        self.at = quote + 1;
        Ok(())
    }

    /// The last quote of the string that begins at `start`.
    fn string_end(&self, bytes: &[u8], start: usize) -> Result<usize, Refusal> {
        match string_end(bytes, start) {
            StringEnd::At(quote) if quote - start > self.longest && !self.is_message(start) => {
                Err(Refusal::StringTooLong { limit: self.longest })
            }
            StringEnd::At(quote) => Ok(quote),
            StringEnd::Line(at) => Err(Refusal::not_json(at, "the line ends inside a string")),
            StringEnd::Beyond(_) => Err(Refusal::Truncated),
        }
    }

    /// Whether the string that begins here is the value of a member `Message`, as SNS has it.
    fn is_message(&self, start: usize) -> bool {
        let before = self.text.get(..start.saturating_sub(1)).unwrap_or_default().trim_ascii_end();
        before.strip_suffix(':').is_some_and(|before| before.trim_ascii_end().ends_with("\"Message\""))
    }

    fn open(&mut self, byte: u8) -> Result<(), Refusal> {
        if let Some(level) = self.level() {
            level.opened = level.opened.saturating_add(1);
        }
        self.deeper(byte, self.at)?;
        if self.depth > LEVELS || self.depth == LIST_LEVEL && byte == b'{' {
            return self.pass_over();
        }
        let at = self.at;
        if let Some(level) = self.level() {
            *level = Level { begin: at - 1, value: at, ..Level::default() };
        }
        Ok(())
    }

    /// Goes into the object or list whose bracket stands before `at`.
    fn deeper(&mut self, byte: u8, at: usize) -> Result<(), Refusal> {
        if self.depth == DEPTH_LIMIT {
            return Err(Refusal::too_deep());
        }
        let before = self.text.as_bytes().get(..at - 1).unwrap_or_default();
        let before = before.iter().rev().find(|byte| !is_space(**byte));
        self.misplaced |= !may_open(before.copied(), self.depth, self.kinds);
        self.depth += 1;
        self.kinds = self.kinds << 1 | u64::from(byte == b'{');
        Ok(())
    }

    /// Checks that a closing bracket is of the kind of the opening one.
    fn matches(&self, byte: u8) -> Result<(), Refusal> {
        if (self.kinds & 1 == 1) == (byte == b'}') {
            return Ok(());
        }
        Err(Refusal::not_json(self.at - 1, "mismatched closing bracket"))
    }

    fn close(&mut self, byte: u8) -> Result<(), Refusal> {
        self.matches(byte)?;
        let (text, at) = (self.text, self.at);
        if let Some(level) = self.level() {
            let last = text.get(level.value..at - 1).unwrap_or_default();
            if level.key.is_some() || level.any || !last.trim_ascii().is_empty() {
                self.entry()?;
            }
        }
        if let Some(begin) = self.level().filter(|level| level.odd).map(|level| level.begin) {
            self.odd.push(begin);
        }
        self.depth = self.depth.saturating_sub(1);
        self.kinds >>= 1;
        if let Some(level) = self.level() {
            level.closed = at;
        }
        Ok(())
    }

    fn colon(&mut self) -> Result<(), Refusal> {
        let (text, at, in_object) = (self.text, self.at, self.kinds & 1 == 1);
        let Some(level) = self.level() else { return Ok(()) };
        let key = level.string;
        let written = text.get(level.value..at - 1).unwrap_or_default().trim_ascii();
        if !in_object
            || level.key.is_some()
            || written.len() != key.1 - key.0 + 2
            || level.string.1 < level.value
        {
            return self.wrong("a colon where none may be");
        }
        level.key = Some(key);
        level.value = at;
        Ok(())
    }

    /// Ends the member or element before the byte just read.
    fn entry(&mut self) -> Result<(), Refusal> {
        let (text, at, in_object, depth) = (self.text, self.at, self.kinds & 1 == 1, self.depth);
        let Some(level) = self.level() else { return Ok(()) };
        let written = text.get(level.value..at - 1).unwrap_or_default();
        let begin = level.value + written.len() - written.trim_ascii_start().len();
        let value = written.trim_ascii();
        let end = begin + value.len();
        let key = level.key.take();
        let tidy = level.opened == 0 || level.opened == 1 && level.closed == end;
        (level.value, level.opened, level.any) = (at, 0, true);
        if value.is_empty() || key.is_some() != in_object {
            return self.wrong("a value is missing");
        }
        if !tidy {
            self.odd.push(begin);
        }
        let key = key.unwrap_or_default();
        if depth == 1 {
            self.entries.push((text.get(key.0..key.1).unwrap_or_default(), value));
        } else {
            let (key, value) = ((place(key.0), place(key.1)), (place(begin), place(end)));
            self.members.push(Member { level: place(depth), key, value });
        }
        Ok(())
    }
}
