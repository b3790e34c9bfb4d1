//! GuardDuty's own shapes, of events and of its API at once (they differ in the first letters); only what we use.

use crate::time::Timestamp;
use crate::wire::lenient::{Field, List, Text, object};

object! {
    struct Raw {
        id: Text<'a> = "id" | "Id",
        arn: Text<'a> = "arn" | "Arn",
        account: Text<'a> = "accountId" | "AccountId",
        region: Text<'a> = "region" | "Region",
        partition: Text<'a> = "partition" | "Partition",
        kind: Text<'a> = "type" | "Type",
        title: Text<'a> = "title" | "Title",
        description: Text<'a> = "description" | "Description",
        severity: Field<f64> = "severity" | "Severity",
        created: Field<Timestamp> = "createdAt" | "CreatedAt",
        updated: Field<Timestamp> = "updatedAt" | "UpdatedAt",
        resource: Resource<'a> = "resource" | "Resource",
        service: Service<'a> = "service" | "Service",
    }
}

object! {
    struct Resource {
        kind: Text<'a> = "resourceType" | "ResourceType",
        access_key: AccessKey<'a> = "accessKeyDetails" | "AccessKeyDetails",
        buckets: List<Bucket<'a>> = "s3BucketDetails" | "S3BucketDetails",
        instance: Instance<'a> = "instanceDetails" | "InstanceDetails",
        eks: Named<'a> = "eksClusterDetails" | "EksClusterDetails",
        kubernetes: Kubernetes<'a> = "kubernetesDetails" | "KubernetesDetails",
        ecs: Named<'a> = "ecsClusterDetails" | "EcsClusterDetails",
        container: Container<'a> = "containerDetails" | "ContainerDetails",
        lambda: Lambda<'a> = "lambdaDetails" | "LambdaDetails",
        database: Database<'a> = "rdsDbInstanceDetails" | "RdsDbInstanceDetails",
        limitless: Database<'a> = "rdsLimitlessDbDetails" | "RdsLimitlessDbDetails",
        database_user: DatabaseUser<'a> = "rdsDbUserDetails" | "RdsDbUserDetails",
        volumes: Volumes<'a> = "ebsVolumeDetails" | "EbsVolumeDetails",
        snapshot: Snapshot<'a> = "ebsSnapshotDetails" | "EbsSnapshotDetails",
        image: Image<'a> = "ec2ImageDetails" | "Ec2ImageDetails",
        recovery_point: RecoveryPoint<'a> = "recoveryPointDetails" | "RecoveryPointDetails",
    }
}

object! {
    struct AccessKey {
        id: Text<'a> = "accessKeyId" | "AccessKeyId",
        principal: Text<'a> = "principalId" | "PrincipalId",
        user: Text<'a> = "userName" | "UserName",
        user_kind: Text<'a> = "userType" | "UserType",
    }
}

object! {
    struct Bucket {
        arn: Text<'a> = "arn" | "Arn",
        name: Text<'a> = "name" | "Name",
        tags: List<Tag<'a>> = "tags" | "Tags",
        objects: List<BucketObject<'a>> = "s3ObjectDetails" | "S3ObjectDetails",
    }
}

object! {
    struct BucketObject {
        arn: Text<'a> = "objectArn" | "ObjectArn",
        key: Text<'a> = "key" | "Key",
        hash: Text<'a> = "hash" | "Hash",
    }
}

object! {
    struct Tag {
        key: Text<'a> = "key" | "Key" | "name" | "Name",
        value: Text<'a> = "value" | "Value",
    }
}

object! {
    struct Instance {
        id: Text<'a> = "instanceId" | "InstanceId",
        image: Text<'a> = "imageId" | "ImageId",
        profile: Profile<'a> = "iamInstanceProfile" | "IamInstanceProfile",
        interfaces: List<Interface<'a>> = "networkInterfaces" | "NetworkInterfaces",
        tags: List<Tag<'a>> = "tags" | "Tags",
    }
}

object! {
    struct Profile {
        arn: Text<'a> = "arn" | "Arn",
    }
}

