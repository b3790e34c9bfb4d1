//! Structured logs: one JSON object a line on standard output, of our own crates alone, with the fields of a list.
//!
//! Apart from the formats that libraries bring, because those write whatever is put into an event; here a field that
//! is not on the list does not get out, and neither do the words of other crates.

use std::fmt;
use std::io::Write as _;
use std::sync::Arc;

use serde_json::{Map, Value};
use soc_pipeline::ports::Clock;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer, filter::LevelFilter, registry};

use crate::clock::SystemClock;

/// What may be logged beside the message: ids, names of ours, figures.
const FIELDS: [&str; 19] = [
    "action.id",
    "count",
    "done",
    "duty",
    "error.chain",
    "error.name",
    "execution.name",
    "failed",
    "finding.id",
    "incident.id",
    "latency_ms",
    "location",
    "op",
    "quarantine.id",
    "quarantined",
    "record.id",
    "records",
    "remaining_ms",
    "variables",
];
/// The runtime's span of an invocation, and its field with the id.
const SPAN: (&str, &str) = ("Lambda runtime invoke", "requestId");

/// Where lines go.
pub type Sink = Arc<dyn Fn(&str) + Send + Sync>;

/// One line on standard output.
pub(crate) fn print(line: &str) {
    // Nobody can be told that telling failed.
    drop(writeln!(std::io::stdout().lock(), "{line}"));
}

/// Writes every event of ours as a line.
pub struct JsonLines {
    service: &'static str,
    release: String,
    sink: Sink,
}

impl fmt::Debug for JsonLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonLines").field("service", &self.service).finish_non_exhaustive()
    }
}

impl JsonLines {
    /// Lines of one function.
    pub fn new(service: &'static str, release: impl Into<String>, sink: Sink) -> Self {
        Self { service, release: release.into(), sink }
    }

    /// The subscriber that writes them, from Info on.
    #[must_use]
    pub fn subscriber(self) -> impl Subscriber + Send + Sync {
        registry().with(LevelFilter::INFO).with(self)
    }
}

/// The id of the invocation that a span is about.
struct RequestId(String);

/// What an event says, as far as it may.
#[derive(Default)]
struct Said {
    message: String,
    fields: Map<String, Value>,
    request_id: Option<String>,
}

impl Said {
    fn take(&mut self, field: &Field, value: Value) {
        if FIELDS.contains(&field.name()) {
            self.fields.insert(field.name().to_owned(), value);
        } else if field.name() == SPAN.1 {
            self.request_id = value.as_str().map(str::to_owned);
        }
    }
}

impl Visit for Said {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.take(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.take(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.take(field, value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        if field.name() == "message" {
            self.message = text;
        } else {
            let plain = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
            self.take(field, plain.unwrap_or(&text).into());
        }
    }
}

impl<S> Layer<S> for JsonLines
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if attributes.metadata().name() != SPAN.0 {
            return;
        }
        let mut said = Said::default();
        attributes.record(&mut said);
        if let (Some(span), Some(request_id)) = (context.span(id), said.request_id) {
            span.extensions_mut().insert(RequestId(request_id));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        if !metadata.target().starts_with("soc_") {
            return;
        }
        let mut said = Said::default();
        event.record(&mut said);
        let mut line = said.fields;
        line.insert("timestamp".to_owned(), SystemClock.now().to_string().into());
        line.insert("level".to_owned(), metadata.level().to_string().into());
        line.insert("service".to_owned(), self.service.into());
        line.insert("release".to_owned(), self.release.clone().into());
        line.insert("message".to_owned(), said.message.into());
        let request_id = context
            .event_scope(event)
            .into_iter()
            .flatten()
            .find_map(|span| span.extensions().get::<RequestId>().map(|request_id| request_id.0.clone()));
        if let Some(request_id) = request_id {
            line.insert("request_id".to_owned(), request_id.into());
        }
        (self.sink)(&Value::Object(line).to_string());
    }
}
