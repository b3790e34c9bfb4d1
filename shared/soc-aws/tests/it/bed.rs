//! The emulator, a runtime for the SDK beside tests that poll by themselves, and fresh tables.

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};

use aws_config::{ConfigLoader, Region, SdkConfig};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType,
};
use soc_aws::blobs::MemoryBlobs;
use soc_aws::dynamodb::{Store, Tables};
use tokio::runtime::{Builder, Handle};

/// A runtime whose thread serves sockets and timers, whoever polls.
static RUNTIME: LazyLock<Handle> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let handle = runtime.handle().clone();
    std::thread::spawn(move || runtime.block_on(std::future::pending::<()>()));
    handle
});

/// The emulator, if there is one.
pub(crate) struct Bed {
    pub(crate) endpoint: String,
    pub(crate) config: SdkConfig,
}

#[expect(clippy::disallowed_methods, reason = "a test has no settings file")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The emulator; without one it is said that `what` was skipped.
pub(crate) fn bed(what: &str) -> Option<Bed> {
    let Some(endpoint) = variable("SOC_TEST_MINISTACK") else {
        println!("skipped, for SOC_TEST_MINISTACK is not set: {what}");
        return None;
    };
    let config = run(loader(&endpoint).load());
    Some(Bed { endpoint, config })
}

/// Our settings, with the emulator in place of AWS.
pub(crate) fn loader(endpoint: &str) -> ConfigLoader {
    soc_aws::config::loader().endpoint_url(endpoint).region(Region::new("eu-central-1")).credentials_provider(
        aws_sdk_dynamodb::config::Credentials::new("123456789012", "none", None, None, "test"),
    )
}

/// Drives a future on this thread while the runtime's thread serves it.
pub(crate) fn run<F: Future>(future: F) -> F::Output {
    RUNTIME.block_on(future)
}

/// Enters the runtime for as long as `work` takes.
pub(crate) fn inside<T>(work: impl FnOnce() -> T) -> T {
    let _inside = RUNTIME.enter();
    work()
}

/// A name that no other test has.
pub(crate) fn unique(what: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{what}-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

impl Bed {
    /// A store in tables of its own.
    pub(crate) fn store(&self) -> Store {
        self.store_with(&self.config, &run(self.tables()))
    }

    /// A store in these tables, as another process would have it.
    pub(crate) fn store_with(&self, config: &SdkConfig, tables: &Tables) -> Store {
        let client = aws_sdk_dynamodb::Client::new(config);
        Store::new(client, tables.clone(), Arc::new(MemoryBlobs::default()))
    }

    /// Tables of its own.
    pub(crate) async fn tables(&self) -> Tables {
        let client = aws_sdk_dynamodb::Client::new(&self.config);
        let tables = Tables { soc: unique("soc"), ledger: unique("ledger") };
        make_table(&client, &tables.soc, &["gsi1", "gsi2", "gsi3"]).await;
        make_table(&client, &tables.ledger, &[]).await;
        tables
    }
}

fn schema(prefix: &str) -> Vec<KeySchemaElement> {
    [("pk", KeyType::Hash), ("sk", KeyType::Range)]
        .map(|(name, kind)| {
            let name = format!("{prefix}{name}");
            KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap()
        })
        .to_vec()
}

async fn make_table(client: &aws_sdk_dynamodb::Client, name: &str, indexes: &[&str]) {
    let mut make = client
        .create_table()
        .table_name(name)
        .billing_mode(BillingMode::PayPerRequest)
        .set_key_schema(Some(schema("")));
    for prefix in [""].iter().chain(indexes) {
        for key in ["pk", "sk"] {
            let attribute = AttributeDefinition::builder()
                .attribute_name(format!("{prefix}{key}"))
                .attribute_type(ScalarAttributeType::S)
                .build()
                .unwrap();
            make = make.attribute_definitions(attribute);
        }
    }
    for index in indexes {
        let all = Projection::builder().projection_type(ProjectionType::All).build();
        let index = GlobalSecondaryIndex::builder()
            .index_name(*index)
            .set_key_schema(Some(schema(index)))
            .projection(all)
            .build()
            .unwrap();
        make = make.global_secondary_indexes(index);
    }
    make.send().await.unwrap();
}
