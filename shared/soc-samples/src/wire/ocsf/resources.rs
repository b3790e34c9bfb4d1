//! OCSF's `resources`.

use serde_json::{Value, json};
use soc_domain::finding::Interface;

use crate::sample::{Sample, Target};
use crate::wire::{Object, put};

/// Every resource; the account itself where a finding names none.
pub(super) fn all(sample: &Sample) -> Value {
    let mut list: Vec<Value> = Vec::new();
    for target in sample.targets.iter().filter(|target| !matches!(target, Target::Workload { .. })) {
        let mut resource = resource(sample, target);
        let tags = sample.tags_of(target).iter();
        let tags: Value = tags.map(|tag| json!({ "name": tag.key, "value": tag.value })).collect();
        put(&mut resource, "tags", tags);
        list.push(Value::Object(resource));
    }
    if list.is_empty() {
        list.push(json!({ "type": "AWS::::Account", "uid": sample.account, "region": sample.region }));
    }
    Value::Array(list)
}

fn resource(sample: &Sample, target: &Target) -> Object {
    let arn = sample.arn_of(target);
    let (kind, uid) = match target {
        Target::Instance { id, .. } => ("AWS::EC2::Instance", id.clone()),
        Target::AccessKey => ("AWS::IAM::AccessKey", arn),
        Target::Bucket(_) => ("AWS::S3::Bucket", arn),
        Target::EksCluster(_) => ("AWS::EKS::Cluster", arn),
        Target::EcsCluster(_) => ("AWS::ECS::Cluster", arn),
        Target::Object { .. } => ("AWS::S3::Object", arn),
        Target::Workload { .. } => ("AWS::EKS::Workload", arn),
        Target::Container(_) => ("Container", arn),
        Target::Volume(_) => ("AWS::EC2::Volume", arn),
        Target::Snapshot(_) => ("AWS::EC2::Snapshot", arn),
        Target::Image(_) => ("AWS::EC2::Image", arn),
        Target::RecoveryPoint(_) => ("AWS::Backup::RecoveryPoint", arn),
        Target::Database(_) => ("AWS::RDS::DBInstance", arn),
        Target::Function(_) => ("AWS::Lambda::Function", arn),
        Target::Named { kind, .. } => (*kind, arn),
    };
    let mut resource = Object::new();
    put(&mut resource, "type", kind);
    put(&mut resource, "name", uid.rsplit([':', '/']).next().unwrap_or_default());
    put(&mut resource, "uid", uid);
    put(&mut resource, "region", sample.region.as_str());
    put(&mut resource, "cloud_partition", "aws");
    put(
        &mut resource,
        "owner",
        json!({ "account": { "type": "AWS Account", "type_id": 10, "uid": sample.account } }),
    );
    if let Target::Instance { id, details } = target {
        let interfaces: Value = details.interfaces.iter().map(interface).collect();
        put(
            &mut resource,
            "data",
            json!({
                "instance_id": id, "instance_type": "m6i.large", "instance_state": "running",
                "image_id": details.image_id, "launch_time": 1_768_200_011_000_i64,
                "iam_instance_profile": { "arn": details.profile_arn },
                "network_interfaces": interfaces,
            }),
        );
    }
    resource
}

fn interface(from: &Interface) -> Value {
    json!({
        "network_interface_id": from.id,
        "vpc_id": from.vpc_id,
        "subnet_id": from.subnet_id,
        "private_ip_address": from.private_ip,
        "public_ip": from.public_ip,
        "security_groups": from.groups.iter()
            .map(|group| json!({ "group_id": group, "group_name": "workload" })).collect::<Value>(),
    })
}
