//! The API's ports on this machine: readers of the file for lists, a connection for changes, wishes for the runner.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use soc_api::ports::{
    Channel, Channels, PartState, Parts, Purse, ReadAgain, Replays, Reversals, Spent, Undone,
};
use soc_api::{Access, Changing};
use soc_domain::action::ActionState;
use soc_domain::id::{ActionId, QuarantineId};
use soc_domain::notice::Notice;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::desk::{Changes as _, Figures, Queue};
use soc_pipeline::ports::{Actions, Clock, Quarantine, RawBytes};
use soc_pipeline::reverse::NotReversed;

use crate::runner::wishes::Wishes;
use crate::runner::{Replayed, Soc};
use crate::store::{Reader, Store, StoreError};
use crate::webhook::Webhook;

/// How long a person waits for the runner to undo something before they are told that it will.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long a record may take to be read again: the runner may be taking an input in.
const REPLAY_PATIENCE: Duration = Duration::from_secs(10);
/// A runner that has not looked for so long does not work.
const SILENCE: Duration = Duration::from_secs(30);

/// What the API stands on here.
pub(super) struct Local {
    folder: PathBuf,
    /// Changes: short transactions beside the runner's, as other processes make them.
    writer: Arc<Store>,
    /// What is read by id. Its own, so that it waits for no change.
    looker: Arc<Store>,
    readers: Readers,
    wishes: Arc<Wishes>,
    clock: Arc<dyn Clock>,
    webhook: Option<String>,
}

/// One connection for each kind of question, so that a long one holds up none of the others.
struct Readers {
    queue: Arc<Reader>,
    changes: Arc<Reader>,
    files: Arc<Reader>,
    chains: Arc<Reader>,
    figures: Arc<Reader>,
}

impl Local {
    pub(super) fn open(soc: &Soc) -> Result<Self, StoreError> {
        let folder = soc.folder();
        let reader = || Reader::open(folder).map(Arc::new);
        Ok(Self {
            folder: folder.to_owned(),
            writer: Arc::new(Store::open(folder)?),
            looker: Arc::new(Store::open(folder)?),
            readers: Readers {
                queue: reader()?,
                changes: reader()?,
                files: reader()?,
                chains: reader()?,
                figures: reader()?,
            },
            wishes: Arc::clone(soc.wishes()),
            clock: Arc::clone(soc.clock()),
            webhook: soc.policy().rules.notice.webhook.clone(),
        })
    }

    pub(super) fn queue(&self) -> &dyn Queue {
        &*self.readers.queue
    }

    pub(super) fn figures(&self) -> &dyn Figures {
        &*self.readers.figures
    }

    /// Reads some more of what came into the finding aid; answers whether there is more.
    pub(super) fn keep_up(&self) -> bool {
        self.readers.figures.keep_up().unwrap_or_else(|error| {
            tracing::warn!("the finding aid is behind: {error}");
            false
        })
    }

    pub(super) fn writer(&self) -> &Store {
        &self.writer
    }

    /// Everything that the API reads and changes.
    pub(super) fn access(self: &Arc<Self>) -> Access {
        let (writer, looker, readers) = (&self.writer, &self.looker, &self.readers);
        Access {
            queue: Arc::clone(&readers.queue) as _,
            changes: Arc::clone(&readers.changes) as _,
            files: Arc::clone(&readers.files) as _,
            lists: Arc::clone(&readers.files) as _,
            chains: Arc::clone(&readers.chains) as _,
            figures: Arc::clone(&readers.figures) as _,
            entities: Arc::clone(&readers.figures) as _,
            dossier: Arc::clone(looker) as _,
            actions: Arc::clone(looker) as _,
            approvals: Arc::clone(looker) as _,
            quarantine: Arc::clone(looker) as _,
            comments: Arc::clone(looker) as _,
            jobs: Arc::clone(looker) as _,
            suppressions: Arc::clone(looker) as _,
            changing: Changing {
                incidents: Arc::clone(writer) as _,
                actions: Arc::clone(writer) as _,
                approvals: Arc::clone(writer) as _,
                workflows: Arc::clone(writer) as _,
                ledger: Arc::clone(writer) as _,
                findings: Arc::clone(writer) as _,
                holdings: Arc::clone(writer) as _,
                correlations: Arc::clone(writer) as _,
                operations: Arc::clone(writer) as _,
                comments: Arc::clone(writer) as _,
                jobs: Arc::clone(writer) as _,
                suppressions: Arc::clone(writer) as _,
            },
            reversals: Arc::clone(self) as _,
            replays: Arc::clone(self) as _,
            channels: Arc::clone(self) as _,
            purse: Arc::clone(self) as _,
            parts: Arc::clone(self) as _,
            clock: Arc::clone(&self.clock),
        }
    }
}

