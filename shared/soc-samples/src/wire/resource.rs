//! GuardDuty's `resource`: what a finding is about, by class.

use serde_json::{Value, json};
use soc_domain::finding::{Instance, Interface, Principal};
use soc_domain::id::sha256_hex;

use super::{Object, put, workload};
use crate::sample::{Act, Sample, Tag, Target};

/// The `resource` object. An attack sequence names its resources elsewhere.
pub(super) fn guardduty(sample: &Sample) -> Value {
    if sample.is_sequence() {
        return json!({ "resourceType": "AttackSequence" });
    }
    let mut resource = Object::new();
    put(&mut resource, "resourceType", sample.targets.first().map_or("AccessKey", type_name));
    if let Some(principal) = sample.principal.as_ref().filter(|p| p.access_key_id.is_some()) {
        put(&mut resource, "accessKeyDetails", access_key(principal));
    }
    for target in &sample.targets {
        describe(&mut resource, sample, target, tags(sample.tags_of(target)));
    }
    Value::Object(resource)
}

fn type_name(target: &Target) -> &'static str {
    match target {
        Target::Instance { .. } => "Instance",
        Target::AccessKey | Target::Named { .. } => "AccessKey",
        Target::Bucket(_) => "S3Bucket",
        Target::Object { .. } => "S3Object",
        Target::EksCluster(_) | Target::Workload { .. } => "EKSCluster",
        Target::EcsCluster(_) => "ECSCluster",
        Target::Container(_) => "Container",
        Target::Database(_) => "RDSDBInstance",
        Target::Function(_) => "Lambda",
        Target::Volume(_) | Target::Snapshot(_) => "EBSSnapshot",
        Target::Image(_) => "EC2Image",
        Target::RecoveryPoint(_) => "RecoveryPoint",
    }
}

fn describe(resource: &mut Object, sample: &Sample, target: &Target, tags: Value) {
    let arn = sample.arn_of(target);
    match target {
        Target::AccessKey | Target::Named { .. } | Target::Workload { .. } | Target::Object { .. } => {}
        Target::Instance { id, details } => {
            put(resource, "instanceDetails", instance(sample, id, details, tags));
        }
        Target::Bucket(name) => put(resource, "s3BucketDetails", vec![bucket(sample, name, &arn, tags)]),
        Target::EksCluster(name) => {
            put(
                resource,
                "eksClusterDetails",
                json!({ "name": name, "arn": arn, "vpcId": "vpc-0e1c5c1a57e200000", "status": "ACTIVE",
                        "tags": tags, "createdAt": 1_735_689_600.5 }),
            );
            put(resource, "kubernetesDetails", workload::kubernetes(sample));
        }
        Target::EcsCluster(name) => put(
            resource,
            "ecsClusterDetails",
            json!({ "name": name, "arn": arn, "status": "ACTIVE", "activeServicesCount": 3,
                    "runningTasksCount": 7, "tags": tags, "taskDetails": workload::task(sample, name) }),
        ),
        Target::Container(container) => {
            if !workload::has_cluster(sample) {
                put(resource, "containerDetails", workload::container(container));
            }
        }
        Target::Database(name) => database(resource, sample, name, tags),
        Target::Function(name) => put(
            resource,
            "lambdaDetails",
            json!({ "functionArn": arn, "functionName": name, "functionVersion": "$LATEST",
                    "role": format!("arn:aws:iam::{}:role/{name}-role", sample.account), "tags": tags,
                    "revisionId": "7f3b0d52-4c4e-4d0e-9f43-2d1f0b5a1c11" }),
        ),
        Target::Volume(_) => {
            let volume = json!({ "volumeArn": arn, "volumeType": "gp3", "deviceName": "/dev/xvda",
                                 "volumeSizeInGB": 8, "encryptionType": "UNENCRYPTED" });
            put(
                resource,
                "ebsVolumeDetails",
                json!({ "scannedVolumeDetails": [volume], "skippedVolumeDetails": [] }),
            );
        }
        Target::Snapshot(_) => put(resource, "ebsSnapshotDetails", json!({ "snapshotArn": arn })),
        Target::Image(_) => put(resource, "ec2ImageDetails", json!({ "imageArn": arn })),
        Target::RecoveryPoint(_) => put(
            resource,
            "recoveryPointDetails",
            json!({ "recoveryPointArn": arn, "backupVaultName": "Default" }),
        ),
    }
}

fn database(resource: &mut Object, sample: &Sample, name: &str, tags: Value) {
    let arn = sample.arn_of(&Target::Database(name.to_owned()));
    put(
        resource,
        "rdsDbInstanceDetails",
        json!({ "dbInstanceIdentifier": name, "engine": "postgres", "engineVersion": "16.4",
                "dbInstanceArn": arn, "tags": tags }),
    );
    if let Act::RdsLogin(user) = &sample.act {
        let user = json!({ "user": user, "application": "psql", "database": "orders", "ssl": "TLSv1.3",
                           "authMethod": "password" });
        put(resource, "rdsDbUserDetails", user);
    }
}

