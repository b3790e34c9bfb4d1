//! Figures over a window, and what is known of entities.

use std::collections::BTreeSet;

use soc_domain::finding::{Principal, Remote};
use soc_domain::incident::Incident;
use soc_domain::severity::Severity;
use soc_domain::time::Timestamp;
use soc_pipeline::ports::desk::{Case, DayCount, Entities, Entity, Figures, PageAsk, TechniqueCount, Window};
use soc_pipeline::ports::{FindingWrite, Findings, Incidents, Quarantine, StartWorkflow, Versioned};

use super::{Desk, Suite};
use crate::build::{at, finding, incident, incident_id, quarantined, row};
use crate::conformance::{Check, Fault, same, there};

const DAY: u64 = 86_400;

pub(super) fn sentences<D: Desk, F: Fn() -> D>(suite: &mut Suite<F>) {
    suite.holds(
        "cases are the incidents that were opened in the window, without merged ones",
        async |desk: &D| cases(desk).await,
    );
    suite
        .holds("findings are counted on the day of their latest activity", async |desk: &D| days(desk).await);
    suite.holds("techniques are counted by findings and incidents of the window", async |desk: &D| {
        techniques(desk).await
    });
    suite.holds("the pipeline counts quarantine and outbox", async |desk: &D| {
        desk.store().put(&quarantined("odd")).await?;
        let message = StartWorkflow { incident: incident_id("a"), generation: 1 };
        Incidents::save(desk.store(), &incident("a"), None, Some(message)).await?;
        let figures = desk.reader().pipeline().await?;
        same((figures.quarantine, figures.outbox), (1, 1))
    });
    suite.holds("an entity has the incidents and findings that name it", async |desk: &D| {
        entities(desk).await
    });
    suite.holds("an entity's findings follow their incident, and news is seen", async |desk: &D| {
        moves(desk).await
    });
    suite.holds("what no finding names is nothing", async |desk: &D| {
        put(desk, "a", "a", |_finding| {}).await?;
        for name in ["", "absent", "%", "arn:aws:ec2:eu-central-1:111122223333:instance/"] {
            let resource = Entity::Resource(name.to_owned());
            same(desk.reader().entity(&resource, 10).await?, None)?;
        }
        Ok(())
    });
}

async fn put<D: Desk>(
    desk: &D,
    name: &str,
    of: &str,
    change: impl FnOnce(&mut soc_domain::finding::Finding),
) -> Check {
    let mut finding = finding(name);
    change(&mut finding);
    let row = row(finding, incident_id(of));
    let write = FindingWrite { row: &row, event: row.finding.event_key(), raw: b"{}", at: at(0) };
    Ok(desk.store().record(write, None).await?)
}

async fn cases<D: Desk>(desk: &D) -> Check {
    let mut expected = Vec::new();
    for number in 0..9 {
        let name = format!("incident {number}");
        let mut one = Incident { opened_at: at(number * 10), ..incident(&name) };
        one.merged_into = (number == 4).then(|| incident_id("other"));
        one.resolved_at = (number == 5).then(|| at(99));
        Incidents::save(desk.store(), &one, None, None).await?;
        if (20..70).contains(&(number * 10)) && number != 4 {
            expected.push(Case::of(&one));
        }
    }
    expected.sort_by_key(|case| case.id);
    let window = Window { from: at(20), to: at(70) };
    let (mut from, mut found) = (PageAsk::start(2), Vec::new());
    loop {
        let page = desk.reader().cases(window, from).await?;
        found.extend(page.rows);
        let Some(place) = page.next else { break };
        from = PageAsk::after(place, 2);
    }
    same(found, expected)
}

async fn days<D: Desk>(desk: &D) -> Check {
    for (name, seconds) in [("a", DAY), ("b", DAY + 5), ("c", 2 * DAY - 1), ("d", 3 * DAY), ("e", 9 * DAY)] {
        put(desk, name, "a", |finding| finding.last_seen = Some(at(seconds))).await?;
    }
    let window = Window { from: at(DAY + 1), to: at(4 * DAY) };
    let expected = vec![DayCount { day: at(DAY), findings: 2 }, DayCount { day: at(3 * DAY), findings: 1 }];
    same(desk.reader().findings_by_day(window).await?, expected)
}

