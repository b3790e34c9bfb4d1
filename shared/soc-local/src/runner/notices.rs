//! Notices on their way out: kept with the transaction that made them, then written to `notices.jsonl` and shown.
//! A crash between the two writes one again; its key tells.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;

use soc_domain::notice::as_json;

use super::{Progress, RunError, Soc};

/// How many notices go out at once.
const PAGE: usize = 256;

impl Soc {
    /// Sends what is kept and was not sent.
    pub(super) fn send_notices(&self, progress: &dyn Progress) -> Result<(), RunError> {
        loop {
            let notices = self.store.unsent_notices(PAGE)?;
            if notices.is_empty() {
                return Ok(());
            }
            let path = self.folder.join("notices.jsonl");
            let failed = |source| RunError::File { path: path.clone(), source };
            let mut file =
                OpenOptions::new().create(true).append(true).mode(0o600).open(&path).map_err(failed)?;
            let mut lines = String::new();
            for notice in &notices {
                lines.push_str(&as_json(notice));
                lines.push('\n');
            }
            file.write_all(lines.as_bytes()).map_err(failed)?;
            for notice in &notices {
                progress.notice(notice);
            }
            if self.policy.rules.notice.webhook.is_some() {
                self.store.queue_for_webhook(&notices)?;
            }
            self.store.notices_sent(&notices)?;
        }
    }
}
