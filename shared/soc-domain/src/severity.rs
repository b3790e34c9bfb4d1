//! Severity on one scale for every product.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How bad a finding or an incident is, as its product says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// Nothing to act on: passed checks, notices.
    #[default]
    Informational,
    /// Suspicious activity that was blocked or did no harm.
    Low,
    /// Activity that deviates from what is normal; look at it.
    Medium,
    /// A resource is probably compromised; act now.
    High,
    /// An attack is under way, often in several steps.
    Critical,
}

impl Severity {
    /// Every severity, from the least to the greatest.
    pub const ALL: [Self; 5] = [Self::Informational, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// GuardDuty's number (1.0 to 10.0): below 4 Low, below 7 Medium, below 9 High, else Critical
    /// ("Severity levels for GuardDuty findings", Amazon GuardDuty User Guide). Zero is no severity at all.
    #[must_use]
    pub fn from_guardduty(score: f64) -> Self {
        match score {
            s if s.is_nan() || s <= 0.0 => Self::Informational,
            s if s < 4.0 => Self::Low,
            s if s < 7.0 => Self::Medium,
            s if s < 9.0 => Self::High,
            _ => Self::Critical,
        }
    }

    /// ASFF's `Severity.Normalized` (0 to 100): 0, 1-39, 40-69, 70-89, 90-100
    /// ("Severity", AWS Security Finding Format, Security Hub User Guide).
    #[must_use]
    pub fn from_normalized(score: f64) -> Self {
        match score {
            s if s.is_nan() || s < 1.0 => Self::Informational,
            s if s < 40.0 => Self::Low,
            s if s < 70.0 => Self::Medium,
            s if s < 90.0 => Self::High,
            _ => Self::Critical,
        }
    }

    /// The name, as it is written everywhere.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Informational => "Informational",
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
            Self::Critical => "Critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Severity {
    type Err = UnknownName;

    /// Accepts the names in any case, and OCSF's `Fatal` as Critical.
    fn from_str(text: &str) -> Result<Self, UnknownName> {
        if text.eq_ignore_ascii_case("fatal") {
            return Ok(Self::Critical);
        }
        Self::ALL
            .into_iter()
            .find(|severity| severity.name().eq_ignore_ascii_case(text))
            .ok_or_else(|| UnknownName::new(text, "a severity", "Informational, Low, Medium, High, Critical"))
    }
}

/// A name that is none of a closed list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is not {what}: expected one of {known}")]
pub struct UnknownName {
    given: String,
    what: &'static str,
    known: &'static str,
}

impl UnknownName {
    /// `given` is not `what`; `known` lists what would have been.
    #[must_use]
    pub fn new(given: &str, what: &'static str, known: &'static str) -> Self {
        Self { given: given.chars().take(64).collect(), what, known }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guardduty_numbers_map_at_their_borders() {
        let given = [0.0, 1.0, 3.9, 4.0, 6.9, 7.0, 8.9, 9.0, 10.0, f64::NAN];
        let names: Vec<_> = given.iter().map(|score| Severity::from_guardduty(*score).name()).collect();
        assert_eq!(
            names,
            [
                "Informational",
                "Low",
                "Low",
                "Medium",
                "Medium",
                "High",
                "High",
                "Critical",
                "Critical",
                "Informational"
            ]
        );
    }

    #[test]
    fn labels_are_read_in_any_case() {
        assert_eq!("CRITICAL".parse(), Ok(Severity::Critical));
        assert!("urgent".parse::<Severity>().unwrap_err().to_string().contains("Informational, Low"));
    }
}
