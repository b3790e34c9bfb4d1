//! Documents of incidents, quarantined records and kept events.

use soc_domain::analysis::{Analysis, Struck};
use soc_domain::assess::{Assessment, Way};
use soc_domain::plan::Plan;
use soc_domain::policy::Mode;
use soc_domain::verdict::{Judgement, Verdict as Finding};
use soc_domain::wire::Event;
use soc_pipeline::ports::{
    Document, Documents, Dossier, Events, KeptEvent, Quarantine, Quarantined, RawBytes,
};

use super::{Check, Suite, Verdict, same, there};
use crate::build::{START, at, incident_id, quarantined};

fn assessment(score: i16) -> Assessment {
    Assessment {
        score,
        priority: 2,
        route: Way::Respond,
        reasons: Vec::new(),
        suppressed: None,
        suppressed_by: None,
        policy_sha256: "0".repeat(64),
    }
}

fn judgement() -> Judgement {
    Judgement { verdict: Finding::Suspicious, confidence: 60, because: Vec::new() }
}

fn analysis() -> Analysis {
    Analysis {
        by: "rules".to_owned(),
        verdict: Finding::TruePositive,
        confidence: 80,
        summary: "An instance mines.".to_owned(),
        claims: Vec::new(),
        next_steps: Vec::new(),
        struck: Struck::default(),
    }
}

fn plan(generation: u32) -> Plan {
    Plan {
        generation,
        mode: Mode::Auto,
        steps: Vec::new(),
        guides: Vec::new(),
        policy_sha256: "0".repeat(64),
        sha256: "1".repeat(64),
    }
}

/// The guarantees of [`Dossier`].
///
/// # Errors
/// The sentences that the adapter breaks.
pub fn dossier<P: Dossier>(make: impl Fn() -> P) -> Verdict {
    let mut suite = Suite::new(make);
    suite.holds("an incident without documents has none", async |port: &P| {
        same(port.fetch(incident_id("a"), 9).await?, Documents::default())
    });
    suite.holds("each kind of document is read back", async |port: &P| {
        let id = incident_id("a");
        port.keep(id, 1, Document::Assessment(&assessment(50))).await?;
        port.keep(id, 1, Document::Judgement(&judgement())).await?;
        port.keep(id, 1, Document::Analysis(&analysis())).await?;
        port.keep(id, 1, Document::Plan(&plan(1))).await?;
        let expected = Documents {
            assessment: Some(assessment(50)),
            judgement: Some(judgement()),
            analysis: Some(analysis()),
            plan: Some(plan(1)),
        };
        same(port.fetch(id, 1).await?, expected)?;
        same(port.fetch(incident_id("b"), 1).await?, Documents::default())
    });
    suite.holds("the same kind for the same generation replaces", async |port: &P| {
        let id = incident_id("a");
        port.keep(id, 1, Document::Assessment(&assessment(50))).await?;
        port.keep(id, 1, Document::Assessment(&assessment(70))).await?;
        same(there(port.fetch(id, 1).await?.assessment)?.score, 70)
    });
    suite.holds("the newest of each kind up to the generation counts", async |port: &P| {
        let id = incident_id("a");
        port.keep(id, 3, Document::Plan(&plan(3))).await?;
        port.keep(id, 1, Document::Plan(&plan(1))).await?;
        port.keep(id, 2, Document::Assessment(&assessment(20))).await?;
        let second = port.fetch(id, 2).await?;
        same((there(second.plan)?.generation, there(second.assessment)?.score), (1, 20))?;
        same(there(port.fetch(id, 3).await?.plan)?.generation, 3)?;
        same(port.fetch(id, 0).await?, Documents::default())
    });
    suite.verdict()
}

/// The guarantees of [`Quarantine`].
///
/// # Errors
/// The sentences that the adapter breaks.
pub fn quarantine<P: Quarantine>(make: impl Fn() -> P) -> Verdict {
    let mut suite = Suite::new(make);
    suite.holds("a record is kept once, with its bytes", async |port: &P| {
        same(port.put(&quarantined("a")).await?, true)?;
        same(port.put(&quarantined("a")).await?, false)?;
        same(port.get(quarantined("a").id).await?, Some(quarantined("a")))?;
        same(port.get(quarantined("b").id).await?, None)
    });
    suite.holds("bytes that are no text, and none at all, are kept as they are", async |port: &P| {
        let odd = Quarantined { raw: RawBytes::Inline(vec![0, 255, 10]), ..quarantined("odd") };
        let empty = Quarantined { raw: RawBytes::Inline(Vec::new()), ..quarantined("empty") };
        let spilled = Quarantined { raw: RawBytes::Spilled("big.bin".to_owned()), ..quarantined("big") };
        for record in [odd, empty, spilled] {
            port.put(&record).await?;
            same(port.get(record.id).await?, Some(record))?;
        }
        Ok(())
    });
    suite
        .holds("the newest come first in the list, without their bytes", async |port: &P| listed(port).await);
    suite.holds("a released record is gone, may be released again, and may come again", async |port: &P| {
        let record = quarantined("a");
        port.put(&record).await?;
        port.release(record.id).await?;
        port.release(record.id).await?;
        same(port.get(record.id).await?, None)?;
        same(port.list(10).await?, Vec::new())?;
        same(port.put(&record).await?, true)?;
        same(port.get(record.id).await?, Some(record))
    });
    suite.verdict()
}

async fn listed<P: Quarantine>(port: &P) -> Check {
    for (name, seconds) in [("second", 2), ("third", 3), ("first", 1)] {
        port.put(&Quarantined { at: at(seconds), ..quarantined(name) }).await?;
    }
    let list = port.list(2).await?;
    let moments: Vec<_> = list.iter().map(|record| record.at).collect();
    same(moments, vec![at(3), at(2)])?;
    for record in list {
        same(record.raw, RawBytes::Inline(Vec::new()))?;
    }
    Ok(())
}

/// The guarantees of [`Events`].
///
/// # Errors
/// The sentences that the adapter breaks.
pub fn events<P: Events>(make: impl Fn() -> P) -> Verdict {
    let mut suite = Suite::new(make);
    suite.holds("an event is kept once, by its bytes", async |port: &P| {
        let event = Event::default();
        let keep = |raw: &'static [u8]| KeptEvent { event: &event, raw, at: START };
        same(port.keep(keep(b"{\"a\":1}")).await?, true)?;
        same(port.keep(keep(b"{\"a\":1}")).await?, false)?;
        same(port.keep(keep(b"{\"a\": 1}")).await?, true)
    });
    suite.verdict()
}
