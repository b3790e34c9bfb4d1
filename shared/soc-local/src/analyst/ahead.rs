//! Analyses made ahead, on the second core, while the first one drives.
//!
//! It is apart from the analyst because it knows threads and no evidence. Invariants: what is made ahead is what the
//! stage would make itself, so the outcome does not depend on who was faster; executions are still driven one after
//! the other and written by one thread; only what was asked for ahead is held, and each is handed out once.

use std::collections::{HashMap, VecDeque};
use std::future::Future as _;
use std::pin::pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread::JoinHandle;

use async_trait::async_trait;
use soc_domain::analysis::Draft;
use soc_domain::evidence::Evidence;
use soc_domain::id::IncidentId;
use soc_guard::redact::Redactor;
use soc_pipeline::analyze::{Examined, examine};
use soc_pipeline::error::AnalystError;
use soc_pipeline::ports::{Analyst, Question};

use super::RuleAnalyst;

/// The rule-based analyst, with a thread that answers ahead.
pub(crate) struct Ahead {
    desk: Arc<Desk>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// What the two threads share.
struct Desk {
    redactor: Arc<Redactor>,
    papers: Mutex<Papers>,
    /// Something was asked, or nothing more will be.
    asked: Condvar,
    /// Something was answered.
    answered: Condvar,
}

#[derive(Default)]
struct Papers {
    open: VecDeque<Evidence>,
    under_way: Option<IncidentId>,
    done: HashMap<IncidentId, Examined>,
    /// Counts the calls of `ask`: an answer to an earlier one is not kept.
    asked: u64,
    closed: bool,
}

impl Ahead {
    pub(crate) fn new(redactor: Arc<Redactor>) -> Self {
        let desk =
            Desk { redactor, papers: Mutex::default(), asked: Condvar::new(), answered: Condvar::new() };
        Self { desk: Arc::new(desk), thread: Mutex::new(None) }
    }

    /// Asks about these incidents; what was asked before and not handed out is forgotten.
    pub(crate) fn ask(&self, evidence: impl IntoIterator<Item = Evidence>) {
        let mut papers = self.desk.papers();
        papers.done.clear();
        papers.asked = papers.asked.wrapping_add(1);
        papers.open = evidence.into_iter().collect();
        if papers.open.is_empty() {
            return;
        }
        drop(papers);
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if thread.is_none() {
            let desk = Arc::clone(&self.desk);
            // Without a thread the stages do it themselves.
            *thread = std::thread::Builder::new().name("analyst".to_owned()).spawn(move || desk.work()).ok();
        }
        self.desk.asked.notify_one();
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.desk.papers().closed = true;
        self.desk.asked.notify_one();
        let thread = self.thread.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::warn!("the analyst's thread panicked");
        }
    }
}

impl Desk {
    /// A panic leaves at worst an answer that is missing, and then the stage asks itself.
    fn papers(&self) -> MutexGuard<'_, Papers> {
        self.papers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        let mut papers = self.papers();
        while !papers.closed {
            let Some(evidence) = papers.open.pop_front() else {
                papers = self.asked.wait(papers).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let incident = evidence.incident_id;
            papers.under_way = Some(incident);
            let asked = papers.asked;
            drop(papers);
            let tidy = Tidy { desk: self };
            let examined = self.examine(evidence);
            papers = self.papers();
            if papers.asked == asked {
                papers.done.extend(examined.map(|examined| (incident, examined)));
            }
            drop(papers);
            drop(tidy);
            papers = self.papers();
        }
    }

    /// None if the analyst has to wait for something: then the stage waits itself.
    fn examine(&self, evidence: Evidence) -> Option<Examined> {
        let examined = pin!(examine(evidence, &RuleAnalyst, &self.redactor));
        match examined.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(examined) => Some(examined),
            Poll::Pending => None,
        }
    }

    /// What was answered about an incident; waits if it is being answered, and takes back what nobody began.
    fn take(&self, incident: IncidentId) -> Option<Examined> {
        let mut papers = self.papers();
        papers.open.retain(|evidence| evidence.incident_id != incident);
        while papers.under_way == Some(incident) {
            papers = self.answered.wait(papers).unwrap_or_else(PoisonError::into_inner);
        }
        papers.done.remove(&incident)
    }
}

/// Says that nothing is under way any more, whether there is an answer or a panic.
struct Tidy<'a> {
    desk: &'a Desk,
}

impl Drop for Tidy<'_> {
    fn drop(&mut self) {
        self.desk.papers().under_way = None;
        self.desk.answered.notify_all();
    }
}

#[async_trait]
impl Analyst for Ahead {
    fn name(&self) -> &str {
        RuleAnalyst.name()
    }

    async fn analyse(&self, question: Question<'_>) -> Result<Draft, AnalystError> {
        RuleAnalyst.analyse(question).await
    }

    fn examined(&self, incident: IncidentId) -> Option<Examined> {
        self.desk.take(incident)
    }
}

#[cfg(test)]
mod tests {
    use soc_testkit::block_on;
    use soc_testkit::build::{finding, incident};

    use super::*;

    fn evidence(name: &str) -> Evidence {
        Evidence::new(&incident(name), vec![finding(name)], 1)
    }

    #[test]
    fn what_is_asked_ahead_is_what_the_stage_would_make_and_is_handed_out_once() {
        let redactor = Arc::new(Redactor::new(b"ahead").unwrap());
        let ahead = Ahead::new(Arc::clone(&redactor));
        let names: Vec<String> = (0..40).map(|number| format!("incident {number}")).collect();
        for _wave in 0..2 {
            ahead.ask(names.iter().map(|name| evidence(name)));
            for name in &names {
                let asked = evidence(name);
                let id = asked.incident_id;
                // None where nobody had begun yet: then the stage does it itself.
                if let Some(made) = ahead.examined(id) {
                    assert_eq!(made, block_on(examine(asked, &RuleAnalyst, &redactor)));
                }
                assert_eq!(ahead.examined(id), None);
            }
        }
    }

    #[test]
    fn what_nobody_took_is_forgotten_with_the_next_question() {
        let ahead = Ahead::new(Arc::new(Redactor::new(b"ahead").unwrap()));
        let (first, second) = (evidence("first"), evidence("second"));
        let id = first.incident_id;
        ahead.ask([first]);
        ahead.ask([second]);
        assert_eq!(ahead.examined(id), None);
    }
}
