//! A run: inputs to their end, executions to theirs.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use soc_domain::severity::Severity;
use soc_domain::time::Timestamp;
use soc_domain::wire::Content;
use soc_pipeline::ingest::{Arrival, Ingest, Landed, Spilled};
use soc_pipeline::ports::Origin;

use super::{Progress, RunError, RunOptions, Soc, Summary};
use crate::input::{Batch, Input, InputError, Message, Opened, Parsed, open, read};
use crate::store::{Delivery, EventRef, InputProgress, Outcome, Reference, RunId};

/// How long records are waited for before executions get their turn.
const PAUSE: Duration = Duration::from_millis(20);

/// How long records may keep executions waiting, and how long those of Critical findings.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
const LONGEST_CRITICAL_WAIT: Duration = Duration::from_secs(1);

/// How long executions may keep records waiting: what stands in the input may be graver than all of them.
const TURN: Duration = Duration::from_secs(1);

/// How long a run that goes on pauses before it looks again what is due.
const LOOK: Duration = Duration::from_millis(100);

/// How many batches may be read ahead.
const AHEAD: usize = 4;

/// From so many records on, what waits is kept for the next transaction. Of many records fewer pages are written twice.
const LARGE: u64 = 2_048;

/// The end of time: whatever was put off is due.
const LATE: Timestamp = Timestamp::from_millis(i64::MAX);

/// A run that came to its end, and what could not be read on the way.
#[derive(Debug)]
pub struct Ran {
    /// What came of it.
    pub summary: Summary,
    /// Inputs that were not read to their end.
    pub problems: Vec<InputError>,
}

/// An input that is being read.
struct Reading {
    name: String,
    fingerprint: String,
    records: u64,
    bytes: u64,
    length: u64,
}

impl Soc {
    /// Takes the inputs in and drives executions. Goes on where an interrupted run of the same inputs stopped.
    ///
    /// # Errors
    /// An input cannot be opened (then nothing was taken in), or the store failed (then what was committed is kept,
    /// and the same call goes on from there).
    pub async fn run(
        &self,
        inputs: &[Input],
        options: &RunOptions,
        progress: &dyn Progress,
    ) -> Result<Result<Ran, InputError>, RunError> {
        // Where people look on, the built-in stories arrive as findings do: one after the other.
        let live = |input: &Input| !options.until_idle && *input == Input::Builtin;
        let opened =
            |input: &Input| open(input).map(|opened| if live(input) { opened.slowly() } else { opened });
        let opened: Result<Vec<Opened>, InputError> = inputs.iter().map(opened).collect();
        let mut opened = match opened {
            Ok(opened) => opened,
            Err(error) => return Ok(Err(error)),
        };
        if inputs.contains(&Input::Builtin) {
            self.seed_account(&soc_samples::accounts())?;
        }
        let started = Instant::now();
        let run = self.store.open_run(self.clock.now())?;
        let mut readings = Vec::new();
        for input in &mut opened {
            let known = self.store.input_progress(run, &input.name)?;
            let known = known.filter(|known| known.fingerprint == input.fingerprint);
            input.skip = known.as_ref().map_or(0, |known| known.records);
            let reading = Reading {
                name: input.name.clone(),
                fingerprint: input.fingerprint.clone(),
                records: input.skip,
                bytes: 0,
                length: input.length.unwrap_or(0),
            };
            // All of them at once, so that after a crash in the first one the others are known as well.
            if known.is_none() {
                self.note_progress(run, &reading, 0, false)?;
            }
            readings.push(reading);
        }
        let (problems, read_all) = self.take_in(run, opened, readings, Watched { options, progress }).await?;
        let stop = || options.stop.load(Ordering::Relaxed);
        if !options.until_idle {
            // A run that goes on has no end at which it could say so.
            problems.iter().for_each(|problem| progress.problem(&problem.to_string()));
        }
        if !stop() {
            // Page by page, until none is left.
            while self.world().sweeping().open_put_off(LATE).await? > 0 {}
        }
        self.drive(progress, &|| !stop()).await?;
        self.tell_webhook(progress)?;
        // Executions go on by themselves in a later run: this one is over once its inputs are read.
        if read_all {
            self.store.finish_run(run, self.clock.now())?;
        }
        if !options.until_idle {
            self.attend(progress, &stop).await?;
        }
        let wall_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let summary = Summary::new(&self.store.balance(run)?, &self.store.tallies()?, wall_ms);
        Ok(Ok(Ran { summary, problems }))
    }

