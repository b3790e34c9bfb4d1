//! The ATT&CK map of a window, and the same as a layer that MITRE's Navigator opens.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use soc_domain::attack::{TACTICS, technique_name};
use soc_domain::severity::Severity;

use crate::ports::desk::TechniqueCount;

/// One technique of the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeatTechnique {
    /// Its id; empty for findings that name a tactic alone.
    pub id: String,
    /// Its name; the id itself where we know none.
    pub name: String,
    /// In how many incidents.
    pub incidents: u64,
    /// In how many findings.
    pub findings: u64,
    /// The greatest severity.
    pub severity: Severity,
}

/// One tactic of the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeatTactic {
    /// Its name.
    pub name: String,
    /// Its techniques, those in the most incidents first.
    pub techniques: Vec<HeatTechnique>,
}

/// The map: every tactic of the matrix in its order, also those without findings, then what findings call otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heat {
    /// The tactics.
    pub tactics: Vec<HeatTactic>,
}

/// The map of these counts.
#[must_use]
pub fn heat(counts: &[TechniqueCount]) -> Heat {
    let mut by_tactic: BTreeMap<&str, Vec<HeatTechnique>> = BTreeMap::new();
    for count in counts {
        let known = technique_name(&count.technique).map(str::to_owned);
        by_tactic.entry(&count.tactic).or_default().push(HeatTechnique {
            name: known.unwrap_or_else(|| count.technique.clone()),
            id: count.technique.clone(),
            incidents: count.incidents,
            findings: count.findings,
            severity: count.severity,
        });
    }
    let mut take = |name: &str| {
        let mut techniques = by_tactic.remove(name).unwrap_or_default();
        techniques.sort_by(|one, other| {
            (other.incidents, other.findings, &one.id).cmp(&(one.incidents, one.findings, &other.id))
        });
        HeatTactic { name: name.to_owned(), techniques }
    };
    let mut tactics: Vec<HeatTactic> = TACTICS.iter().map(|name| take(name)).collect();
    let others: Vec<String> = by_tactic.keys().map(|name| (*name).to_owned()).collect();
    for name in others {
        let mut techniques = by_tactic.remove(name.as_str()).unwrap_or_default();
        techniques.sort_by(|one, other| one.id.cmp(&other.id));
        tactics.push(HeatTactic { name, techniques });
    }
    Heat { tactics }
}

/// A layer for MITRE's Navigator ("ATT&CK Navigator Layer File Format Definition", version 4.5): the score of a technique
/// is the number of its incidents. `name` is ours. What the matrix does not have is left out, because the Navigator
/// refuses it.
#[must_use]
pub fn navigator_layer(heat: &Heat, name: &str) -> Value {
    let mut techniques = Vec::new();
    let mut most = 1;
    for tactic in heat.tactics.iter().filter(|tactic| TACTICS.contains(&tactic.name.as_str())) {
        let short = tactic.name.to_lowercase().replace(' ', "-");
        for technique in tactic.techniques.iter().filter(|one| technique_name(&one.id).is_some()) {
            most = most.max(technique.incidents);
            let comment = format!(
                "{} findings, {} incidents, at most {}",
                technique.findings, technique.incidents, technique.severity
            );
            techniques.push(json!({
                "techniqueID": technique.id,
                "tactic": short,
                "score": technique.incidents,
                "comment": comment,
                "enabled": true,
                "showSubtechniques": technique.id.contains('.'),
            }));
        }
    }
    json!({
        "name": name,
        "versions": { "attack": "18", "navigator": "5.1.0", "layer": "4.5" },
        "domain": "enterprise-attack",
        "description": "Findings that ai-soc received; the score is the number of incidents.",
        "filters": { "platforms": ["IaaS"] },
        "sorting": 3,
        "hideDisabled": false,
        "gradient": { "colors": ["#ffe9c7", "#c6251b"], "minValue": 0, "maxValue": most },
        "techniques": techniques,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(tactic: &str, technique: &str, incidents: u64) -> TechniqueCount {
        TechniqueCount {
            tactic: tactic.to_owned(),
            technique: technique.to_owned(),
            incidents,
            findings: incidents * 2,
            severity: Severity::High,
        }
    }

    #[test]
    fn the_map_has_every_tactic_in_the_matrix_order_and_what_findings_call_otherwise_behind() {
        let counts = [
            count("Impact", "T1485", 1),
            count("Impact", "T1496", 5),
            count("Odd", "<b>T1</b>", 1),
            count("Impact", "", 9),
        ];
        let heat = heat(&counts);
        let names: Vec<&str> = heat.tactics.iter().map(|tactic| tactic.name.as_str()).collect();
        assert_eq!(names.get(..14), Some(TACTICS.as_slice()));
        assert_eq!(names.get(14..), Some(["Odd"].as_slice()));
        let impact = heat.tactics.iter().find(|tactic| tactic.name == "Impact").unwrap();
        let ids: Vec<&str> = impact.techniques.iter().map(|technique| technique.id.as_str()).collect();
        assert_eq!(ids, ["", "T1496", "T1485"]);
    }

    #[test]
    fn the_layer_holds_only_what_the_matrix_has() {
        let counts = [
            count("Command and Control", "T1071.004", 3),
            count("Odd", "T1485", 1),
            count("Impact", "T9999", 1),
        ];
        let layer = navigator_layer(&heat(&counts), "window 7d");
        assert_eq!(layer["versions"]["layer"], "4.5");
        let techniques = layer["techniques"].as_array().unwrap();
        assert_eq!(techniques.len(), 1);
        assert_eq!(techniques[0]["tactic"], "command-and-control");
        assert_eq!((&techniques[0]["score"], &layer["gradient"]["maxValue"]), (&json!(3), &json!(3)));
    }
}
