//! A sample finding, sent in and followed to its end: the one check that shows that all parts work together.

use std::time::Duration;

use soc_aws::stack::{Arrived, Fact, Seen, Sought, Stack, Unanswered};
use soc_domain::finding::Finding;
use soc_domain::time::Timestamp;
use soc_domain::wire::{Content, read_record};
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::ports::{NotPut, StreamRecord};
use soc_samples::example;
use soc_samples::wire::{Form, record};

use crate::args::SampleBy;

/// GuardDuty's type of the sample: above every floor that leaves work to do.
const TYPE: &str = "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom";

/// Sends a sample in and waits for its end. Whatever happens is a fact.
pub(super) async fn reach(stack: &Stack, by: SampleBy, (now, limit): (Timestamp, Duration)) -> Seen {
    let resource = match by {
        SampleBy::Guardduty => "sample finding of GuardDuty",
        SampleBy::Simulator => "sample finding on the event bus",
        SampleBy::Stream => "sample finding on the stream",
    };
    let reached = match send(stack, by, (now, limit)).await {
        Ok(sought) => stack.follow(sought, limit).await,
        Err(error) => Err(error),
    };
    let fact = match reached {
        Ok((arrived, after)) => Ok(Fact::Sample { reached: told(arrived, after) }),
        Err(error) => Err(Unanswered::from(error)),
    };
    Seen { resource: resource.to_owned(), about: "sample reaches its end", fact }
}

fn told(arrived: Arrived, after: Duration) -> Result<String, String> {
    let seconds = after.as_secs();
    match arrived {
        Arrived::At(incident, _) if arrived.is_done() => Ok(format!("{incident} is Done after {seconds} s")),
        Arrived::At(incident, stage) => {
            Err(format!("{incident} is still {} after {seconds} s", stage.name()))
        }
        Arrived::Nowhere => Err(format!("not seen within {seconds} s")),
    }
}

async fn send(stack: &Stack, by: SampleBy, (now, limit): (Timestamp, Duration)) -> PortResult<Sought> {
    if by == SampleBy::Guardduty {
        stack.make_samples(&[TYPE.to_owned()]).await?;
        let finding = stack.sample_of_guardduty(TYPE, now, limit).await?;
        return Ok(Sought { finding, since: Some(now.minus(Duration::from_secs(60))) });
    }
    let (finding, bytes) = made(stack, now)?;
    let not_put = match by {
        SampleBy::Simulator => stack.play(&[bytes]).await?,
        SampleBy::Stream | SampleBy::Guardduty => {
            let key = format!("soc-verify-{}", now.as_millis());
            stack.put_on_stream(&[StreamRecord { key, bytes }]).await?
        }
    };
    match not_put.into_iter().next() {
        Some(NotPut { error, .. }) => Err(error),
        None => Ok(Sought { finding: finding.id, since: None }),
    }
}

/// A sample that nobody has seen before, and its record.
fn made(stack: &Stack, now: Timestamp) -> PortResult<(Finding, Vec<u8>)> {
    let mut sample = example(TYPE, now.as_millis().unsigned_abs());
    sample.sample = true;
    sample.account.clone_from(&stack.account);
    sample.region.clone_from(&stack.region);
    (sample.first_seen, sample.last_seen, sample.updated_at) = (now, now, now);
    let bytes = record(&sample, Form::GuardDutyEvent);
    let found = read_record(&bytes).into_iter().find_map(|item| match item.content {
        Ok(Content::Finding(finding, _)) => Some(*finding),
        Ok(Content::Event(_)) | Err(_) => None,
    });
    match found {
        Some(finding) => Ok((finding, bytes)),
        None => Err(PortError::new(PortErrorKind::Rejected, "make a sample finding")),
    }
}