async fn techniques<D: Desk>(desk: &D) -> Check {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<String>>();
    for (name, of) in [("a", "one"), ("b", "one"), ("c", "two")] {
        desk_put_marked(desk, (name, of), (texts(&["Persistence"]), texts(&["T1078", "T1098"]))).await?;
    }
    desk_put_marked(desk, ("d", "two"), (texts(&["Impact"]), Vec::new())).await?;
    put(desk, "late", "one", |finding| {
        finding.techniques = texts(&["T1485"]);
        finding.last_seen = Some(at(10 * DAY));
    })
    .await?;
    let count = |tactic: &str, technique: &str, (incidents, findings)| TechniqueCount {
        tactic: tactic.to_owned(),
        technique: technique.to_owned(),
        incidents,
        findings,
        severity: Severity::High,
    };
    let window = Window { from: at(0), to: at(DAY) };
    let expected = vec![
        count("Impact", "", (1, 1)),
        count("Persistence", "T1078", (2, 3)),
        count("Persistence", "T1098", (2, 3)),
    ];
    same(desk.reader().techniques(window).await?, expected)
}

async fn desk_put_marked<D: Desk>(
    desk: &D,
    (name, of): (&str, &str),
    (tactics, techniques): (Vec<String>, Vec<String>),
) -> Check {
    put(desk, name, of, |finding| (finding.tactics, finding.techniques) = (tactics, techniques)).await
}

async fn entities<D: Desk>(desk: &D) -> Check {
    for (name, minutes) in [("one", 1), ("two", 2)] {
        let seen = Incident { last_seen: at(minutes * 60), ..incident(name) };
        Incidents::save(desk.store(), &seen, None, None).await?;
    }
    let key = |finding: &mut soc_domain::finding::Finding| {
        let named = |name: &str| Principal {
            name: name.to_owned(),
            access_key_id: Some("AKIAEXAMPLE".to_owned()),
            ..Principal::default()
        };
        finding.principals = vec![named("o'neil"), named("o'neil")];
        finding.remotes = vec![Remote { ip: "198.51.100.7".to_owned(), ..Remote::default() }];
        finding.tactics = vec!["Impact".to_owned()];
    };
    put(desk, "a", "one", key).await?;
    put(desk, "b", "two", key).await?;
    put(desk, "c", "two", |finding| finding.last_seen = Some(at(999))).await?;
    let both = vec![incident_id("two"), incident_id("one")];
    let named = [
        Entity::Principal("o'neil".to_owned()),
        Entity::AccessKey("AKIAEXAMPLE".to_owned()),
        Entity::Address("198.51.100.7".to_owned()),
    ];
    for entity in named {
        let facts = there(desk.reader().entity(&entity, 10).await?)?;
        same((&facts.incidents, facts.incidents_total, facts.findings), (&both, 2, 2))?;
        same((facts.first_seen, facts.last_seen), (Some(at(0)), Some(at(60))))?;
        same((facts.accounts, facts.tactics), (vec!["111122223333".to_owned()], vec!["Impact".to_owned()]))?;
    }
    let account = Entity::Account("111122223333".to_owned());
    let facts = there(desk.reader().entity(&account, 1).await?)?;
    same((facts.incidents, facts.incidents_total, facts.findings), (vec![incident_id("two")], 2, 3))?;
    same(facts.last_seen, Some(at(999)))
}

async fn moves<D: Desk>(desk: &D) -> Check {
    let (one, two) = (incident("one"), incident("two"));
    let version = Incidents::save(desk.store(), &one, None, None).await?;
    Incidents::save(desk.store(), &two, None, None).await?;
    put(desk, "a", "one", |_finding| {}).await?;
    let entity = Entity::Resource("arn:aws:ec2:eu-central-1:111122223333:instance/i-a".to_owned());
    same(there(desk.reader().entity(&entity, 10).await?)?.incidents, vec![one.id])?;
    Findings::move_all(desk.store(), one.id, two.id).await?;
    let merged = Incident { merged_into: Some(two.id), ..one };
    Incidents::save(desk.store(), &merged, Some(version), None).await?;
    same(there(desk.reader().entity(&entity, 10).await?)?.incidents, vec![two.id])?;
    // A revision names something more.
    let Versioned { value: mut row, version } = there(Findings::get(desk.store(), finding("a").id).await?)?;
    row.finding.remotes = vec![Remote { ip: "203.0.113.9".to_owned(), ..Remote::default() }];
    row.finding.updated_at = Some(Timestamp::from_millis(at(90).as_millis()));
    let write = FindingWrite { row: &row, event: row.finding.event_key(), raw: b"[]", at: at(1) };
    desk.store().record(write, Some(version)).await?;
    let address = Entity::Address("203.0.113.9".to_owned());
    let facts = there(desk.reader().entity(&address, 10).await?)?;
    same((facts.incidents, facts.findings), (vec![two.id], 1))?;
    let all: BTreeSet<Entity> = Entity::all_in(&row.finding);
    if all.iter().all(|entity| entity.is_in(&row.finding)) { Ok(()) } else { Err(Fault("all_in".to_owned())) }
}
