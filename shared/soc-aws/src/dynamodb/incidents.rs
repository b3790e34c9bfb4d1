//! Incidents and the messages that must go out with them.

use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;
use soc_domain::id::IncidentId;
use soc_domain::incident::Incident;
use soc_domain::time::Timestamp;
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::{Incidents, RowVersion, StartWorkflow, Versioned};

use super::Store;
use super::documents::INLINE_MAX;
use super::item::{Index, Item, Row, id, key_item, number, text};
use super::keys::{Key, counted, key, ordered, shard};
use super::reads::{Order, Range, spread_key};
use super::writes::{OnlyIf, Write};
use crate::error::port_error;

/// Stands for "no priority so far": after every priority that triage gives (1 to 5).
const NO_PRIORITY: u8 = 9;
/// Every priority that an incident may stand under in the queue, the most pressing first.
pub(super) const PRIORITIES: [u8; 6] = [1, 2, 3, 4, 5, NO_PRIORITY];

pub(super) fn key_of_incident(incident: IncidentId) -> Key {
    Key::row("incident", incident.suffix())
}

fn key_of_message(message: StartWorkflow) -> Key {
    let generation = counted(u64::from(message.generation));
    Key::new(key("incident", &[message.incident.suffix()]), key("message", &[&generation]))
}

impl Store {
    /// What writes an incident, alone or among others: with at most so many bytes of it in its row.
    pub(super) async fn write_of(
        &self,
        incident: &Incident,
        expected: Option<RowVersion>,
        most: usize,
    ) -> PortResult<Write> {
        let expected = expected.map(|version| version.0);
        let row = self.as_incident_row(incident, expected.unwrap_or_default() + 1, most).await?;
        Ok(Write::Put(row, OnlyIf::expected(expected)))
    }

    /// What puts a message out.
    pub(super) fn write_of_message(&self, message: StartWorkflow) -> Write {
        Write::Put(self.message_row(message), OnlyIf::Always)
    }

    /// Moves an incident on among the changes: what it holds is not what it was, and its row says nothing of it. One
    /// that is not there, or that somebody writes at this moment, needs none of it.
    pub(super) async fn move_on(&self, incident: IncidentId) -> PortResult<()> {
        let (_, place) = Index::Follow.keys();
        let turn = format!("{}|{}", ordered(self.turn()), incident.suffix());
        let sent = self
            .client
            .update_item()
            .table_name(&self.tables.soc)
            .set_key(Some(key_item(&key_of_incident(incident))))
            .update_expression("SET #place = :turn")
            .condition_expression("attribute_exists(#place)")
            .expression_attribute_names("#place", place)
            .expression_attribute_values(":turn", AttributeValue::S(turn))
            .send()
            .await;
        match sent.map_err(|error| port_error("move an incident on", &error)) {
            Err(error) if !error.is_conflict() => Err(error),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    async fn as_incident_row(&self, incident: &Incident, version: u64, most: usize) -> PortResult<Row> {
        let suffix = incident.id.suffix();
        let shard = shard(suffix);
        let priority = incident.priority.unwrap_or(NO_PRIORITY).to_string();
        let place = |at: i64| format!("{}|{suffix}", ordered(at));
        let mut row = Row::new(&key_of_incident(incident.id))
            .number("version", version)
            .text("status", incident.status.name())
            .text("stage", incident.stage.name())
            .indexed(
                Index::People,
                spread_key("queue", &[incident.status.name(), &priority], &shard),
                place(incident.last_seen.as_millis()),
            )
            .indexed(Index::Follow, spread_key("changes", &[], &shard), place(self.turn()));
        // One index serves both: what is put off is not done either, and comes back when it is opened.
        if let Some(due) = incident.escalation_due {
            row = row.indexed(Index::Work, spread_key("escalations", &[], &shard), place(due.as_millis()));
        } else if incident.is_unfinished() {
            let began = place(incident.generation_at.as_millis());
            row = row.indexed(Index::Work, spread_key("unfinished", &[], &shard), began);
        }
        self.with_document_within(most, row, incident).await
    }

    fn message_row(&self, message: StartWorkflow) -> Row {
        let suffix = message.incident.suffix();
        let turn = ordered(self.turn());
        Row::new(&key_of_message(message))
            .text("incident", message.incident.to_string())
            .number("generation", u64::from(message.generation))
            .text("turn", turn.clone())
            .indexed(Index::Work, spread_key("outbox", &[], &shard(suffix)), format!("{turn}|{suffix}"))
    }

    pub(super) async fn incident(&self, item: &Item) -> PortResult<Versioned<Incident>> {
        let version = RowVersion(number(item, "version")?);
        Ok(Versioned { value: self.document(item).await?, version })
    }
}

#[async_trait]
impl Incidents for Store {
    async fn get(&self, id: IncidentId) -> PortResult<Option<Versioned<Incident>>> {
        match self.row("read an incident", &key_of_incident(id)).await? {
            Some(item) => self.incident(&item).await.map(Some),
            None => Ok(None),
        }
    }

    async fn save(
        &self,
        incident: &Incident,
        expected: Option<RowVersion>,
        message: Option<StartWorkflow>,
    ) -> PortResult<RowVersion> {
        let mut writes = vec![self.write_of(incident, expected, INLINE_MAX).await?];
        writes.extend(message.map(|message| self.write_of_message(message)));
        self.write("save an incident", writes).await?;
        Ok(RowVersion(expected.map_or(0, |version| version.0) + 1))
    }

    /// What the index names is read again: it may name what is done.
    async fn escalations_due(&self, until: Timestamp, limit: usize) -> PortResult<Vec<IncidentId>> {
        const OPERATION: &str = "list escalations that are due";
        let until = until.as_millis();
        let range = Range::Between(ordered(i64::MIN), format!("{}~", ordered(until)));
        let asked = (range, Order::Ascending, limit);
        let found = self.spread(OPERATION, (Index::Work, "escalations", &[]), asked).await?;
        let mut due = Vec::new();
        for item in self.again(OPERATION, &found).await? {
            let incident = self.incident(&item).await?.value;
            due.extend(incident.escalation_due.map(|at| (at, incident.id)));
        }
        due.retain(|(at, _)| at.as_millis() <= until);
        due.sort();
        Ok(due.into_iter().map(|(_, id)| id).take(limit).collect())
    }

    /// What the index names is read again: it may name what was sent.
    async fn unsent(&self, limit: usize) -> PortResult<Vec<StartWorkflow>> {
        const OPERATION: &str = "list unsent messages";
        let asked = (Range::All, Order::Ascending, limit);
        let found = self.spread(OPERATION, (Index::Work, "outbox", &[]), asked).await?;
        let mut unsent = Vec::new();
        for item in self.again(OPERATION, &found).await? {
            let message =
                StartWorkflow { incident: id(&item, "incident")?, generation: number(&item, "generation")? };
            unsent.push((text(&item, "turn")?.to_owned(), message));
        }
        unsent.sort();
        Ok(unsent.into_iter().map(|(_, message)| message).take(limit).collect())
    }

    async fn touch(&self, id: IncidentId) -> PortResult<()> {
        self.move_on(id).await
    }

    async fn sent(&self, message: StartWorkflow) -> PortResult<()> {
        self.write_always("confirm a message", Write::Delete(key_of_message(message))).await
    }
}
