//! `soc quarantine`: what could not be read, and reading it again.

use serde_json::json;
use soc_domain::id::QuarantineId;
use soc_domain::notice::harmless;
use soc_local::runner::{Access, Replayed, Soc};
use soc_pipeline::ports::{Quarantine, Quarantined, RawBytes};

use crate::app::App;
use crate::args::Quarantine as Command;
use crate::failure::{Exit, Failure};
use crate::output::table::table;
use crate::output::text::{several, short, time};

/// How many characters of a record are shown.
const SHOWN: usize = 2_000;

pub(super) async fn run(app: &App<'_>, command: &Command) -> Result<Exit, Failure> {
    match command {
        Command::List { limit, .. } => {
            let soc = app.open_existing(Access::Read)?;
            let records = Quarantine::list(soc.store(), *limit).await?;
            if app.out.for_people() {
                app.out.text(&listing(&records))?;
            } else {
                app.out.list(&records.iter().map(brief).collect::<Vec<_>>())?;
            }
        }
        Command::Show { id, .. } => {
            let soc = app.open_existing(Access::Read)?;
            let record = kept(app, &soc, *id).await?;
            if app.out.for_people() {
                app.out.text(&shown(app, &record))?
            } else {
                app.out.json(&whole(&record))?
            }
        }
        Command::Replay { id, .. } => return replay(app, *id).await,
    }
    Ok(Exit::Ok)
}

async fn kept(app: &App<'_>, soc: &Soc, id: QuarantineId) -> Result<Quarantined, Failure> {
    Quarantine::get(soc.store(), id).await?.ok_or_else(|| unknown(app, id))
}

pub(super) fn unknown(app: &App<'_>, id: QuarantineId) -> Failure {
    Failure::new(format!("there is no quarantined record {id}"))
        .hint(format!("list them with `{}`", app.command("quarantine list")))
}

pub(super) fn listing(records: &[Quarantined]) -> String {
    if records.is_empty() {
        return "nothing is quarantined".to_owned();
    }
    let rows = records.iter().map(|record| {
        [
            record.id.to_string(),
            time(record.at),
            format!("{}:{}", short(&record.source, 40), record.line),
            record.length.to_string(),
            short(&record.reason, 120),
        ]
    });
    table(["ID", "AT", "FROM", "BYTES", "WHY"], rows)
}

pub(super) fn brief(record: &Quarantined) -> serde_json::Value {
    json!({
        "id": record.id, "source": record.source, "offset": record.offset, "line": record.line,
        "reason": record.reason, "length": record.length, "at": record.at, "replays": record.replays,
    })
}

pub(super) fn whole(record: &Quarantined) -> serde_json::Value {
    let mut all = brief(record);
    if let Some(fields) = all.as_object_mut() {
        match &record.raw {
            RawBytes::Inline(bytes) => fields.insert("raw".to_owned(), String::from_utf8_lossy(bytes).into()),
            RawBytes::Spilled(file) => fields.insert("file".to_owned(), file.as_str().into()),
        };
    }
    all
}

pub(super) fn shown(app: &App<'_>, record: &Quarantined) -> String {
    let head = format!(
        "{}\nfrom   {}, line {}, byte {}\nat     {}\nwhy    {}\nbytes  {}",
        record.id,
        harmless(&record.source),
        record.line,
        record.offset,
        time(record.at),
        harmless(&record.reason),
        record.length,
    );
    match &record.raw {
        RawBytes::Inline(bytes) => format!("{head}\n\n{}", short(&String::from_utf8_lossy(bytes), SHOWN)),
        RawBytes::Spilled(file) => {
            format!("{head}\nfile   {}", app.globals.data_dir.join(file).display())
        }
    }
}

async fn replay(app: &App<'_>, id: Option<QuarantineId>) -> Result<Exit, Failure> {
    let soc = app.open_existing(Access::Drive)?;
    let ids = match id {
        Some(id) => vec![kept(app, &soc, id).await?.id],
        None => {
            Quarantine::list(soc.store(), usize::MAX).await?.into_iter().map(|record| record.id).collect()
        }
    };
    let (mut released, mut refused) = (0_u64, Vec::new());
    for id in ids {
        match Box::pin(soc.replay(id)).await?? {
            Replayed::Released => released += 1,
            Replayed::Refused { reason } => refused.push((id, reason)),
        }
    }
    replayed(app, released, &refused)
}

/// Says what came of reading records again.
pub(super) fn replayed(
    app: &App<'_>,
    released: u64,
    refused: &[(QuarantineId, String)],
) -> Result<Exit, Failure> {
    if !app.out.for_people() {
        let refused: Vec<_> =
            refused.iter().map(|(id, reason)| json!({ "id": id, "reason": reason })).collect();
        app.out.json(&json!({ "released": released, "refused": refused }))?;
        return Ok(Exit::Ok);
    }
    let mut text = format!("{} can be read now and came in", several(released, "record"));
    for (id, reason) in refused {
        text.push_str(&format!("\n{id} stays: {}", harmless(reason)));
    }
    app.out.text(&text)?;
    Ok(Exit::Ok)
}
