//! The reading thread: chunks in, batches of parsed records out.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;

use soc_domain::wire::{Piece, Position, Refusal, Splitter};

use super::open::{CHUNK, Opened};
use super::spill::Spilling;
use super::{InputError, Parsed};

/// A batch is at most so many pieces.
const BATCH: usize = 512;

/// What the reading thread says.
#[derive(Debug)]
pub enum Message {
    /// Records.
    Batch(Batch),
    /// The input with this index is read to its end, or as far as it goes.
    End {
        /// The index of the input.
        input: usize,
        /// Why no further, if not to its end.
        error: Option<InputError>,
    },
}

/// Records of one input.
#[derive(Debug)]
pub struct Batch {
    /// The index of the input.
    pub input: usize,
    /// Top-level records that the batch covers: what a later run passes over.
    pub pieces: u64,
    /// Uncompressed bytes read of the input so far.
    pub bytes: u64,
    /// What they turned out to be.
    pub records: Vec<Parsed>,
}

/// Reads inputs one after the other until the receiver is gone or `stop` is set. Long records go to files in
/// `folder`.
pub fn read(inputs: Vec<Opened>, folder: &Path, to: &SyncSender<Message>, stop: &Arc<AtomicBool>) {
    for (index, input) in inputs.into_iter().enumerate() {
        let mut reading = Reading::new(index, &input, folder, to);
        let error = reading.run(input.bytes, stop).err();
        let stopped = stop.load(Ordering::Relaxed) || reading.receiver_gone;
        if stopped || to.send(Message::End { input: index, error }).is_err() {
            return;
        }
    }
}

struct Reading<'a> {
    index: usize,
    name: String,
    fingerprint: String,
    folder: &'a Path,
    to: &'a SyncSender<Message>,
    skip: u64,
    seen: u64,
    pieces: u64,
    bytes: u64,
    records: Vec<Parsed>,
    spilling: Option<(Spilling, Position, Refusal)>,
    spill_error: Option<io::Error>,
    receiver_gone: bool,
}

impl<'a> Reading<'a> {
    fn new(index: usize, input: &Opened, folder: &'a Path, to: &'a SyncSender<Message>) -> Self {
        Self {
            index,
            name: input.name.clone(),
            fingerprint: input.fingerprint.clone(),
            folder,
            to,
            skip: input.skip,
            seen: 0,
            pieces: 0,
            bytes: 0,
            records: Vec::new(),
            spilling: None,
            spill_error: None,
            receiver_gone: false,
        }
    }

    fn run(&mut self, mut bytes: Box<dyn Read + Send>, stop: &AtomicBool) -> Result<(), InputError> {
        let mut splitter = Splitter::new();
        let mut chunk = vec![0; CHUNK];
        let broken = loop {
            if stop.load(Ordering::Relaxed) || self.receiver_gone {
                return Ok(());
            }
            let read = match bytes.read(&mut chunk) {
                Ok(0) => break None,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => break Some(error),
            };
            self.bytes += read as u64;
            splitter.feed(chunk.get(..read).unwrap_or_default(), &mut |piece| self.take(piece));
            self.check_spill()?;
            // A pipe that pauses must not keep what it has said already.
            if read < chunk.len() || self.pieces >= BATCH as u64 {
                self.send();
            }
        };
        splitter.finish(&mut |piece| self.take(piece));
        self.check_spill()?;
        self.send();
        match broken {
            None => Ok(()),
            Some(source) => Err(InputError::Broken { name: self.name.clone(), records: self.seen, source }),
        }
    }

    fn take(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Record { position, record } => {
                self.piece(|this| {
                    for item in record.read() {
                        this.records.push(Parsed {
                            offset: position.offset,
                            line: position.line,
                            raw: item.raw.into_owned(),
                            spilled: None,
                            content: item.content,
                        });
                    }
                });
            }
            Piece::Broken { position, reason, bytes, more } => {
                if more || self.spilling.is_some() {
                    if let Err(error) = self.spill(position, reason, bytes, more) {
                        self.spill_error.get_or_insert(error);
                    }
                    return;
                }
                self.piece(|this| {
                    this.records.push(Parsed {
                        offset: position.offset,
                        line: position.line,
                        raw: bytes.to_vec(),
                        spilled: None,
                        content: Err(reason),
                    });
                });
            }
        }
    }

    /// Counts a piece, passes over those of an earlier run, and sends what makes a full batch.
    fn piece(&mut self, add: impl FnOnce(&mut Self)) {
        self.seen += 1;
        if self.seen <= self.skip {
            return;
        }
        add(self);
        self.pieces += 1;
        if self.pieces >= BATCH as u64 {
            self.send();
        }
    }

    fn spill(&mut self, position: Position, reason: Refusal, bytes: &[u8], more: bool) -> io::Result<()> {
        if self.spilling.is_none() {
            let file = Spilling::begin(self.folder, &self.fingerprint, position.offset)?;
            self.spilling = Some((file, position, reason));
        }
        if let Some((file, _, _)) = &mut self.spilling {
            file.add(bytes)?;
        }
        if more {
            return Ok(());
        }
        if let Some((file, position, reason)) = self.spilling.take() {
            let (raw, spill) = file.end()?;
            self.piece(|this| {
                this.records.push(Parsed {
                    offset: position.offset,
                    line: position.line,
                    raw,
                    spilled: Some(spill),
                    content: Err(reason),
                });
            });
        }
        Ok(())
    }

    fn check_spill(&mut self) -> Result<(), InputError> {
        match self.spill_error.take() {
            None => Ok(()),
            Some(source) => Err(InputError::Spill { name: self.name.clone(), source }),
        }
    }

    fn send(&mut self) {
        if self.pieces == 0 {
            return;
        }
        let batch = Batch {
            input: self.index,
            pieces: std::mem::take(&mut self.pieces),
            bytes: self.bytes,
            records: std::mem::take(&mut self.records),
        };
        self.receiver_gone |= self.to.send(Message::Batch(batch)).is_err();
    }
}
