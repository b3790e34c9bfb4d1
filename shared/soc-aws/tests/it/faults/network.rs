//! A network between the unchanged SDK and the emulator, on which things go wrong as a seed says.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use fastrand::Rng;
use tokio::sync::Notify;

/// What goes wrong, of a thousand requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Weather {
    /// It never arrives.
    pub(crate) dropped_before: u32,
    /// It has its effect, and the answer is lost.
    pub(crate) dropped_after: u32,
    /// Answered 503.
    pub(crate) down: u32,
    /// Answered 400 with a throttle's code.
    pub(crate) throttled: u32,
    /// It takes some milliseconds longer: others go on meanwhile.
    pub(crate) delayed: u32,
    /// An earlier answer to the same request, where consistency was not asked for.
    pub(crate) stale: u32,
    /// The worker dies before it arrives.
    pub(crate) crash_before: u32,
    /// The worker dies after its effect.
    pub(crate) crash_after: u32,
}

/// What becomes of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Well,
    DroppedBefore,
    DroppedAfter,
    Down,
    Throttled,
    Delayed,
    Stale,
    CrashBefore,
    CrashAfter,
}

/// A status and a body.
type Answer = (u16, Vec<u8>);

/// Chance, and what was answered so far: shared by all workers of a run.
#[derive(Debug)]
pub(crate) struct Sky {
    rng: Mutex<Rng>,
    weather: Mutex<Weather>,
    answers: Mutex<BTreeMap<String, Vec<Answer>>>,
    pub(crate) struck: Mutex<u64>,
    requests: Mutex<u64>,
}

impl Sky {
    pub(crate) fn new(seed: u64, weather: Weather) -> Arc<Self> {
        Arc::new(Self {
            rng: Mutex::new(Rng::with_seed(seed)),
            weather: Mutex::new(weather),
            answers: Mutex::default(),
            struck: Mutex::default(),
            requests: Mutex::default(),
        })
    }

    /// How many requests there were since this was last asked.
    pub(crate) fn requests(&self) -> u64 {
        std::mem::take(&mut self.requests.lock().unwrap())
    }

    /// From now on nothing goes wrong.
    pub(crate) fn clear(&self) {
        *self.weather.lock().unwrap() = Weather::default();
    }

    pub(crate) fn change(&self, weather: Weather) {
        *self.weather.lock().unwrap() = weather;
    }

    pub(crate) fn below(&self, end: usize) -> usize {
        self.rng.lock().unwrap().usize(0..end)
    }

    pub(crate) fn happens(&self, per_mille: u32) -> bool {
        self.rng.lock().unwrap().u32(0..1_000) < per_mille
    }

    pub(crate) fn fate(&self) -> Fate {
        let weather = *self.weather.lock().unwrap_or_else(PoisonError::into_inner);
        let mut left = self.rng.lock().unwrap().u32(0..1_000);
        let fates = [
            (weather.dropped_before, Fate::DroppedBefore),
            (weather.dropped_after, Fate::DroppedAfter),
            (weather.down, Fate::Down),
            (weather.throttled, Fate::Throttled),
            (weather.delayed, Fate::Delayed),
            (weather.stale, Fate::Stale),
            (weather.crash_before, Fate::CrashBefore),
            (weather.crash_after, Fate::CrashAfter),
        ];
        for (share, fate) in fates {
            if left < share {
                *self.struck.lock().unwrap() += 1;
                return fate;
            }
            left -= share;
        }
        Fate::Well
    }

    fn millis(&self) -> Duration {
        Duration::from_millis(self.rng.lock().unwrap().u64(1..12))
    }

    /// The answer before the newest to the same request, if there was another one.
    fn earlier(&self, request: &str) -> Option<Answer> {
        let answers = self.answers.lock().unwrap();
        answers.get(request).and_then(|answers| answers.iter().rev().nth(1).cloned())
    }

    fn remember(&self, request: String, answer: Answer) {
        let mut answers = self.answers.lock().unwrap();
        let known = answers.entry(request).or_default();
        if known.last() != Some(&answer) {
            known.push(answer);
        }
    }
}

/// The network of one worker. If the worker dies on it, `died` is told and the request never ends.
#[derive(Debug, Clone)]
pub(crate) struct Network {
    pub(crate) sky: Arc<Sky>,
    pub(crate) died: Arc<Notify>,
    under: SharedHttpConnector,
}

impl Network {
    pub(crate) fn new(sky: &Arc<Sky>, under: &SharedHttpConnector) -> Self {
        Self { sky: Arc::clone(sky), died: Arc::default(), under: under.clone() }
    }

    /// The worker stops here.
    pub(crate) async fn die(&self) {
        self.died.notify_one();
        std::future::pending::<()>().await;
    }

    async fn send(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let lost = || ConnectorError::timeout("the answer was lost".into());
        let may_lag = may_lag(&request);
        *self.sky.requests.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        match self.sky.fate() {
            Fate::DroppedBefore => return Err(ConnectorError::io("the connection was reset".into())),
            Fate::Down => return Ok(answer(503, r#"{"__type":"ServiceUnavailable"}"#)),
            Fate::Throttled if self.sky.happens(500) => return Ok(answer(400, THROTTLED)),
            Fate::Throttled => return Ok(answer(400, THROUGHPUT)),
            Fate::Delayed => tokio::time::sleep(self.sky.millis()).await,
            Fate::CrashBefore => self.die().await,
            Fate::DroppedAfter => {
                self.under.call(request).await?;
                return Err(lost());
            }
            Fate::CrashAfter => {
                self.under.call(request).await?;
                self.die().await;
                return Err(lost());
            }
            Fate::Stale => {
                if let Some((status, bytes)) = may_lag.as_ref().and_then(|body| self.sky.earlier(body)) {
                    return Ok(answer(status, bytes));
                }
            }
            Fate::Well => {}
        }
        let answered = self.under.call(request).await?;
        match may_lag {
            Some(body) => self.remembered(body, answered).await,
            None => Ok(answered),
        }
    }

    async fn remembered(
        self,
        request: String,
        mut answered: HttpResponse,
    ) -> Result<HttpResponse, ConnectorError> {
        let status = answered.status().as_u16();
        let body = ByteStream::new(answered.take_body()).collect().await;
        let bytes = body.map_err(|error| ConnectorError::io(error.into()))?.to_vec();
        self.sky.remember(request, (status, bytes.clone()));
        *answered.body_mut() = SdkBody::from(bytes);
        Ok(answered)
    }
}

const THROTTLED: &str = r#"{"__type":"com.amazon.coral.availability#ThrottlingException"}"#;
const THROUGHPUT: &str =
    r#"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}"#;

fn answer(status: u16, body: impl Into<SdkBody>) -> HttpResponse {
    HttpResponse::new(StatusCode::try_from(status).unwrap(), body.into())
}

/// The request, if a replica that lags behind may answer it.
fn may_lag(request: &HttpRequest) -> Option<String> {
    let target = request.headers().get("x-amz-target")?;
    let reads = target.ends_with(".Query") || target.ends_with(".GetItem");
    let body = std::str::from_utf8(request.body().bytes()?).ok()?;
    (reads && !body.contains(r#""ConsistentRead":true"#)).then(|| body.to_owned())
}

impl HttpConnector for Network {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(self.clone().send(request))
    }
}

impl HttpClient for Network {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}
