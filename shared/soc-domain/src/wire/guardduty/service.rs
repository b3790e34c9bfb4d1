//! What GuardDuty says of the activity itself: action, evidence, additional information, scans.

use crate::finding::{Activity, ApiCall, Finding, Observable, ObservableKind, Remote};
use crate::wire::asff::Tags;
use crate::wire::lenient::{Field, List, Seen, Text, object};

object! {
    struct Action {
        kind: Text<'a> = "actionType" | "ActionType",
        api: ApiAction<'a> = "awsApiCallAction" | "AwsApiCallAction",
        dns: Dns<'a> = "dnsRequestAction" | "DnsRequestAction",
        network: Network<'a> = "networkConnectionAction" | "NetworkConnectionAction",
        probe: Probe<'a> = "portProbeAction" | "PortProbeAction",
        kubernetes: ApiAction<'a> = "kubernetesApiCallAction" | "KubernetesApiCallAction",
        login: ApiAction<'a> = "rdsLoginAttemptAction" | "RdsLoginAttemptAction",
    }
}

object! {
    struct ApiAction {
        api: Text<'a> = "api" | "Api",
        service: Text<'a> = "serviceName" | "ServiceName",
        agent: Text<'a> = "userAgent" | "UserAgent",
        remote: RemoteIp<'a> = "remoteIpDetails" | "RemoteIpDetails",
        domain: Dns<'a> = "domainDetails" | "DomainDetails",
        affected: Tags = "affectedResources" | "AffectedResources",
    }
}

object! {
    struct Dns {
        domain: Text<'a> = "domain" | "Domain",
    }
}

object! {
    struct Network {
        direction: Text<'a> = "connectionDirection" | "ConnectionDirection",
        remote: RemoteIp<'a> = "remoteIpDetails" | "RemoteIpDetails",
        port: Port<'a> = "remotePortDetails" | "RemotePortDetails",
        local: Port<'a> = "localPortDetails" | "LocalPortDetails",
    }
}

object! {
    struct Port {
        port: Field<f64> = "port" | "Port",
    }
}

object! {
    struct Probe {
        details: List<Network<'a>> = "portProbeDetails" | "PortProbeDetails",
    }
}

object! {
    struct RemoteIp {
        v4: Text<'a> = "ipAddressV4" | "IpAddressV4",
        v6: Text<'a> = "ipAddressV6" | "IpAddressV6",
        country: Country<'a> = "country" | "Country",
        organization: Organization<'a> = "organization" | "Organization",
    }
}

object! {
    struct Country {
        name: Text<'a> = "countryName" | "CountryName",
    }
}

object! {
    struct Organization {
        system: Text<'a> = "asnOrg" | "AsnOrg",
        name: Text<'a> = "org" | "Org",
    }
}

object! {
    struct Evidence {
        threats: List<ThreatIntelligence<'a>> = "threatIntelligenceDetails" | "ThreatIntelligenceDetails",
    }
}

object! {
    struct ThreatIntelligence {
        list: Text<'a> = "threatListName" | "ThreatListName",
        names: List<Text<'a>> = "threatNames" | "ThreatNames",
        hash: Text<'a> = "threatFileSha256" | "ThreatFileSha256",
    }
}

object! {
    struct Additional {
        sample: Field<bool> = "sample",
        list: Text<'a> = "threatListName",
        threat: Text<'a> = "threatName",
        domain: Text<'a> = "domain",
        value: Text<'a> = "value" | "Value",
    }
}

object! {
    struct Runtime {
        process: Process<'a> = "process" | "Process",
    }
}

object! {
    struct Process {
        path: Text<'a> = "executablePath" | "ExecutablePath",
        hash: Text<'a> = "executableSha256" | "ExecutableSha256",
    }
}

object! {
    struct VolumeScan {
        detections: Detections<'a> = "scanDetections" | "ScanDetections",
    }
}

object! {
    struct Detections {
        by_name: ByName<'a> = "threatDetectedByName" | "ThreatDetectedByName",
    }
}

object! {
    struct ByName {
        names: List<Threat<'a>> = "threatNames" | "ThreatNames",
    }
}

object! {
    struct Malware {
        threats: List<Threat<'a>> = "threats" | "Threats",
    }
}

object! {
    struct Threat {
        name: Text<'a> = "name" | "Name",
        hash: Text<'a> = "hash" | "Hash",
        files: List<File<'a>> = "filePaths" | "FilePaths" | "itemPaths" | "ItemPaths",
    }
}

object! {
    struct File {
        path: Text<'a> = "filePath" | "FilePath" | "nestedItemPath" | "NestedItemPath",
        hash: Text<'a> = "hash" | "Hash",
    }
}

