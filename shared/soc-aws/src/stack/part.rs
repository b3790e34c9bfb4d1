//! Which resource of the templates plays which part.
//!
//! Apart, and in one table, because it is the only thing that this program knows of the templates; a test compares it
//! with them.

/// A part that a resource of the stack plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The table of everything but the ledger.
    Soc,
    /// The table of the ledger.
    Ledger,
    /// The bucket of what findings were when they came.
    Evidence,
    /// The bucket of the ledger's signed roots.
    LedgerRoots,
    /// The key that signs them.
    RootKey,
    /// The stream of findings.
    Findings,
    /// The workflow of incidents.
    Incident,
    /// The topic of people.
    Notices,
    /// The function that takes in.
    Ingest,
    /// The function that judges.
    Triage,
    /// The function that asks the model.
    Analyze,
    /// The function that changes accounts.
    Remediate,
    /// The function that answers requests.
    Api,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Soc,
        Self::Ledger,
        Self::Evidence,
        Self::LedgerRoots,
        Self::RootKey,
        Self::Findings,
        Self::Incident,
        Self::Notices,
        Self::Ingest,
        Self::Triage,
        Self::Analyze,
        Self::Remediate,
        Self::Api,
    ];

    /// The resource's type.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Soc | Self::Ledger => "AWS::DynamoDB::Table",
            Self::Evidence | Self::LedgerRoots => "AWS::S3::Bucket",
            Self::RootKey => "AWS::KMS::Key",
            Self::Findings => "AWS::Kinesis::Stream",
            Self::Incident => "AWS::StepFunctions::StateMachine",
            Self::Notices => "AWS::SNS::Topic",
            Self::Ingest | Self::Triage | Self::Analyze | Self::Remediate | Self::Api => {
                "AWS::Lambda::Function"
            }
        }
    }

    /// The resource's name in its template.
    #[must_use]
    pub const fn logical(self) -> &'static str {
        match self {
            Self::Soc => "Soc",
            Self::Ledger => "Ledger",
            Self::Evidence => "Evidence",
            Self::LedgerRoots => "LedgerRoots",
            Self::RootKey => "RootKey",
            Self::Findings => "Findings",
            Self::Incident => "Incident",
            Self::Notices => "Notices",
            Self::Ingest => "IngestFunction",
            Self::Triage => "TriageFunction",
            Self::Analyze => "AnalyzeFunction",
            Self::Remediate => "RemediateFunction",
            Self::Api => "ApiFunction",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// The type that a template gives to the resource of this name: what stands two lines' indent below it.
    fn kinds_in(template: &str, logical: &str) -> Vec<String> {
        let mut kinds = Vec::new();
        let mut inside = false;
        for line in template.lines() {
            if line.starts_with("  ") && !line.starts_with("   ") {
                inside = line.trim_end() == format!("  {logical}:");
            }
            if let Some(kind) = line.strip_prefix("    Type: ").filter(|_| inside) {
                kinds.push(kind.trim().to_owned());
            }
        }
        kinds
    }

    #[test]
    fn every_part_is_a_resource_of_exactly_one_template() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cloudformation");
        let Ok(entries) = fs::read_dir(&folder) else {
            println!("skipped: there are no templates at {}", folder.display());
            return;
        };
        let templates: Vec<String> =
            entries.filter_map(|entry| fs::read_to_string(entry.unwrap().path()).ok()).collect();
        for part in Part::ALL {
            let kinds: Vec<String> =
                templates.iter().flat_map(|template| kinds_in(template, part.logical())).collect();
            let same = kinds.iter().filter(|kind| *kind == part.kind()).count();
            assert_eq!(same, 1, "{part:?} as {} in {kinds:?}", part.kind());
        }
    }

    #[test]
    fn a_resource_of_another_type_is_not_taken_for_the_part() {
        let template =
            "Resources:\n  Soc:\n    Type: AWS::SQS::Queue\n  Else:\n    Type: AWS::DynamoDB::Table\n";
        assert_eq!(kinds_in(template, "Soc"), ["AWS::SQS::Queue"]);
    }
}
