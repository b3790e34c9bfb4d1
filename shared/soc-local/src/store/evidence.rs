//! The bytes of findings: written once for each revision, packed on a thread of their own.
//!
//! Apart from findings because packing is a quarter of what a new finding costs, and nothing waits for its result
//! but the commit. Invariants: a batch that is committed has the bytes of all its findings; what a batch that is
//! dropped had waiting is dropped with it; outside a batch bytes are written at once.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use rusqlite::{Connection, OptionalExtension as _, params};
use soc_domain::time::Timestamp;

use super::error::Fault;
use super::packing::{Packed, pack};
use super::rows::size;

/// So many findings wait for the packer at most: those of one batch.
const MOST_WAITING: usize = 512;

/// So many are handed to the packer together: waking a thread for each would cost as much as packing it.
const TOGETHER: usize = 32;

const INSERT: &str = "INSERT INTO evidence(key, at, length, raw, previous) VALUES (?1, ?2, ?3, ?4, ?5)";

/// A row of evidence without its bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) key: i64,
    /// The evidence of the revision before.
    previous: Option<i64>,
    at: Timestamp,
}

impl Place {
    /// The place of the newest evidence of a finding.
    pub(super) fn next(connection: &Connection, key: i64, of: (&str, Timestamp)) -> Result<Self, Fault> {
        let (finding, at) = of;
        let sql = "SELECT evidence FROM findings WHERE id = ?1";
        let mut statement = connection.prepare_cached(sql)?;
        let previous = statement.query_row([finding], |row| row.get(0)).optional()?;
        Ok(Self { key, previous, at })
    }

    pub(super) fn first(key: i64, at: Timestamp) -> Self {
        Self { key, previous: None, at }
    }

    pub(super) fn fill(self, connection: &Connection, packed: &Packed) -> Result<(), Fault> {
        let mut statement = connection.prepare_cached(INSERT)?;
        let (at, length) = (self.at.as_millis(), size(packed.length));
        statement.execute(params![self.key, at, length, packed.bytes, self.previous])?;
        Ok(())
    }
}

/// The key after the last.
pub(super) fn next_key(connection: &Connection) -> Result<i64, Fault> {
    let last: Option<i64> =
        connection.prepare_cached("SELECT max(key) FROM evidence")?.query_row([], |row| row.get(0))?;
    Ok(last.unwrap_or(0).saturating_add(1))
}

/// Evidence of the batch at hand whose bytes are being packed.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    /// The next key of this batch, once it has been asked for.
    next: Option<i64>,
    places: Vec<Place>,
    /// Bytes for the last of the places, still to be handed to the packer.
    unpacked: Vec<Vec<u8>>,
    packer: Option<Packer>,
    /// Bytes were lost on the way: the batch cannot be committed any more.
    broken: bool,
}

#[derive(Debug)]
struct Packer {
    to: SyncSender<Vec<Vec<u8>>>,
    from: Receiver<Vec<Packed>>,
}

impl Packer {
    fn start() -> Result<Self, Fault> {
        let (to, raw) = sync_channel::<Vec<Vec<u8>>>(MOST_WAITING);
        let (packed, from) = sync_channel(MOST_WAITING);
        // It ends when the store does, and with it the sender.
        let work = move || {
            raw.into_iter().try_for_each(|raw| packed.send(raw.iter().map(|raw| pack(raw)).collect()))
        };
        std::thread::Builder::new().name("packer".to_owned()).spawn(work).map_err(Fault::Io)?;
        Ok(Self { to, from })
    }
}

const GONE: Fault = Fault::Misuse("the packing thread is gone");

impl Waiting {
    pub(super) fn key(&mut self, connection: &Connection) -> Result<i64, Fault> {
        let key = match self.next {
            Some(key) => key,
            None => next_key(connection)?,
        };
        self.next = Some(key);
        Ok(key)
    }

    /// Has `raw` packed for a place whose finding is written.
    pub(super) fn add(&mut self, connection: &Connection, place: Place, raw: &[u8]) -> Result<(), Fault> {
        if self.places.len() >= MOST_WAITING {
            self.write(connection)?;
        }
        self.unpacked.push(raw.to_vec());
        self.places.push(place);
        self.next = Some(place.key.saturating_add(1));
        if self.unpacked.len() >= TOGETHER { self.hand_over() } else { Ok(()) }
    }

    /// Hands the packer what it has not yet.
    fn hand_over(&mut self) -> Result<(), Fault> {
        if self.unpacked.is_empty() {
            return Ok(());
        }
        let packer = match self.packer.take() {
            Some(packer) => packer,
            None => Packer::start()?,
        };
        let handed = packer.to.send(std::mem::take(&mut self.unpacked)).map_err(|_gone| GONE);
        self.packer = Some(packer);
        self.broken |= handed.is_err();
        handed
    }

    /// Writes what waits, in the order of the keys.
    pub(super) fn write(&mut self, connection: &Connection) -> Result<(), Fault> {
        if self.broken {
            return Err(Fault::Misuse("evidence of this batch was not written: it can only be rolled back"));
        }
        if self.places.is_empty() {
            return Ok(());
        }
        self.hand_over()?;
        let filled = self.fill(connection);
        self.broken = filled.is_err();
        filled
    }

    fn fill(&mut self, connection: &Connection) -> Result<(), Fault> {
        let packer = self.packer.as_ref().ok_or(GONE)?;
        let mut places = self.places.drain(..);
        while places.len() > 0 {
            let packed = packer.from.recv().map_err(|_gone| GONE)?;
            for (packed, place) in packed.iter().zip(places.by_ref()) {
                place.fill(connection, packed)?;
            }
        }
        Ok(())
    }

    /// The batch is over: a new one asks for its keys again, and what waits for it was dropped.
    pub(super) fn end(&mut self) {
        self.next = None;
        self.unpacked.clear();
        if self.broken || !self.places.is_empty() {
            // What is still being packed belongs to nobody: the next batch begins with a packer of its own.
            self.places.clear();
            self.packer = None;
            self.broken = false;
        }
    }
}
