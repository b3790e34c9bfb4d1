//! What OCSF says of the activity (`evidences`) and of the affected resources.

use crate::finding::{
    Activity, ApiCall, Finding, Instance, Interface, ObservableKind, Principal, Remote, ResourceKind,
};
use crate::id::Place;
use crate::wire::arn;
use crate::wire::asff::{resource_kind, short_id};
use crate::wire::guardduty::{build, observe, port, principal, reached};
use crate::wire::lenient::{Field, Seen, Text};
use crate::wire::ocsf::raw;

/// Reads the evidences into the finding.
pub(super) fn read(finding: &mut Finding, evidences: &[raw::Evidence<'_>]) {
    for evidence in evidences {
        if let Some(operation) = evidence.api.operation.some() {
            let service = evidence.api.service.name.str().to_owned();
            finding.api.get_or_insert(ApiCall { service, name: operation.to_owned() });
        }
        finding.activity = finding.activity.or_else(|| activity(evidence));
        read_user(finding, &evidence.actor.user);
        observe(finding, ObservableKind::Domain, &evidence.query.hostname);
        observe(finding, ObservableKind::UserAgent, &evidence.request.agent);
        for process in [&evidence.actor.process, &evidence.process] {
            let path = if process.file.path.some().is_some() { &process.file.path } else { &process.path };
            observe(finding, ObservableKind::Path, path);
            for hash in process.file.hashes.iter() {
                observe(finding, ObservableKind::Hash, &hash.value);
            }
        }
        read_remote(finding, evidence);
    }
}

fn activity(evidence: &raw::Evidence<'_>) -> Option<Activity> {
    let process =
        [&evidence.actor.process, &evidence.process].into_iter().any(|one| one.seen == Seen::Object);
    if evidence.api.seen == Seen::Object {
        Some(Activity::ApiCall)
    } else if evidence.query.seen == Seen::Object {
        Some(Activity::DnsRequest)
    } else if evidence.connection.seen == Seen::Object {
        Some(Activity::NetworkConnection)
    } else if process {
        Some(Activity::Process)
    } else {
        None
    }
}

fn read_user(finding: &mut Finding, user: &raw::User<'_>) {
    // A process's user has only a name and a number: it is no principal of AWS's.
    let known = user.credential.some().or(user.kind.some()).or(user.account.uid.some());
    if known.is_none() {
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

/// The other end: where an outbound connection goes to, else where it or the call came from.
fn read_remote(finding: &mut Finding, evidence: &raw::Evidence<'_>) {
    let direction = &evidence.connection;
    let outbound = direction.direction.str().eq_ignore_ascii_case("outbound")
        || direction.direction_id.get().is_some_and(|id| (*id - 2.0).abs() < 0.5);
    let (source, destination) = (&evidence.source, &evidence.destination);
    let endpoint = if outbound || source.ip.some().is_none() { destination } else { source };
    observe(finding, ObservableKind::Domain, &endpoint.domain);
    if !outbound && source.ip.some().is_some() {
        reached(finding, port(&destination.port));
    }
    let Some(ip) = endpoint.ip.some() else { return };
    let remote = Remote {
        ip: ip.to_owned(),
        port: port(&endpoint.port),
        country: endpoint.location.country.owned(),
        organization: endpoint.system.name.owned(),
        threat_lists: Vec::new(),
    };
    if !finding.remotes.contains(&remote) {
        finding.remotes.push(remote);
    }
}

/// Reads the resources into the finding.
pub(super) fn read_resources(finding: &mut Finding, resources: &[raw::Resource<'_>]) {
    for raw in resources {
        let Some(uid) = raw.uid.some().or_else(|| raw.data.instance_id.some()) else { continue };
        let place = Place {
            partition: arn::name(raw.partition.str()).unwrap_or(&finding.place.partition).to_owned(),
            account: arn::name(raw.owner.account.uid.str()).unwrap_or(&finding.place.account).to_owned(),
            region: arn::name(raw.region.str()).unwrap_or(&finding.place.region).to_owned(),
        };
        let kind = resource_kind(raw.kind.str());
        let short = short_id(kind, uid);
        let mut resource = build(kind, uid, short, place, &[]);
        resource.tags.clone_from(&raw.data.tags.0);
        resource.tags.extend(raw.tags.0.clone());
        if kind == ResourceKind::AwsEc2Instance && raw.data.seen == Seen::Object {
            resource.instance = Some(instance(&raw.data));
        }
        finding.resources.push(resource);
        if kind == ResourceKind::AwsIamAccessKey {
            let key: Text<'_> = Field::Is(short.into());
            principal(finding, raw.data.user_kind.str(), [&raw.data.user, &raw.data.principal, &key]);
        }
    }
}

fn instance(data: &raw::Data<'_>) -> Instance {
    let interface = |raw: &raw::Interface<'_>| Interface {
        id: raw.id.str().to_owned(),
        vpc_id: raw.vpc.str().to_owned(),
        subnet_id: raw.subnet.str().to_owned(),
        groups: raw.groups.iter().filter_map(|group| group.id.owned()).collect(),
        private_ip: raw.private_ip.owned(),
        public_ip: raw.public_ip.owned(),
    };
    Instance {
        profile_arn: data.profile.arn.owned(),
        image_id: data.image.owned(),
        interfaces: data.interfaces.iter().map(interface).collect(),
    }
}
