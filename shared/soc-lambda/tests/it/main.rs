//! The shell without Lambda: batches, settings, lines, policies, health.

#[cfg(test)]
mod batch;
#[cfg(test)]
mod pieces;
#[cfg(test)]
mod program;
