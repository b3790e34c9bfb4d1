//! The affected resources and the principals of an ASFF finding.

use crate::finding::{Finding, Instance, Interface, Resource, ResourceKind};
use crate::id::Place;
use crate::wire::arn::{self, Arn};
use crate::wire::asff::raw;
use crate::wire::guardduty::{build, principal};
use crate::wire::lenient::{Field, Seen, Text};

/// What an ASFF `Resources.Type` is; OCSF through Security Hub uses these names, or CloudFormation's.
pub(in crate::wire) fn kind(name: &str) -> ResourceKind {
    match name {
        "AwsEc2Instance" | "AWS::EC2::Instance" => ResourceKind::AwsEc2Instance,
        "AwsIamAccessKey" | "AWS::IAM::AccessKey" => ResourceKind::AwsIamAccessKey,
        "AwsIamUser" | "AWS::IAM::User" => ResourceKind::AwsIamUser,
        "AwsIamRole" | "AWS::IAM::Role" => ResourceKind::AwsIamRole,
        "AwsS3Bucket" | "AWS::S3::Bucket" => ResourceKind::AwsS3Bucket,
        "AwsS3Object" | "AWS::S3::Object" => ResourceKind::AwsS3Object,
        "AwsEksCluster" | "AWS::EKS::Cluster" => ResourceKind::AwsEksCluster,
        "AwsEcsCluster" | "AWS::ECS::Cluster" => ResourceKind::AwsEcsCluster,
        "Container" => ResourceKind::Container,
        "AwsRdsDbInstance" | "AwsRdsDbCluster" | "AWS::RDS::DBInstance" | "AWS::RDS::DBCluster" => {
            ResourceKind::AwsRdsDbInstance
        }
        "AwsLambdaFunction" | "AWS::Lambda::Function" => ResourceKind::AwsLambdaFunction,
        "AwsEc2Volume" | "AwsEc2Snapshot" | "AWS::EC2::Volume" | "AWS::EC2::Snapshot" => {
            ResourceKind::AwsEc2Volume
        }
        "AwsEc2SecurityGroup" | "AWS::EC2::SecurityGroup" => ResourceKind::AwsEc2SecurityGroup,
        "AwsAccount" | "AWS::::Account" => ResourceKind::AwsAccount,
        _ => ResourceKind::Other,
    }
}

/// The short id in an ARN, in `AWS::IAM::AccessKey:ID` or in `AWS::::Account:ID`.
pub(in crate::wire) fn short_id(kind: ResourceKind, id: &str) -> &str {
    match (Arn::parse(id), kind) {
        (Some(arn), ResourceKind::AwsS3Bucket | ResourceKind::AwsS3Object) => arn.resource,
        (Some(arn), ResourceKind::AwsAccount) if !arn.account.is_empty() => arn.account,
        (Some(arn), _) => arn.last(),
        (None, _) if id.starts_with("AWS::") && !arn::is_text(id) => id.rsplit(':').next().unwrap_or(id),
        (None, _) => id,
    }
}

/// Reads `Resources` into the finding.
pub(super) fn read(finding: &mut Finding, resources: &[raw::Resource<'_>]) {
    for raw in resources {
        let Some(id) = raw.id.some() else { continue };
        let kind = kind(raw.kind.str());
        // A key's id has no blank: what stands behind one is a text that somebody added.
        let id = if kind == ResourceKind::AwsIamAccessKey {
            id.split_whitespace().next().unwrap_or(id)
        } else {
            id
        };
        let place = Place {
            partition: arn::name(raw.partition.str()).unwrap_or(&finding.place.partition).to_owned(),
            account: finding.place.account.clone(),
            region: arn::name(raw.region.str()).unwrap_or(&finding.place.region).to_owned(),
        };
        let short = short_id(kind, id);
        let mut resource: Resource = build(kind, id, short, place, &[]);
        resource.tags.clone_from(&raw.tags.0);
        if kind == ResourceKind::AwsEc2Instance && raw.details.instance.seen == Seen::Object {
            resource.instance = Some(instance(&raw.details.instance));
        }
        finding.resources.push(resource);
        if kind == ResourceKind::AwsIamAccessKey {
            let key = &raw.details.access_key;
            let id: Text<'_> = Field::Is(short.into());
            principal(finding, key.kind.str(), [&key.name, &key.principal, &id]);
        }
    }
}

/// ASFF tells the interfaces apart only by their ids; the addresses of an instance with one interface are its.
fn instance(raw: &raw::Instance<'_>) -> Instance {
    let mut ids: Vec<String> = raw.interfaces.iter().filter_map(|one| one.id.owned()).collect();
    if ids.is_empty() && (raw.vpc.some().is_some() || raw.subnet.some().is_some()) {
        ids.push(String::new());
    }
    let single = ids.len() == 1;
    let address = |private: bool| {
        let mut all = raw.addresses.iter().filter_map(Text::some);
        all.find(|ip| single && is_private(ip) == private).map(str::to_owned)
    };
    let interface = |id: String| Interface {
        id,
        vpc_id: raw.vpc.str().to_owned(),
        subnet_id: raw.subnet.str().to_owned(),
        groups: Vec::new(),
        private_ip: address(true),
        public_ip: address(false),
    };
    Instance {
        profile_arn: raw.profile.owned(),
        image_id: raw.image.owned(),
        interfaces: ids.into_iter().map(interface).collect(),
    }
}

fn is_private(ip: &str) -> bool {
    ip.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_private() || ip.is_link_local())
}
