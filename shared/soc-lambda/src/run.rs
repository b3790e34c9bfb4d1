//! The life of a function: start, one invocation after the other, the end.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use lambda_runtime::{Context, Diagnostic, LambdaEvent, service_fn};
use serde_json::Value;
use soc_domain::time::Timestamp;
use soc_pipeline::error::{PortError, PortErrorKind, StageError};
use soc_pipeline::ports::Clock;

use crate::clock::SystemClock;
use crate::failed::Failed;
use crate::failure::{chain, diagnostic};
use crate::invocation::Invocation;
use crate::log::{JsonLines, print};
use crate::metrics::{Label, Unit};
use crate::panic::{QUIET, guarded, tell_places_only};
use crate::settings::{Problems, environment};

/// What a function does when it is invoked.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Answers one invocation.
    async fn handle(&self, payload: Value, invocation: &Invocation) -> Result<Value, StageError>;
}

/// What every function has.
#[derive(Debug, Clone)]
pub struct Shell {
    /// The function's name.
    pub service: &'static str,
    /// What runs.
    pub release: String,
    /// Where `CloudWatch` files its metrics.
    pub namespace: String,
}

/// What a function's only thread may use. A finding of Security Hub has hundreds of members and is handed from frame to
/// frame by value: reading a page of them went over the 8 MiB of a main thread where nothing was optimised. Pages that
/// nobody touches cost nothing.
const STACK_BYTES: usize = 32 << 20;

/// Runs a function's program on one thread.
///
/// # Errors
/// The program's, or there is no thread for it.
pub fn program<F>(main: impl FnOnce() -> F + Send + 'static) -> Result<(), Failed>
where
    F: Future<Output = Result<(), Failed>>,
{
    let run = move || {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failed::Thread)?;
        runtime.block_on(main())
    };
    let thread = std::thread::Builder::new().name("function".to_owned()).stack_size(STACK_BYTES).spawn(run);
    thread.map_err(Failed::Thread)?.join().unwrap_or(Err(Failed::Panicked))
}

/// Begins a function: logs as lines, panics by their place, settings all good.
///
/// # Errors
/// Some settings are wrong: all of them are named, and nothing has run.
pub fn start<S>(
    service: &'static str,
    read: impl Fn(&fn(&str) -> Option<String>) -> Result<S, Problems>,
) -> Result<S, Failed> {
    let release = environment("SOC_RELEASE").unwrap_or_default();
    let lines = JsonLines::new(service, release, Arc::new(print));
    // Only a test sets one before, and then its own counts.
    drop(tracing::subscriber::set_global_default(lines.subscriber()));
    tell_places_only();
    let get: fn(&str) -> Option<String> = environment;
    read(&get).map_err(|problems| {
        tracing::error!(variables = problems.names().join(","), "the settings are wrong: {problems}");
        Failed::from(problems)
    })
}

/// Answers invocations until the environment ends; several at once where it is told to.
///
/// # Errors
/// The Runtime API cannot be reached any more.
pub async fn run(shell: Shell, handler: impl Handler) -> Result<(), Failed> {
    end_gracefully().await;
    let running = Arc::new((shell, handler));
    let service = service_fn(move |event: LambdaEvent<Value>| {
        let running = Arc::clone(&running);
        async move {
            let LambdaEvent { payload, context, .. } = event;
            answer(&running.0, &running.1, (payload, &context)).await
        }
    });
    lambda_runtime::run_concurrent(service).await.map_err(Failed::Runtime)
}

/// Asks to be told before the end. Every line is out when it is written, so there is nothing left to do then but to say
/// so; where nobody tells (an emulator), the function runs all the same.
async fn end_gracefully() {
    let told = guarded(lambda_runtime::spawn_graceful_shutdown_handler(|| async {
        tracing::info!("the environment ends");
    }));
    QUIET.store(true, Ordering::Relaxed);
    let told = told.await;
    QUIET.store(false, Ordering::Relaxed);
    if told.is_err() {
        tracing::info!("nobody will tell when the environment ends");
    }
}

/// One invocation, from its payload to its answer or its error.
pub(crate) async fn answer(
    shell: &Shell,
    handler: &impl Handler,
    (payload, context): (Value, &Context),
) -> Result<Value, Diagnostic> {
    let began = SystemClock.now();
    let deadline = Timestamp::from_millis(i64::try_from(context.deadline).unwrap_or(i64::MAX));
    let mut invocation = Invocation::new(context.request_id.clone(), deadline);
    invocation.function_arn.clone_from(&context.invoked_function_arn);
    let work = tokio::time::timeout(invocation.to_work(), handler.handle(payload, &invocation));
    let answered = match guarded(work).await {
        Ok(Ok(answered)) => answered,
        Ok(Err(_elapsed)) => Err(PortError::new(PortErrorKind::Timeout, "finish before the deadline").into()),
        Err(panicked) => Err(panicked.into()),
    };
    let ended = SystemClock.now();
    let latency_ms = ended.since(began).as_millis();
    let metrics = &invocation.metrics;
    metrics.set("LatencyMs", Unit::Milliseconds, u32::try_from(latency_ms).unwrap_or(u32::MAX).into());
    metrics.count("FailedInvocations", u64::from(answered.is_err()));
    let label = Label {
        namespace: &shell.namespace,
        service: shell.service,
        release: &shell.release,
        request_id: &invocation.request_id,
        at: ended,
    };
    if let Some(line) = metrics.line(label) {
        print(&line);
    }
    answered.map_err(|error| {
        tell(&error);
        diagnostic(&error)
    })
}

/// Logs an error once, here at the border, with everything below it.
fn tell(error: &StageError) {
    let (name, chain) = (error.name(), chain(error));
    match error {
        StageError::Superseded => tracing::info!(error.name = name, "a newer generation took over"),
        StageError::Transient(_)
        | StageError::Conflict { .. }
        | StageError::Rejected { .. }
        | StageError::Denied { .. }
        | StageError::Defect { .. } => {
            tracing::error!(error.name = name, error.chain = chain, "the invocation failed");
        }
    }
}
