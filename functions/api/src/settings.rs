//! What the function is told by its environment, read once.

soc_lambda::settings! {
    /// The settings of `api`.
    struct Settings {
        table: String = "SOC_TABLE", "the name of the table of everything but the ledger";
        stream: String = "SOC_STREAM", "the name of the stream of findings";
        state_machine: String = "SOC_STATE_MACHINE_ARN", "the ARN of the incident workflow";
        model_id: String = "SOC_MODEL_ID", "the id of the model, or of an eu. or us. inference profile";
        namespace: String = "SOC_METRIC_NAMESPACE", "the namespace of metrics, such as ai-soc/Security";
        release: String = "SOC_RELEASE", "the id of the release";
    }
}
