//! The `soc` command with the real binary: one test program, so that it is linked once.

#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod decisions;
#[cfg(test)]
mod deployed;
#[cfg(test)]
mod events;
#[cfg(test)]
mod interrupted;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod leaks;
#[cfg(test)]
mod serving;
#[cfg(test)]
mod shell;
