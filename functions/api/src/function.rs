//! `api` with its adapters: a request of the HTTP API, through the gate and the router, and its answer.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, Response};
use serde_json::Value;
use soc_api::jwt::{Issued, Keys, Signed, Tokens};
use soc_api::ports::{Facts, Form};
use soc_api::{Address, Api, Code, Problem, router};
use soc_aws::clients;
use soc_aws::cognito::{self, PoolKeys};
use soc_aws::config::SdkConfig;
use soc_aws::secrets::{KEPT_FOR, Secrets};
use soc_lambda::http::{NotSent, SourceIp, request, response};
use soc_lambda::{Handler, Invocation, SystemClock};
use soc_pipeline::error::{PortResult, StageError};
use tower::ServiceExt as _;

use crate::access::access;
use crate::gate::Gate;
use crate::settings::Settings;
use crate::standing::Rules;

/// `api` with its adapters.
pub(crate) struct Function {
    gate: Gate,
    api: Router,
}

/// The keys of the pool, as the doorkeeper asks for them.
struct Pool(PoolKeys);

#[async_trait]
impl Keys for Pool {
    async fn signed(&self, signed: Signed<'_>) -> PortResult<bool> {
        self.0.signed(signed.key, signed.message, signed.signature).await
    }
}

impl Function {
    pub(crate) fn new(settings: Settings, config: &SdkConfig) -> Self {
        let gate =
            Gate::new(Secrets::new(clients::secrets(config), KEPT_FOR), settings.origin_secret.clone());
        let place = (settings.policy_bucket.clone(), settings.policy_key.clone());
        let rules = Rules::new(config, place, settings.ceiling, settings.redaction_secret.clone());
        let rules = Arc::new(rules);
        let door = door(&settings);
        let facts = Facts {
            release: settings.release.clone(),
            environment: settings.environment.clone(),
            form: Form::Aws,
            model: Some(settings.model_id.clone()),
        };
        let access = access(config, settings, Arc::clone(&rules));
        Self { gate, api: router(Api::new(access, door, rules, facts)) }
    }

    async fn answer(&self, request: Request<Vec<u8>>) -> Response<Body> {
        if let Err(problem) = self.gate.check(&request).await {
            return problem.into_response();
        }
        let mut request = request.map(Body::from);
        if let Some(SourceIp(nearest)) = request.extensions_mut().remove() {
            let address = viewer(request.headers(), nearest);
            request.extensions_mut().insert(Address(address));
        }
        match self.api.clone().oneshot(request).await {
            Ok(answered) => answered,
            Err(never) => match never {},
        }
    }
}

/// Who asked CloudFront. It puts the address behind whatever a browser claimed, and who comes after it only adds
/// CloudFront's own; that it was CloudFront, the gate has seen.
fn viewer(headers: &HeaderMap, nearest: String) -> String {
    let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let known = forwarded.flat_map(|value| value.split(',')).map(str::trim);
    let last = known.filter(|address| !address.is_empty() && *address != nearest).next_back();
    last.map_or(nearest.clone(), str::to_owned)
}

fn door(settings: &Settings) -> Arc<Tokens> {
    let emulator = settings.emulator.as_ref().map(|emulator| emulator.0.as_str());
    let keys = PoolKeys::new(cognito::Address::of(&settings.issuer, emulator));
    let issued = Issued { issuer: settings.issuer.clone(), client_id: settings.client_id.clone() };
    Arc::new(Tokens::new(issued, Arc::new(Pool(keys)), Arc::new(SystemClock)))
}

fn instead(why: &NotSent) -> Response<Body> {
    let problem = match why {
        NotSent::TooLong => {
            Problem::new(Code::TooLarge, "the answer is longer than 6 MB: ask for less at once")
        }
        NotSent::Broken => Problem::new(Code::Internal, "the answer broke off"),
    };
    problem.into_response()
}

#[async_trait]
impl Handler for Function {
    async fn handle(&self, payload: Value, _invocation: &Invocation) -> Result<Value, StageError> {
        let answered = self.answer(request(payload)?).await;
        match response(answered).await {
            Ok(sent) => Ok(sent),
            Err(why) => {
                response(instead(&why)).await.map_err(|why| StageError::Defect { what: why.to_string() })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        viewer(&headers, "130.176.0.1".to_owned())
    }

    #[test]
    fn who_asked_is_whom_cloudfront_saw_and_not_whom_a_browser_claims_to_be() {
        assert_eq!(seen(&["192.0.2.1, 130.176.0.1"]), "192.0.2.1");
        assert_eq!(seen(&["10.0.0.1, 192.0.2.1, 130.176.0.1"]), "192.0.2.1");
        assert_eq!(seen(&["10.0.0.1", "192.0.2.1"]), "192.0.2.1");
        assert_eq!(seen(&[]), "130.176.0.1");
        assert_eq!(seen(&["130.176.0.1"]), "130.176.0.1");
    }
}
