//! Lanes: which executions may be under way at the same time.
//!
//! Apart because it knows nothing of executions. Invariants: what touches one thing is driven one after the other and in
//! its order, so that each finds it as the one before has left it; whatever shares nothing may wait for the disk
//! together.

use std::collections::BTreeSet;

/// What is driven one after the other.
#[derive(Debug)]
struct Lane<T> {
    things: BTreeSet<String>,
    /// With their places in the order that they came in.
    items: Vec<(usize, T)>,
}

/// Sorts items, each with the things that it may touch, into lanes.
pub(super) fn lanes<T>(items: impl IntoIterator<Item = (T, BTreeSet<String>)>) -> Vec<Vec<T>> {
    let mut lanes: Vec<Lane<T>> = Vec::new();
    for (place, (item, things)) in items.into_iter().enumerate() {
        let mut joined = Lane { things, items: vec![(place, item)] };
        let mut apart = Vec::with_capacity(lanes.len() + 1);
        for lane in lanes {
            if lane.things.is_disjoint(&joined.things) {
                apart.push(lane);
            } else {
                joined.things.extend(lane.things);
                joined.items.extend(lane.items);
            }
        }
        apart.push(joined);
        lanes = apart;
    }
    for lane in &mut lanes {
        lane.items.sort_unstable_by_key(|(place, _)| *place);
    }
    lanes.sort_unstable_by_key(|lane| lane.items.first().map(|(place, _)| *place));
    lanes.into_iter().map(|lane| lane.items.into_iter().map(|(_, item)| item).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shares_a_thing_is_in_one_lane_in_its_order_and_the_rest_is_apart() {
        let items = [(0, "a"), (1, "b"), (2, "a"), (3, "c"), (4, "b c"), (5, ""), (6, "a"), (7, "")];
        let things = |text: &str| text.split_whitespace().map(str::to_owned).collect();
        let found = lanes(items.map(|(item, text)| (item, things(text))));
        assert_eq!(found, [vec![0, 2, 6], vec![1, 3, 4], vec![5], vec![7]]);
    }
}
