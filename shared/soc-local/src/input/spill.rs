//! Records that are too long to hold: written to a file as they come, never held.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::Spill;

/// How much of a spilled record stays beside its reason.
const KEPT: usize = 4096;

/// A file that grows with the record.
pub(super) struct Spilling {
    path: PathBuf,
    name: String,
    file: File,
    length: u64,
    beginning: Vec<u8>,
}

impl Spilling {
    /// Begins a file in `folder` of the data folder for the record at `offset` of `source`.
    pub(super) fn begin(folder: &Path, fingerprint: &str, offset: u64) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let name = format!("{}-{offset}.raw", fingerprint.chars().take(16).collect::<String>());
        let path = folder.join(&name);
        let file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&path)?;
        Ok(Self { path, name, file, length: 0, beginning: Vec::new() })
    }

    /// Adds bytes.
    pub(super) fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        let room = KEPT.saturating_sub(self.beginning.len());
        self.beginning.extend(bytes.iter().take(room));
        self.length += bytes.len() as u64;
        self.file.write_all(bytes)
    }

    /// Ends the file: its beginning, and where it is.
    pub(super) fn end(self) -> io::Result<(Vec<u8>, Spill)> {
        self.file.sync_all()?;
        let folder = self.path.parent().and_then(Path::file_name).unwrap_or_default();
        let file = format!("{}/{}", folder.to_string_lossy(), self.name);
        Ok((self.beginning, Spill { file, length: self.length }))
    }
}
