//! What runs in containers: Kubernetes users and workloads, ECS tasks, containers.

use serde_json::{Value, json};
use soc_domain::id::sha256_hex;

use super::{Object, put};
use crate::sample::{Container, Sample, Target};

/// Whether the sample is about a cluster, which then names the containers.
pub(super) fn has_cluster(sample: &Sample) -> bool {
    sample.targets.iter().any(|target| matches!(target, Target::EksCluster(_) | Target::EcsCluster(_)))
}

fn containers(sample: &Sample) -> Vec<Value> {
    let of = |target: &Target| match target {
        Target::Container(one) => Some(container(one)),
        _ => None,
    };
    sample.targets.iter().filter_map(of).collect()
}

/// One container.
pub(super) fn container(container: &Container) -> Value {
    json!({
        "containerRuntime": "containerd",
        "id": container.id,
        "name": container.name,
        "image": container.image,
        "securityContext": { "privileged": false, "allowPrivilegeEscalation": true },
    })
}

/// Who called and which workload it is about, as far as the sample knows.
pub(super) fn kubernetes(sample: &Sample) -> Value {
    let mut details = Object::new();
    if let Some(user) = sample.principal.as_ref().filter(|principal| principal.kind == "KubernetesUser") {
        let anonymous = user.name == "system:anonymous";
        let group = if anonymous { "system:unauthenticated" } else { "system:authenticated" };
        put(
            &mut details,
            "kubernetesUserDetails",
            json!({ "username": user.name, "uid": format!("uid-{}", user.name), "groups": [group] }),
        );
    }
    for target in &sample.targets {
        let Target::Workload { namespace, kind, name } = target else { continue };
        let uid = sha256_hex(&[namespace.as_bytes(), name.as_bytes()]);
        let workload = json!({
            "name": name, "type": kind, "namespace": namespace, "uid": uid.get(..32).unwrap_or_default(),
            "hostNetwork": false, "serviceAccountName": "default", "containers": containers(sample),
        });
        put(&mut details, "kubernetesWorkloadDetails", workload);
    }
    Value::Object(details)
}

/// The task of an ECS cluster.
pub(super) fn task(sample: &Sample, cluster: &str) -> Value {
    let (region, account) = (&sample.region, &sample.account);
    let id = sha256_hex(&[b"task", cluster.as_bytes()]);
    let id = id.get(..32).unwrap_or_default();
    json!({
        "arn": format!("arn:aws:ecs:{region}:{account}:task/{cluster}/{id}"),
        "definitionArn": format!("arn:aws:ecs:{region}:{account}:task-definition/{cluster}:7"),
        "version": "3", "startedBy": "ecs-svc/4711", "group": format!("service:{cluster}"), "launchType": "FARGATE",
        "containers": containers(sample),
    })
}