    /// Goes on until `stop` says so: what people decide and wish, what is due, what is to be told.
    async fn attend(
        &self,
        progress: &dyn Progress,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), RunError> {
        while !stop() {
            self.wishes.wait(LOOK);
            for (id, to) in self.wishes.replays() {
                // Reading again is a run of its own inside this one.
                let replayed = Box::pin(self.replay(id)).await;
                let told = match replayed {
                    Ok(Ok(replayed)) => Ok(replayed),
                    Ok(Err(error)) => Err(error.to_string()),
                    Err(error) => {
                        tracing::warn!(record.id = %id, "record {id} was not read again: {error}");
                        Err("the store did not take it".to_owned())
                    }
                };
                let _no_longer_waits = to.send(told);
            }
            self.world().sweeping().open_put_off(self.clock.now()).await?;
            self.drive(progress, &|| !stop()).await?;
            self.tell_webhook(progress)?;
        }
        Ok(())
    }

    async fn take_in(
        &self,
        run: RunId,
        opened: Vec<Opened>,
        mut readings: Vec<Reading>,
        watched: Watched<'_>,
    ) -> Result<(Vec<InputError>, bool), RunError> {
        let (to, from) = sync_channel(AHEAD);
        let folder = self.folder.join("quarantine");
        let stop = Arc::clone(&watched.options.stop);
        let reader = std::thread::spawn(move || read(opened, &folder, &to, &stop));
        let received = self.receive(run, &from, &mut readings, watched).await;
        // The reader ends once nobody listens; unless it waits for standard input, and then it may go on waiting.
        drop(from);
        let stopped = watched.options.stop.load(Ordering::Relaxed);
        if (!stopped || reader.is_finished()) && reader.join().is_err() {
            return Err(RunError::Defect("the reading thread panicked".to_owned()));
        }
        received
    }

    async fn receive(
        &self,
        run: RunId,
        from: &Receiver<Message>,
        readings: &mut [Reading],
        watched: Watched<'_>,
    ) -> Result<(Vec<InputError>, bool), RunError> {
        let mut problems = Vec::new();
        let mut driven = self.clock.now();
        let mut read_all = false;
        let mut critical = false;
        let mut held = None;
        let live = readings.iter().any(|reading| reading.length == 0);
        let stop = || watched.options.stop.load(Ordering::Relaxed);
        while !stop() {
            self.wishes.looked(self.clock.now());
            let message = held.take().map_or_else(|| from.recv_timeout(PAUSE), Ok);
            let paused = match message {
                Ok(Message::Batch(batch)) => {
                    let Some(reading) = readings.get_mut(batch.input) else { continue };
                    let taken = self.take_batches(run, reading, batch, from, watched.options.origin).await?;
                    watched.progress.read(reading.records, reading.bytes, reading.length);
                    critical |= taken.critical;
                    held = taken.behind;
                    false
                }
                Ok(Message::End { input, error }) => {
                    if let Some(reading) = readings.get(input).filter(|_| error.is_none()) {
                        self.note_progress(run, reading, reading.length, true)?;
                    }
                    problems.extend(error);
                    false
                }
                Err(RecvTimeoutError::Timeout) => true,
                Err(RecvTimeoutError::Disconnected) => {
                    read_all = true;
                    break;
                }
            };
            // A file is there in full: what it still holds may belong to the incidents at hand.
            let wait = if critical { LONGEST_CRITICAL_WAIT } else { LONGEST_WAIT };
            if paused && live || self.is_over(driven, wait) {
                self.world().sweeping().open_put_off(self.clock.now()).await?;
                let began = self.clock.now();
                self.drive(watched.progress, &|| !stop() && !self.is_over(began, TURN)).await?;
                driven = self.clock.now();
                critical = false;
            }
        }
        Ok((problems, read_all))
    }

