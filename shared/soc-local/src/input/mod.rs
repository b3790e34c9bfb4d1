//! Inputs: files, standard input, the built-in stream; plain or gzip; read and parsed on a thread of their own.
//!
//! Memory is constant: chunks of 64 KiB, batches of at most 512 records, a bounded queue. A record that is too
//! long to hold goes to a file in the data folder as it comes, so that even it is kept.

mod generated;
mod open;
mod reader;
mod spill;

use std::path::PathBuf;

use soc_domain::wire::{Content, Refusal};
use soc_samples::Plan;
use thiserror::Error;

pub use open::{Opened, open};
pub use reader::{Batch, Message, read};

/// Where records come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The stories that come with the program.
    Builtin,
    /// A file: JSON, NDJSON, gzip of either.
    Path(PathBuf),
    /// Standard input, of the same forms.
    Stdin,
    /// Findings that are made as they are read.
    Generated(Plan),
    /// Bytes that were kept.
    Kept {
        /// The name under which they are known.
        name: String,
        /// The bytes.
        bytes: Vec<u8>,
    },
}

impl Input {
    /// The name under which its records are known.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Builtin => "builtin".to_owned(),
            Self::Path(path) => path.display().to_string(),
            Self::Stdin => "-".to_owned(),
            Self::Generated(plan) => generated::name(plan),
            Self::Kept { name, .. } => name.clone(),
        }
    }

    /// The input with this name; none for standard input, which cannot be read again.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "builtin" => Some(Self::Builtin),
            "-" => None,
            _ => Some(generated::plan(name).map_or_else(|| Self::Path(PathBuf::from(name)), Self::Generated)),
        }
    }
}

/// Why an input could not be read, or not to its end. What was read of it before is kept.
#[derive(Debug, Error)]
pub enum InputError {
    /// It cannot be opened.
    #[error("cannot open {name}: {source}")]
    Open {
        /// Its name.
        name: String,
        /// Why.
        source: std::io::Error,
    },
    /// It is a folder.
    #[error("{name} is a folder; name the files in it, for example {name}/*.json")]
    Folder {
        /// Its name.
        name: String,
    },
    /// There is nothing in it.
    #[error("{name} is empty; expected findings as JSON or NDJSON, plain or gzip")]
    Empty {
        /// Its name.
        name: String,
    },
    /// It is no text.
    #[error(
        "{name} is not JSON: it begins with the bytes {beginning}; expected findings as JSON or NDJSON, plain or gzip"
    )]
    Binary {
        /// Its name.
        name: String,
        /// The first bytes in hexadecimal.
        beginning: String,
    },
    /// Reading stopped before its end.
    #[error("cannot read {name} to its end: {source}; the {records} records before that point are kept")]
    Broken {
        /// Its name.
        name: String,
        /// Records before it.
        records: u64,
        /// Why.
        source: std::io::Error,
    },
    /// A record is too long to hold and cannot be put aside.
    #[error("cannot keep a long record of {name}: {source}; free some space and run the same command again")]
    Spill {
        /// Its name.
        name: String,
        /// Why.
        source: std::io::Error,
    },
}

/// One record, read.
#[derive(Debug)]
pub struct Parsed {
    /// The byte at which it begins.
    pub offset: u64,
    /// The line at which it begins, from 1.
    pub line: u64,
    /// Its bytes; of a spilled record the beginning.
    pub raw: Vec<u8>,
    /// The file with its bytes and how many there are, if they are many.
    pub spilled: Option<Spill>,
    /// What it says.
    pub content: Result<Content, Refusal>,
}

/// A record that is in a file of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spill {
    /// The file's name in the data folder.
    pub file: String,
    /// How many bytes it has.
    pub length: u64,
}
