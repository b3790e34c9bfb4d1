//! A handler that panics answers with a problem, and the others go on.
//!
//! Apart because it is the one place that touches unwinding.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

/// A future whose panic is an answer: none.
pub(crate) struct Catching<T> {
    inner: Pin<Box<dyn Future<Output = T> + Send>>,
}

impl<T> Catching<T> {
    pub(crate) fn new(inner: impl Future<Output = T> + Send + 'static) -> Self {
        Self { inner: Box::pin(inner) }
    }
}

impl<T> Future for Catching<T> {
    type Output = Option<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let inner = &mut self.inner;
        // What a handler shares is behind locks that do not poison, and it is never polled again.
        match catch_unwind(AssertUnwindSafe(|| inner.as_mut().poll(context))) {
            Ok(Poll::Ready(value)) => Poll::Ready(Some(value)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(_shown_by_the_hook) => Poll::Ready(None),
        }
    }
}
