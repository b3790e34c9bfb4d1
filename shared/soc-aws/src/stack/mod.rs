//! A deployed stack, for the people who operate it: what it consists of, whether it is sound, and what they do with it.
//!
//! Apart from the adapters because no function may ask these questions: they need an operator's rights. Invariants:
//! every name comes from the stack's own resources; looking changes nothing; what is judged is judged by a plain
//! function over what was seen; no value of a secret is ever read.

mod facts;
mod findings;
mod judge;
mod look;
mod part;
mod people;
mod products;
mod roots;
mod sample;

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_config::{Region, SdkConfig};
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};

use crate::dynamodb::{Store, Tables};
use crate::error::{Answered, port_error};
use crate::s3::S3Blobs;
use crate::sfn::Executions;

pub use facts::{Answer, Emails, Fact, Seen, Subject, Unanswered};
pub use findings::Imported;
pub use judge::{Check, Outcome, judge};
pub use part::Part;
pub use people::Reply;
pub use sample::{Arrived, Sought};

/// One resource of a stack, or of a stack below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Its type, as templates write it.
    pub kind: String,
    /// Its name in the template.
    pub logical: String,
    /// Its name or ARN in the account.
    pub id: String,
    /// How CloudFormation left it.
    pub status: String,
}

/// A stack as it is deployed.
#[derive(Debug, Clone)]
pub struct Stack {
    config: SdkConfig,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub region: String,
    /// Whose it is.
    pub account: String,
    /// How CloudFormation left it.
    pub status: String,
    /// What it was deployed with.
    pub parameters: BTreeMap<String, String>,
    /// What it answers.
    pub outputs: BTreeMap<String, String>,
    /// All resources, those of the stacks below too.
    pub resources: Vec<Resource>,
}

/// Nested stacks below nested stacks end here; ours are two deep.
const DEPTH_MAX: usize = 5;

impl Stack {
    /// Finds the stack and everything below it.
    ///
    /// # Errors
    /// There is no such stack, or it cannot be read.
    pub async fn find(name: &str, region: Option<&str>) -> PortResult<Self> {
        let mut loader = crate::config::loader();
        if let Some(region) = region {
            loader = loader.region(Region::new(region.to_owned()));
        }
        Self::find_with(loader.load().await, name).await
    }

    /// Finds it with settings that were made already: a test's.
    ///
    /// # Errors
    /// As `find`.
    pub async fn find_with(config: SdkConfig, name: &str) -> PortResult<Self> {
        const OPERATION: &str = "find the stack";
        if config.region().is_none() {
            let why = Answered::new("NoRegion");
            return Err(PortError::caused(PortErrorKind::Rejected, "find the stack without a region", why));
        }
        let client = aws_sdk_cloudformation::Client::new(&config);
        let answer = client.describe_stacks().stack_name(name).send().await;
        let found = answer.map_err(|error| port_error(OPERATION, &error))?.stacks.unwrap_or_default();
        let Some(found) = found.into_iter().next() else {
            return Err(PortError::new(PortErrorKind::NotFound, OPERATION));
        };
        let arn = found.stack_id.clone().unwrap_or_default();
        let parameters = found.parameters().iter().filter_map(|one| {
            Some((one.parameter_key()?.to_owned(), one.parameter_value().unwrap_or_default().to_owned()))
        });
        let outputs = found
            .outputs()
            .iter()
            .filter_map(|one| Some((one.output_key()?.to_owned(), one.output_value()?.to_owned())));
        let mut stack = Self {
            name: name.to_owned(),
            region: part_of_arn(&arn, 3),
            account: part_of_arn(&arn, 4),
            status: found.stack_status().map_or_else(String::new, |status| status.as_str().to_owned()),
            parameters: parameters.collect(),
            outputs: outputs.collect(),
            resources: Vec::new(),
            config,
        };
        stack.resources = resources(&client, name).await?;
        Ok(stack)
    }

