//! What every command needs: the options, the policy, the data folder.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use soc_domain::id::ActionId;
use soc_domain::policy::{DEFAULT, Policy};
use soc_domain::time::Timestamp;
use soc_local::SystemClock;
use soc_local::runner::{Access, Soc};
use soc_pipeline::ports::Clock as _;

use crate::args::{Deployed, Globals};
use crate::failure::Failure;
use crate::output::Out;
use crate::settings::Settings;

/// The options, the surroundings, and where results go.
pub(crate) struct App<'a> {
    pub(crate) globals: &'a Globals,
    /// The stack that was named, if one was.
    pub(crate) deployed: Option<&'a Deployed>,
    pub(crate) settings: Settings,
    pub(crate) out: Out,
}

impl App<'_> {
    /// The policy of `file`, else of the data folder, else the default one. One that does not parse is an error.
    pub(crate) fn policy(&self, file: Option<&Path>) -> Result<Policy, Failure> {
        let own = self.globals.data_dir.join("policy.toml");
        match file {
            Some(file) => read_policy(file),
            None if own.exists() => read_policy(&own),
            None => Policy::parse(DEFAULT).map_err(|error| Failure::policy("that comes with soc", &error)),
        }
    }

    /// Opens the data folder to work in it.
    pub(crate) fn open(&self, access: Access, policy: Policy) -> Result<Soc, Failure> {
        Ok(Soc::open(&self.globals.data_dir, access, policy, Arc::new(SystemClock))?)
    }

    /// Opens a data folder that is there already. Looking must not make one.
    pub(crate) fn open_existing(&self, access: Access) -> Result<Soc, Failure> {
        let folder = &self.globals.data_dir;
        if !folder.join("soc.sqlite").exists() {
            return Err(Failure::new(format!(
                "there is nothing in the data folder {} yet",
                folder.display()
            ))
            .hint(format!("fill it with `{}`, or name another one with --data-dir", self.command("run"))));
        }
        let policy = self.policy(None)?;
        self.open(access, policy)
    }

    pub(crate) fn now(&self) -> Timestamp {
        SystemClock.now()
    }

    /// A command as it can be typed, about the same data folder or stack.
    pub(crate) fn command(&self, rest: &str) -> String {
        if let Some(Deployed { stack: Some(stack), region }) = self.deployed {
            let region = region.as_ref().map(|region| format!(" --region {region}")).unwrap_or_default();
            return format!("{} {rest} --stack {stack}{region}", self.settings.called);
        }
        let folder = &self.globals.data_dir;
        if folder.as_os_str() == ".soc" {
            return format!("{} {rest}", self.settings.called);
        }
        let folder = folder.display().to_string();
        let plain = folder.chars().all(|c| c.is_ascii_alphanumeric() || "/._-+@:,".contains(c));
        let folder = if plain { folder } else { format!("'{}'", folder.replace('\'', r"'\''")) };
        format!("{} --data-dir {folder} {rest}", self.settings.called)
    }

    /// A command about an action that only a person gives. On a stack the credentials say who that is.
    pub(crate) fn decision(&self, verb: &str, action: ActionId) -> String {
        match self.deployed {
            Some(_) => self.command(&format!("{verb} {action}")),
            None => self.command(&format!("{verb} {action} --as NAME")),
        }
    }
}

/// Reads a policy file.
pub(crate) fn read_policy(file: &Path) -> Result<Policy, Failure> {
    let text = fs::read_to_string(file).map_err(|error| {
        Failure::file("read the policy", file, &error).hint("nothing runs without a policy")
    })?;
    Policy::parse(&text).map_err(|error| Failure::policy(&file.display().to_string(), &error))
}
