//! The affected resources and the principals of a GuardDuty finding.

use crate::finding::{Finding, Instance, Interface, ObservableKind, Principal, Resource, ResourceKind};
use crate::id::Place;
use crate::wire::arn;
use crate::wire::asff::{Tags, resource_kind, short_id};
use crate::wire::guardduty::raw;
use crate::wire::guardduty::service::observe;
use crate::wire::lenient::{List, Text};

/// One resource; `arn` may be empty or no ARN, then it is built where AWS has a form for it.
pub(in crate::wire) fn build(
    kind: ResourceKind,
    arn: &str,
    id: &str,
    place: Place,
    tags: &[raw::Tag<'_>],
) -> Resource {
    let arn = if arn.starts_with("arn:") { arn.to_owned() } else { built_arn(kind, id, &place) };
    let place =
        arn::Places::default().or_arn(&arn).or(&place.partition, &place.region, &place.account).place();
    let tags = tags.iter().filter_map(|tag| Some((tag.key.owned()?, tag.value.str().to_owned()))).collect();
    Resource { arn, kind, id: id.to_owned(), place, tags, instance: None }
}

/// The ARN of a resource from its short id; the id itself where AWS has no such form.
fn built_arn(kind: ResourceKind, id: &str, place: &Place) -> String {
    if arn::is_text(id) && kind != ResourceKind::AwsS3Object {
        return id.to_owned();
    }
    match kind {
        ResourceKind::AwsEc2Instance => arn::build(place, "ec2", &format!("instance/{id}")),
        ResourceKind::AwsIamAccessKey => arn::build(place, "iam", &format!("access-key/{id}")),
        ResourceKind::AwsIamUser => arn::build(place, "iam", &format!("user/{id}")),
        ResourceKind::AwsIamRole => arn::build(place, "iam", &format!("role/{id}")),
        ResourceKind::AwsS3Bucket | ResourceKind::AwsS3Object => arn::build(place, "s3", id),
        ResourceKind::AwsEksCluster => arn::build(place, "eks", &format!("cluster/{id}")),
        ResourceKind::AwsEcsCluster => arn::build(place, "ecs", &format!("cluster/{id}")),
        ResourceKind::AwsRdsDbInstance => arn::build(place, "rds", &format!("db:{id}")),
        ResourceKind::AwsLambdaFunction => arn::build(place, "lambda", &format!("function:{id}")),
        ResourceKind::AwsEc2Volume => arn::build(place, "ec2", &format!("volume/{id}")),
        ResourceKind::AwsEc2SecurityGroup => arn::build(place, "ec2", &format!("security-group/{id}")),
        ResourceKind::AwsAccount => arn::build(place, "iam", "root"),
        ResourceKind::Container | ResourceKind::KubernetesWorkload | ResourceKind::Other => id.to_owned(),
    }
}

/// The kind that `resourceType` names: that resource comes first.
fn primary(kind: &str) -> Option<ResourceKind> {
    Some(match kind {
        "Instance" => ResourceKind::AwsEc2Instance,
        "AccessKey" => ResourceKind::AwsIamAccessKey,
        "S3Bucket" => ResourceKind::AwsS3Bucket,
        "S3Object" => ResourceKind::AwsS3Object,
        "EKSCluster" => ResourceKind::AwsEksCluster,
        "ECSCluster" => ResourceKind::AwsEcsCluster,
        "Container" => ResourceKind::Container,
        "RDSDBInstance" | "RDSLimitlessDB" => ResourceKind::AwsRdsDbInstance,
        "Lambda" => ResourceKind::AwsLambdaFunction,
        _ => return None,
    })
}

/// Reads `resource` into the finding.
pub(super) fn read(finding: &mut Finding, resource: &raw::Resource<'_>) {
    let place = finding.place.clone();
    let mut add = |kind, arn: &Text<'_>, id: &str, tags: &[raw::Tag<'_>]| {
        let id = if id.is_empty() { arn::Arn::parse(arn.str()).map_or("", |arn| arn.last()) } else { id };
        if !id.is_empty() || arn.some().is_some() {
            finding.resources.push(build(kind, arn.str(), id, place.clone(), tags));
        }
    };
    let none = Text::default();
    add(ResourceKind::AwsEc2Instance, &none, resource.instance.id.str(), &resource.instance.tags);
    add(ResourceKind::AwsIamAccessKey, &none, resource.access_key.id.str(), &[]);
    for bucket in resource.buckets.iter() {
        for object in bucket.objects.iter() {
            let id = format!("{}/{}", bucket.name.str(), object.key.str());
            add(ResourceKind::AwsS3Object, &object.arn, &id, &[]);
        }
        add(ResourceKind::AwsS3Bucket, &bucket.arn, bucket.name.str(), &bucket.tags);
    }
    add(ResourceKind::AwsEksCluster, &resource.eks.arn, resource.eks.name.str(), &resource.eks.tags);
    add(ResourceKind::AwsEcsCluster, &resource.ecs.arn, resource.ecs.name.str(), &resource.ecs.tags);
    let workload = &resource.kubernetes.workload;
    if let Some(name) = workload.name.some() {
        let id = [workload.namespace.str(), workload.kind.str(), name].map(arn::kubernetes_name).join("/");
        add(ResourceKind::KubernetesWorkload, &none, id.trim_start_matches('/'), &[]);
    }
    for container in workload.containers.iter().chain([&resource.container]) {
        let id = container.id.some().or(container.name.some()).or(container.image.some()).unwrap_or_default();
        add(ResourceKind::Container, &none, id, &[]);
    }
    for database in [&resource.database, &resource.limitless] {
        add(ResourceKind::AwsRdsDbInstance, &database.arn, database.id.str(), &database.tags);
    }
    add(
        ResourceKind::AwsLambdaFunction,
        &resource.lambda.arn,
        resource.lambda.name.str(),
        &resource.lambda.tags,
    );
    for volume in resource.volumes.scanned.iter() {
        add(ResourceKind::AwsEc2Volume, &volume.arn, "", &[]);
    }
    add(ResourceKind::AwsEc2Volume, &resource.snapshot.arn, "", &[]);
    add(ResourceKind::Other, &resource.image.arn, "", &[]);
    add(ResourceKind::Other, &resource.recovery_point.arn, "", &[]);
    finish(finding, resource);
}

