//! Findings of incidents, actions, questions, quarantined records, the ledger.

use std::collections::BTreeMap;

use fastrand::Rng;
use soc_domain::action::{Action, ActionKind, ActionState};
use soc_domain::approval::{Approval, ApprovalState};
use soc_domain::finding::{Finding, Gap, GapKind, RecordState};
use soc_domain::incident::Stage;
use soc_domain::severity::Severity;
use soc_ledger::{Draft, Verifier};
use soc_pipeline::error::PortResult;
use soc_pipeline::ports::desk::{
    ActionFilter, ActionPlace, Chains, EntryPlace, Files, FindingPlace, Lists, Page, PageAsk,
    QuarantinePlace, QuestionPlace,
};
use soc_pipeline::ports::{
    Actions, Approvals, FindingRow, FindingWrite, Findings, Incidents, Ledger, Quarantine, Quarantined,
};

use super::{Desk, Suite};
use crate::build::{action, approval, at, finding, incident, incident_id, quarantined, row};
use crate::conformance::{Check, Fault, same, there};

pub(super) fn sentences<D: Desk, F: Fn() -> D>(suite: &mut Suite<F>) {
    suite.holds("an incident's findings come gravest first, each once", async |desk: &D| files(desk).await);
    suite.holds("a finding is filed with all that is known of it, and its newest bytes", async |desk: &D| {
        file(desk).await
    });
    suite
        .holds("actions come as filtered, without effect first, then the newest effect", async |desk: &D| {
            actions(desk).await
        });
    suite.holds("questions come in their states, by expiry", async |desk: &D| questions(desk).await);
    suite.holds("quarantined records come newest first, without their bytes", async |desk: &D| {
        quarantine(desk).await
    });
    suite.holds("the ledger's rows come newest first, of one chain and of all", async |desk: &D| {
        newest(desk).await
    });
    suite.holds("the ledger's rows and heads come in the order of verification", async |desk: &D| {
        oldest(desk).await
    });
    suite.holds("a judged incident without a chain is missing one", async |desk: &D| {
        let mut judged = incident("judged");
        judged.stage = Stage::Triaged;
        Incidents::save(desk.store(), &judged, None, None).await?;
        Incidents::save(desk.store(), &incident("with"), None, None).await?;
        desk.store().append(draft(&incident_id("with").to_string()), at(0)).await?;
        same(desk.reader().missing(10).await?, vec![judged.id.to_string()])
    });
}

/// All rows, two at a time.
async fn all<T, P>(ask: impl AsyncFn(PageAsk<P>) -> PortResult<Page<T, P>>) -> Result<Vec<T>, Fault> {
    let mut from = PageAsk::start(2);
    let mut rows = Vec::new();
    loop {
        let page = ask(from).await?;
        same(page.rows.len() <= 2, true)?;
        rows.extend(page.rows);
        match page.next {
            Some(place) => from = PageAsk::after(place, 2),
            None => return Ok(rows),
        }
    }
}

async fn record<D: Desk>(desk: &D, row: &FindingRow, raw: &[u8]) -> Check {
    let write = FindingWrite { row, event: row.finding.event_key(), raw, at: at(0) };
    Ok(desk.store().record(write, None).await?)
}

async fn files<D: Desk>(desk: &D) -> Check {
    let mut rng = Rng::with_seed(1);
    let of = incident_id("a");
    Incidents::save(desk.store(), &incident("a"), None, None).await?;
    let mut expected: Vec<Finding> = Vec::new();
    for number in 0..15 {
        let mut finding = finding(&format!("finding {number}"));
        finding.severity = Severity::ALL.get(rng.usize(1..4)).copied().unwrap_or_default();
        finding.last_seen = Some(at(60 + rng.u64(0..3)));
        if rng.u8(..4) == 0 {
            finding.record_state = RecordState::Archived;
        }
        let elsewhere = number == 7;
        record(desk, &row(finding.clone(), if elsewhere { incident_id("b") } else { of }), b"{}").await?;
        if !elsewhere {
            expected.push(finding);
        }
    }
    expected.sort_by_key(|finding| {
        let place = FindingPlace::of(finding);
        (std::cmp::Reverse(place.severity), std::cmp::Reverse(place.ended), place.id)
    });
    let found = all(async |from| {
        let found = desk.reader().findings(of, from).await?;
        Ok(found.page)
    });
    let found: Vec<Finding> = found.await?.into_iter().map(|filed| filed.row.finding).collect();
    same(found, expected)?;
    let total = desk.reader().findings(of, PageAsk::start(1)).await?.total;
    let absent = desk.reader().findings(incident_id("absent"), PageAsk::start(1)).await?;
    same((total, absent.total, absent.page.next), (14, 0, None))
}

