//! Actions, questions and quarantined records, across incidents.
//!
//! They are answered by indexes in the order of each list. A filter of actions is applied to what is read: one that few
//! actions pass makes the list of all actions be read to its end. Actions of one incident are read through its links.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use soc_domain::action::Action;
use soc_domain::approval::{Approval, ApprovalState};
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::desk::{
    ActionFilter, ActionPlace, Lists, Page, PageAsk, QuarantinePage, QuarantinePlace, QuestionPlace,
};
use soc_pipeline::ports::{Actions, Quarantined};

use super::super::actions::place_of_action;
use super::super::approvals::place_of_question;
use super::super::item::Index;
use super::super::quarantine::place_of_record;
use super::Desk;
use super::shards::{Shelf, cut};

const ACTIONS: Shelf<'static> =
    Shelf { operation: "list actions", index: Index::People, kind: "actions", parts: &[] };
const QUARANTINE: Shelf<'static> =
    Shelf { operation: "list quarantined records", index: Index::People, kind: "quarantined", parts: &[] };
const STATES: [ApprovalState; 5] = [
    ApprovalState::Pending,
    ApprovalState::Approved,
    ApprovalState::Denied,
    ApprovalState::Expired,
    ApprovalState::Withdrawn,
];

#[async_trait]
impl Lists for Desk {
    async fn actions(
        &self,
        filter: &ActionFilter,
        from: PageAsk<ActionPlace>,
    ) -> PortResult<Page<Action, ActionPlace>> {
        if let Some(incident) = filter.incident {
            let mut actions = Actions::of_incident(&self.store, incident).await?;
            let after = from.after.as_ref().map(place_of_action);
            actions.retain(|action| {
                let place = place_of_action(&ActionPlace::of(action));
                filter.accepts(action) && after.as_ref().is_none_or(|after| place > *after)
            });
            actions.sort_by_cached_key(|action| place_of_action(&ActionPlace::of(action)));
            return Ok(cut(actions, from.limit, ActionPlace::of));
        }
        let after = from.after.as_ref().map(place_of_action);
        let asks = ACTIONS.behind(after.as_deref());
        let filter = filter.clone();
        let wanted = Arc::new(move |action: &Action| filter.accepts(action));
        let found = self.store.first_of(ACTIONS.operation, asks, (from.limit, wanted)).await?;
        Ok(cut(found, from.limit, ActionPlace::of))
    }

    async fn questions(
        &self,
        states: &[ApprovalState],
        from: PageAsk<QuestionPlace>,
    ) -> PortResult<Page<Approval, QuestionPlace>> {
        const OPERATION: &str = "list questions";
        let states = if states.is_empty() { &STATES } else { states };
        let states: BTreeSet<&str> = states.iter().map(|state| state.name()).collect();
        let after = from.after.as_ref().map(place_of_question);
        let mut asks = Vec::new();
        for state in states {
            let parts = [state];
            let shelf = Shelf { operation: OPERATION, index: Index::Work, kind: "questions", parts: &parts };
            asks.extend(shelf.behind(after.as_deref()));
        }
        let wanted = Arc::new(|_: &Approval| true);
        let found = self.store.first_of(OPERATION, asks, (from.limit, wanted)).await?;
        Ok(cut(found, from.limit, QuestionPlace::of))
    }

    async fn quarantined(&self, from: PageAsk<QuarantinePlace>) -> PortResult<QuarantinePage> {
        let after = from.after.as_ref().map(place_of_record);
        let asks = QUARANTINE.behind(after.as_deref());
        let wanted = Arc::new(|_: &Quarantined| true);
        let found = self.store.first_of(QUARANTINE.operation, asks, (from.limit, wanted));
        let (found, total) = tokio::try_join!(found, self.store.quarantine_count())?;
        let place = |record: &Quarantined| QuarantinePlace { at: record.at, id: record.id };
        Ok(QuarantinePage { page: cut(found, from.limit, place), total })
    }
}
