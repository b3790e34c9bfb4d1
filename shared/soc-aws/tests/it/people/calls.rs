//! What a change costs: how often the tables are asked for one incident of a bulk.
//!
//! A request of the API ends after 29 seconds, and a call takes some 10 milliseconds: the figures here, and how many of
//! them wait for each other (tested in virtual time with the use cases), say how much a bulk may do in one.

use soc_domain::incident::Status;
use soc_domain::people::{JobState, Wish};
use soc_pipeline::people::Bulk;
use soc_pipeline::ports::Incidents;
use soc_testkit::build::{incident, incident_id};
use soc_testkit::memory::Memory;

use super::bed::{Desk, Hands, about, order};
use crate::bed::{Bed, bed, run};
use crate::faults::network::{Sky, Weather};
use crate::storing::store_in;

/// How many requests a bulk of so many takes, and its undoing.
async fn requests(bed: &Bed, count: u16, wish: Wish) -> (u64, u64) {
    let tables = bed.tables().await;
    let sky = Sky::new(1, Weather::default());
    let (store, _) = store_in(bed, &tables, &sky).await;
    let (workflows, clock) = (Memory::default(), Hands::new());
    let desk = Desk { store: &store, workflows: &workflows, clock: &clock };
    let mut ids = Vec::new();
    for number in 0..count {
        ids.push(desk.comes(&about(&number.to_string(), number, number)).await);
    }
    Incidents::save(&store, &incident("survivor"), None, None).await.unwrap();
    let bulk = Bulk { incidents: ids, wish };
    sky.requests();
    let job = desk.people().bulk(&order("ann", "bulk"), &bulk).await.unwrap();
    let done = desk.people().run_job(job.id).await.unwrap();
    assert_eq!((done.state(), done.done()), (JobState::Done, usize::from(count)));
    let took = sky.requests();
    let undoing = desk.people().undo_job(&order("ann", "undo"), job.id).await.unwrap();
    let undone = desk.people().run_job(undoing.id).await.unwrap();
    assert_eq!(undone.done(), usize::from(count));
    (took, sky.requests())
}

#[test]
fn an_incident_of_a_bulk_takes_few_requests() {
    let Some(bed) = bed("requests of a bulk") else { return };
    run(async {
        // Two chunks. Two or four requests for each incident, and five for each chunk and for the job.
        let count = 26;
        let assign = requests(&bed, count, Wish::Assign { assignee: Some("ben".to_owned()) }).await;
        let close = requests(&bed, count, Wish::Status { status: Status::Closed, reason: None }).await;
        println!("requests for {count}, and for undoing them: assign {assign:?}, close {close:?}");
        assert!(assign.0 <= 2 * 26 + 15 && assign.1 <= 2 * 26 + 15, "{assign:?}");
        assert!(close.0 <= 4 * 26 + 15 && close.1 <= 2 * 26 + 15, "{close:?}");
        // Of one finding with its keys.
        let count = 4;
        let merge = requests(&bed, count, Wish::Merge { into: incident_id("survivor") }).await;
        println!("requests for {count}, and for undoing them: merge {merge:?}");
        assert!(merge.0 <= 40 * 4 && merge.1 <= 40 * 4, "{merge:?}");
    });
}
