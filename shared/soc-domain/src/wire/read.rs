//! Chooses the reader of a record by its outermost keys, and opens what records come wrapped in.

use std::borrow::Cow;
use std::fmt;

use serde::de::IgnoredAny;

use crate::catalogue;
use crate::finding::{CustomAction, Finding, Gap};
use crate::time::Timestamp;
use crate::wire::outline::Outline;
use crate::wire::refusal::{RECORD_LIMIT, Refusal};
use crate::wire::{Content, Event, Item, asff, bedrock, cloudtrail, guardduty, insight, malware, ocsf, ours};

/// How often a record may be wrapped: notification in a list in a notification, and no more.
const WRAPPINGS: usize = 4;

/// The events whose `findings` are findings of other products.
const FINDING_EVENTS: [&str; 3] = ["Security Hub Findings - Imported", "Findings Imported V2", CUSTOM_ACTION];
/// The event of a person who chose findings in Security Hub and sent them with a custom action.
const CUSTOM_ACTION: &str = "Security Hub Findings - Custom Action";

/// One top-level record, as [`Splitter`](crate::wire::Splitter) hands it out: an event, a notification, a bare finding.
pub struct Record<'a> {
    bytes: &'a [u8],
    /// What the splitter saw already, where it looked as closely as a reader does.
    outline: Option<Outline<'a>>,
}

impl<'a> Record<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, outline: None }
    }

    pub(super) fn outlined(outline: Outline<'a>) -> Self {
        Self { bytes: outline.written().as_bytes(), outline: Some(outline) }
    }

    /// The record as it came, without what is around it.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Reads it, as [`read_record`] does.
    #[must_use]
    pub fn read(&self) -> Vec<Item<'a>> {
        let Some(outline) = &self.outline else { return read_record(self.bytes) };
        let mut items = Vec::with_capacity(1);
        read_outlined(outline.written(), outline, WRAPPINGS, &mut items);
        items
    }
}

impl fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes.fmt(f)
    }
}

/// Reads the bytes of one top-level record. The answer is never empty; what is wrapped in the record is an item of its
/// own.
#[must_use]
pub fn read_record(bytes: &[u8]) -> Vec<Item<'_>> {
    let mut items = Vec::with_capacity(1);
    if bytes.len() > RECORD_LIMIT {
        items.push(Item { raw: Cow::Borrowed(bytes), content: Err(Refusal::too_long()) });
        return items;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => read(text, WRAPPINGS, &mut items),
        Err(_) => items.push(Item { raw: Cow::Borrowed(bytes), content: Err(Refusal::NotUtf8) }),
    }
    items
}

fn push<'a>(items: &mut Vec<Item<'a>>, text: &'a str, content: Result<Content, Refusal>) {
    items.push(Item { raw: Cow::Borrowed(text.as_bytes()), content });
}

fn read<'a>(text: &'a str, wrappings: usize, items: &mut Vec<Item<'a>>) {
    match outline(text) {
        Err(refusal) => push(items, text, Err(refusal)),
        Ok(outline) => read_outlined(text, &outline, wrappings, items),
    }
}

fn read_outlined<'a>(text: &'a str, outline: &Outline<'a>, wrappings: usize, items: &mut Vec<Item<'a>>) {
    if text.trim_ascii_start().starts_with('[') {
        read_all(text, outline, wrappings, items);
    } else {
        read_object(text, outline, wrappings, items);
    }
}

/// The outline of a record. A prompt may be longer than any other string.
fn outline(text: &str) -> Result<Outline<'_>, Refusal> {
    let outline = Outline::of(text);
    match outline {
        Err(Refusal::StringTooLong { .. }) if text.contains(bedrock::SCHEMA) => {
            Outline::with_strings_up_to(RECORD_LIMIT, text)
                .ok()
                .filter(bedrock::is_record)
                .map_or(outline, Ok)
        }
        _ => outline,
    }
}

