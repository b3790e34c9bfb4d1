//! How well a grouping of findings agrees with labels: reduction, pairwise precision and recall.
//!
//! Apart from what makes labels, so that groups of real findings can be compared with a rule by the same figures.

use std::collections::BTreeMap;

/// How a grouping and labels agree.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Agreement {
    /// How many findings were compared.
    pub findings: u64,
    /// How many groups there are.
    pub groups: u64,
    /// How many labels there are.
    pub labels: u64,
    /// Pairs that share a group.
    pub pairs_grouped: u64,
    /// Pairs that share a label.
    pub pairs_labelled: u64,
    /// Pairs that share both.
    pub pairs_both: u64,
}

impl Agreement {
    /// Compares groups with labels: for each finding its group and its label.
    #[must_use]
    pub fn of<G: Ord + Clone, L: Ord + Clone>(findings: &[(G, L)]) -> Self {
        let mut groups: BTreeMap<G, u64> = BTreeMap::new();
        let mut labels: BTreeMap<L, u64> = BTreeMap::new();
        let mut both: BTreeMap<(G, L), u64> = BTreeMap::new();
        for (group, label) in findings {
            *groups.entry(group.clone()).or_default() += 1;
            *labels.entry(label.clone()).or_default() += 1;
            *both.entry((group.clone(), label.clone())).or_default() += 1;
        }
        let pairs = |count: &u64| count * count.saturating_sub(1) / 2;
        Self {
            findings: findings.len() as u64,
            groups: groups.len() as u64,
            labels: labels.len() as u64,
            pairs_grouped: groups.values().map(pairs).sum(),
            pairs_labelled: labels.values().map(pairs).sum(),
            pairs_both: both.values().map(pairs).sum(),
        }
    }

    /// How much less there is to look at: 1 - groups / findings.
    #[must_use]
    pub fn reduction(&self) -> f64 {
        1.0 - share(self.groups, self.findings)
    }

    /// Of the pairs that share a group, the share that also shares a label; 1 where there are none.
    #[must_use]
    pub fn precision(&self) -> f64 {
        share(self.pairs_both, self.pairs_grouped)
    }

    /// Of the pairs that share a label, the share that also shares a group; 1 where there are none.
    #[must_use]
    pub fn recall(&self) -> f64 {
        share(self.pairs_both, self.pairs_labelled)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of findings are far below 2^52")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_counted_on_both_sides() {
        let agreement = Agreement::of(&[(1, 'a'), (1, 'a'), (1, 'b'), (2, 'b')]);
        assert_eq!((agreement.pairs_grouped, agreement.pairs_labelled, agreement.pairs_both), (3, 2, 1));
        assert!((agreement.reduction() - 0.5).abs() < 1e-9);
        assert!((agreement.recall() - 0.5).abs() < 1e-9 && (agreement.precision() - 1.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn nothing_agrees_with_nothing() {
        let agreement = Agreement::of::<u8, u8>(&[]);
        assert!((agreement.precision() - 1.0).abs() < 1e-9 && (agreement.recall() - 1.0).abs() < 1e-9);
    }
}
