//! What an incident holds, piece by piece.

use async_trait::async_trait;
use rusqlite::{Connection, params};
use soc_domain::id::{FindingId, IncidentId};
use soc_domain::policy::Suppression;
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{HeldKey, Holdings};

use crate::store::Store;
use crate::store::error::Fault;
use crate::store::rows::{from_json, id, size};

const KEYS: &str = "SELECT name, spans FROM correlation WHERE key IN (
        SELECT key FROM correlation WHERE incident = ?1
        UNION SELECT correlation FROM correlation_others WHERE incident = ?1)
    ORDER BY name";
/// Only the document names the type of a finding: this looks at all that were active since.
const WITH_KIND: &str = "SELECT incident FROM findings WHERE ended >= ?1
        AND (json_extract(doc, '$.kind') = ?2 OR substr(json_extract(doc, '$.kind'), 1, length(?3)) = ?3)
    GROUP BY incident ORDER BY max(ended) DESC, incident LIMIT ?4";

fn keys(connection: &Connection, of: IncidentId, limit: usize) -> Result<Vec<HeldKey>, Fault> {
    let mut statement = connection.prepare_cached(KEYS)?;
    let mut rows = statement.query([of.suffix()])?;
    let mut held = Vec::new();
    while let Some(row) = rows.next()? {
        let name: String = row.get(0)?;
        let key = serde_json::from_value(serde_json::Value::from(name))?;
        let key = HeldKey { key, spans: from_json(row, 1)? };
        // What is noted beside a key is only added to: it may have no span of the incident any more.
        if key.spans.iter().any(|span| span.incident == of) {
            held.push(key);
        }
        if held.len() == limit {
            break;
        }
    }
    Ok(held)
}

#[async_trait]
impl Holdings for Store {
    async fn findings_of(
        &self,
        of: IncidentId,
        after: Option<FindingId>,
        limit: usize,
    ) -> PortResult<Vec<FindingId>> {
        self.with("list an incident's findings", |connection| {
            let sql = "SELECT id FROM findings WHERE incident = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
            let mut statement = connection.prepare_cached(sql)?;
            let after = after.as_ref().map_or("", |after| after.suffix());
            let mut rows = statement.query(params![of.suffix(), after, size(limit)])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(id(row, 0, FindingId::PREFIX)?);
            }
            Ok(found)
        })
    }

    async fn give(&self, findings: &[FindingId], from: IncidentId, to: IncidentId) -> PortResult<()> {
        self.change("give findings to another incident", [from, to], |connection| {
            let sql =
                "UPDATE findings SET incident = ?3, version = version + 1 WHERE id = ?1 AND incident = ?2";
            let mut statement = connection.prepare_cached(sql)?;
            for finding in findings {
                statement.execute([finding.suffix(), from.suffix(), to.suffix()])?;
            }
            Ok(())
        })
    }

    async fn keys_of(&self, id: IncidentId, limit: usize) -> PortResult<Vec<HeldKey>> {
        self.with("list an incident's keys", |connection| keys(connection, id, limit))
    }

    async fn incidents_with(
        &self,
        rule: &Suppression,
        since: Timestamp,
        limit: usize,
    ) -> PortResult<Vec<IncidentId>> {
        self.with("list incidents with a type of finding", |connection| {
            // A prefix that no type begins with stands for none.
            let prefix = rule.kind.strip_suffix('*').unwrap_or("\u{0}");
            let mut statement = connection.prepare_cached(WITH_KIND)?;
            let values = params![since.as_millis(), rule.kind, prefix, size(limit)];
            let mut rows = statement.query(values)?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(id(row, 0, IncidentId::PREFIX)?);
            }
            Ok(found)
        })
    }
}
