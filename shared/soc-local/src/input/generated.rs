//! Generated findings as an input: made as they are read, so memory is constant however many they are.

use std::io::{self, Read};

use soc_samples::{Plan, Records};

/// The name of a plan, from which the plan can be read back: an interrupted run goes on with the same records.
pub(super) fn name(plan: &Plan) -> String {
    let kind = plan.finding_type.as_deref().unwrap_or_default();
    format!(
        "generated:{},{},{},{},{},{},{kind}",
        plan.count, plan.incidents, plan.duplicates_pct, plan.shuffle_pct, plan.poison, plan.seed
    )
}

/// The plan with this name.
pub(super) fn plan(name: &str) -> Option<Plan> {
    let mut parts = name.strip_prefix("generated:")?.splitn(7, ',');
    let plan = Plan {
        count: parts.next()?.parse().ok()?,
        incidents: parts.next()?.parse().ok()?,
        duplicates_pct: parts.next()?.parse().ok()?,
        shuffle_pct: parts.next()?.parse().ok()?,
        poison: parts.next()?.parse().ok()?,
        seed: parts.next()?.parse().ok()?,
        finding_type: parts.next().filter(|kind| !kind.is_empty()).map(str::to_owned),
    };
    Some(plan)
}

/// The records of a plan as lines.
pub(super) struct Lines {
    records: Records,
    line: Vec<u8>,
    at: usize,
}

impl Lines {
    pub(super) fn new(plan: &Plan) -> Self {
        Self { records: plan.records(), line: Vec::new(), at: 0 }
    }
}

impl Read for Lines {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let mut written = 0;
        while let Some(room) = to.get_mut(written..).filter(|room| !room.is_empty()) {
            let rest = self.line.get(self.at..).unwrap_or_default();
            if rest.is_empty() {
                let Some(mut line) = self.records.next() else { break };
                line.push(b'\n');
                (self.line, self.at) = (line, 0);
                continue;
            }
            let length = rest.len().min(room.len());
            for (to, from) in room.iter_mut().zip(rest) {
                *to = *from;
            }
            self.at += length;
            written += length;
        }
        Ok(written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(kind: Option<&str>) -> Plan {
        let finding_type = kind.map(str::to_owned);
        Plan { count: 40, incidents: 3, duplicates_pct: 5, shuffle_pct: 7, poison: 2, seed: 9, finding_type }
    }

    #[test]
    fn a_plan_is_read_back_from_its_name() {
        for kind in [None, Some("Recon:EC2/PortProbe"), Some("with, comma")] {
            assert_eq!(plan(&name(&made(kind))), Some(made(kind)));
        }
        assert_eq!(plan("findings.json"), None);
    }

    #[test]
    fn the_lines_are_the_records_however_small_the_reads_are() {
        let mut expected = Vec::new();
        for record in made(None).records() {
            expected.extend(record);
            expected.push(b'\n');
        }
        let mut lines = Lines::new(&made(None));
        let (mut read, mut chunk) = (Vec::new(), [0; 7]);
        loop {
            let count = lines.read(&mut chunk).unwrap();
            if count == 0 {
                break;
            }
            read.extend_from_slice(&chunk[..count]);
        }
        assert_eq!(read, expected);
    }
}
