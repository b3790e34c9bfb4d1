//! A message to people, and its pure renderers. What comes from findings is made harmless for terminals here:
//! control and invisible characters are shown, never sent.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::id::{ActionId, IncidentId};
use crate::incident::Outcome;
use crate::severity::Severity;
use crate::time::Timestamp;
use crate::verdict::Verdict;

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum NoticeKind {
    /// Somebody should know of the incident.
    Incident,
    /// Somebody must decide.
    ApprovalRequest,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// What it is about.
    pub kind: NoticeKind,
    /// Equal for a repeated notice: adapters send it once.
    pub key: String,
    /// The incident.
    pub incident: IncidentId,
    /// Its generation.
    pub generation: u32,
    /// Its title, redacted. Hostile.
    pub title: String,
    /// Its severity.
    pub severity: Severity,
    /// Its verdict.
    pub verdict: Option<Verdict>,
    /// How the response ended, or stands.
    pub outcome: Option<Outcome>,
    /// Why it matters, in our words.
    pub reasons: Vec<String>,
    /// The actions that wait for a decision.
    pub waiting: Vec<ActionId>,
}

impl Notice {
    /// A notice of nothing, to see whether a channel takes one.
    #[must_use]
    pub fn test(at: Timestamp) -> Self {
        Self {
            kind: NoticeKind::Incident,
            key: format!("test-{}", at.as_millis()),
            incident: IncidentId::from_parts(&["test"]),
            generation: 0,
            title: "This is a test of this channel; nothing happened.".to_owned(),
            severity: Severity::Informational,
            verdict: None,
            outcome: None,
            reasons: Vec::new(),
            waiting: Vec::new(),
        }
    }
}

/// Renders a notice as plain text of a few lines.
#[must_use]
pub fn as_text(notice: &Notice) -> String {
    let mut text = String::new();
    let head = match notice.kind {
        NoticeKind::Incident => "incident",
        NoticeKind::ApprovalRequest => "decision needed",
    };
    let _infallible =
        write!(text, "[{}] {head} {}: {}", notice.severity, notice.incident, harmless(&notice.title));
    if let Some(verdict) = notice.verdict {
        let _infallible = write!(text, "\n  verdict: {}", verdict.name());
    }
    for reason in &notice.reasons {
        let _infallible = write!(text, "\n  - {}", harmless(reason));
    }
    for action in &notice.waiting {
        let _infallible =
            write!(text, "\n  decide: soc approve {action} --as NAME, or soc deny {action} --as NAME");
    }
    text
}

/// Renders a notice as one line of JSON.
#[must_use]
pub fn as_json(notice: &Notice) -> String {
    serde_json::to_string(notice).unwrap_or_default()
}

/// Shows control, bidirectional and zero-width characters as `\u{...}` instead of sending them to a terminal.
#[must_use]
pub fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        let hidden = character.is_control()
            || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        if hidden {
            let _infallible = write!(shown, "\\u{{{:x}}}", u32::from(character));
        } else {
            shown.push(character);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_escapes_and_direction_marks_are_shown_and_not_sent() {
        assert_eq!(harmless("a\u{1b}[31mb\u{202e}c\nd"), "a\\u{1b}[31mb\\u{202e}c\\u{a}d");
        assert_eq!(harmless("naïve 漢字 ok"), "naïve 漢字 ok");
    }
}
