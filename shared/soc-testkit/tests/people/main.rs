//! What people do with incidents, over the in-memory store: every change and its undoing, one after the other, with
//! findings in between, and with a crash at every call.

#[cfg(test)]
mod bed;
#[cfg(test)]
mod bulks;
#[cfg(test)]
mod closing;
#[cfg(test)]
mod cut_short;
#[cfg(test)]
mod moved;
#[cfg(test)]
mod suppressed;
#[cfg(test)]
mod undone;
