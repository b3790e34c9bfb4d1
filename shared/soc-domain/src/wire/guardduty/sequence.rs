//! Attack sequences: several signals that GuardDuty itself joined (`service.detection.sequence`).

use crate::finding::{Finding, Instance, ObservableKind, Principal, Remote, Resource, ResourceKind};
use crate::id::Place;
use crate::wire::arn::{self, Arn};
use crate::wire::guardduty::raw::{Profile, Tag};
use crate::wire::guardduty::service::{observe, port};
use crate::wire::lenient::{Field, List, Text, object};

object! {
    struct Detection {
        sequence: Sequence<'a> = "sequence" | "Sequence",
    }
}

object! {
    struct Sequence {
        actors: List<Actor<'a>> = "actors" | "Actors",
        resources: List<Affected<'a>> = "resources" | "Resources",
        endpoints: List<Endpoint<'a>> = "endpoints" | "Endpoints",
        signals: List<Signal<'a>> = "signals" | "Signals",
        indicators: List<Indicator<'a>> = "sequenceIndicators" | "SequenceIndicators",
    }
}

object! {
    struct Actor {
        user: User<'a> = "user" | "User",
        process: ActorProcess<'a> = "process" | "Process",
    }
}

object! {
    struct ActorProcess {
        path: Text<'a> = "path" | "Path",
        hash: Text<'a> = "sha256" | "Sha256",
    }
}

object! {
    struct User {
        name: Text<'a> = "name" | "Name",
        uid: Text<'a> = "uid" | "Uid",
        kind: Text<'a> = "type" | "Type",
        credential: Text<'a> = "credentialUid" | "CredentialUid",
        account: Account<'a> = "account" | "Account",
    }
}

object! {
    struct Account {
        uid: Text<'a> = "uid" | "Uid",
    }
}

object! {
    struct Affected {
        uid: Text<'a> = "uid" | "Uid",
        name: Text<'a> = "name" | "Name",
        account: Text<'a> = "accountId" | "AccountId",
        kind: Text<'a> = "resourceType" | "ResourceType",
        region: Text<'a> = "region" | "Region",
        partition: Text<'a> = "cloudPartition" | "CloudPartition",
        tags: List<Tag<'a>> = "tags" | "Tags",
        data: Data<'a> = "data" | "Data",
    }
}

object! {
    struct Data {
        instance: InstanceData<'a> = "ec2Instance" | "Ec2Instance",
    }
}

object! {
    struct InstanceData {
        profile: Profile<'a> = "iamInstanceProfile" | "IamInstanceProfile",
    }
}

object! {
    struct Endpoint {
        ip: Text<'a> = "ip" | "Ip",
        domain: Text<'a> = "domain" | "Domain",
        port: Field<f64> = "port" | "Port",
        location: Location<'a> = "location" | "Location",
        system: System<'a> = "autonomousSystem" | "AutonomousSystem",
    }
}

object! {
    struct Location {
        country: Text<'a> = "country" | "Country",
    }
}

object! {
    struct System {
        name: Text<'a> = "name" | "Name",
    }
}

object! {
    struct Signal {
        uid: Text<'a> = "uid" | "Uid",
        kind: Text<'a> = "type" | "Type",
    }
}

object! {
    struct Indicator {
        key: Text<'a> = "key" | "Key",
        values: List<Text<'a>> = "values" | "Values",
    }
}

