//! The soc command.

fn main() {}
