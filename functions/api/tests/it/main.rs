//! The program as Lambda starts it, under a Runtime API of our own.

#[cfg(test)]
mod program;