/// Reads a sequence into the finding.
pub(super) fn read(finding: &mut Finding, sequence: &Sequence<'_>) {
    for signal in sequence.signals.iter().filter(|signal| matches!(signal.kind.str(), "" | "FINDING")) {
        let uid = signal.uid.str();
        let is_arn = uid.starts_with("arn:") && !uid.contains(char::is_whitespace);
        let id = if is_arn { uid.rsplit('/').next().unwrap_or_default() } else { uid };
        if !id.is_empty() {
            finding.signals.push(id.to_owned());
        }
    }
    for indicator in sequence.indicators.iter() {
        let values = indicator.values.iter().filter_map(Text::some);
        match indicator.key.str() {
            "ATTACK_TACTIC" | "TACTICS" => finding.tactics.extend(values.map(str::to_owned)),
            "ATTACK_TECHNIQUE" | "TECHNIQUES" => {
                finding.techniques.extend(values.map(|value| technique_id(value).to_owned()))
            }
            _ => {}
        }
    }
    for actor in sequence.actors.iter() {
        read_actor(finding, actor);
    }
    for endpoint in sequence.endpoints.iter() {
        observe(finding, ObservableKind::Domain, &endpoint.domain);
        if let Some(ip) = endpoint.ip.some() {
            finding.remotes.push(Remote {
                ip: ip.to_owned(),
                port: port(&endpoint.port),
                country: endpoint.location.country.owned(),
                organization: endpoint.system.name.owned(),
                threat_lists: Vec::new(),
            });
        }
    }
    for affected in sequence.resources.iter().filter(|affected| affected.uid.some().is_some()) {
        let resource = read_resource(&finding.place, affected);
        finding.resources.push(resource);
    }
}

fn read_actor(finding: &mut Finding, actor: &Actor<'_>) {
    observe(finding, ObservableKind::Path, &actor.process.path);
    observe(finding, ObservableKind::Hash, &actor.process.hash);
    let user = &actor.user;
    if user.name.some().or(user.uid.some()).or(user.credential.some()).is_none() {
        return;
    }
    finding.principals.push(Principal {
        kind: user.kind.str().to_owned(),
        name: user.name.str().to_owned(),
        principal_id: user.uid.owned(),
        access_key_id: arn::access_key(user.credential.str()),
        account: user.account.uid.owned().unwrap_or_else(|| finding.place.account.clone()),
    });
}

fn read_resource(place: &Place, raw: &Affected<'_>) -> Resource {
    let kind = match raw.kind.str() {
        "EC2_INSTANCE" => ResourceKind::AwsEc2Instance,
        "ACCESS_KEY" => ResourceKind::AwsIamAccessKey,
        "S3_BUCKET" => ResourceKind::AwsS3Bucket,
        "S3_OBJECT" => ResourceKind::AwsS3Object,
        "EKS_CLUSTER" => ResourceKind::AwsEksCluster,
        "ECS_CLUSTER" => ResourceKind::AwsEcsCluster,
        "CONTAINER" => ResourceKind::Container,
        "KUBERNETES_WORKLOAD" => ResourceKind::KubernetesWorkload,
        _ => ResourceKind::Other,
    };
    let place = Place {
        partition: arn::name(raw.partition.str()).unwrap_or(&place.partition).to_owned(),
        account: arn::name(raw.account.str()).unwrap_or(&place.account).to_owned(),
        region: arn::name(raw.region.str()).unwrap_or(&place.region).to_owned(),
    };
    let uid = raw.uid.str();
    let short = Arn::parse(uid).map_or(uid, |arn| arn.last());
    let name = raw.name.some().filter(|_| kind == ResourceKind::AwsS3Bucket).unwrap_or(short);
    let mut resource = super::resources::build(kind, uid, name, place, &raw.tags);
    if let Some(profile) = raw.data.instance.profile.arn.owned() {
        resource.instance = Some(Instance { profile_arn: Some(profile), ..Instance::default() });
    }
    resource
}

/// `T1078.004` of `T1078.004 - Valid Accounts: Cloud Accounts`; the whole text where it begins otherwise.
pub(in crate::wire) fn technique_id(value: &str) -> &str {
    let end = value.find(|c: char| !c.is_ascii_alphanumeric() && c != '.').unwrap_or(value.len());
    let id = value.get(..end).unwrap_or(value);
    let numbered = id.strip_prefix('T').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if numbered { id } else { value }
}