    /// Whether `span` has passed since `began`, or the clock was set back since.
    fn is_over(&self, began: Timestamp, span: Duration) -> bool {
        let now = self.clock.now();
        now < began || now >= began.plus(span)
    }

    /// What was read ahead is one transaction, with the place in its input.
    async fn take_batches(
        &self,
        run: RunId,
        reading: &mut Reading,
        first: Batch,
        from: &Receiver<Message>,
        origin: Origin,
    ) -> Result<Taken, RunError> {
        self.store.begin()?;
        match self.take_waiting(run, reading, first, from, origin).await {
            Ok(taken) => {
                self.store.commit().inspect_err(|_error| self.forget_batch())?;
                Ok(taken)
            }
            Err(error) => {
                self.forget_batch();
                Err(error)
            }
        }
    }

    async fn take_waiting(
        &self,
        run: RunId,
        reading: &mut Reading,
        first: Batch,
        from: &Receiver<Message>,
        origin: Origin,
    ) -> Result<Taken, RunError> {
        let (input, mut records, mut critical) = (first.input, 0, false);
        let mut next = Some(Message::Batch(first));
        let behind = loop {
            let batch = match next {
                Some(Message::Batch(batch)) if batch.input == input => batch,
                behind => break behind,
            };
            records += batch.pieces;
            reading.records += batch.pieces;
            reading.bytes = batch.bytes;
            critical |= batch.records.iter().any(is_critical);
            self.take_records(run, reading, batch.records, origin).await?;
            next = if records < LARGE { from.try_recv().ok() } else { None };
        };
        self.note_progress(run, reading, reading.bytes, false)?;
        Ok(Taken { critical, behind })
    }

    /// Drops the batch at hand. If even that fails, the next opening of the file does it.
    fn forget_batch(&self) {
        if let Err(error) = self.store.rollback() {
            tracing::warn!("could not roll back: {error}");
        }
    }

    async fn take_records(
        &self,
        run: RunId,
        reading: &Reading,
        records: Vec<Parsed>,
        origin: Origin,
    ) -> Result<(), RunError> {
        let ingest = Ingest {
            findings: &self.store,
            incidents: &self.store,
            correlations: &self.store,
            quarantine: &self.store,
            events: &self.store,
            ledger: &self.store,
            policy: &self.policy,
        };
        let at = self.clock.now();
        let first = self.store.receive(run, records.len() as u64)?;
        for (seq, record) in (first..).zip(records) {
            let spilled =
                record.spilled.as_ref().map(|spill| Spilled { file: &spill.file, length: spill.length });
            let arrival = Arrival {
                source: &reading.name,
                offset: record.offset,
                line: record.line,
                raw: &record.raw,
                spilled,
                content: record.content,
                origin,
                at,
            };
            let (outcome, reference) = match ingest.one(arrival).await? {
                Landed::Recorded(id) => (Outcome::Recorded, Reference::Finding(id)),
                Landed::Updated(id) => (Outcome::Updated, Reference::Finding(id)),
                Landed::Duplicate(id) => (Outcome::Duplicate, Reference::Finding(id)),
                Landed::Event => (Outcome::Event, Reference::Event(EventRef::of(&record.raw))),
                Landed::Quarantined(id) => (Outcome::Quarantined, Reference::Quarantine(id)),
            };
            self.store.deliver(run, &Delivery { seq, outcome, reference })?;
        }
        Ok(())
    }

    fn note_progress(&self, run: RunId, reading: &Reading, bytes: u64, done: bool) -> Result<(), RunError> {
        let progress = InputProgress {
            source: reading.name.clone(),
            fingerprint: reading.fingerprint.clone(),
            records: reading.records,
            bytes,
            done,
        };
        Ok(self.store.note_input(run, &progress)?)
    }
}

fn is_critical(record: &Parsed) -> bool {
    matches!(&record.content, Ok(Content::Finding(finding, _)) if finding.effective_severity() == Severity::Critical)
}

/// A transaction of records.
struct Taken {
    /// One of them is Critical.
    critical: bool,
    /// A message that came behind them.
    behind: Option<Message>,
}

/// What a run is asked, and who watches it.
#[derive(Clone, Copy)]
struct Watched<'a> {
    options: &'a RunOptions,
    progress: &'a dyn Progress,
}
