//! Several questions at once: an answer to a person is made of many small ones, each of which waits for the network.

use std::collections::BTreeMap;
use std::future::Future;

use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use tokio::task::JoinSet;

/// How many questions one answer has under way: more would not be answered sooner by a function's one connection pool.
const AT_ONCE: usize = 32;

/// What all of `work` answers, in its order. The first error ends it.
pub(super) async fn together<T, F>(operation: &'static str, work: Vec<F>) -> PortResult<Vec<T>>
where
    T: Send + 'static,
    F: Future<Output = PortResult<T>> + Send + 'static,
{
    let mut waiting = work.into_iter().enumerate();
    let mut running = JoinSet::new();
    let mut answers = BTreeMap::new();
    loop {
        while running.len() < AT_ONCE
            && let Some((place, question)) = waiting.next()
        {
            running.spawn(async move { (place, question.await) });
        }
        let Some(ended) = running.join_next().await else {
            return Ok(answers.into_values().collect());
        };
        // What a task says of its panic may repeat a row.
        let (place, answer) =
            ended.map_err(|_panicked| PortError::new(PortErrorKind::Unavailable, operation))?;
        answers.insert(place, answer?);
    }
}
