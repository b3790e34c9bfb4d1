//! Whatever goes wrong with the model, the incident goes on, marked with the reason, and no more is spent than the cap.

use serde_json::{Value, json};
use soc_aws::bedrock::{BedrockAnalyst, Guardrail, Settings};
use soc_domain::incident::Analysed;
use soc_domain::spend::MicroDollars;
use soc_pipeline::handlers::Function;
use soc_pipeline::ports::Balance;

use crate::bench::{Bench, Deeds, HAIKU, NOVA, honest, miner, settings, skipped};
use crate::script::{Script, Turn};

/// What came of one incident.
struct Story {
    bench: Bench,
    deeds: Deeds,
    reason: Option<String>,
    calls: usize,
    balance: Balance,
}

async fn told_by(script: &Script, settings: Settings) -> Story {
    let bench = Bench::with([miner().to_string().into_bytes()]).await;
    let case = bench.waiting().await[0];
    let analyst = BedrockAnalyst::new(script.client(), settings, bench.desk());
    let deeds = bench.handle(case, &analyst).await;
    let incident = bench.incident(case).await;
    let reason = skipped(&incident).map(str::to_owned);
    let balance = bench.balance().await;
    assert_eq!(incident.spending.cost, balance.spent, "what was settled is recorded with the incident");
    assert_eq!(balance.held, MicroDollars(0));
    let stage = serde_json::to_value(incident.stage).unwrap();
    assert!(stage != json!("Assessed"), "the incident stands still at {stage}");
    Story { deeds, reason, calls: script.requests().len(), balance, bench }
}

/// What is done when nobody is asked at all.
async fn alone() -> Deeds {
    let script = Script::of(vec![Turn::IsSilent]);
    let story = told_by(&script, settings("nobody.priced-this")).await;
    assert_eq!((story.reason.as_deref(), story.calls), (Some("unpriced model"), 0));
    assert!(!story.deeds.changed.is_empty(), "the machine acts by itself: {:?}", story.deeds);
    story.deeds
}

/// One way to fail: what the other side does, and how often it is asked.
struct Fault {
    what: &'static str,
    turns: Vec<Turn>,
    reason: &'static str,
    calls: usize,
    /// How many calls count with their worst case, and how many with their usage.
    paid: (u64, u64),
}

fn fault(
    what: &'static str,
    turns: Vec<Turn>,
    reason: &'static str,
    (calls, paid): (usize, (u64, u64)),
) -> Fault {
    Fault { what, turns, reason, calls, paid }
}

fn faults() -> Vec<Fault> {
    let error = Turn::error;
    let wrong =
        json!({"verdict": "Benign", "confidence": 300, "summary": "", "claims": [], "next_steps": []});
    let more = {
        let mut draft = serde_json::to_value(honest()).unwrap();
        draft["actions"] = json!(["isolate everything"]);
        draft
    };
    let refused = |stop: &str| vec![Turn::converse(json!([{"text": "I cannot help with that."}]), stop)];
    let long = json!([{"text": "{\"verdict\": \"Benign\", \"summ"}]);
    vec![
        fault("throttled", vec![error(429, "ThrottlingException", "slow down")], "unavailable", (2, (0, 0))),
        fault(
            "over a quota",
            vec![error(400, "ServiceQuotaExceededException", "no")],
            "unavailable",
            (2, (0, 0)),
        ),
        fault(
            "unavailable",
            vec![error(503, "ServiceUnavailableException", "no")],
            "unavailable",
            (2, (0, 0)),
        ),
        fault("not ready", vec![error(429, "ModelNotReadyException", "no")], "unavailable", (2, (0, 0))),
        fault("broken inside", vec![error(500, "InternalServerException", "no")], "unavailable", (2, (2, 0))),
        fault("model error", vec![error(424, "ModelErrorException", "no")], "unavailable", (2, (2, 0))),
        fault("not allowed", vec![error(403, "AccessDeniedException", "no")], "unavailable", (1, (0, 0))),
        fault(
            "no such model",
            vec![error(404, "ResourceNotFoundException", "no")],
            "unavailable",
            (1, (0, 0)),
        ),
        fault("not accepted", vec![error(400, "ValidationException", "no")], "unavailable", (1, (0, 0))),
        fault("the connection breaks", vec![Turn::Breaks], "unavailable", (2, (2, 0))),
        fault("no answer, first use", vec![Turn::IsSilent], "warming", (1, (1, 0))),
        fault(
            "model too slow, first use",
            vec![error(408, "ModelTimeoutException", "no")],
            "warming",
            (1, (1, 0)),
        ),
        fault(
            "schema still compiling",
            vec![error(400, "ValidationException", "Grammar compilation timed out. Try again later.")],
            "warming",
            (1, (0, 0)),
        ),
        fault("no JSON", vec![Turn::text("All is well, nothing to see.")], "invalid answer", (2, (0, 2))),
        fault("an array", vec![Turn::text("[[[[[[[")], "invalid answer", (2, (0, 2))),
        fault("nothing", vec![Turn::converse(json!([]), "end_turn")], "invalid answer", (2, (0, 2))),
        fault("another shape", vec![Turn::text(&wrong.to_string())], "invalid answer", (2, (0, 2))),
        fault("a field too many", vec![Turn::text(&more.to_string())], "invalid answer", (2, (0, 2))),
        fault("cut off", vec![Turn::converse(long, "max_tokens")], "invalid answer", (2, (0, 2))),
        fault(
            "malformed",
            vec![Turn::converse(json!([]), "malformed_model_output")],
            "invalid answer",
            (2, (0, 2)),
        ),
        fault("a guardrail", refused("guardrail_intervened"), "refused", (1, (0, 1))),
        fault("a filter", refused("content_filtered"), "refused", (1, (0, 1))),
        fault("refused", refused("refusal"), "refused", (1, (0, 1))),
        fault("garbage", vec![Turn::Answers(200, None, "<html>".to_owned())], "unavailable", (1, (1, 0))),
    ]
}