/// Tags as GuardDuty writes them.
pub(super) fn tags(tags: &[Tag]) -> Value {
    tags.iter().map(|tag| json!({ "key": tag.key, "value": tag.value })).collect()
}

fn access_key(principal: &Principal) -> Value {
    json!({
        "accessKeyId": principal.access_key_id.as_deref().unwrap_or_default(),
        "principalId": principal.principal_id.as_deref().unwrap_or_default(),
        "userName": principal.name,
        "userType": principal.kind,
    })
}

fn instance(sample: &Sample, id: &str, details: &Instance, tags: Value) -> Value {
    let mut value = Object::new();
    put(&mut value, "instanceId", id);
    put(&mut value, "instanceType", "m6i.large");
    put(&mut value, "instanceState", "running");
    put(&mut value, "launchTime", "2026-01-12T06:40:11.000Z");
    put(&mut value, "availabilityZone", format!("{}a", sample.region));
    put(&mut value, "imageId", details.image_id.as_deref().unwrap_or("ami-0123456789abcdef0"));
    put(&mut value, "imageDescription", "Amazon Linux 2023 AMI x86_64 HVM kernel-6.1");
    put(&mut value, "productCodes", json!([]));
    put(&mut value, "tags", tags);
    if let Some(arn) = &details.profile_arn {
        put(&mut value, "iamInstanceProfile", json!({ "arn": arn, "id": "AIPAPROFILE00EXAMPLE0" }));
    }
    let interfaces: Value = details.interfaces.iter().map(|one| interface(sample, one)).collect();
    put(&mut value, "networkInterfaces", interfaces);
    Value::Object(value)
}

fn interface(sample: &Sample, from: &Interface) -> Value {
    let private = from.private_ip.as_deref().unwrap_or("10.0.0.10");
    let dns = format!("ip-{}.{}.compute.internal", private.replace('.', "-"), sample.region);
    let mut value = json!({
        "networkInterfaceId": from.id,
        "vpcId": from.vpc_id,
        "subnetId": from.subnet_id,
        "privateDnsName": dns,
        "privateIpAddress": private,
        "privateIpAddresses": [{ "privateDnsName": dns, "privateIpAddress": private }],
        "ipv6Addresses": [],
        "securityGroups": from.groups.iter().map(|group| json!({ "groupId": group, "groupName": "workload" }))
            .collect::<Value>(),
    });
    if let (Some(public), Some(object)) = (&from.public_ip, value.as_object_mut()) {
        put(object, "publicIp", public.as_str());
        put(object, "publicDnsName", format!("ec2-{}.compute-1.example.com", public.replace('.', "-")));
    }
    value
}

fn bucket(sample: &Sample, name: &str, arn: &str, tags: Value) -> Value {
    let mut value = json!({
        "arn": arn,
        "name": name,
        "type": "Destination",
        "createdAt": 1_735_689_600.25,
        "owner": { "id": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be" },
        "tags": tags,
        "defaultServerSideEncryption": { "encryptionType": "AES256" },
        "publicAccess": {
            "effectivePermission": "NOT_PUBLIC",
            "permissionConfiguration": {
                "bucketLevelPermissions": {
                    "accessControlList": { "allowsPublicReadAccess": false, "allowsPublicWriteAccess": false },
                    "bucketPolicy": { "allowsPublicReadAccess": false, "allowsPublicWriteAccess": false },
                    "blockPublicAccess": block(),
                },
                "accountLevelPermissions": { "blockPublicAccess": block() },
            },
        },
    });
    let objects: Vec<Value> =
        sample.targets.iter().filter_map(|target| object(sample, name, target)).collect();
    if let (false, Some(fields)) = (objects.is_empty(), value.as_object_mut()) {
        put(fields, "s3ObjectDetails", objects);
    }
    value
}

fn object(sample: &Sample, name: &str, target: &Target) -> Option<Value> {
    let Target::Object { bucket, key } = target else { return None };
    (bucket == name).then(|| {
        json!({
            "objectArn": sample.arn_of(target), "key": key, "hash": sha256_hex(&[key.as_bytes()]),
            "eTag": "1c5cf8ab2ce7ee1b3f1d0bb0d2bb6a0e", "versionId": "3HL4kqtJlcpXroDTDmjVBH40Nrjfkd",
        })
    })
}

fn block() -> Value {
    json!({ "ignorePublicAcls": true, "restrictPublicBuckets": true, "blockPublicAcls": true, "blockPublicPolicy": true })
}
