//! Made findings: the built-in stream that tells attacks among noise, and a generator for load.
//!
//! Apart from the readers, because it writes what products send (the *wire* form, JSON bytes) and must not share
//! code, and so mistakes, with what reads it. Invariants: nothing here draws chance or time (seeds and moments
//! are arguments), and every account, address, domain and key is one that documentation may use: accounts
//! 111122223333, 444455556666 and 777788889999, addresses of RFC 5737 and RFC 3849, `example.com`, keys that end in EXAMPLE.

mod agreement;
mod builtin;
mod generator;
mod perturb;
mod sample;
mod scene;
pub mod wire;

pub use agreement::Agreement;
pub use builtin::{Entry, Story, StoryRow, accounts, builtin, entries, stories};
pub use generator::{Labelled, LabelledRecord, PROXY, Plan, Records, example};
pub use perturb::{Disorder, perturb};
pub use sample::{Act, Container, Direction, Product, Sample, Sequence, Signal, Tag, Target};
pub use scene::{Agent, Check, Home, Scene};
