//! `soc policy put`: a policy becomes that of a stack only if the strict reader takes it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::json;
use soc_aws::stack::Stack;
use soc_domain::policy::Policy;
use soc_ledger::Draft;
use soc_pipeline::OUTSIDE;
use soc_pipeline::ports::Ledger;

use crate::app::App;
use crate::commands::policy::brief;
use crate::failure::{Exit, Failure};

pub(super) async fn put(app: &App<'_>, stack: &Stack, file: &Path) -> Result<Exit, Failure> {
    let text = fs::read_to_string(file).map_err(|error| Failure::file("read the policy", file, &error))?;
    let policy =
        Policy::parse(&text).map_err(|error| Failure::policy(&file.display().to_string(), &error))?;
    let person = stack.caller().await?;
    let (bucket, key) = stack.put_policy(&text).await?;
    let draft = Draft {
        chain: OUTSIDE.to_owned(),
        actor: person,
        what: "policy_put".to_owned(),
        subject: policy.sha256.clone(),
        details: BTreeMap::new(),
    };
    stack.store()?.append(draft, app.now()).await?;
    let place = format!("s3://{bucket}/{key}");
    if app.out.for_people() {
        app.out.text(&format!("{}\nit is the policy of {} now ({place})", brief(&policy), stack.name))?;
    } else {
        let mode = policy.rules.response.mode;
        app.out.json(&json!({ "ok": true, "sha256": policy.sha256, "mode": mode, "at": place }))?;
    }
    Ok(Exit::Ok)
}
