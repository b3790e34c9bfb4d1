//! What the function is told by its environment, read once.

soc_lambda::settings! {
    /// The settings of `sweep`.
    struct Settings {
        table: String = "SOC_TABLE", "the name of the table of everything but the ledger";
        ledger_table: String = "SOC_LEDGER_TABLE", "the name of the ledger's table";
        evidence_bucket: String = "SOC_EVIDENCE_BUCKET", "the name of the bucket of raw records and long documents";
        policy_bucket: String = "SOC_POLICY_BUCKET", "the name of the bucket that has the policy";
        policy_key: String = "SOC_POLICY_KEY", "the key of the policy in its bucket, such as policy.toml";
        state_machine: String = "SOC_STATE_MACHINE_ARN", "the ARN of the incident workflow";
        stream: String = "SOC_STREAM", "the name of the stream of findings";
        remediate_function: String = "SOC_REMEDIATE_FUNCTION", "the name or ARN of the function remediate";
        ledger_bucket: String = "SOC_LEDGER_BUCKET", "the name of the bucket of the ledger's signed roots";
        root_key: String = "SOC_ROOT_KEY_ARN", "the ARN of the key that signs the ledger's roots";
        namespace: String = "SOC_METRIC_NAMESPACE", "the namespace of metrics, such as ai-soc/Security";
        release: String = "SOC_RELEASE", "the id of the release";
    }
}
