//! Group commit: who waits for the disk waits together with others, so that one write is for all of them.
//!
//! Apart because store and account both wait so. It knows no database: a ticket is drawn behind what was written, and the
//! next commit calls it up.

use std::task::{Context, Poll, Waker};

/// Those who wait for the next commit.
#[derive(Debug, Default)]
pub(crate) struct GroupCommit {
    commits: u64,
    waiting: Vec<Waker>,
}

/// Stands for what was written before the next commit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ticket(u64);

impl GroupCommit {
    pub(crate) fn ticket(&self) -> Ticket {
        Ticket(self.commits)
    }

    /// Whether somebody waits.
    pub(crate) fn is_awaited(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Ready once what the ticket stands for was committed.
    pub(crate) fn poll(&mut self, Ticket(drawn): Ticket, context: &Context<'_>) -> Poll<()> {
        if self.commits > drawn {
            return Poll::Ready(());
        }
        self.waiting.push(context.waker().clone());
        Poll::Pending
    }

    /// A commit has come through.
    pub(crate) fn committed(&mut self) {
        self.commits = self.commits.wrapping_add(1);
        self.waiting.drain(..).for_each(Waker::wake);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_commit_calls_up_all_who_drew_before_it_and_nobody_else() {
        let context = Context::from_waker(Waker::noop());
        let mut group = GroupCommit::default();
        let (first, second) = (group.ticket(), group.ticket());
        assert!(!group.is_awaited());
        assert_eq!(group.poll(first, &context), Poll::Pending);
        assert_eq!(group.poll(second, &context), Poll::Pending);
        assert!(group.is_awaited());
        group.committed();
        assert!(!group.is_awaited());
        let late = group.ticket();
        assert_eq!([first, second].map(|ticket| group.poll(ticket, &context)), [Poll::Ready(()); 2]);
        assert_eq!(group.poll(late, &context), Poll::Pending);
    }
}