async fn file<D: Desk>(desk: &D) -> Check {
    let mut filed = row(finding("a"), incident_id("a"));
    filed.gaps = vec![Gap { field: "service.count", problem: GapKind::Odd }];
    filed.emissions = 3;
    let raw = format!("{{\"long\":\"{}\"}}", "x".repeat(5_000));
    record(desk, &filed, raw.as_bytes()).await?;
    desk.store().count_duplicate(filed.finding.id).await?;
    let found = there(desk.reader().finding(filed.finding.id).await?)?;
    same((found.row, found.duplicates), (filed.clone(), 1))?;
    same(desk.reader().raw(filed.finding.id).await?, Some(raw.into_bytes()))?;
    let absent = finding("absent").id;
    same(desk.reader().finding(absent).await?, None)?;
    same(desk.reader().raw(absent).await?, None)
}

async fn actions<D: Desk>(desk: &D) -> Check {
    let mut rng = Rng::with_seed(2);
    let states = [ActionState::Planned, ActionState::Done, ActionState::Reversed];
    let mut saved: Vec<Action> = Vec::new();
    for number in 0..20 {
        let mut action = action(&format!("{}", number % 10));
        action.id = soc_domain::id::ActionId::from_parts(&[&number.to_string()]);
        action.state = states.get(rng.usize(..3)).copied().unwrap_or(ActionState::Planned);
        action.done_at = (action.state != ActionState::Planned).then(|| at(rng.u64(0..3)));
        if rng.bool() {
            action.target.kind = ActionKind::SnapshotVolumes;
            action.target.place.account = "444455556666".to_owned();
        }
        Actions::save(desk.store(), &action, None).await?;
        saved.push(action);
    }
    let of_one = ActionFilter { incident: Some(incident_id("3")), ..ActionFilter::default() };
    let done = vec![ActionState::Done, ActionState::Reversed];
    let resource = saved.first().map(|action| action.target.resource.clone());
    let filters = [
        (ActionFilter::default(), 20),
        (of_one, 2),
        (ActionFilter { states: done, ..ActionFilter::default() }, 1),
        (ActionFilter { kinds: vec![ActionKind::SnapshotVolumes], ..ActionFilter::default() }, 1),
        (ActionFilter { accounts: vec!["444455556666".to_owned()], ..ActionFilter::default() }, 1),
        (ActionFilter { resource, ..ActionFilter::default() }, 2),
    ];
    for (filter, least) in filters {
        let mut expected: Vec<Action> =
            saved.iter().filter(|action| filter.accepts(action)).cloned().collect();
        same(expected.len() >= least, true)?;
        expected.sort_by_key(|one| {
            (one.done_at.is_some(), std::cmp::Reverse(one.done_at), ActionPlace::of(one).id)
        });
        let found = all(async |from| desk.reader().actions(&filter, from).await).await?;
        same((&filter, found), (&filter, expected))?;
    }
    Ok(())
}

async fn questions<D: Desk>(desk: &D) -> Check {
    let mut rng = Rng::with_seed(3);
    let mut saved: Vec<Approval> = Vec::new();
    for number in 0..12 {
        let mut asked = approval(&action(&number.to_string()));
        asked.expires_at = at(rng.u64(0..3));
        asked.generation = rng.u32(1..3);
        if rng.bool() {
            asked.state = ApprovalState::Expired;
        }
        Approvals::save(desk.store(), &asked, None).await?;
        saved.push(asked);
    }
    saved.sort_by_key(QuestionPlace::of);
    for states in [vec![], vec![ApprovalState::Pending], vec![ApprovalState::Expired, ApprovalState::Denied]]
    {
        let is_asked = |asked: &&Approval| states.is_empty() || states.contains(&asked.state);
        let expected: Vec<Approval> = saved.iter().filter(is_asked).cloned().collect();
        let found = all(async |from| desk.reader().questions(&states, from).await).await?;
        same(found, expected)?;
    }
    Ok(())
}

