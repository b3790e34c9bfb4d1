//! The incidents as a function knows them: all of them, kept up with each question.
//!
//! The first question of a function reads every incident once; each later one asks the eight partitions of `changes` for
//! what was written since, so any filter, order and figure is computed here by the port's own words. What it costs: the
//! incident as it is in memory, which is about twice its document (see the module above for figures).
//!
//! # What may come late
//!
//! An incident's turn is its writer's clock, and an index shows a write some moments after it. So each question looks back
//! by [`OVERLAP`] from the newest turn, and once in [`WIDE_EVERY`] by [`WIDE`]: a row that shows later than that is not
//! seen until it is written again, or by the next function. Of two writes the row's version says which is newer, never
//! the clock.
//!
//! # Cursors
//!
//! What a question finds new gets a mark, which grows whatever clocks say and is never below the turn. A cursor is the
//! newest mark, and the tag of the function that gave it: to its own cursors a function tells what it marked since, each
//! once. A cursor of another function is a moment only, so what was marked within the overlap before it is told again.
//! When nothing changed for a while, the mark moves on beyond the overlap, once: so what was told last is not told for
//! ever, and the tag is left out, because every function then knows the same.

use std::collections::BTreeMap;
use std::time::Duration;

use soc_domain::id::IncidentId;
use soc_domain::incident::Incident;
use soc_domain::time::Timestamp;
use soc_pipeline::ports::desk::{QueueRow, Turn};

/// How far apart the clocks of writers, and how far behind an index, may be.
const OVERLAP: i64 = 10_000_000;
/// How far behind the newest turn the mark stands when nothing changed for longer than that.
const QUIET: i64 = 2 * OVERLAP;
/// How far back it is looked now and then, for an index that is far behind.
const WIDE: i64 = 600_000_000;
/// How often.
const WIDE_EVERY: Duration = Duration::from_secs(60);
/// A cursor's last bits are a function's tag; the others count microseconds, which fit until the year 2112.
const TAG_BITS: u32 = 11;

/// An incident as an index has it.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) incident: Incident,
    pub(super) version: u64,
    /// When it was written, in microseconds by its writer's clock.
    pub(super) turn: i64,
}

#[derive(Debug)]
struct Known {
    row: QueueRow,
    version: u64,
    turn: i64,
    mark: i64,
}

/// What a function knows of all incidents.
#[derive(Debug)]
pub(super) struct Model {
    known: BTreeMap<IncidentId, Known>,
    tag: u64,
    mark: i64,
    /// The newest turn.
    newest: i64,
    /// When it was last looked far back; none before everything was read.
    looked: Option<Timestamp>,
    /// Questions that wait for people.
    waiting: u64,
}

/// Which changes are read next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Since {
    /// All that there are.
    Ever,
    /// From this turn on, which is far back.
    Far(i64),
    /// From this turn on.
    Near(i64),
}

/// The turn of a row, with room for a tag.
pub(super) fn as_turn(micros: i64) -> Turn {
    Turn(u64::try_from(micros).unwrap_or_default() << TAG_BITS)
}

impl Model {
    /// Nothing is known. `tag` should differ from function to function.
    pub(super) fn new(tag: u64) -> Self {
        // 0 is nobody's.
        let tag = tag % ((1 << TAG_BITS) - 1) + 1;
        Self { known: BTreeMap::new(), tag, mark: 0, newest: 0, looked: None, waiting: 0 }
    }

    /// What is to be read at `now` to be up to date.
    pub(super) fn since(&self, now: Timestamp) -> Since {
        match self.looked {
            None => Since::Ever,
            Some(looked) if looked.plus(WIDE_EVERY) <= now => Since::Far(self.newest.saturating_sub(WIDE)),
            Some(_) => Since::Near(self.newest.saturating_sub(OVERLAP)),
        }
    }

    /// Everything up to `now` was read.
    pub(super) fn is_read(&mut self, since: Since, now: Timestamp) {
        if !matches!(since, Since::Near(_)) {
            self.looked = Some(now);
        }
        let quiet = self.newest.saturating_add(QUIET);
        if self.newest > 0 && now.as_millis().saturating_mul(1_000) > quiet.saturating_add(OVERLAP) {
            self.mark = self.mark.max(quiet);
        }
    }

    /// How many questions wait for people.
    pub(super) const fn waiting(&self) -> u64 {
        self.waiting
    }