fn read_object<'a>(text: &'a str, outline: &Outline<'a>, wrappings: usize, items: &mut Vec<Item<'a>>) {
    if outline.has("detail-type") {
        return read_event(text, outline, items);
    }
    if let Some(message) = message(outline) {
        return read_message(text, message, wrappings, items);
    }
    for list in ["Records", "Findings", "findings"] {
        let inner = outline.list(list).filter(|_| !outline.has("ProductArn") && !outline.has("class_uid"));
        if let Some(Ok(inner)) = inner.map(|inner| outline.inside(inner)) {
            return read_all(text, &inner, wrappings, items);
        }
    }
    let content = if bedrock::is_record(outline) {
        bedrock::read(text).map(Content::Event)
    } else if let Some(finding) = read_finding(text, outline, None) {
        finding
    } else if cloudtrail::is_record(outline) {
        cloudtrail::read_bare(text).map(Content::Event)
    } else {
        whole(text).and_then(|()| Err(Refusal::not_a_record("its keys are those of no format that is read")))
    };
    push(items, text, content);
}

/// Reads the elements of a list one by one; an empty list is refused as what it is in.
fn read_all<'a>(text: &'a str, list: &Outline<'a>, wrappings: usize, items: &mut Vec<Item<'a>>) {
    let Some(wrappings) = wrappings.checked_sub(1) else {
        return push(items, text, Err(Refusal::not_a_record("it is wrapped too often")));
    };
    if list.entries.is_empty() {
        return push(items, text, Err(Refusal::not_a_record("its list of records is empty")));
    }
    for (_, element) in &list.entries {
        read(element, wrappings, items);
    }
}

/// Reads a bare finding of any format; nothing where the keys are those of none.
fn read_finding(
    text: &str,
    outline: &Outline<'_>,
    event: Option<&Event>,
) -> Option<Result<Content, Refusal>> {
    let result = if outline.has("class_uid") || outline.object("finding_info").is_some() {
        ocsf::read(text, event)
    } else if outline.has("ProductArn") || outline.has("AwsAccountId") && outline.has("GeneratorId") {
        asff::read(text, event)
    } else if is_guardduty(outline) {
        guardduty::read(text, event)
    } else {
        return None;
    };
    Some(result.map(of_finding))
}

/// GuardDuty's findings have no mark of their own: an ARN of its, or its two objects, or what a minimal
/// finding has in common with no other format.
fn is_guardduty(outline: &Outline<'_>) -> bool {
    let either = |camel: &str, pascal: &str| outline.get(camel).or(outline.get(pascal));
    let has = |camel: &str, pascal: &str| either(camel, pascal).is_some();
    let objects = |camel: &str, pascal: &str| either(camel, pascal).filter(|value| value.starts_with('{'));
    let by_arn = either("arn", "Arn").is_some_and(|arn| arn.contains(":guardduty:"));
    let service = objects("service", "Service").is_some_and(|service| {
        has("type", "Type")
            || ["erviceName\"", "etectorId\"", "ventFirstSeen\""].iter().any(|key| service.contains(key))
            || service.contains("olumeScanDetails\"")
    });
    let resource = objects("resource", "Resource").is_some_and(|resource| resource.contains("esourceType\""));
    let minimal = has("type", "Type") && has("severity", "Severity") && has("accountId", "AccountId");
    by_arn || service || resource || minimal
}

/// The message of a notification: bare, or as an element of `Records`.
fn message<'a>(outline: &Outline<'a>) -> Option<&'a str> {
    let string = |value: &&str| value.starts_with('"');
    if let Some(sns) = outline.object("Sns").or_else(|| outline.object("sns")) {
        return Outline::of(sns).ok()?.get("Message").filter(string);
    }
    let notification = outline.get("Type") == Some("\"Notification\"") || outline.has("TopicArn");
    outline.get("Message").filter(|_| notification).filter(string)
}

fn read_message<'a>(text: &'a str, message: &'a str, wrappings: usize, items: &mut Vec<Item<'a>>) {
    let Some(wrappings) = wrappings.checked_sub(1) else {
        return push(items, text, Err(Refusal::not_a_record("it is wrapped too often")));
    };
    let inner = whole(text).and_then(|()| {
        serde_json::from_str::<String>(message).map_err(|error| Refusal::from_json(message, &error))
    });
    let inner = match inner {
        Ok(inner) => inner,
        Err(refusal) => return push(items, text, Err(refusal)),
    };
    if !inner.trim_ascii_start().starts_with(['{', '[']) {
        return push(items, text, Err(Refusal::not_a_record("its message is no JSON object")));
    }
    let mut inside = Vec::with_capacity(1);
    read(&inner, wrappings, &mut inside);
    items.extend(
        inside.into_iter().map(|item| Item { raw: Cow::Owned(item.raw.into_owned()), content: item.content }),
    );
}