/// What an `actionType` of GuardDuty is, also where ASFF repeats it.
pub(in crate::wire) fn activity(kind: &str) -> Option<Activity> {
    Some(match kind {
        "" => return None,
        "AWS_API_CALL" => Activity::ApiCall,
        "NETWORK_CONNECTION" => Activity::NetworkConnection,
        "PORT_PROBE" => Activity::PortProbe,
        "DNS_REQUEST" => Activity::DnsRequest,
        "KUBERNETES_API_CALL" => Activity::KubernetesApiCall,
        "RDS_LOGIN_ATTEMPT" => Activity::RdsLogin,
        _ => Activity::Other,
    })
}

/// The observables of a finding, each once.
pub(in crate::wire) fn observe(finding: &mut Finding, kind: ObservableKind, value: &Text<'_>) {
    let Some(value) = value.some() else { return };
    if !finding.observables.iter().any(|known| known.kind == kind && known.value == value) {
        finding.observables.push(Observable { kind, value: value.to_owned() });
    }
}

/// A port, if the number is one.
pub(in crate::wire) fn port(number: &Field<f64>) -> Option<u16> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
    number.get().filter(|port| (1.0..=65535.0).contains(*port)).map(|port| *port as u16)
}

/// Whether a connection came from outside.
pub(in crate::wire) fn is_inbound(direction: &str) -> bool {
    direction.eq_ignore_ascii_case("inbound")
}

/// Notes a port of ours that somebody outside reached or tried, once.
pub(in crate::wire) fn reached(finding: &mut Finding, port: Option<u16>) {
    if let Some(port) = port.filter(|port| !finding.local_ports.contains(port)) {
        finding.local_ports.push(port);
    }
}

/// Reads action, evidence and scans into the finding.
pub(super) fn read(finding: &mut Finding, service: &super::raw::Service<'_>) {
    let action = &service.action;
    finding.activity = activity(action.kind.str());
    let lists = threats(finding, service);
    for call in [&action.api, &action.kubernetes, &action.login] {
        observe(finding, ObservableKind::UserAgent, &call.agent);
        observe(finding, ObservableKind::Domain, &call.domain.domain);
        remote(finding, &call.remote, None, &lists);
    }
    if let Some(name) = action.api.api.some() {
        finding.api = Some(ApiCall { service: action.api.service.str().to_owned(), name: name.to_owned() });
    }
    observe(finding, ObservableKind::Domain, &action.dns.domain);
    remote(finding, &action.network.remote, port(&action.network.port.port), &lists);
    if is_inbound(action.network.direction.str()) {
        reached(finding, port(&action.network.local.port));
    }
    for probe in action.probe.details.iter() {
        remote(finding, &probe.remote, None, &lists);
        reached(finding, port(&probe.local.port));
    }
    if service.runtime.process.seen == Seen::Object {
        finding.activity = finding.activity.or(Some(Activity::Process));
        observe(finding, ObservableKind::Path, &service.runtime.process.path);
        observe(finding, ObservableKind::Hash, &service.runtime.process.hash);
    }
    let scanned = service.volume_scan.detections.by_name.names.iter();
    for threat in scanned.chain(service.malware.threats.iter()) {
        observe(finding, ObservableKind::Threat, &threat.name);
        observe(finding, ObservableKind::Hash, &threat.hash);
        for file in threat.files.iter() {
            observe(finding, ObservableKind::Path, &file.path);
            observe(finding, ObservableKind::Hash, &file.hash);
        }
    }
}

/// Reads threat intelligence and answers the names of the lists.
fn threats(finding: &mut Finding, service: &super::raw::Service<'_>) -> Vec<String> {
    let mut lists: Vec<String> = Vec::new();
    let mut name = |list: &Text<'_>| {
        if let Some(list) = list.some().filter(|list| !lists.iter().any(|known| known == list)) {
            lists.push(list.to_owned());
        }
    };
    let inner = inner(&service.additional);
    for info in [Some(&service.additional), inner.as_ref()].into_iter().flatten() {
        name(&info.list);
        observe(finding, ObservableKind::Threat, &info.threat);
        observe(finding, ObservableKind::Domain, &info.domain);
        finding.sample |= info.sample.get() == Some(&true);
    }
    for details in service.evidence.threats.iter() {
        name(&details.list);
        observe(finding, ObservableKind::Hash, &details.hash);
        for threat in details.names.iter() {
            observe(finding, ObservableKind::Threat, threat);
        }
    }
    lists
}

/// The API's form of `additionalInfo`: JSON in a string.
fn inner<'b>(info: &'b Additional<'_>) -> Option<Additional<'b>> {
    serde_json::from_str(info.value.some()?).ok()
}

fn remote(finding: &mut Finding, raw: &RemoteIp<'_>, port: Option<u16>, lists: &[String]) {
    for ip in [raw.v4.some(), raw.v6.some()].into_iter().flatten() {
        let remote = Remote {
            ip: ip.to_owned(),
            port,
            country: raw.country.name.owned(),
            organization: raw.organization.name.owned().or_else(|| raw.organization.system.owned()),
            threat_lists: lists.to_vec(),
        };
        if !finding.remotes.contains(&remote) {
            finding.remotes.push(remote);
        }
    }
}
