//! `soc quarantine` on a stack: what can be read by now goes back on the stream, and only then leaves the quarantine.

use std::collections::BTreeMap;
use std::io::Cursor;

use soc_aws::dynamodb::Store;
use soc_aws::stack::Stack;
use soc_domain::id::QuarantineId;
use soc_ledger::Draft;
use soc_local::runner::refusal;
use soc_pipeline::OUTSIDE;
use soc_pipeline::ports::{Ledger, Quarantine, Quarantined, RawBytes, StreamRecord};

use crate::app::App;
use crate::commands::quarantine::{brief, listing, replayed, shown, unknown, whole};
use crate::failure::{Exit, Failure};

pub(super) async fn list(app: &App<'_>, stack: &Stack, limit: usize) -> Result<Exit, Failure> {
    let records = Quarantine::list(&stack.store()?, limit).await?;
    if app.out.for_people() {
        app.out.text(&listing(&records))?;
    } else {
        app.out.list(&records.iter().map(brief).collect::<Vec<_>>())?;
    }
    Ok(Exit::Ok)
}

pub(super) async fn show(app: &App<'_>, stack: &Stack, id: QuarantineId) -> Result<Exit, Failure> {
    let record = kept(app, &stack.store()?, id).await?;
    if app.out.for_people() {
        app.out.text(&shown(app, &record))?
    } else {
        app.out.json(&whole(&record))?
    }
    Ok(Exit::Ok)
}

async fn kept(app: &App<'_>, store: &Store, id: QuarantineId) -> Result<Quarantined, Failure> {
    Quarantine::get(store, id).await?.ok_or_else(|| unknown(app, id))
}

pub(super) async fn replay(app: &App<'_>, stack: &Stack, id: Option<QuarantineId>) -> Result<Exit, Failure> {
    let store = stack.store()?;
    let person = stack.caller().await?;
    let ids = match id {
        Some(id) => vec![kept(app, &store, id).await?.id],
        None => Quarantine::list(&store, usize::MAX).await?.into_iter().map(|record| record.id).collect(),
    };
    let (mut released, mut refused) = (0_u64, Vec::new());
    for id in ids {
        let record = kept(app, &store, id).await?;
        match again(stack, &record).await? {
            Some(reason) => refused.push((id, reason)),
            None => {
                Quarantine::release(&store, id).await?;
                store.append(released_by(&person, id), app.now()).await?;
                released += 1;
            }
        }
    }
    replayed(app, released, &refused)
}

/// Puts the record on the stream, unless it still cannot be read: then why.
async fn again(stack: &Stack, record: &Quarantined) -> Result<Option<String>, Failure> {
    let bytes = match &record.raw {
        RawBytes::Inline(bytes) => bytes,
        RawBytes::Spilled(_) => return Ok(Some("its bytes are not in the table".to_owned())),
    };
    let still = refusal(Cursor::new(bytes))
        .map_err(|error| Failure::new("cannot read the record again").because(&error))?;
    if still.is_some() {
        return Ok(still);
    }
    let record = StreamRecord { key: record.id.to_string(), bytes: bytes.clone() };
    match stack.put_on_stream(&[record]).await?.into_iter().next() {
        Some(not_put) => Err(not_put.error.into()),
        None => Ok(None),
    }
}

fn released_by(person: &str, id: QuarantineId) -> Draft {
    Draft {
        chain: OUTSIDE.to_owned(),
        actor: person.to_owned(),
        what: "record_released".to_owned(),
        subject: id.to_string(),
        details: BTreeMap::new(),
    }
}