    /// Takes in what was read: of an incident that is known, only what is newer.
    pub(super) fn take_in(&mut self, mut found: Vec<Found>) {
        found.sort_by_key(|found| (found.turn, found.incident.id));
        for Found { incident, version, turn } in found {
            // Of one version another turn is news whatever it is: findings changed, by another clock.
            let is_news =
                |known: &Known| known.version < version || (known.version == version && known.turn != turn);
            if !self.known.get(&incident.id).is_none_or(is_news) {
                continue;
            }
            self.newest = self.newest.max(turn);
            self.mark = turn.max(self.mark.saturating_add(1));
            let row = row(incident, turn);
            self.known.insert(row.incident.id, Known { row, version, turn, mark: self.mark });
        }
    }

    /// Says of how many questions about each incident nobody has given an answer.
    pub(super) fn wait(&mut self, waiting: &BTreeMap<IncidentId, u64>) {
        self.waiting = waiting.values().sum();
        for (id, known) in &mut self.known {
            known.row.waiting = waiting.get(id).copied().unwrap_or_default();
        }
    }

    /// All incidents, by id. How many findings they have is not among what is known.
    pub(super) fn rows(&self) -> impl Iterator<Item = &QueueRow> {
        self.known.values().map(|known| &known.row)
    }

    pub(super) fn row(&self, id: IncidentId) -> Option<&QueueRow> {
        self.known.get(&id).map(|known| &known.row)
    }

    /// Whoever goes on from here is told of what is not known yet.
    pub(super) fn cursor(&self) -> Turn {
        let is_quiet = self.mark == self.newest.saturating_add(QUIET);
        at(self.mark, if is_quiet { 0 } else { self.tag })
    }

    /// The incidents that whoever has this cursor may not have been told of, and the cursor behind them; more of them,
    /// if there are more than `limit`.
    pub(super) fn changed(&self, after: Turn, limit: usize) -> (Vec<IncidentId>, Turn, bool) {
        let behind = self.told(after);
        let mut changed: Vec<(i64, IncidentId)> = self
            .known
            .iter()
            .filter(|(_, known)| known.mark > behind)
            .map(|(id, known)| (known.mark, *id))
            .collect();
        changed.sort_unstable();
        let more = changed.len() > limit;
        changed.truncate(limit);
        let last = changed.last().filter(|_| more).map(|(mark, _)| at(*mark, self.tag));
        let cursor = last.unwrap_or_else(|| self.cursor());
        (changed.into_iter().map(|(_, id)| id).collect(), cursor, more)
    }

    /// The mark up to which whoever has this cursor was certainly told.
    fn told(&self, cursor: Turn) -> i64 {
        let mark = i64::try_from(cursor.0 >> TAG_BITS).unwrap_or(i64::MAX);
        let tag = cursor.0 & ((1 << TAG_BITS) - 1);
        if tag == self.tag && mark <= self.mark {
            return mark;
        }
        if mark > self.newest.saturating_add(QUIET + OVERLAP) {
            // Of another store: everything is news.
            return i64::MIN;
        }
        mark.saturating_sub(OVERLAP)
    }
}

const fn at(mark: i64, tag: u64) -> Turn {
    Turn((mark.cast_unsigned() << TAG_BITS) | tag)
}

/// A row whose findings and questions are still to be counted.
pub(super) fn row(incident: Incident, turn: i64) -> QueueRow {
    let changed_at = Timestamp::from_millis(turn / 1_000);
    QueueRow { incident, findings: 0, waiting: 0, changed_at, turn: as_turn(turn) }
}

#[cfg(test)]
mod tests {
    use soc_testkit::build::incident;

    use super::*;

    const NOW: i64 = 1_767_225_600_000_000;

    fn written(name: &str, version: u64, turn: i64) -> Found {
        Found { incident: incident(name), version, turn }
    }

    fn after(micros: i64) -> Timestamp {
        Timestamp::from_millis((NOW + micros) / 1_000)
    }

    /// A function that has read what was written by then.
    fn function(tag: u64, found: Vec<Found>, now: Timestamp) -> Model {
        let mut model = Model::new(tag);
        read(&mut model, found, now);
        model
    }

    fn read(model: &mut Model, found: Vec<Found>, now: Timestamp) {
        let since = model.since(now);
        model.take_in(found);
        model.is_read(since, now);
    }

    fn told(model: &Model, cursor: &mut Turn) -> Vec<IncidentId> {
        let (told, next, more) = model.changed(*cursor, 100);
        assert!(!more);
        *cursor = next;
        told
    }

