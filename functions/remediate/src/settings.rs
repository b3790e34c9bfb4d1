//! What the function is told by its environment, read once.

use soc_domain::policy::Mode;

soc_lambda::settings! {
    /// The settings of `remediate`.
    struct Settings {
        table: String = "SOC_TABLE", "the name of the table of everything but the ledger";
        ledger_table: String = "SOC_LEDGER_TABLE", "the name of the ledger's table";
        evidence_bucket: String = "SOC_EVIDENCE_BUCKET", "the name of the bucket of raw records and long documents";
        policy_bucket: String = "SOC_POLICY_BUCKET", "the name of the bucket that has the policy";
        policy_key: String = "SOC_POLICY_KEY", "the key of the policy in its bucket, such as policy.toml";
        ceiling: Mode = "SOC_RESPONSE_MODE", "how far the machine may go at most: off, dry-run, approve or auto";
        member_role: Option<String> = "SOC_MEMBER_ROLE_NAME", "the name of the role in member accounts, or leave it empty";
        external_id: Option<String> = "SOC_EXTERNAL_ID", "the external id that the member role asks for, or leave it empty";
        namespace: String = "SOC_METRIC_NAMESPACE", "the namespace of metrics, such as ai-soc/Security";
        release: String = "SOC_RELEASE", "the id of the release";
    }
}
