//! The pipeline's stages, counted from where incidents stand.

use soc_domain::incident::Stage;

use crate::ports::desk::StageFigures;

/// The stages in their order, with the names that executions give to their states.
const STAGES: [(&str, &[&str]); 8] = [
    ("ingest", &[]),
    ("triage", &["Triage", "Route"]),
    ("analyze", &["Analyze"]),
    ("plan", &["Plan"]),
    ("ask", &["Approvals", "Ask", "Settle"]),
    ("execute", &["ExecuteAuto", "ExecuteApproved"]),
    ("verify", &["Verify"]),
    ("notify", &["Notify"]),
];

/// What an incident in `stage` waits for or is in, by place in [`STAGES`], and whether it is in it; none if nothing is left.
const fn stands_at(stage: Stage) -> Option<(usize, bool)> {
    match stage {
        Stage::Recorded | Stage::Done => None,
        Stage::Open => Some((1, false)),
        Stage::Triaged => Some((2, false)),
        Stage::Analysed | Stage::AnalysisSkipped => Some((3, false)),
        Stage::Planned => Some((5, false)),
        Stage::AwaitingApproval => Some((4, false)),
        Stage::Acting => Some((5, true)),
        Stage::Contained | Stage::Partial | Stage::NeedsPerson => Some((7, false)),
    }
}

/// The stages of the pipeline: `received` records came in, so many incidents stand in each stage, and so many executions
/// failed in each state of the workflow. A stage has done what stands behind it; what was only recorded has passed none.
#[must_use]
pub fn stages(received: u64, incidents: &[(Stage, u64)], failed: &[(String, u64)]) -> Vec<StageFigures> {
    let sum = |test: &dyn Fn(Stage) -> bool| -> u64 {
        incidents.iter().filter(|(stage, _)| test(*stage)).map(|(_, count)| count).sum()
    };
    let figures = STAGES.iter().enumerate().map(|(place, (name, states))| {
        let is_behind = |stage: Stage| match stands_at(stage) {
            Some((at, _)) => at > place,
            None => stage == Stage::Done,
        };
        let in_state = failed.iter().filter(|(state, _)| states.contains(&state.as_str()));
        StageFigures {
            name: (*name).to_owned(),
            waiting: sum(&|stage| stands_at(stage) == Some((place, false))),
            running: sum(&|stage| stands_at(stage) == Some((place, true))),
            done: if place == 0 { received } else { sum(&is_behind) },
            failed: in_state.map(|(_, count)| count).sum(),
        }
    });
    figures.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_incident_that_is_not_done_waits_for_or_is_in_one_stage() {
        for stage in Stage::ALL {
            let found = stages(9, &[(stage, 3)], &[("Plan".to_owned(), 2)]);
            let at: u64 = found.iter().map(|figures| figures.waiting + figures.running).sum();
            assert_eq!(at, if stands_at(stage).is_some() { 3 } else { 0 }, "{stage:?}");
            let plan = found.iter().find(|figures| figures.name == "plan");
            assert_eq!(plan.map(|figures| figures.failed), Some(2));
            assert_eq!(found.first().map(|figures| figures.done), Some(9));
        }
    }
}
