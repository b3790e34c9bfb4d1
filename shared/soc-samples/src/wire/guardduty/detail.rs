//! What the runtime agent and the malware scanner add to `service`.

use serde_json::{Value, json};
use soc_domain::id::sha256_hex;

use crate::sample::{Act, Sample, Target};
use crate::wire::{Object, put};

/// Adds `runtimeDetails`, `ebsVolumeScanDetails` or `malwareScanDetails`, where the finding comes from such a source.
pub(super) fn add(sample: &Sample, service: &mut Object) {
    if let Some(path) = sample.process() {
        put(service, "featureName", "RuntimeMonitoring");
        let mut details = Object::new();
        put(&mut details, "process", process(sample, path));
        if let Some(context) = context(sample) {
            put(&mut details, "context", context);
        }
        put(service, "runtimeDetails", details);
    }
    let Act::Malware(path) = &sample.act else { return };
    let volume = sample.targets.iter().find(|target| matches!(target, Target::Volume(_)));
    if let Some(volume) = volume {
        put(service, "featureName", "EbsVolumeScan");
        put(service, "ebsVolumeScanDetails", volume_scan(sample, path, &sample.arn_of(volume)));
    } else {
        put(service, "featureName", "MalwareProtection");
        put(service, "malwareScanDetails", object_scan(sample, path));
    }
}

/// What a threat is called: files are suspicious where the scanner is not sure.
pub(in crate::wire) fn threat(sample: &Sample) -> &'static str {
    if sample.kind.contains("Suspicious") { "Application.Hacktool.Example" } else { "Trojan.Generic.Example" }
}

fn volume_scan(sample: &Sample, path: &str, volume: &str) -> Value {
    let (severity, threat) = (if sample.score >= 7.0 { "HIGH" } else { "MEDIUM" }, threat(sample));
    let name = path.rsplit('/').next().unwrap_or(path);
    json!({
        "scanId": sha256_hex(&[b"scan", sample.id.as_bytes()]).get(..32).unwrap_or_default(),
        "scanStartedAt": sample.first_seen.to_string(),
        "scanCompletedAt": sample.last_seen.to_string(),
        "triggerFindingId": sha256_hex(&[b"trigger", sample.id.as_bytes()]).get(..32).unwrap_or_default(),
        "sources": ["Bitdefender"],
        "scanType": "GUARDDUTY_INITIATED",
        "scanDetections": {
            "scannedItemCount": { "totalGb": 8, "files": 93_456, "volumes": 1 },
            "threatsDetectedItemCount": { "files": 1 },
            "highestSeverityThreatDetails": { "severity": severity, "threatName": threat, "count": 1 },
            "threatDetectedByName": {
                "itemCount": 1, "uniqueThreatNameCount": 1, "shortened": false,
                "threatNames": [{
                    "name": threat, "severity": severity, "itemCount": 1,
                    "filePaths": [{
                        "filePath": path, "fileName": name, "volumeArn": volume,
                        "hash": sha256_hex(&[path.as_bytes()]),
                    }],
                }],
            },
        },
    })
}

fn object_scan(sample: &Sample, path: &str) -> Value {
    let hash = sha256_hex(&[path.as_bytes()]);
    let uploaded = sample.kind.starts_with("Object:");
    let threat = json!({
        "name": threat(sample), "source": "Bitdefender", "count": 1, "hash": hash,
        "itemPaths": [{ "nestedItemPath": path, "hash": hash }],
    });
    if uploaded {
        return json!({ "threats": [threat] });
    }
    json!({
        "threats": [threat],
        "scanId": sha256_hex(&[b"scan", sample.id.as_bytes()]).get(..32).unwrap_or_default(),
        "scanType": "ON_DEMAND",
        "scanCategory": "FULL_SCAN",
        "uniqueThreatCount": 1,
    })
}

/// What the agent saw beside the process; which fields there are depends on the type.
fn context(sample: &Sample) -> Option<Value> {
    let family = sample.kind.split('/').nth(1).unwrap_or_default();
    Some(match family.split('.').next().unwrap_or_default() {
        "KernelModuleLoaded" => json!({ "moduleName": "nf_helper", "moduleFilePath": "/tmp/nf_helper.ko",
                                         "moduleSha256": sha256_hex(&[b"nf_helper"]) }),
        "NewLibraryLoaded" => json!({ "libraryPath": "/tmp/libhelper.so" }),
        "DockerSocketAccessed" => json!({ "socketPath": "/var/run/docker.sock" }),
        "RuncContainerEscape" => json!({ "runcBinaryPath": "/usr/bin/runc" }),
        "CGroupsReleaseAgentModified" => json!({ "releaseAgentPath": "/sys/fs/cgroup/rdma/release_agent" }),
        "ContainerMountsHostDirectory" => {
            json!({ "mountSource": "/", "mountTarget": "/host", "fileSystemType": "ext4" })
        }
        "ProcessInjection" | "PtraceAntiDebugging" => {
            json!({ "targetProcess": process(sample, "/usr/sbin/sshd") })
        }
        "SuspiciousTool" => json!({ "toolName": "nmap", "toolCategory": "Network scanner" }),
        "SuspiciousCommand" => json!({ "commandLineExample": "base64 -d /tmp/.a | sh" }),
        "MaliciousFileExecuted" => json!({ "threatFilePath": "/tmp/.a" }),
        _ => return None,
    })
}

fn process(sample: &Sample, path: &str) -> Value {
    let name = path.rsplit('/').next().unwrap_or(path);
    json!({
        "name": name,
        "executablePath": path,
        "executableSha256": sha256_hex(&[path.as_bytes()]),
        "pwd": "/tmp",
        "pid": 4711,
        "startTime": sample.first_seen.to_string(),
        "uuid": sample.id,
        "parentUuid": sample.detector(),
        "user": "root",
        "userId": 0,
        "euid": 0,
        "lineage": [{
            "startTime": sample.first_seen.to_string(), "name": "bash", "pid": 4702, "userId": 0, "euid": 0,
            "uuid": sample.detector(), "executablePath": "/usr/bin/bash", "parentUuid": sample.detector(),
        }],
    })
}