/// Adds the resources that an API call was about, by type and ARN; names without an ARN are in the details.
pub(super) fn read_affected(finding: &mut Finding, affected: &Tags) {
    for (kind, arn) in &affected.0 {
        if arn::Arn::parse(arn).is_none() || finding.resources.iter().any(|known| known.arn == *arn) {
            continue;
        }
        let kind = resource_kind(kind);
        finding.resources.push(build(kind, arn, short_id(kind, arn), finding.place.clone(), &[]));
    }
}

/// What is not a list: the instance's connections, the order, the principals, the objects' hashes.
fn finish(finding: &mut Finding, resource: &raw::Resource<'_>) {
    let is_instance = |one: &&mut Resource| one.kind == ResourceKind::AwsEc2Instance;
    if let Some(found) = finding.resources.iter_mut().find(is_instance) {
        found.instance = Some(instance(&resource.instance));
    }
    if let Some(kind) = primary(resource.kind.str()) {
        finding.resources.sort_by_key(|one| one.kind != kind);
    }
    for object in resource.buckets.iter().flat_map(|bucket| bucket.objects.iter()) {
        observe(finding, ObservableKind::Hash, &object.hash);
    }
    let key = &resource.access_key;
    principal(finding, key.user_kind.str(), [&key.user, &key.principal, &key.id]);
    let none = Text::default();
    let user = &resource.kubernetes.user;
    principal(finding, "KubernetesUser", [&user.name, &user.uid, &none]);
    principal(finding, "DatabaseUser", [&resource.database_user.user, &none, &none]);
}

/// Adds a principal by name, unique id and access key, if any of them is there.
pub(in crate::wire) fn principal(finding: &mut Finding, kind: &str, [name, id, key]: [&Text<'_>; 3]) {
    if name.some().or(id.some()).or(key.some()).is_none() {
        return;
    }
    finding.principals.push(Principal {
        kind: kind.to_owned(),
        name: name.str().to_owned(),
        principal_id: id.owned(),
        access_key_id: arn::access_key(key.str()),
        account: finding.place.account.clone(),
    });
}

fn instance(raw: &raw::Instance<'_>) -> Instance {
    Instance {
        profile_arn: raw.profile.arn.owned(),
        image_id: raw.image.owned(),
        interfaces: interfaces(&raw.interfaces),
    }
}

fn interfaces(raw: &List<raw::Interface<'_>>) -> Vec<Interface> {
    let one = |raw: &raw::Interface<'_>| Interface {
        id: raw.id.str().to_owned(),
        vpc_id: raw.vpc.str().to_owned(),
        subnet_id: raw.subnet.str().to_owned(),
        groups: raw.groups.iter().filter_map(|group| group.id.owned()).collect(),
        private_ip: raw.private_ip.owned(),
        public_ip: raw.public_ip.owned(),
    };
    raw.iter().map(one).collect()
}
