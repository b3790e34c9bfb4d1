//! The shell without Lambda: batches, settings, lines, policies, health.

mod batch;
mod pieces;
mod program;
