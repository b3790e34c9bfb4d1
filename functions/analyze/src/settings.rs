//! What the function is told by its environment, read once.

use soc_lambda::settings::Dollars;

soc_lambda::settings! {
    /// The settings of `analyze`.
    struct Settings {
        table: String = "SOC_TABLE", "the name of the table of everything but the ledger";
        ledger_table: String = "SOC_LEDGER_TABLE", "the name of the ledger's table";
        evidence_bucket: String = "SOC_EVIDENCE_BUCKET", "the name of the bucket of raw records and long documents";
        policy_bucket: String = "SOC_POLICY_BUCKET", "the name of the bucket that has the policy";
        policy_key: String = "SOC_POLICY_KEY", "the key of the policy in its bucket, such as policy.toml";
        redaction_secret: String = "SOC_REDACTION_SECRET_ARN", "the ARN of the secret with the redaction key";
        model_id: String = "SOC_MODEL_ID", "the id of the model, or of an eu. or us. inference profile";
        daily_usd: Dollars = "SOC_MODEL_DAILY_USD", "what models may cost on a day, in US dollars, such as 5 or 0.25";
        guardrail: Option<String> = "SOC_GUARDRAIL_ID", "a guardrail as ID or ID:VERSION, or leave it empty";
        namespace: String = "SOC_METRIC_NAMESPACE", "the namespace of metrics, such as ai-soc/Security";
        release: String = "SOC_RELEASE", "the id of the release";
    }
}
