//! The consolidated id of a Security Hub control, from the names that its standards gave it.
//!
//! Apart, because ASFF and OCSF name controls differently and must come to one id. Sources: "Consolidated
//! controls view", "CIS AWS Foundations Benchmark in Security Hub" and "PCI DSS in Security Hub", AWS Security
//! Hub User Guide. Retired controls (PCI.EC2.3, PCI.S3.4) have no consolidated id and keep their own.

/// CIS 1.2.0 rule to control.
const CIS_1_2_0: [(&str, &str); 43] = [
    ("1.1", "CloudWatch.1"),
    ("1.2", "IAM.5"),
    ("1.3", "IAM.8"),
    ("1.4", "IAM.3"),
    ("1.5", "IAM.11"),
    ("1.6", "IAM.12"),
    ("1.7", "IAM.13"),
    ("1.8", "IAM.14"),
    ("1.9", "IAM.15"),
    ("1.10", "IAM.16"),
    ("1.11", "IAM.17"),
    ("1.12", "IAM.4"),
    ("1.13", "IAM.9"),
    ("1.14", "IAM.6"),
    ("1.16", "IAM.2"),
    ("1.20", "IAM.18"),
    ("1.22", "IAM.1"),
    ("2.1", "CloudTrail.1"),
    ("2.2", "CloudTrail.4"),
    ("2.3", "CloudTrail.6"),
    ("2.4", "CloudTrail.5"),
    ("2.5", "Config.1"),
    ("2.6", "CloudTrail.7"),
    ("2.7", "CloudTrail.2"),
    ("2.8", "KMS.4"),
    ("2.9", "EC2.6"),
    ("3.1", "CloudWatch.2"),
    ("3.2", "CloudWatch.3"),
    ("3.3", "CloudWatch.1"),
    ("3.4", "CloudWatch.4"),
    ("3.5", "CloudWatch.5"),
    ("3.6", "CloudWatch.6"),
    ("3.7", "CloudWatch.7"),
    ("3.8", "CloudWatch.8"),
    ("3.9", "CloudWatch.9"),
    ("3.10", "CloudWatch.10"),
    ("3.11", "CloudWatch.11"),
    ("3.12", "CloudWatch.12"),
    ("3.13", "CloudWatch.13"),
    ("3.14", "CloudWatch.14"),
    ("4.1", "EC2.13"),
    ("4.2", "EC2.14"),
    ("4.3", "EC2.2"),
];

/// PCI DSS 3.2.1 control (without `PCI.`) to control; the two lists have the same titles.
const PCI_3_2_1: [(&str, &str); 44] = [
    ("AutoScaling.1", "AutoScaling.1"),
    ("CloudTrail.1", "CloudTrail.2"),
    ("CloudTrail.2", "CloudTrail.3"),
    ("CloudTrail.3", "CloudTrail.4"),
    ("CloudTrail.4", "CloudTrail.5"),
    ("CodeBuild.1", "CodeBuild.1"),
    ("CodeBuild.2", "CodeBuild.2"),
    ("Config.1", "Config.1"),
    ("CW.1", "CloudWatch.1"),
    ("DMS.1", "DMS.1"),
    ("EC2.1", "EC2.1"),
    ("EC2.2", "EC2.2"),
    ("EC2.4", "EC2.12"),
    ("EC2.5", "EC2.13"),
    ("EC2.6", "EC2.6"),
    ("ELBv2.1", "ELB.1"),
    ("ES.1", "ES.2"),
    ("ES.2", "ES.1"),
    ("GuardDuty.1", "GuardDuty.1"),
    ("IAM.1", "IAM.4"),
    ("IAM.2", "IAM.2"),
    ("IAM.3", "IAM.1"),
    ("IAM.4", "IAM.6"),
    ("IAM.5", "IAM.9"),
    ("IAM.6", "IAM.19"),
    ("IAM.7", "IAM.8"),
    ("IAM.8", "IAM.10"),
    ("KMS.1", "KMS.4"),
    ("Lambda.1", "Lambda.1"),
    ("Lambda.2", "Lambda.3"),
    ("Opensearch.1", "Opensearch.2"),
    ("Opensearch.2", "Opensearch.1"),
    ("RDS.1", "RDS.1"),
    ("RDS.2", "RDS.2"),
    ("Redshift.1", "Redshift.1"),
    ("S3.1", "S3.3"),
    ("S3.2", "S3.2"),
    ("S3.3", "S3.7"),
    ("S3.5", "S3.5"),
    ("S3.6", "S3.1"),
    ("SageMaker.1", "SageMaker.1"),
    ("SSM.1", "SSM.2"),
    ("SSM.2", "SSM.3"),
    ("SSM.3", "SSM.1"),
];

fn find(table: &[(&'static str, &'static str)], name: &str) -> Option<&'static str> {
    table.iter().find(|(from, _)| *from == name).map(|(_, to)| *to)
}

/// The consolidated id that a generator id, a standard's control id or a consolidated id itself stands for.
pub(super) fn consolidated(name: &str) -> Option<String> {
    let last = name.rsplit('/').next().unwrap_or_default();
    if let Some(pci) = last.strip_prefix("PCI.") {
        return find(&PCI_3_2_1, pci).map(str::to_owned);
    }
    if name.contains("cis-aws-foundations-benchmark/v/1.2.0") {
        return find(&CIS_1_2_0, last).map(str::to_owned);
    }
    let (service, number) = last.split_once('.')?;
    let named = service.starts_with(|c: char| c.is_ascii_uppercase())
        && service.chars().all(|c| c.is_ascii_alphanumeric())
        && !number.is_empty()
        && number.chars().all(|c| c.is_ascii_digit());
    named.then(|| last.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_a_control_comes_to_its_consolidated_id() {
        let cases = [
            ("aws-foundational-security-best-practices/v/1.0.0/IAM.3", Some("IAM.3")),
            (
                "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/3.10",
                Some("CloudWatch.10"),
            ),
            ("pci-dss/v/3.2.1/PCI.CloudTrail.4", Some("CloudTrail.5")),
            ("security-control/EC2.19", Some("EC2.19")),
            ("S3.8", Some("S3.8")),
            ("PCI.SSM.3", Some("SSM.1")),
            ("pci-dss/v/3.2.1/PCI.EC2.3", None),
            ("arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/9.9", None),
            ("arn:aws:guardduty:eu-west-1:1:detector/abc", None),
            ("lambda-finding", None),
        ];
        for (name, id) in cases {
            assert_eq!(consolidated(name).as_deref(), id, "{name}");
        }
    }
}