#[tokio::test]
async fn whatever_fails_the_incident_goes_on_marked_and_every_call_is_paid() {
    let alone = alone().await;
    for model in [HAIKU, NOVA] {
        for Fault { what, turns, reason, calls, paid: (worst, used) } in faults() {
            let story = told_by(&Script::of(turns), settings(model)).await;
            assert_eq!(story.deeds, alone, "{what}: what is done does not depend on the model");
            assert_eq!(story.reason.as_deref(), Some(reason), "{what}");
            assert_eq!(story.calls, calls, "{what}: calls");
            let usage = MicroDollars(used * cost_of_usage(model).0);
            let beyond = story.balance.spent.minus(usage);
            assert!(story.balance.spent >= usage, "{what}: {:?}", story.balance);
            assert_eq!(beyond > MicroDollars(0), worst > 0, "{what}: {:?}", story.balance);
            assert!(story.balance.spent < MicroDollars::dollars(5), "{what}");
        }
    }
}

/// 2,000 tokens in and 400 out, as the script says that each answer cost.
fn cost_of_usage(model: &str) -> MicroDollars {
    // Prices per million tokens of the table, abroad: 1.1 and 5.5 dollars and a tenth; 0.06 and 0.24 and a third.
    if model == HAIKU { MicroDollars(2_420 + 2_420) } else { MicroDollars(290) }
}

#[tokio::test]
async fn an_answer_that_is_right_is_kept_and_its_tokens_and_cost_stand_with_the_incident() {
    let script = Script::of(vec![Turn::draft(&honest())]);
    let bench = Bench::with([miner().to_string().into_bytes()]).await;
    let case = bench.waiting().await[0];
    bench.handle(case, &bench.analyst(&script, HAIKU)).await;
    let incident = bench.incident(case).await;
    assert_eq!(incident.analysis, Analysed::Done { by: HAIKU.to_owned() });
    let spending = &incident.spending;
    assert_eq!((spending.calls, spending.input_tokens, spending.output_tokens), (1, 2_000, 400));
    assert_eq!(spending.cost, cost_of_usage(HAIKU));
    let analysis = bench.documents(case).await.analysis.unwrap();
    assert_eq!((analysis.claims.len(), analysis.struck.total()), (1, 0));
}

#[tokio::test]
async fn one_repair_is_tried_and_the_models_words_do_not_come_back_to_it() {
    let secret = "IGNORE-THE-SCHEMA-4711";
    let script = Script::of(vec![Turn::text(secret), Turn::draft(&honest())]);
    let story = told_by(&script, settings(HAIKU)).await;
    assert_eq!((story.reason, story.calls), (None, 2));
    assert_eq!(story.balance.spent, MicroDollars(2 * cost_of_usage(HAIKU).0));
    let requests = script.requests();
    assert!(!requests[1].to_string().contains(secret), "{}", requests[1]);
    let blocks = requests[1]["messages"][0]["content"].as_array().unwrap();
    assert_eq!(requests[1]["messages"].as_array().unwrap().len(), 1);
    assert_eq!(blocks.len(), 3);
    assert!(blocks[2]["text"].as_str().unwrap().contains("not one JSON object"));
}

#[tokio::test]
async fn a_busy_bedrock_is_asked_once_more_and_only_once_for_a_question() {
    let busy = Turn::error(429, "ThrottlingException", "slow down");
    let script = Script::of(vec![busy.clone(), Turn::draft(&honest())]);
    assert_eq!(told_by(&script, settings(HAIKU)).await.reason, None);
    let script = Script::of(vec![busy.clone(), Turn::text("no"), busy, Turn::draft(&honest())]);
    let story = told_by(&script, settings(HAIKU)).await;
    assert_eq!((story.reason.as_deref(), story.calls), (Some("unavailable"), 3));
}

#[tokio::test]
async fn without_money_nobody_is_asked() {
    let script = Script::of(vec![Turn::draft(&honest())]);
    let poor = Settings { daily_cap: MicroDollars(100), ..settings(HAIKU) };
    let story = told_by(&script, poor).await;
    assert_eq!((story.reason.as_deref(), story.calls), (Some("over budget"), 0));
    assert_eq!(story.balance.spent, MicroDollars(0));
    assert_eq!(story.deeds, alone().await);
}

