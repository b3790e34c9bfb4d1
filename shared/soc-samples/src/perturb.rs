//! Disorder on the way: copies, records out of order, records that are no findings.
//!
//! Apart from what makes the records, because the built-in stream and generated ones are disturbed alike. It
//! works on blocks of [`WINDOW`] records, so memory is constant and no record moves further than that.

use std::collections::VecDeque;

use fastrand::Rng;

/// How many records are looked at together; none leaves its block.
const WINDOW: usize = 100;

/// What to do to a stream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Disorder {
    /// Exact copies to add, in percent of the records; each follows its original within 100 records.
    pub duplicates_pct: u32,
    /// How many records in a hundred change places with another one within 100 records.
    pub shuffle_pct: u32,
    /// How many records to add that are no JSON or no finding.
    pub poison: u64,
    /// Decides what happens where.
    pub seed: u64,
}

/// Disturbs records that are all at hand. The same input and seed give the same output.
#[must_use]
pub fn perturb(records: Vec<Vec<u8>>, disorder: Disorder) -> Vec<Vec<u8>> {
    let expected = records.len() as u64;
    Disturbed::new(records.into_iter(), expected, disorder).collect()
}

/// One record on its way.
struct Item {
    bytes: Vec<u8>,
    copy: bool,
}

/// A stream that is being disturbed.
pub(crate) struct Disturbed<I> {
    records: I,
    expected: u64,
    taken: u64,
    poisoned: u64,
    disorder: Disorder,
    rng: Rng,
    waiting: VecDeque<Item>,
    block: VecDeque<Vec<u8>>,
}

impl<I: Iterator<Item = Vec<u8>>> Disturbed<I> {
    /// Disturbs `records`, of which there should be `expected`: poison is spread evenly over that many.
    pub(crate) fn new(records: I, expected: u64, disorder: Disorder) -> Self {
        let rng = Rng::with_seed(disorder.seed ^ 0x9e37_79b9_7f4a_7c15);
        let (waiting, block) = (VecDeque::new(), VecDeque::new());
        Self { records, expected, taken: 0, poisoned: 0, disorder, rng, waiting, block }
    }

    /// The next record in the order of the source, with its copies and the poison that is due behind it.
    fn take(&mut self) -> Option<Item> {
        if let Some(item) = self.waiting.pop_front() {
            return Some(item);
        }
        let Some(bytes) = self.records.next() else {
            let left = self.poisoned < self.disorder.poison;
            return left.then(|| self.poison());
        };
        self.taken += 1;
        let pct = u64::from(self.disorder.duplicates_pct);
        for _copy in (self.taken - 1) * pct / 100..self.taken * pct / 100 {
            self.waiting.push_back(Item { bytes: bytes.clone(), copy: true });
        }
        let due = self.disorder.poison.saturating_mul(self.taken) / self.expected.max(1);
        while self.poisoned < due.min(self.disorder.poison) {
            let item = self.poison();
            self.waiting.push_back(item);
        }
        Some(Item { bytes, copy: false })
    }

    fn poison(&mut self) -> Item {
        let number = self.poisoned;
        self.poisoned += 1;
        let bytes = match number % 6 {
            0 => format!(r#"{{"version":"0","detail-type":"GuardDuty Finding","detail":{{"id":"{number}","#)
                .into_bytes(),
            1 => vec![0xff, 0xfe, b'{', 0x80, 0x00, b'}'],
            2 => format!(r#"{{"greeting":"hello","number":{number}}}"#).into_bytes(),
            3 => b"Mar 02 09:00:00 host sshd[4711]: Connection closed by 192.0.2.1 port 22".to_vec(),
            4 => "[".repeat(300).into_bytes(),
            _ => number.to_string().into_bytes(),
        };
        Item { bytes, copy: false }
    }

    fn refill(&mut self) {
        let mut block: Vec<Item> = Vec::with_capacity(WINDOW);
        while block.len() < WINDOW {
            let Some(item) = self.take() else { break };
            block.push(item);
        }
        let copies: Vec<usize> =
            block.iter().enumerate().filter(|(_at, item)| item.copy).map(|(at, _item)| at).collect();
        for at in copies.into_iter().rev() {
            let to = self.rng.usize(at..block.len());
            let copy = block.remove(at);
            block.insert(to, copy);
        }
        for at in 0..block.len() {
            if self.rng.u32(0..100) < self.disorder.shuffle_pct {
                let with = self.rng.usize(0..block.len());
                block.swap(at, with);
            }
        }
        self.block.extend(block.into_iter().map(|item| item.bytes));
    }
}

impl<I: Iterator<Item = Vec<u8>>> Iterator for Disturbed<I> {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        if self.block.is_empty() {
            self.refill();
        }
        self.block.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: u32) -> Vec<Vec<u8>> {
        (0..count).map(|number| format!("{{\"n\":{number}}}").into_bytes()).collect()
    }

    #[test]
    fn without_disorder_nothing_changes() {
        assert_eq!(perturb(numbers(250), Disorder::default()), numbers(250));
    }

    #[test]
    fn copies_and_poison_are_as_many_as_asked_and_nothing_is_lost() {
        let disorder = Disorder { duplicates_pct: 25, shuffle_pct: 40, poison: 7, seed: 3 };
        let out = perturb(numbers(1000), disorder);
        assert_eq!(out.len(), 1000 + 250 + 7);
        let mut unique: Vec<_> = out.clone();
        unique.sort();
        unique.dedup();
        let originals = numbers(1000).into_iter().filter(|one| unique.binary_search(one).is_ok()).count();
        assert_eq!(originals, 1000);
        assert_eq!(out, perturb(numbers(1000), disorder));
        assert_ne!(out, perturb(numbers(1000), Disorder { seed: 4, ..disorder }));
    }

    #[test]
    fn no_record_moves_further_than_the_window() {
        let disorder = Disorder { shuffle_pct: 100, seed: 9, ..Disorder::default() };
        let source = numbers(1000);
        for (at, record) in perturb(source.clone(), disorder).iter().enumerate() {
            let from = source.iter().position(|one| one == record).unwrap();
            assert!(from.abs_diff(at) < WINDOW, "{from} came at {at}");
        }
    }

    #[test]
    fn poison_is_given_even_to_an_empty_stream() {
        let disorder = Disorder { poison: 12, ..Disorder::default() };
        assert_eq!(perturb(Vec::new(), disorder).len(), 12);
    }

    #[test]
    fn a_copy_never_comes_before_its_original_when_nothing_is_shuffled() {
        let disorder = Disorder { duplicates_pct: 50, seed: 1, ..Disorder::default() };
        let mut seen = Vec::new();
        for record in perturb(numbers(400), disorder) {
            if !seen.contains(&record) {
                seen.push(record);
            }
        }
        assert_eq!(seen, numbers(400));
    }
}