#[async_trait]
impl Reversals for Local {
    async fn reverse(&self, id: ActionId, person: &str) -> Result<Undone, NotReversed> {
        let Some(action) = Actions::get(&*self.looker, id).await? else {
            return Err(NotReversed::Unknown { id });
        };
        match action.state {
            ActionState::Reversed => return Ok(Undone::Reversed(Box::new(action))),
            ActionState::Done | ActionState::ReverseIntent => {}
            state @ (ActionState::Planned
            | ActionState::Intent
            | ActionState::NoEffect
            | ActionState::Unknown
            | ActionState::Withdrawn) => return Err(NotReversed::NothingToUndo { state }),
        }
        // Before the wish stands in the store: the runner may be quicker than the next line.
        let told = self.wishes.reversal(id);
        self.writer.request_reversal(id, person).map_err(|error| {
            PortError::caused(PortErrorKind::Unavailable, "write down what is to be undone", error)
        })?;
        self.wishes.look();
        match tokio::time::timeout(PATIENCE, told).await {
            Ok(Ok(outcome)) => outcome.map(|action| Undone::Reversed(Box::new(action))),
            Ok(Err(_)) | Err(_) => Ok(Undone::LeftToRunner),
        }
    }

    async fn look(&self) {
        self.wishes.look();
    }
}

#[async_trait]
impl Replays for Local {
    async fn replay(&self, id: QuarantineId) -> PortResult<ReadAgain> {
        if Quarantine::get(&*self.looker, id).await?.is_none() {
            return Err(PortError::new(PortErrorKind::NotFound, "read a quarantined record"));
        }
        let told = self.wishes.replay(id);
        let busy = || PortError::new(PortErrorKind::Unavailable, "read a record again");
        match tokio::time::timeout(REPLAY_PATIENCE, told).await {
            Ok(Ok(Ok(Replayed::Released))) => Ok(ReadAgain::Read),
            Ok(Ok(Ok(Replayed::Refused { reason }))) => Ok(ReadAgain::StillUnreadable { reason }),
            Ok(Ok(Err(why))) => {
                Err(PortError::caused(PortErrorKind::Unavailable, "read a record again", why))
            }
            Ok(Err(_)) | Err(_) => Err(busy()),
        }
    }

    async fn bytes(&self, id: QuarantineId, most: usize) -> PortResult<Option<Vec<u8>>> {
        let Some(record) = Quarantine::get(&*self.looker, id).await? else { return Ok(None) };
        match record.raw {
            RawBytes::Inline(mut bytes) => {
                bytes.truncate(most);
                Ok(Some(bytes))
            }
            RawBytes::Spilled(name) => {
                // Whoever cleaned the folder up took the bytes; the rest of the record is still worth showing.
                let Ok(file) = File::open(self.folder.join(name)) else { return Ok(None) };
                let mut bytes = Vec::new();
                let read = file.take(most as u64).read_to_end(&mut bytes);
                let failed =
                    |error| PortError::caused(PortErrorKind::Unavailable, "read a long record", error);
                read.map_err(failed)?;
                Ok(Some(bytes))
            }
        }
    }
}

const WEBHOOK: &str = "webhook";
const FILE: &str = "notices.jsonl";

#[async_trait]
impl Channels for Local {
    async fn list(&self) -> PortResult<Vec<Channel>> {
        let file = Channel {
            name: FILE.to_owned(),
            kind: "file",
            state: "ready",
            detail: "every notice is a line of this file in the data folder".to_owned(),
        };
        let (state, detail) = match &self.webhook {
            None => ("off", "set notice.webhook in the policy".to_owned()),
            Some(url) => match Webhook::open(url, &self.folder) {
                Ok(_usable) => ("ready", "notices are posted, signed".to_owned()),
                Err(error) => ("failing", error.to_string()),
            },
        };
        Ok(vec![file, Channel { name: WEBHOOK.to_owned(), kind: "webhook", state, detail }])
    }

    async fn test(&self, name: &str) -> PortResult<Option<Result<String, String>>> {
        match (name, &self.webhook) {
            (FILE, _) => Ok(Some(Err("a file has nobody to answer: look into it".to_owned()))),
            (WEBHOOK, None) => {
                Ok(Some(Err("there is no webhook: set notice.webhook in the policy".to_owned())))
            }
            (WEBHOOK, Some(url)) => Ok(Some(self.post_test(url))),
            _ => Ok(None),
        }
    }
}

impl Local {
    fn post_test(&self, url: &str) -> Result<String, String> {
        let now = self.clock.now();
        let notice = Notice::test(now);
        let webhook = Webhook::open(url, &self.folder).map_err(|error| error.to_string())?;
        webhook.post(&notice, now).map_err(|error| error.to_string())?;
        Ok("the webhook took it".to_owned())
    }
}

#[async_trait]
impl Purse for Local {
    async fn spent(&self) -> PortResult<Spent> {
        // The rules cost nothing.
        Ok(Spent::default())
    }
}

#[async_trait]
impl Parts for Local {
    async fn look(&self) -> BTreeMap<String, PartState> {
        let began = Instant::now();
        let answered = self.readers.changes.changed(None, 1).await;
        let store = PartState { up: answered.is_ok(), latency: began.elapsed() };
        let silence = self.clock.now().since(self.wishes.last_look());
        let runner = PartState { up: silence < SILENCE, latency: Duration::ZERO };
        BTreeMap::from([("store".to_owned(), store), ("runner".to_owned(), runner)])
    }
}
