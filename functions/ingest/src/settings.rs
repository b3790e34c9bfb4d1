//! What the function is told by its environment, read once.

soc_lambda::settings! {
    /// The settings of `ingest`.
    struct Settings {
        table: String = "SOC_TABLE", "the name of the table of everything but the ledger";
        ledger_table: String = "SOC_LEDGER_TABLE", "the name of the ledger's table";
        evidence_bucket: String = "SOC_EVIDENCE_BUCKET", "the name of the bucket of raw records and long documents";
        policy_bucket: String = "SOC_POLICY_BUCKET", "the name of the bucket that has the policy";
        policy_key: String = "SOC_POLICY_KEY", "the key of the policy in its bucket, such as policy.toml";
        state_machine: String = "SOC_STATE_MACHINE_ARN", "the ARN of the incident workflow";
        allow_simulator: bool = "SOC_ALLOW_SIMULATOR", "true where the simulator may play, else false";
        namespace: String = "SOC_METRIC_NAMESPACE", "the namespace of metrics, such as ai-soc/Security";
        release: String = "SOC_RELEASE", "the id of the release";
    }
}
