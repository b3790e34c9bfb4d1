//! What the function is told by its environment, read once.

use soc_domain::policy::Mode;
use soc_lambda::settings::{Dollars, Loopback};

soc_lambda::settings! {
    /// The settings of `api`.
    struct Settings {
        table: String = "SOC_TABLE", "the name of the table of everything but the ledger";
        ledger_table: String = "SOC_LEDGER_TABLE", "the name of the ledger's table";
        evidence_bucket: String = "SOC_EVIDENCE_BUCKET", "the name of the bucket of raw records and long documents";
        policy_bucket: String = "SOC_POLICY_BUCKET", "the name of the bucket that has the policy";
        policy_key: String = "SOC_POLICY_KEY", "the key of the policy in its bucket, such as policy.toml";
        ceiling: Mode = "SOC_RESPONSE_MODE", "how far the machine may go at most: off, dry-run, approve or auto";
        stream: String = "SOC_STREAM", "the name of the stream of findings";
        simulator: bool = "SOC_ALLOW_SIMULATOR", "true where made-up findings of a simulator may come in, else false";
        state_machine: String = "SOC_STATE_MACHINE_ARN", "the ARN of the incident workflow";
        remediate_function: String = "SOC_REMEDIATE_FUNCTION", "the ARN of remediate's alias live";
        topic: String = "SOC_TOPIC_ARN", "the ARN of the topic of notices";
        model_id: String = "SOC_MODEL_ID", "the id of the model, or of an eu. or us. inference profile";
        daily_usd: Dollars = "SOC_MODEL_DAILY_USD", "what models may cost on a day, in US dollars, such as 5 or 0.25";
        issuer: String = "SOC_ISSUER", "the address of the user pool, https://cognito-idp.REGION.amazonaws.com/POOL";
        client_id: String = "SOC_CLIENT_ID", "the id of the dashboard's client in the user pool";
        origin_secret: String = "SOC_ORIGIN_SECRET_ARN", "the ARN of the secret that CloudFront shows";
        redaction_secret: String = "SOC_REDACTION_SECRET_ARN", "the ARN of the secret with the redaction key";
        emulator: Option<Loopback> = "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "nothing, or against an emulator its address on this machine, such as http://127.0.0.1:4566";
        environment: String = "SOC_ENVIRONMENT", "which installation this is, such as ai-soc-prod";
        namespace: String = "SOC_METRIC_NAMESPACE", "the namespace of metrics, such as ai-soc/Security";
        release: String = "SOC_RELEASE", "the id of the release";
    }
}