    #[test]
    fn a_function_tells_each_write_once_to_whoever_goes_on_from_its_own_cursor() {
        let mut model = function(1, vec![written("a", 1, NOW), written("b", 1, NOW + 5)], after(10));
        let mut cursor = model.cursor();
        assert_eq!(told(&model, &mut cursor), []);
        // Of the same time, and of a clock that is behind.
        read(&mut model, vec![written("c", 1, NOW + 5), written("d", 1, NOW - 4_000_000)], after(20));
        assert_eq!(told(&model, &mut cursor), [incident("d").id, incident("c").id]);
        assert_eq!(told(&model, &mut cursor), []);
        // What is read again for the overlap is no news.
        read(&mut model, vec![written("c", 1, NOW + 5), written("b", 1, NOW + 5)], after(30));
        assert_eq!(told(&model, &mut cursor), []);
    }

    #[test]
    fn a_version_is_newer_whatever_its_clock_says_and_an_older_one_never_comes_back() {
        let mut model = function(1, vec![written("a", 2, NOW)], after(10));
        let mut cursor = model.cursor();
        read(&mut model, vec![written("a", 1, NOW + 9)], after(20));
        assert_eq!(told(&model, &mut cursor), []);
        read(&mut model, vec![written("a", 3, NOW - 9)], after(30));
        assert_eq!(told(&model, &mut cursor), [incident("a").id]);
        // Its findings changed, by the word of a clock that is behind.
        read(&mut model, vec![written("a", 3, NOW - 20)], after(40));
        assert_eq!(told(&model, &mut cursor), [incident("a").id]);
        assert_eq!(model.row(incident("a").id).map(|row| row.turn), Some(as_turn(NOW - 20)));
    }

    #[test]
    fn another_functions_cursor_is_told_what_it_may_have_missed_and_not_for_ever() {
        let rows = || vec![written("old", 1, NOW - 60_000_000), written("a", 1, NOW)];
        let (mut one, mut other) = (function(1, rows(), after(10)), function(2, rows(), after(10)));
        // One saw a row that the other has not seen, and gave a cursor beyond it.
        let mut cursor = one.cursor();
        read(&mut other, vec![written("late", 1, NOW - 3_000_000)], after(20));
        let again = told(&other, &mut cursor);
        assert!(again.contains(&incident("late").id) && !again.contains(&incident("old").id), "{again:?}");
        // Whoever is sent from one to the other when nothing changes any more is told nothing, by the same cursor.
        let quiet = after(QUIET + 2 * OVERLAP);
        read(&mut one, vec![written("late", 1, NOW - 3_000_000)], quiet);
        read(&mut other, Vec::new(), quiet);
        assert_eq!(one.cursor(), other.cursor());
        let mut cursor = one.cursor();
        for model in [&other, &one, &other] {
            assert_eq!(told(model, &mut cursor), []);
        }
        // And what comes then is told by both.
        for model in [&mut one, &mut other] {
            read(model, vec![written("new", 1, NOW + QUIET + 2 * OVERLAP)], after(QUIET + 3 * OVERLAP));
            assert_eq!(told(model, &mut cursor.clone()), [incident("new").id]);
        }
    }

    #[test]
    fn pages_of_changes_follow_each_other_and_a_cursor_of_another_store_names_everything() {
        let rows = (0..9).map(|number| written(&number.to_string(), 1, NOW + number / 3)).collect();
        let model = function(1, rows, after(10));
        for begin in [Turn::default(), as_turn(NOW + 1_000 * WIDE), Turn(u64::MAX)] {
            let (mut cursor, mut seen) = (begin, Vec::new());
            loop {
                let (told, next, more) = model.changed(cursor, 2);
                seen.extend(told);
                cursor = next;
                if !more {
                    break;
                }
            }
            let count = seen.len();
            seen.sort_unstable();
            seen.dedup();
            assert_eq!((seen.len(), count, cursor), (9, 9, model.cursor()), "{begin:?}");
        }
    }

    #[test]
    fn the_first_look_is_at_everything_then_near_and_now_and_then_far() {
        let mut model = Model::new(1);
        assert_eq!(model.since(after(0)), Since::Ever);
        read(&mut model, vec![written("a", 1, NOW)], after(0));
        assert_eq!(model.since(after(1_000_000)), Since::Near(NOW - OVERLAP));
        read(&mut model, Vec::new(), after(59_000_000));
        assert_eq!(model.since(after(61_000_000)), Since::Far(NOW - WIDE));
        read(&mut model, Vec::new(), after(61_000_000));
        assert_eq!(model.since(after(62_000_000)), Since::Near(NOW - OVERLAP));
    }
}
