//! The real use cases under the named faults of the reliability page: nothing is lost, nothing is done twice.
//!
//! Every seed is one small day (`stories`) under one scenario (`scenarios`), run by the fault scheduler of
//! soc-testkit until nothing is left to do (`run`), and compared with the same day without faults (`balance`).
//! `mutants` break one guarantee each; the suite must notice.

#[cfg(test)]
mod balance;
#[cfg(test)]
mod cut_short;
#[cfg(test)]
mod mutants;
#[cfg(test)]
mod run;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod seeds;
#[cfg(test)]
mod stories;
#[cfg(test)]
mod witness;
#[cfg(test)]
mod worker;

use mutants::Mutation;
use seeds::{holds, notices};

#[test]
fn f01_duplicate_deliveries_change_nothing() {
    holds("F01");
}

#[test]
fn f02_a_replay_storm_changes_nothing() {
    holds("F02");
}

#[test]
fn f03_revisions_out_of_order_end_the_same() {
    holds("F03");
}

#[test]
fn f04_a_poison_record_is_kept_once_and_stops_nobody() {
    holds("F04");
}

#[test]
fn f05_a_crash_before_the_acknowledgement_loses_nothing() {
    holds("F05");
}

#[test]
fn f06_a_crash_between_intent_and_act_is_made_good_once() {
    holds("F06");
}

#[test]
fn f07_a_lost_response_is_observed_and_never_repeated_blindly() {
    holds("F07");
}

#[test]
fn f08_a_zombie_worker_does_nothing_again() {
    holds("F08");
}

#[test]
fn f09_a_throttle_burst_delays_and_loses_nothing() {
    holds("F09");
}

#[test]
fn f10_a_store_outage_delays_and_loses_nothing() {
    holds("F10");
}

#[test]
fn f11_an_analyst_that_is_out_or_lies_changes_no_action() {
    holds("F11");
}

#[test]
fn f12_an_approval_race_ends_in_one_of_its_outcomes() {
    holds("F12");
}

#[test]
fn f13_an_aborted_workflow_goes_on() {
    holds("F13");
}

#[test]
fn f14_of_a_partial_response_only_what_failed_comes_again() {
    holds("F14");
}

#[test]
fn f15_wrong_clocks_let_nobody_act_twice() {
    holds("F15");
}

#[test]
fn all_faults_together_lose_nothing_and_do_nothing_twice() {
    holds("all");
}

#[test]
fn a_retry_that_does_not_find_its_intent_is_noticed() {
    notices(Mutation::RetryWithoutKey, "F07", "done 2 times instead of 1");
}

#[test]
fn a_lease_that_is_deleted_on_error_is_noticed() {
    notices(Mutation::LeaseDeletedOnError, "F07", "done 2 times instead of 1");
}

#[test]
fn taking_over_without_looking_is_noticed() {
    notices(Mutation::NoObserveStep, "F06", "done 2 times instead of 1");
}

#[test]
fn a_lease_shorter_than_the_deadline_is_noticed() {
    notices(Mutation::ShortLease, "F15", "done 2 times instead of 1");
}

#[test]
fn acknowledging_what_failed_is_noticed() {
    notices(Mutation::AcknowledgeOnError, "F14", "lost: finding");
}

#[test]
fn acknowledging_a_supersede_twice_is_noticed() {
    notices(Mutation::SupersedeTwice, "F01", "missing, done 0 times instead of 1");
}
