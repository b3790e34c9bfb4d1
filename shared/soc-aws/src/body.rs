//! The body of an answer as the product wrote it.
//!
//! Apart because the SDK hands out its own structs, which forget what they do not know; our readers take the
//! product's JSON, and so does the stream.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use soc_domain::wire::{Piece, Splitter};
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};

/// Keeps the body of the last successful answer of one call. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Body(Arc<Mutex<Vec<u8>>>);

/// A page of findings, as they came, and where it goes on.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) elements: Vec<Vec<u8>>,
    pub(crate) next: Option<String>,
}

impl fmt::Debug for Body {
    /// Never what is in it: it is text of findings.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Body")
    }
}

impl Intercept for Body {
    fn name(&self) -> &'static str {
        "body as it came"
    }

    /// The first moment at which the body is in memory.
    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        let bytes = response.body().bytes().filter(|_| response.status().is_success());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = bytes.unwrap_or_default().to_vec();
        Ok(())
    }
}

impl Body {
    /// The elements of the answer's list of findings, each as it stands there. The SDK read `expected` of them: any
    /// other number would mean that one is lost.
    pub(crate) fn findings(&self, expected: usize, operation: &'static str) -> PortResult<Vec<Vec<u8>>> {
        if expected == 0 {
            return Ok(Vec::new());
        }
        let mut found = Vec::with_capacity(expected);
        let mut broken = Vec::new();
        let mut take = |piece: Piece<'_>| match piece {
            Piece::Record { record, .. } => found.push(record.bytes().to_vec()),
            Piece::Broken { bytes, more, .. } => {
                broken.extend_from_slice(bytes);
                if !more {
                    found.push(std::mem::take(&mut broken));
                }
            }
        };
        let mut splitter = Splitter::new();
        splitter.feed(&self.0.lock().unwrap_or_else(PoisonError::into_inner), &mut take);
        splitter.finish(&mut take);
        if found.len() == expected {
            Ok(found)
        } else {
            Err(PortError::new(PortErrorKind::Rejected, operation))
        }
    }
}
