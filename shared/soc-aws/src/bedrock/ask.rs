//! Asking: reserve, call, settle; once more if Bedrock was busy, once more to repair an answer.
//!
//! Apart from the analyst because here money is spent. Every call has a reservation of its own for its worst case, and
//! the SDK's own repetitions are off, since each would be a call that nobody reserved.

use std::time::Duration;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::Builder;
use aws_sdk_bedrockruntime::config::retry::RetryConfig;
use aws_sdk_bedrockruntime::config::timeout::TimeoutConfig;
use aws_sdk_bedrockruntime::operation::converse::ConverseOutput;
use soc_domain::spend::{Day, MicroDollars, ModelCall};
use soc_pipeline::error::AnalystError;
use soc_pipeline::ports::{Answer, Reservation, Reserved};

use super::failure::{self, Cause, Failure, Paid};
use super::model::Model;
use super::prompt::Fault;
use super::reply::{self, Reply, Usage};
use super::request::Asked;
use super::{Desk, Settings};

/// How long Bedrock keeps a schema that it compiled.
const COMPILED_FOR: Duration = Duration::from_hours(24);

/// Why there is no reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unasked {
    /// The call failed.
    Failed(Failure),
    /// There was no call: the day's money is spent.
    OverBudget,
    /// There was no call: the budget cannot be asked, or the request cannot be made.
    Unable,
}

/// Whoever makes the calls.
pub(super) struct Caller {
    client: Client,
    desk: Desk,
    settings: Settings,
}

impl Caller {
    pub(super) fn new(client: Client, settings: &Settings, desk: Desk) -> Self {
        Self { client, desk, settings: settings.clone() }
    }

    /// Asks, and asks once more with the kind of fault if the answer was none.
    pub(super) async fn ask(&self, model: &Model, asked: Asked, ready: &str) -> Answer {
        let (mut asked, mut calls) = (asked, Vec::new());
        let (mut may_repair, mut may_repeat) = (true, true);
        let outcome = loop {
            match self.call(model, &asked, self.settings.call_timeout, &mut calls).await {
                Ok(Reply::Draft(draft)) => break Ok(*draft),
                Ok(Reply::Refused) => break Err(AnalystError::Refused),
                Ok(Reply::Faulty(fault)) => {
                    self.tell(fault);
                    if !may_repair {
                        break Err(AnalystError::Invalid);
                    }
                    may_repair = false;
                    asked = asked.repaired(fault);
                }
                Err(Unasked::Failed(failed)) if may_repeat && failed.cause == Cause::Busy => {
                    may_repeat = false;
                    tokio::time::sleep(self.settings.pause).await;
                }
                Err(error) => break Err(self.explained(error, ready).await),
            }
        };
        Answer { outcome, calls }
    }

    fn tell(&self, fault: Fault) {
        tracing::warn!(model.id = %self.settings.model_id, fault = fault.name(), "the model's answer is none");
    }

