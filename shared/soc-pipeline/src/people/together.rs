//! Several futures on one task: what waits for a store across a network need not wait for one answer after the other.
//!
//! Apart because it knows nothing of people, and because the few lines cost less than a crate of combinators.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

/// How many are waited for at once: half of a bulk's chunk. A bulk is quick with it, and a store that throttles is not
/// swamped.
pub(super) const AT_ONCE: usize = 12;

/// A future, and its answer once it is done.
type Waiting<F> = (Pin<Box<F>>, Option<<F as Future>::Output>);

/// Polls every future that is not done whenever one of them may go on, and answers in their order.
pub(super) async fn together<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<Waiting<F>> = futures.into_iter().map(|future| (Box::pin(future), None)).collect();
    poll_fn(|context| {
        let mut all_done = true;
        for (future, done) in &mut waiting {
            if done.is_some() {
                continue;
            }
            match future.as_mut().poll(context) {
                Poll::Ready(output) => *done = Some(output),
                Poll::Pending => all_done = false,
            }
        }
        if all_done { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    waiting.into_iter().filter_map(|(_, done)| done).collect()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::*;

    /// Answers when it is asked for the time that it is told.
    fn ready_after<'a>(times: u32, asked: &'a Cell<u32>) -> impl Future<Output = u32> + 'a {
        let mut left = times;
        poll_fn(move |_context| {
            asked.set(asked.get() + 1);
            if left == 0 {
                return Poll::Ready(times);
            }
            left -= 1;
            Poll::Pending
        })
    }

    #[test]
    fn all_go_on_at_once_are_answered_in_their_order_and_none_is_asked_again_once_it_is_done() {
        let asked = Cell::new(0);
        let mut all = pin!(together([3, 0, 2].map(|times| ready_after(times, &asked))));
        let mut context = Context::from_waker(Waker::noop());
        let mut polls = 1;
        let answers = loop {
            match all.as_mut().poll(&mut context) {
                Poll::Ready(answers) => break answers,
                Poll::Pending => polls += 1,
            }
        };
        assert_eq!((answers, polls, asked.get()), (vec![3, 0, 2], 4, 8));
    }
}
