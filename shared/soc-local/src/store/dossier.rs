//! Documents of incidents, by generation.

use async_trait::async_trait;
use rusqlite::{Connection, params};
use serde::de::DeserializeOwned;
use soc_domain::action::Tier;
use soc_domain::id::IncidentId;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Document, Documents, Dossier};

use super::Store;
use super::error::Fault;
use super::rows::{from_json, size, to_json};

const ASSESSMENT: u8 = 0;
const JUDGEMENT: u8 = 1;
const ANALYSIS: u8 = 2;
/// What a plan is called in the column `kind`; the tallies ask for it.
pub(super) const PLAN: u8 = 3;

fn newest<T: DeserializeOwned>(
    connection: &Connection,
    (incident, generation): (IncidentId, u32),
    kind: u8,
) -> Result<Option<T>, Fault> {
    let sql = "SELECT doc FROM documents WHERE incident = ?1 AND kind = ?2 AND generation <= ?3
        ORDER BY generation DESC LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![incident.suffix(), kind, generation])?;
    rows.next()?.map(|row| from_json(row, 0)).transpose()
}

#[async_trait]
impl Dossier for Store {
    async fn keep(&self, incident: IncidentId, generation: u32, document: Document<'_>) -> PortResult<()> {
        self.with("keep a document", |connection| {
            let (kind, guides, doc) = match document {
                Document::Assessment(assessment) => (ASSESSMENT, 0, to_json(assessment)?),
                Document::Judgement(judgement) => (JUDGEMENT, 0, to_json(judgement)?),
                Document::Analysis(analysis) => (ANALYSIS, 0, to_json(analysis)?),
                Document::Plan(plan) => (PLAN, plan.count(Tier::Guide), to_json(plan)?),
            };
            let sql = "INSERT OR REPLACE INTO documents(incident, kind, generation, guides, doc)
                VALUES (?1, ?2, ?3, ?4, ?5)";
            let values = params![incident.suffix(), kind, generation, size(guides), doc];
            connection.prepare_cached(sql)?.execute(values)?;
            Ok(())
        })
    }

    async fn fetch(&self, incident: IncidentId, generation: u32) -> PortResult<Documents> {
        self.with("fetch documents", |connection| {
            let at = (incident, generation);
            Ok(Documents {
                assessment: newest(connection, at, ASSESSMENT)?,
                judgement: newest(connection, at, JUDGEMENT)?,
                analysis: newest(connection, at, ANALYSIS)?,
                plan: newest(connection, at, PLAN)?,
            })
        })
    }
}
