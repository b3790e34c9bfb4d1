//! ASFF's `Resources`.

use serde_json::{Value, json};
use soc_domain::finding::{Instance, Principal};

use super::super::{Object, put};
use crate::sample::{Sample, Target};

/// Every resource; the account itself where a finding names none, because ASFF demands one.
pub(super) fn all(sample: &Sample) -> Value {
    let mut list: Vec<Value> = Vec::new();
    for target in sample.targets.iter().filter(|target| !matches!(target, Target::Workload { .. })) {
        let mut resource = one(sample, target);
        let tags = sample.tags_of(target);
        if !tags.is_empty() {
            let tags = tags.iter().map(|tag| (tag.key.to_owned(), Value::from(tag.value)));
            put(&mut resource, "Tags", tags.collect::<Object>());
        }
        list.push(Value::Object(resource));
    }
    let named = sample.targets.contains(&Target::AccessKey);
    if sample.access_key().is_some() && !named {
        list.push(Value::Object(one(sample, &Target::AccessKey)));
    }
    if list.is_empty() {
        let id = format!("AWS::::Account:{}", sample.account);
        list.push(json!({ "Type": "AwsAccount", "Id": id, "Partition": "aws", "Region": sample.region }));
    }
    Value::Array(list)
}

fn one(sample: &Sample, target: &Target) -> Object {
    let mut resource = Object::new();
    let id = match target {
        Target::AccessKey => format!("AWS::IAM::AccessKey:{}", sample.arn_of(target)),
        _ => sample.arn_of(target),
    };
    put(&mut resource, "Id", id);
    put(&mut resource, "Type", kind(target));
    put(&mut resource, "Partition", "aws");
    put(&mut resource, "Region", sample.region.as_str());
    if let Some(details) = details(sample, target) {
        let details: Object = [(kind(target).to_owned(), details)].into_iter().collect();
        put(&mut resource, "Details", details);
    }
    resource
}

fn kind(target: &Target) -> &'static str {
    match target {
        Target::Instance { .. } => "AwsEc2Instance",
        Target::AccessKey => "AwsIamAccessKey",
        Target::Bucket(_) => "AwsS3Bucket",
        Target::EksCluster(_) => "AwsEksCluster",
        Target::EcsCluster(_) => "AwsEcsCluster",
        Target::Object { .. } => "AwsS3Object",
        Target::Container(_) => "Container",
        Target::Volume(_) => "AwsEc2Volume",
        Target::Snapshot(_) => "AwsEc2Snapshot",
        Target::RecoveryPoint(_) => "AwsBackupRecoveryPoint",
        Target::Workload { .. } | Target::Image(_) => "Other",
        Target::Database(_) => "AwsRdsDbInstance",
        Target::Function(_) => "AwsLambdaFunction",
        Target::Named { kind, .. } => kind,
    }
}

fn details(sample: &Sample, target: &Target) -> Option<Value> {
    match target {
        Target::Instance { details, .. } => Some(instance(details)),
        Target::AccessKey => sample.principal.as_ref().map(access_key),
        Target::Bucket(name) => Some(json!({
            "Name": name,
            "OwnerAccountId": sample.account,
            "CreatedAt": "2025-01-01T00:00:00.000Z",
            "ServerSideEncryptionConfiguration": {
                "Rules": [{ "ApplyServerSideEncryptionByDefault": { "SSEAlgorithm": "AES256" } }],
            },
        })),
        Target::EksCluster(name) => Some(json!({ "Name": name, "Version": "1.31" })),
        Target::EcsCluster(name) => Some(json!({ "ClusterName": name, "Status": "ACTIVE" })),
        Target::Database(name) => {
            Some(json!({ "DBInstanceIdentifier": name, "Engine": "postgres", "EngineVersion": "16.4" }))
        }
        Target::Function(name) => Some(json!({ "FunctionName": name, "Runtime": "provided.al2023" })),
        Target::Container(container) => Some(json!({
            "ContainerRuntime": "containerd", "Name": container.name, "ImageName": container.image,
        })),
        Target::Volume(_) => Some(json!({ "VolumeType": "gp3", "Size": 8, "Encrypted": false })),
        Target::Workload { .. }
        | Target::Object { .. }
        | Target::Snapshot(_)
        | Target::Image(_)
        | Target::RecoveryPoint(_)
        | Target::Named { .. } => None,
    }
}

fn instance(from: &Instance) -> Value {
    let mut details = Object::new();
    put(&mut details, "Type", "m6i.large");
    put(&mut details, "ImageId", from.image_id.as_deref().unwrap_or("ami-0123456789abcdef0"));
    put(&mut details, "LaunchedAt", "2026-01-12T06:40:11.000Z");
    if let Some(arn) = &from.profile_arn {
        put(&mut details, "IamInstanceProfileArn", arn.as_str());
    }
    if let Some(first) = from.interfaces.first() {
        let addresses: Vec<&String> = first.private_ip.iter().chain(&first.public_ip).collect();
        put(&mut details, "IpV4Addresses", json!(addresses));
        put(&mut details, "VpcId", first.vpc_id.as_str());
        put(&mut details, "SubnetId", first.subnet_id.as_str());
    }
    let interfaces: Value =
        from.interfaces.iter().map(|one| json!({ "NetworkInterfaceId": one.id })).collect();
    put(&mut details, "NetworkInterfaces", interfaces);
    Value::Object(details)
}

fn access_key(principal: &Principal) -> Value {
    let mut details = Object::new();
    let known = [
        ("AccessKeyId", principal.access_key_id.as_deref()),
        ("PrincipalId", principal.principal_id.as_deref()),
        ("PrincipalName", Some(principal.name.as_str())),
        ("PrincipalType", Some(principal.kind.as_str())),
        ("AccountId", Some(principal.account.as_str())),
    ];
    for (field, value) in known {
        if let Some(value) = value {
            put(&mut details, field, value);
        }
    }
    Value::Object(details)
}