async fn quarantine<D: Desk>(desk: &D) -> Check {
    let mut saved = Vec::new();
    for number in 0..7 {
        let mut record = quarantined(&format!("record {number}"));
        record.at = at(number / 2);
        desk.store().put(&record).await?;
        saved.push(record);
    }
    let released = there(saved.pop())?;
    desk.store().release(released.id).await?;
    saved.sort_by_key(|record| (std::cmp::Reverse(record.at), record.id));
    let found = all(async |from: PageAsk<QuarantinePlace>| {
        let found = desk.reader().quarantined(from).await?;
        Ok(found.page)
    });
    let found = found.await?;
    let names = |records: &[Quarantined]| records.iter().map(|record| record.id).collect::<Vec<_>>();
    same(names(&found), names(&saved))?;
    let has_bytes = |record: &Quarantined| matches!(&record.raw, soc_pipeline::ports::RawBytes::Inline(bytes) if !bytes.is_empty());
    same(found.iter().any(has_bytes), false)?;
    same(desk.reader().quarantined(PageAsk::start(1)).await?.total, 6)
}

fn draft(chain: &str) -> Draft {
    Draft {
        chain: chain.to_owned(),
        actor: "ann".to_owned(),
        what: "incident_triaged".to_owned(),
        subject: "inc_1".to_owned(),
        details: BTreeMap::from([("priority".to_owned(), "2".to_owned())]),
    }
}

/// Rows in several chains whose clocks are equal, go on, and go back.
async fn write_chains<D: Desk>(desk: &D) -> Check {
    let mut rng = Rng::with_seed(4);
    for _row in 0..40 {
        let chain =
            ["inc_b", "soc", "inc_a", "inc_c", "inc_d"].get(rng.usize(..5)).copied().unwrap_or_default();
        desk.store().append(draft(chain), at(rng.u64(0..12))).await?;
    }
    Ok(())
}

async fn newest<D: Desk>(desk: &D) -> Check {
    write_chains(desk).await?;
    let mut expected = all(async |from| desk.reader().oldest(None, from).await).await?;
    same(expected.len(), 40)?;
    expected
        .sort_by(|one, other| (other.at_ms, &one.chain, other.seq).cmp(&(one.at_ms, &other.chain, one.seq)));
    same(all(async |from| desk.reader().newest(None, from).await).await?, expected.clone())?;
    let of_one = all(async |from: PageAsk<EntryPlace>| desk.reader().newest(Some("soc"), from).await).await?;
    let mut expected: Vec<_> = expected.into_iter().filter(|entry| entry.chain == "soc").collect();
    expected.sort_by_key(|entry| std::cmp::Reverse(entry.seq));
    same(of_one, expected)?;
    same(all(async |from| desk.reader().newest(Some("inc_absent"), from).await).await?, Vec::new())
}

async fn oldest<D: Desk>(desk: &D) -> Check {
    write_chains(desk).await?;
    let heads = all(async |from| desk.reader().heads(from).await).await?;
    let mut verifier = Verifier::new(heads.clone(), None);
    for entry in all(async |from| desk.reader().oldest(None, from).await).await? {
        verifier.row(&entry);
    }
    let verified = verifier.finish();
    same((verified.faults, verified.rows, verified.chains), (Vec::new(), 40, 5))?;
    let chain = "inc_a";
    let head = there(desk.reader().head(chain).await?)?;
    same(heads.contains(&head), true)?;
    let rows = all(async |from| desk.reader().oldest(Some(chain), from).await).await?;
    let mut verifier = Verifier::new(vec![head], None);
    rows.iter().for_each(|entry| verifier.row(entry));
    same(verifier.finish().faults, Vec::new())?;
    same(desk.reader().head("absent").await?, None)
}