    /// Reserves, calls and settles.
    pub(super) async fn call(
        &self,
        model: &Model,
        asked: &Asked,
        timeout: Duration,
        calls: &mut Vec<ModelCall>,
    ) -> Result<Reply, Unasked> {
        let input = asked.input(model, self.settings.guardrail.as_ref()).map_err(|error| {
            tracing::error!(%error, "the request to the model cannot be made");
            Unasked::Unable
        })?;
        let held = self.reserve(model, asked).await?;
        let only_once = Builder::new()
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::builder().operation_timeout(timeout).build());
        let request = self.client.converse();
        let request = request
            .set_model_id(input.model_id)
            .set_system(input.system)
            .set_messages(input.messages)
            .set_inference_config(input.inference_config)
            .set_output_config(input.output_config)
            .set_tool_config(input.tool_config)
            .set_guardrail_config(input.guardrail_config);
        let sent = request.customize().config_override(only_once).send().await;
        match sent {
            Ok(output) => {
                calls.push(self.settle(model, held, reply::usage(&output)).await);
                Ok(self.read(&output))
            }
            Err(error) => {
                let failed = failure::of(&error);
                let reason = failed.advice;
                tracing::warn!(model.id = %model.id, "the model could not be asked: {reason}");
                match failed.paid {
                    Paid::Nothing => self.give_back(&held).await,
                    Paid::Unknown => calls.push(self.settle(model, held, None).await),
                }
                Err(Unasked::Failed(failed))
            }
        }
    }

    fn read(&self, output: &ConverseOutput) -> Reply {
        let reply = reply::read(output);
        if reply == Reply::Refused {
            let stop = output.stop_reason().as_str();
            tracing::warn!(model.id = %self.settings.model_id, stop.reason = stop, "the model refused");
        }
        reply
    }

    async fn reserve(&self, model: &Model, asked: &Asked) -> Result<Reservation, Unasked> {
        let id = call_id().ok_or(Unasked::Unable)?;
        let amount = model.cost(asked.most_input_tokens(), asked.most_output_tokens());
        let wanted = Reservation { id, day: Day::of(self.desk.clock.now()), amount };
        match self.desk.budget.reserve(&wanted, self.settings.daily_cap).await {
            Ok(Reserved::Held) => Ok(wanted),
            Ok(Reserved::Refused) => {
                let cap = self.settings.daily_cap;
                tracing::warn!(%cap, day = %wanted.day, "no model is asked: the day's money is spent");
                Err(Unasked::OverBudget)
            }
            Err(error) => {
                tracing::warn!(%error, "no model is asked: the budget cannot be");
                Err(Unasked::Unable)
            }
        }
    }

    /// Puts the actual cost in place of the worst; without usage the worst is assumed.
    async fn settle(&self, model: &Model, held: Reservation, used: Option<Usage>) -> ModelCall {
        let Usage { input_tokens, output_tokens } =
            used.unwrap_or(Usage { input_tokens: 0, output_tokens: 0 });
        let cost = if used.is_some() { model.cost(input_tokens, output_tokens) } else { held.amount };
        if cost > held.amount {
            tracing::error!(%cost, held = %held.amount, "a call cost more than its worst case: mend the bound");
        }
        self.put_back(&held, cost).await;
        ModelCall { id: held.id, input_tokens, output_tokens, cost }
    }

    async fn give_back(&self, held: &Reservation) {
        self.put_back(held, MicroDollars::default()).await;
    }

    async fn put_back(&self, held: &Reservation, spent: MicroDollars) {
        if let Err(error) = self.desk.budget.settle(held, spent).await {
            tracing::warn!(%error, day = %held.day, "a reservation stays until the day is over: it could not be settled");
        }
    }

    /// What the analyst says of a call that did not come off. A model that has not answered with this schema for a day
    /// and is slow is compiling it.
    pub(super) async fn explained(&self, error: Unasked, ready: &str) -> AnalystError {
        let failed = match error {
            Unasked::OverBudget => return AnalystError::OverBudget,
            Unasked::Unable => return AnalystError::Unavailable,
            Unasked::Failed(failed) => failed,
        };
        match failed.cause {
            Cause::Compiling => AnalystError::Warming,
            Cause::Slow if !self.is_compiled(ready).await => AnalystError::Warming,
            Cause::Slow | Cause::Busy | Cause::Wrong => AnalystError::Unavailable,
        }
    }

    /// Whether the model answered with this schema within the time that Bedrock keeps it. Unknown counts as yes: then
    /// the model is called unavailable.
    async fn is_compiled(&self, ready: &str) -> bool {
        match self.desk.answers.ready_at(ready).await {
            Ok(at) => at.is_some_and(|at| self.desk.clock.now().since(at) < COMPILED_FOR),
            Err(error) => {
                tracing::warn!(%error, "when the model was last ready cannot be read");
                true
            }
        }
    }
}

/// An id that no other call has: chance, because two workers may ask the same at the same moment.
fn call_id() -> Option<String> {
    let mut chance = [0; 16];
    if let Err(error) = getrandom::fill(&mut chance) {
        tracing::error!(%error, "no model is asked: there is no chance to be had");
        return None;
    }
    Some(format!("{:032x}", u128::from_le_bytes(chance)))
}
