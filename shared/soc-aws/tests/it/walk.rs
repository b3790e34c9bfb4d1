//! What people and auditors see in the tables, and what shows when somebody tampers with them.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use soc_aws::dynamodb::{Store, Tables, Wanted};
use soc_domain::id::IncidentId;
use soc_domain::incident::{Incident, Stage};
use soc_domain::severity::Severity;
use soc_ledger::Draft;
use soc_pipeline::ports::{Incidents, Ledger};
use soc_testkit::build::{at, incident};

use crate::bed::{Bed, bed, run};

fn draft(chain: &str, what: &str) -> Draft {
    Draft {
        chain: chain.to_owned(),
        actor: "soc".to_owned(),
        what: what.to_owned(),
        subject: "x".to_owned(),
        details: std::collections::BTreeMap::new(),
    }
}

fn all(store: &Store, wanted: Wanted) -> BTreeSet<IncidentId> {
    let mut found = BTreeSet::new();
    run(store.each_incident(wanted, &mut |incident: Incident| {
        found.insert(incident.id);
    }))
    .unwrap();
    found
}

#[test]
fn every_incident_is_listed_once_however_many_there_are_and_found_by_the_beginning_of_its_id() {
    let Some(bed) = bed("list incidents") else { return };
    let store = bed.store();
    let mut ids = BTreeSet::new();
    for number in 0..40_u32 {
        let mut incident = incident(&format!("i{number}"));
        incident.severity = if number % 4 == 0 { Severity::Critical } else { Severity::Low };
        run(Incidents::save(&store, &incident, None, None)).unwrap();
        ids.insert(incident.id);
    }
    assert_eq!(all(&store, Wanted::default()), ids);
    let severe = Wanted { severity: Some(Severity::High), ..Wanted::default() };
    assert_eq!(all(&store, severe).len(), 10);
    let one = *ids.first().unwrap();
    assert_eq!(run(store.incidents_beginning(one.suffix().get(..12).unwrap())).unwrap(), [one]);
    assert_eq!(run(store.incidents_beginning("")).unwrap().len(), 2);
    assert!(run(store.incidents_beginning("nobody")).unwrap().is_empty());
}

/// A ledger of three chains, one of them of a judged incident, and another judged incident.
fn filled(bed: &Bed, tables: &Tables) -> (Store, IncidentId) {
    let store = bed.store_with(&bed.config, tables);
    let mut judged = incident("judged");
    judged.stage = Stage::Done;
    run(Incidents::save(&store, &judged, None, None)).unwrap();
    for chain in [judged.id.to_string().as_str(), "soc", "inc_other"] {
        for what in ["one", "two", "three"] {
            run(store.append(draft(chain, what), at(1))).unwrap();
        }
    }
    (store, judged.id)
}

fn key(pk: &str, sk: &str) -> std::collections::HashMap<String, AttributeValue> {
    [("pk", pk), ("sk", sk)].map(|(name, text)| (name.to_owned(), AttributeValue::S(text.to_owned()))).into()
}

fn take_out(bed: &Bed, table: &str, (pk, sk): (&str, &str)) {
    let client = aws_sdk_dynamodb::Client::new(&bed.config);
    let gone = client.delete_item().table_name(table).set_key(Some(key(pk, sk)));
    let gone = run(gone.return_values(aws_sdk_dynamodb::types::ReturnValue::AllOld).send()).unwrap();
    assert!(gone.attributes().is_some(), "there was no row {pk} {sk}");
}

#[test]
fn an_intact_ledger_is_found_intact_and_each_way_of_tampering_shows() {
    let Some(bed) = bed("verify the ledger") else { return };
    let tables = run(bed.tables());
    let (store, judged) = filled(&bed, &tables);
    let found = run(store.verify_ledger()).unwrap();
    assert!(found.is_intact(), "{:?}", found.faults);
    assert_eq!((found.rows, found.chains), (9, 3));

    let row = |chain: &str, seq: u64| (format!("chain|{}:{chain}", chain.len()), format!("{seq:020}"));
    let first = run(store.ledger_chain("soc", 0, 1)).unwrap()[0].seq;
    let (pk, sk) = row("soc", first + 1);
    take_out(&bed, &tables.ledger, (&pk, &sk));
    let found = run(store.verify_ledger()).unwrap();
    assert_eq!(found.faults.len(), 1, "a row was taken out: {:?}", found.faults);

    take_out(&bed, &tables.soc, ("head|9:inc_other", "row"));
    let found = run(store.verify_ledger()).unwrap();
    assert_eq!(found.faults.len(), 2, "a head was taken out: {:?}", found.faults);

    let chain = judged.to_string();
    for seq in first..first + 3 {
        let (pk, sk) = row(&chain, seq);
        take_out(&bed, &tables.ledger, (&pk, &sk));
    }
    take_out(&bed, &tables.soc, (&format!("head|{}:{chain}", chain.len()), "row"));
    let found = run(store.verify_ledger()).unwrap();
    assert_eq!(found.faults.len(), 3, "a whole chain was taken out: {:?}", found.faults);
}