object! {
    struct Interface {
        id: Text<'a> = "networkInterfaceId" | "NetworkInterfaceId",
        vpc: Text<'a> = "vpcId" | "VpcId",
        subnet: Text<'a> = "subnetId" | "SubnetId",
        groups: List<Group<'a>> = "securityGroups" | "SecurityGroups",
        private_ip: Text<'a> = "privateIpAddress" | "PrivateIpAddress",
        public_ip: Text<'a> = "publicIp" | "PublicIp",
    }
}

object! {
    struct Group {
        id: Text<'a> = "groupId" | "GroupId",
    }
}

object! {
    struct Named {
        arn: Text<'a> = "arn" | "Arn",
        name: Text<'a> = "name" | "Name",
        tags: List<Tag<'a>> = "tags" | "Tags",
    }
}

object! {
    struct Kubernetes {
        user: KubernetesUser<'a> = "kubernetesUserDetails" | "KubernetesUserDetails",
        workload: Workload<'a> = "kubernetesWorkloadDetails" | "KubernetesWorkloadDetails",
    }
}

object! {
    struct KubernetesUser {
        name: Text<'a> = "username" | "Username",
        uid: Text<'a> = "uid" | "Uid",
    }
}

object! {
    struct Workload {
        name: Text<'a> = "name" | "Name",
        kind: Text<'a> = "type" | "Type",
        namespace: Text<'a> = "namespace" | "Namespace",
        containers: List<Container<'a>> = "containers" | "Containers",
    }
}

object! {
    struct Container {
        id: Text<'a> = "id" | "Id",
        name: Text<'a> = "name" | "Name",
        image: Text<'a> = "image" | "Image",
    }
}

object! {
    struct Lambda {
        arn: Text<'a> = "functionArn" | "FunctionArn",
        name: Text<'a> = "functionName" | "FunctionName",
        tags: List<Tag<'a>> = "tags" | "Tags",
    }
}

object! {
    struct Database {
        arn: Text<'a> = "dbInstanceArn" | "DbInstanceArn" | "dbShardGroupArn" | "DbShardGroupArn",
        id: Text<'a> = "dbInstanceIdentifier" | "DbInstanceIdentifier" | "dbShardGroupIdentifier" | "DbShardGroupIdentifier",
        tags: List<Tag<'a>> = "tags" | "Tags",
    }
}

object! {
    struct DatabaseUser {
        user: Text<'a> = "user" | "User",
    }
}

object! {
    struct Volumes {
        scanned: List<Volume<'a>> = "scannedVolumeDetails" | "ScannedVolumeDetails",
    }
}

object! {
    struct Volume {
        arn: Text<'a> = "volumeArn" | "VolumeArn",
    }
}

object! {
    struct Snapshot {
        arn: Text<'a> = "snapshotArn" | "SnapshotArn",
    }
}

object! {
    struct Image {
        arn: Text<'a> = "imageArn" | "ImageArn",
    }
}

object! {
    struct RecoveryPoint {
        arn: Text<'a> = "recoveryPointArn" | "RecoveryPointArn",
    }
}

object! {
    struct Service {
        action: super::service::Action<'a> = "action" | "Action",
        evidence: super::service::Evidence<'a> = "evidence" | "Evidence",
        archived: Field<bool> = "archived" | "Archived",
        count: Field<f64> = "count" | "Count",
        first_seen: Field<Timestamp> = "eventFirstSeen" | "EventFirstSeen",
        last_seen: Field<Timestamp> = "eventLastSeen" | "EventLastSeen",
        role: Text<'a> = "resourceRole" | "ResourceRole",
        additional: super::service::Additional<'a> = "additionalInfo" | "AdditionalInfo",
        runtime: super::service::Runtime<'a> = "runtimeDetails" | "RuntimeDetails",
        volume_scan: super::service::VolumeScan<'a> = "ebsVolumeScanDetails" | "EbsVolumeScanDetails",
        malware: super::service::Malware<'a> = "malwareScanDetails" | "MalwareScanDetails",
        detection: super::sequence::Detection<'a> = "detection" | "Detection",
    }
}
