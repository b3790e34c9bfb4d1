//! Which adapter stands behind what the API reads and changes: the store behind nearly all of it.

use std::sync::Arc;

use soc_api::{Access, Changing};
use soc_aws::clients;
use soc_aws::config::SdkConfig;
use soc_aws::dynamodb::budget::DailyBudget;
use soc_aws::dynamodb::desk::Desk;
use soc_aws::dynamodb::{Store, Tables};
use soc_aws::kinesis::KinesisStream;
use soc_aws::remediate::Remediate;
use soc_aws::sfn::Executions;
use soc_aws::sns::SnsNotifier;
use soc_domain::wire::Simulator;
use soc_lambda::SystemClock;

use crate::cloud::Cloud;
use crate::health::Health;
use crate::settings::Settings;
use crate::standing::Rules;

/// Everything that the API reads and changes.
pub(crate) fn access(config: &SdkConfig, settings: Settings, rules: Arc<Rules>) -> Access {
    let parts = Arc::new(Health::new(config, &settings));
    let tables = Tables { soc: settings.table.clone(), ledger: settings.ledger_table };
    let store = Arc::new(Store::of(config, tables, settings.evidence_bucket));
    let desk = Arc::new(Desk::new((*store).clone()));
    let workflows = Executions::new(clients::sfn(config), settings.state_machine, (*store).clone());
    let clock = Arc::new(SystemClock);
    let cloud = Arc::new(Cloud {
        store: (*store).clone(),
        workflows: workflows.clone(),
        remediate: Remediate::new(clients::lambda(config), settings.remediate_function),
        stream: KinesisStream::new(clients::kinesis(config), settings.stream),
        simulator: if settings.simulator { Simulator::Allowed } else { Simulator::Refused },
        notifier: SnsNotifier::new(
            clients::sns(config),
            settings.topic,
            Arc::clone(&store) as _,
            Arc::clone(&clock) as _,
        ),
        budget: DailyBudget::new(clients::dynamodb(config), settings.table),
        daily: settings.daily_usd.0,
        rules,
    });
    Access {
        queue: Arc::clone(&desk) as _,
        changes: Arc::clone(&desk) as _,
        files: Arc::clone(&desk) as _,
        lists: Arc::clone(&desk) as _,
        chains: Arc::clone(&desk) as _,
        figures: Arc::clone(&desk) as _,
        entities: desk,
        dossier: Arc::clone(&store) as _,
        actions: Arc::clone(&store) as _,
        approvals: Arc::clone(&store) as _,
        quarantine: Arc::clone(&store) as _,
        comments: Arc::clone(&store) as _,
        jobs: Arc::clone(&store) as _,
        suppressions: Arc::clone(&store) as _,
        changing: changing(store, workflows),
        reversals: Arc::clone(&cloud) as _,
        replays: Arc::clone(&cloud) as _,
        channels: Arc::clone(&cloud) as _,
        purse: cloud,
        parts,
        clock,
    }
}

fn changing(store: Arc<Store>, workflows: Executions) -> Changing {
    Changing {
        incidents: Arc::clone(&store) as _,
        actions: Arc::clone(&store) as _,
        approvals: Arc::clone(&store) as _,
        workflows: Arc::new(workflows),
        ledger: Arc::clone(&store) as _,
        findings: Arc::clone(&store) as _,
        holdings: Arc::clone(&store) as _,
        correlations: Arc::clone(&store) as _,
        operations: Arc::clone(&store) as _,
        comments: Arc::clone(&store) as _,
        jobs: Arc::clone(&store) as _,
        suppressions: store,
    }
}
