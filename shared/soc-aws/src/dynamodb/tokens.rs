//! What must outlive the calls of an execution: the newest token, and what the execution shall be told.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::{Resume, StartWorkflow};

use super::Store;
use super::item::{Item, key_item, odd, optional_text};
use super::keys::{Key, counted, key};
use crate::error::port_error;

const DECIDED: &str = "decided";
const SUPERSEDED: &str = "superseded";

const fn name(with: Resume) -> &'static str {
    match with {
        Resume::Decided => DECIDED,
        Resume::Superseded => SUPERSEDED,
    }
}

/// What is remembered of an execution.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remembered {
    /// The newest token.
    pub token: Option<String>,
    /// What it shall be told, or was.
    pub told: Option<Resume>,
}

fn key_of_execution(of: StartWorkflow) -> Key {
    let place = key("execution", &[&counted(u64::from(of.generation))]);
    Key::new(key("incident", &[of.incident.suffix()]), place)
}

fn remembered(item: &Item) -> PortResult<Remembered> {
    let told = match optional_text(item, "told")? {
        None => None,
        Some(DECIDED) => Some(Resume::Decided),
        Some(SUPERSEDED) => Some(Resume::Superseded),
        Some(_) => return Err(odd("told")),
    };
    Ok(Remembered { token: optional_text(item, "token")?.map(str::to_owned), told })
}

impl Store {
    /// What is remembered of an execution, as the newest write left it.
    ///
    /// # Errors
    /// The table cannot be read.
    pub async fn remembered(&self, of: StartWorkflow) -> PortResult<Remembered> {
        let item = self.row("read an execution's row", &key_of_execution(of)).await?;
        item.as_ref().map_or_else(|| Ok(Remembered::default()), remembered)
    }

    /// Remembers the newest token, and answers with it what the execution shall be told.
    pub(crate) async fn remember_token(&self, of: StartWorkflow, token: &str) -> PortResult<Remembered> {
        self.remember(of, ("#is = :is", "token", token)).await
    }

    /// Remembers what an execution shall be told, and answers with it the newest token. Superseded is the last word.
    pub(crate) async fn remember_told(&self, of: StartWorkflow, with: Resume) -> PortResult<Remembered> {
        match with {
            Resume::Superseded => self.remember(of, ("#is = :is", "told", name(with))).await,
            Resume::Decided => self.remember(of, ("#is = if_not_exists(#is, :is)", "told", name(with))).await,
        }
    }

    async fn remember(
        &self,
        of: StartWorkflow,
        (setting, attribute, value): (&str, &str, &str),
    ) -> PortResult<Remembered> {
        const OPERATION: &str = "remember something of an execution";
        let update = self
            .client
            .update_item()
            .table_name(&self.tables.soc)
            .set_key(Some(key_item(&key_of_execution(of))))
            .update_expression(format!("SET {setting}"))
            .expression_attribute_names("#is", attribute)
            .expression_attribute_values(":is", AttributeValue::S(value.to_owned()))
            .return_values(ReturnValue::AllNew);
        let updated = update.send().await.map_err(|error| port_error(OPERATION, &error))?;
        let item = updated.attributes.ok_or_else(|| PortError::new(PortErrorKind::Timeout, OPERATION))?;
        remembered(&item)
    }
}
