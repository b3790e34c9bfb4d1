//! Ids in EC2's form that are derived and not drawn, so that the same findings always make the same account.

use soc_domain::id::sha256_hex;

/// A prefix and 17 hexadecimal digits.
pub(super) fn derived(prefix: &str, parts: &[&str]) -> String {
    let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
    let digits: String = sha256_hex(&parts).chars().take(17).collect();
    format!("{prefix}-{digits}")
}

/// The quarantine group that seeding gives a VPC.
pub(super) fn quarantine_group(vpc_id: &str) -> String {
    derived("sg", &["quarantine group of", vpc_id])
}

/// EC2 puts an interface into its VPC's default group when nobody names one.
pub(super) fn or_default_group(groups: &[String], vpc_id: &str) -> Vec<String> {
    if groups.is_empty() { vec![derived("sg", &["default group of", vpc_id])] } else { groups.to_vec() }
}

pub(super) fn interface_id(instance: &str, index: usize) -> String {
    derived("eni", &["interface of", instance, &index.to_string()])
}

/// Every instance has the volume that it was started from.
pub(super) fn root_volume(instance: &str) -> String {
    derived("vol", &["root volume of", instance])
}
