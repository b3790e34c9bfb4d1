//! Reading quarantined records again, with the readers of today: what is a record now comes in like any other, and
//! only then leaves the quarantine.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

use soc_domain::approval::MACHINE;
use soc_domain::id::QuarantineId;
use soc_domain::wire::{Piece, Splitter};
use soc_ledger::Draft;
use soc_pipeline::error::{PortError, PortErrorKind};
use soc_pipeline::ledger::OUTSIDE;
use soc_pipeline::ports::{Ledger, Quarantine, Quarantined, RawBytes};

use super::{RunError, RunOptions, Silent, Soc};
use crate::input::{Input, InputError};

/// How much is read at once.
const CHUNK: usize = 64 * 1024;

/// What came of reading a quarantined record again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replayed {
    /// It could be read, was taken in, and is quarantined no more.
    Released,
    /// It still cannot be read, and stays.
    Refused {
        /// Why, in our words.
        reason: String,
    },
}

impl Soc {
    /// Reads a quarantined record again. If it is a record now, it is taken in and handled, and released.
    ///
    /// # Errors
    /// There is no such record, its file is gone, or the store failed.
    pub async fn replay(&self, id: QuarantineId) -> Result<Result<Replayed, InputError>, RunError> {
        let Some(record) = Quarantine::get(&self.store, id).await? else {
            return Err(PortError::new(PortErrorKind::NotFound, "read a quarantined record").into());
        };
        let (input, reason) = match &record.raw {
            RawBytes::Inline(bytes) => {
                let reason =
                    refusal(Cursor::new(bytes)).map_err(|error| failed(Path::new("memory"), error))?;
                (Input::Kept { name: format!("quarantine:{id}"), bytes: bytes.clone() }, reason)
            }
            RawBytes::Spilled(name) => {
                let path = self.folder.join(name);
                let file = File::open(&path).and_then(refusal);
                let reason = file.map_err(|error| failed(&path, error))?;
                (Input::Path(path), reason)
            }
        };
        if let Some(reason) = reason {
            self.count_replay(record).await?;
            return Ok(Ok(Replayed::Refused { reason }));
        }
        if let Err(error) = self.run(&[input], &RunOptions::default(), &Silent).await? {
            return Ok(Err(error));
        }
        Quarantine::release(&self.store, id).await?;
        let draft = Draft {
            chain: OUTSIDE.to_owned(),
            actor: MACHINE.to_owned(),
            what: "record_released".to_owned(),
            subject: id.to_string(),
            details: BTreeMap::new(),
        };
        self.store.append(draft, self.clock.now()).await?;
        Ok(Ok(Replayed::Released))
    }

    async fn count_replay(&self, mut record: Quarantined) -> Result<(), RunError> {
        record.replays += 1;
        self.store.begin()?;
        let counted = async {
            Quarantine::release(&self.store, record.id).await?;
            self.store.put(&record).await
        };
        match counted.await {
            Ok(_kept) => Ok(self.store.commit()?),
            Err(error) => {
                self.store.rollback()?;
                Err(error.into())
            }
        }
    }
}

fn failed(path: &Path, source: io::Error) -> RunError {
    RunError::File { path: path.to_owned(), source }
}

/// Why the bytes are still no record; none if all of them are records.
///
/// # Errors
/// They cannot be read.
pub fn refusal(mut bytes: impl Read) -> io::Result<Option<String>> {
    let mut splitter = Splitter::new();
    let mut chunk = vec![0; CHUNK];
    let (mut records, mut reason) = (0_u64, None);
    let mut judge = |piece: Piece<'_>| match piece {
        Piece::Record { record, .. } => {
            for item in record.read() {
                records += 1;
                if let Err(refusal) = item.content {
                    reason.get_or_insert(refusal.to_string());
                }
            }
        }
        Piece::Broken { reason: refusal, .. } => {
            reason.get_or_insert(refusal.to_string());
        }
    };
    loop {
        let read = match bytes.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        splitter.feed(chunk.get(..read).unwrap_or_default(), &mut judge);
    }
    splitter.finish(&mut judge);
    if records == 0 {
        reason.get_or_insert("there is no record in it".to_owned());
    }
    Ok(reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_refused_unless_every_piece_of_them_is_a_record() {
        let good = soc_samples::builtin().join(&b'\n');
        assert_eq!(refusal(Cursor::new(&good)).unwrap(), None);
        assert!(refusal(Cursor::new(b"{\"half\":")).unwrap().is_some());
        assert!(refusal(Cursor::new(b"")).unwrap().is_some());
        let mixed = [good.as_slice(), b"\nno record\n"].concat();
        assert!(refusal(Cursor::new(mixed)).unwrap().is_some());
    }
}
