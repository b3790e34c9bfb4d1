//! Questions to people: one row for each action and the generation that asks, in the action's partition.

use async_trait::async_trait;
use soc_domain::approval::{Approval, ApprovalState};
use soc_domain::id::{ActionId, IncidentId};
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::desk::QuestionPlace;
use soc_pipeline::ports::{Approvals, RowVersion, Versioned};

use super::Store;
use super::item::{Index, Item, Row, id, number};
use super::keys::{Key, counted, key, ordered, prefix, shard};
use super::reads::{Ask, Order, Range, spread_key};
use super::writes::{OnlyIf, Write};

fn partition(action: ActionId) -> String {
    key("action", &[action.suffix()])
}

fn key_of_question(action: ActionId, generation: u32) -> Key {
    Key::new(partition(action), key("question", &[&counted(u64::from(generation))]))
}

/// Where a question stands among those of its state: those that expire first first, then by action and generation.
pub(super) fn place_of_question(place: &QuestionPlace) -> String {
    let expires = ordered(place.expires_at.as_millis());
    format!("{expires}|{}|{}", place.action.suffix(), counted(u64::from(place.generation)))
}

fn link(approval: &Approval) -> Row {
    let generation = counted(u64::from(approval.generation));
    let place = key("question", &[approval.action.suffix(), &generation]);
    Row::new(&Key::new(key("incident", &[approval.incident.suffix()]), place))
        .text("action", approval.action.to_string())
        .number("generation", u64::from(approval.generation))
}

impl Store {
    async fn question(&self, item: &Item) -> PortResult<Versioned<Approval>> {
        let version = RowVersion(number(item, "version")?);
        Ok(Versioned { value: self.document(item).await?, version })
    }

    async fn as_question_row(&self, approval: &Approval, version: u64) -> PortResult<Row> {
        let suffix = approval.action.suffix();
        let place = place_of_question(&QuestionPlace::of(approval));
        let row = Row::new(&key_of_question(approval.action, approval.generation))
            .number("version", version)
            .indexed(Index::Work, spread_key("questions", &[approval.state.name()], &shard(suffix)), place);
        self.with_document(row, approval).await
    }
}

#[async_trait]
impl Approvals for Store {
    async fn get(&self, action: ActionId) -> PortResult<Option<Versioned<Approval>>> {
        let mut ask = Ask::prefix(partition(action), prefix("question", &[]));
        (ask.order, ask.limit) = (Order::Descending, Some(1));
        match self.rows("read an approval", &ask).await?.first() {
            Some(item) => self.question(item).await.map(Some),
            None => Ok(None),
        }
    }

    async fn save(&self, approval: &Approval, expected: Option<RowVersion>) -> PortResult<RowVersion> {
        let expected = expected.map(|version| version.0);
        let version = expected.unwrap_or_default() + 1;
        let row = self.as_question_row(approval, version).await?;
        let mut writes = vec![Write::Put(row, OnlyIf::expected(expected))];
        if expected.is_none() {
            writes.push(Write::Put(link(approval), OnlyIf::Always));
        }
        self.write("save an approval", writes).await?;
        Ok(RowVersion(version))
    }

    async fn of_incident(&self, incident: IncidentId) -> PortResult<Vec<Versioned<Approval>>> {
        const OPERATION: &str = "read an incident's approvals";
        let ask = Ask::prefix(key("incident", &[incident.suffix()]), prefix("question", &[]));
        let mut keys = Vec::new();
        for item in self.rows(OPERATION, &ask).await? {
            keys.push(key_of_question(id(&item, "action")?, number(&item, "generation")?));
        }
        let mut found = Vec::with_capacity(keys.len());
        for item in self.by_key(OPERATION, keys).await?.values() {
            found.push(self.question(item).await?);
        }
        found.sort_by_key(|question| (question.value.action, question.value.generation));
        Ok(found)
    }

    /// What the index names is read again: it may name what has another state by now.
    async fn in_state(&self, state: ApprovalState, limit: usize) -> PortResult<Vec<Approval>> {
        const OPERATION: &str = "list approvals";
        let asked = (Range::All, Order::Ascending, limit);
        let found = self.spread(OPERATION, (Index::Work, "questions", &[state.name()]), asked).await?;
        let mut approvals = Vec::new();
        for item in self.again(OPERATION, &found).await? {
            approvals.push(self.question(&item).await?.value);
        }
        approvals.retain(|approval| approval.state == state);
        approvals.sort_by_key(|approval| (approval.expires_at, approval.action));
        approvals.truncate(limit);
        Ok(approvals)
    }
}