fn read_event<'a>(text: &'a str, outline: &Outline<'a>, items: &mut Vec<Item<'a>>) {
    let before = items.len();
    read_event_of(text, outline, items);
    if outline.text("source") == ours::SIMULATOR {
        for item in items.iter_mut().skip(before) {
            if let Ok(Content::Finding(finding, _)) = &mut item.content {
                finding.simulated = true;
            }
        }
    }
}

fn read_event_of<'a>(text: &'a str, outline: &Outline<'a>, items: &mut Vec<Item<'a>>) {
    // What is inside of `detail` its reader checks; the rest of the envelope is small.
    if !outline.is_json_but("detail")
        && let Err(refusal) = whole(text)
    {
        return push(items, text, Err(refusal));
    }
    let event = Event {
        source: outline.text("source"),
        detail_type: outline.text("detail-type"),
        id: outline.text("id"),
        account: outline.text("account"),
        region: outline.text("region"),
        time: Timestamp::parse(&outline.text("time")),
        ..Event::default()
    };
    if event.source == ours::HEARTBEAT {
        return push(items, text, whole(text).map(|()| of_finding(ours::read(&event))));
    }
    let detail = outline.object("detail");
    let content = match (event.detail_type.as_str(), detail) {
        ("GuardDuty Finding" | malware::DETAIL_TYPE, None) => {
            Err(Refusal::not_a_record("the event says that it is a finding and has no detail"))
        }
        ("GuardDuty Finding", Some(detail)) => guardduty::read(detail, Some(&event)).map(of_finding),
        (malware::DETAIL_TYPE, Some(detail)) => malware::read(detail, &event).map(of_finding),
        (kind, Some(detail)) if FINDING_EVENTS.contains(&kind) => match imported(outline, detail) {
            Ok(Some(list)) => {
                let action = custom_action(detail, &event);
                return read_imported(&list, (&event, action.as_ref()), items);
            }
            Ok(None) => whole(text).map(|()| Content::Event(event)),
            Err(refusal) => Err(refusal),
        },
        (insight::DETAIL_TYPE, Some(detail)) => insight::read_detail(detail, event).map(Content::Event),
        (kind, Some(detail)) if kind.ends_with(cloudtrail::DETAIL_TYPES) => {
            cloudtrail::read_detail(detail, event).map(Content::Event)
        }
        _ => whole(text).map(|()| Content::Event(event)),
    };
    push(items, text, content);
}

fn of_finding((mut finding, gaps): (Finding, Vec<Gap>)) -> Content {
    if finding.product == "guardduty" {
        catalogue::complete(&mut finding);
    }
    Content::Finding(Box::new(finding), gaps)
}

/// The list of findings in a detail, if it holds any.
fn imported<'a>(event: &Outline<'a>, detail: &'a str) -> Result<Option<Outline<'a>>, Refusal> {
    let outline = event.inside(detail)?;
    let Some(list) = outline.list("findings").or(outline.list("Findings")) else { return Ok(None) };
    if !outline.is_json_but("findings") {
        whole(detail)?;
    }
    outline.inside(list).map(|list| Some(list).filter(|list| !list.entries.is_empty()))
}

/// The custom action that a person sent findings with.
fn custom_action(detail: &str, event: &Event) -> Option<CustomAction> {
    if event.detail_type != CUSTOM_ACTION {
        return None;
    }
    let outline = Outline::of(detail).ok()?;
    let (name, description) = (outline.text("actionName"), outline.text("actionDescription"));
    Some(CustomAction { at: event.time, name, description })
}

/// The findings of one Security Hub event, each with its own bytes.
fn read_imported<'a>(
    list: &Outline<'a>,
    (event, action): (&Event, Option<&CustomAction>),
    items: &mut Vec<Item<'a>>,
) {
    for (_, text) in &list.entries {
        let mut content = list.inside(text).and_then(|outline| {
            read_finding(text, &outline, Some(event))
                .unwrap_or_else(|| Err(Refusal::not_a_record("an element of findings that is no finding")))
        });
        if let Ok(Content::Finding(finding, _)) = &mut content {
            finding.custom_action = action.cloned();
        }
        push(items, text, content);
    }
}

/// Checks that all of a text is JSON: where no reader parses it, nothing else has.
fn whole(text: &str) -> Result<(), Refusal> {
    match serde_json::from_str::<IgnoredAny>(text) {
        Ok(IgnoredAny) => Ok(()),
        Err(error) => Err(Refusal::from_json(text, &error)),
    }
}
