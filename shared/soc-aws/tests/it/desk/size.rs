//! What a desk of many incidents costs, told to whoever asks: `SOC_TEST_DESK_SIZE` says how many.

use std::time::Instant;

use soc_aws::dynamodb::desk::Desk;
use soc_domain::incident::Incident;
use soc_pipeline::ports::Incidents;
use soc_pipeline::ports::desk::{Changes as _, PageAsk, Queue as _, QueueAsk, QueueFilter, QueueSort};
use soc_testkit::build::incident;

use crate::bed::{bed, run, variable};

/// The memory of this process that is in use, in bytes.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or_default() * 4_096
}

/// As long as those of the samples are: some resources, principals and tactics.
fn long(number: usize) -> Incident {
    let mut one = incident(&number.to_string());
    one.resources.extend(
        (0..8).map(|item| format!("arn:aws:ec2:eu-central-1:111122223333:instance/i-{number:08x}{item:09x}")),
    );
    one.principals.extend((0..3).map(|item| format!("role-of-a-service-{number}-{item}")));
    one.tactics.extend(["Impact", "Execution", "Persistence"].map(str::to_owned));
    one
}

#[test]
fn a_desk_of_many_incidents_is_read_once_and_kept_up() {
    let Some(size) = variable("SOC_TEST_DESK_SIZE").and_then(|size| size.parse::<usize>().ok()) else {
        println!("skipped, for SOC_TEST_DESK_SIZE is not set");
        return;
    };
    let Some(bed) = bed("a desk of many incidents") else { return };
    let store = bed.store();
    run(async {
        let mut bytes = 0;
        for number in 0..size {
            let one = long(number);
            bytes += serde_json::to_string(&one).unwrap().len();
            Incidents::save(&store, &one, None, None).await.unwrap();
        }
        let desk = Desk::new(store);
        let ask =
            QueueAsk { filter: QueueFilter::default(), sort: QueueSort::default(), from: PageAsk::start(50) };
        let (before, began) = (resident(), Instant::now());
        let page = desk.page(&ask).await.unwrap();
        let (cold, after) = (began.elapsed(), resident());
        assert_eq!(page.total, size as u64);
        let began = Instant::now();
        desk.page(&ask).await.unwrap();
        let warm = began.elapsed();
        let began = Instant::now();
        desk.changed(Some(page.cursor), 200).await.unwrap();
        let size = size as u64;
        println!(
            "{size} incidents of {} bytes: {cold:?} and {} bytes each to know them all, {warm:?} for a page, {:?} for changes",
            bytes as u64 / size,
            after.saturating_sub(before) / size,
            began.elapsed()
        );
    });
}