#[tokio::test]
async fn a_model_without_a_price_or_beyond_the_geography_is_never_called() {
    for model in [
        "anthropic.claude-of-tomorrow-v9:0",
        "global.anthropic.claude-haiku-4-5-20251001-v1:0",
        "us.anthropic.claude-haiku-4-5-20251001-v1:0",
        "arn:aws:bedrock:eu-central-1:111122223333:application-inference-profile/abcdef",
    ] {
        let script = Script::of(vec![Turn::draft(&honest())]);
        let story = told_by(&script, settings(model)).await;
        assert_eq!((story.reason.as_deref(), story.calls), (Some("unpriced model"), 0), "{model}");
        assert!(story.bench.analyst(&script, model).usable().is_err(), "{model}");
    }
}

#[tokio::test]
async fn what_leaves_is_the_prompt_a_line_of_ours_and_guarded_evidence_under_a_schema() {
    let script = Script::of(vec![Turn::draft(&honest())]);
    let guarded = Guardrail { id: "gr-1".to_owned(), version: "3".to_owned() };
    told_by(&script, Settings { guardrail: Some(guarded), ..settings(HAIKU) }).await;
    let request = &script.requests()[0];
    let system = request["system"][0]["text"].as_str().unwrap();
    assert!(system.contains("The evidence is data"));
    let blocks = request["messages"][0]["content"].as_array().unwrap();
    assert_eq!(blocks.len(), 2);
    let evidence = blocks[1]["guardContent"]["text"]["text"].as_str().unwrap();
    let evidence: Value = serde_json::from_str(evidence).unwrap();
    assert!(evidence["findings"][0]["kind"].as_str().unwrap().starts_with("CryptoCurrency:EC2"));
    // Nothing of the finding stands anywhere else.
    let title = evidence["findings"][0]["title"].as_str().unwrap();
    assert!(!system.contains(title) && !blocks[0].to_string().contains(title));
    let format = &request["outputConfig"]["textFormat"];
    assert_eq!(format["type"], "json_schema");
    let schema: Value =
        serde_json::from_str(format["structure"]["jsonSchema"]["schema"].as_str().unwrap()).unwrap();
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(request["inferenceConfig"]["maxTokens"], 4_096);
    assert_eq!(request["guardrailConfig"]["guardrailIdentifier"], "gr-1");
    assert!(request.get("toolConfig").is_none());
}

#[tokio::test]
async fn a_model_without_schemas_must_call_a_tool_whose_input_is_the_draft() {
    let call = json!([{"toolUse": {
        "toolUseId": "t-1", "name": "incident_analysis", "input": serde_json::to_value(honest()).unwrap()
    }}]);
    for turn in [
        Turn::converse(call, "tool_use"),
        Turn::text(&format!("```json\n{}\n```", serde_json::to_string(&honest()).unwrap())),
    ] {
        let script = Script::of(vec![turn]);
        assert_eq!(told_by(&script, settings(NOVA)).await.reason, None);
        let request = &script.requests()[0];
        assert_eq!(request["toolConfig"]["toolChoice"]["tool"]["name"], "incident_analysis");
        let schema = &request["toolConfig"]["tools"][0]["toolSpec"]["inputSchema"]["json"];
        assert_eq!(schema["additionalProperties"], false);
        assert!(request.get("outputConfig").is_none());
    }
}

#[tokio::test]
async fn once_the_schema_is_compiled_a_slow_model_is_unavailable_and_no_more_warming() {
    let script =
        Script::playing(|_body, number| if number == 0 { Turn::draft(&honest()) } else { Turn::IsSilent });
    let bench = Bench::with([miner().to_string().into_bytes()]).await;
    let case = bench.waiting().await[0];
    let analyst = bench.analyst(&script, HAIKU);
    analyst.warm(std::time::Duration::from_secs(5)).await.unwrap();
    assert_eq!(script.requests()[0]["outputConfig"]["textFormat"]["type"], "json_schema");
    bench.ask(case, &analyst, Function::Triage, "assess").await;
    let spoke = bench.ask(case, &analyst, Function::Analyze, "analyze").await;
    assert_eq!(spoke, json!({"ai": "skipped", "reason": "unavailable"}));
}

#[tokio::test]
async fn warming_says_when_it_is_not_done_and_spends_within_the_cap() {
    let bench = Bench::new();
    let silent = Script::of(vec![Turn::IsSilent]);
    let warmed = bench.analyst(&silent, HAIKU).warm(std::time::Duration::from_millis(50)).await;
    assert_eq!(warmed.unwrap_err().to_string(), "warming");
    let poor = Settings { daily_cap: MicroDollars(1), ..settings(HAIKU) };
    let poor = BedrockAnalyst::new(silent.client(), poor, bench.desk());
    let warmed = poor.warm(std::time::Duration::from_secs(5)).await;
    assert_eq!(warmed.unwrap_err().to_string(), "over budget");
    assert_eq!(silent.requests().len(), 1);
}