    /// The resource that plays this part.
    #[must_use]
    pub fn resource(&self, part: Part) -> Option<&Resource> {
        self.resources.iter().find(|resource| {
            resource.kind == part.kind() && resource.logical == part.logical() && !resource.id.is_empty()
        })
    }

    /// The name or ARN of the resource that plays this part.
    ///
    /// # Errors
    /// The stack has none.
    pub fn id(&self, part: Part) -> PortResult<&str> {
        let missing = || {
            let why = Answered::new(part.logical());
            PortError::caused(PortErrorKind::NotFound, "find a resource of the stack", why)
        };
        self.resource(part).map(|resource| resource.id.as_str()).ok_or_else(missing)
    }

    /// The parameter's value; the empty text if the stack was deployed without it.
    #[must_use]
    pub fn parameter(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", String::as_str)
    }

    /// Whether findings of the simulator may come in.
    #[must_use]
    pub fn allows_simulator(&self) -> bool {
        self.parameter("AllowSimulator") == "true"
    }

    /// Whether it is the one that matters.
    #[must_use]
    pub fn is_production(&self) -> bool {
        self.parameter("Environment") == "prod"
    }

    /// The store in the stack's tables.
    ///
    /// # Errors
    /// The stack has no tables.
    pub fn store(&self) -> PortResult<Store> {
        let tables =
            Tables { soc: self.id(Part::Soc)?.to_owned(), ledger: self.id(Part::Ledger)?.to_owned() };
        let bucket = self.id(Part::Evidence)?;
        let blobs = Arc::new(S3Blobs::new(aws_sdk_s3::Client::new(&self.config), bucket));
        Ok(Store::new(aws_sdk_dynamodb::Client::new(&self.config), tables, blobs))
    }

    /// The executions of the stack's workflow.
    ///
    /// # Errors
    /// The stack has no workflow or no tables.
    pub fn executions(&self) -> PortResult<Executions> {
        let machine = self.id(Part::Incident)?;
        Ok(Executions::new(aws_sdk_sfn::Client::new(&self.config), machine, self.store()?))
    }

    /// What clients of the stack's services are made from.
    #[must_use]
    pub fn config(&self) -> &SdkConfig {
        &self.config
    }
}

/// All resources of a stack and of the stacks below it.
async fn resources(client: &aws_sdk_cloudformation::Client, name: &str) -> PortResult<Vec<Resource>> {
    let mut found = Vec::new();
    let mut open = vec![(name.to_owned(), 0)];
    while let Some((name, depth)) = open.pop() {
        for resource in resources_of(client, &name).await? {
            if resource.kind == "AWS::CloudFormation::Stack" && depth < DEPTH_MAX && !resource.id.is_empty() {
                open.push((resource.id.clone(), depth + 1));
            }
            found.push(resource);
        }
    }
    found.sort_by(|one, other| (&one.kind, &one.logical).cmp(&(&other.kind, &other.logical)));
    Ok(found)
}

async fn resources_of(client: &aws_sdk_cloudformation::Client, name: &str) -> PortResult<Vec<Resource>> {
    let mut found = Vec::new();
    let mut from = None;
    loop {
        let page = client.list_stack_resources().stack_name(name).set_next_token(from).send().await;
        let page = page.map_err(|error| port_error("list the resources of the stack", &error))?;
        for one in page.stack_resource_summaries() {
            found.push(Resource {
                kind: one.resource_type().unwrap_or_default().to_owned(),
                logical: one.logical_resource_id().unwrap_or_default().to_owned(),
                id: one.physical_resource_id().unwrap_or_default().to_owned(),
                status: one.resource_status().map_or_else(String::new, |status| status.as_str().to_owned()),
            });
        }
        from = page.next_token;
        if from.is_none() {
            return Ok(found);
        }
    }
}

/// A part of an ARN, by its place.
fn part_of_arn(arn: &str, at: usize) -> String {
    arn.split(':').nth(at).unwrap_or_default().to_owned()
}
