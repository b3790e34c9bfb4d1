//! OCSF findings as Security Hub writes them, as far as we use them.

use crate::time::Timestamp;
use crate::wire::asff::Tags;
use crate::wire::lenient::{Field, List, Text, object};

object! {
    struct Raw {
        class: Field<f64> = "class_uid",
        activity: Field<f64> = "activity_id",
        cloud: Cloud<'a> = "cloud",
        info: Info<'a> = "finding_info" | "finding",
        metadata: Metadata<'a> = "metadata",
        severity: Field<f64> = "severity_id",
        severity_name: Text<'a> = "severity",
        vendor: Vendor<'a> = "vendor_attributes",
        status: Field<f64> = "status_id",
        status_name: Text<'a> = "status",
        count: Field<f64> = "count",
        comment: Text<'a> = "comment",
        compliance: Compliance<'a> = "compliance",
        resources: List<Resource<'a>> = "resources" | "resource",
        evidences: List<Evidence<'a>> = "evidences",
        unmapped: Unmapped<'a> = "unmapped",
    }
}

object! {
    struct Cloud {
        account: Account<'a> = "account",
        region: Text<'a> = "region",
        partition: Text<'a> = "cloud_partition",
    }
}

object! {
    struct Account {
        uid: Text<'a> = "uid",
    }
}

object! {
    struct Info {
        uid: Text<'a> = "uid",
        title: Text<'a> = "title",
        description: Text<'a> = "desc",
        types: List<Text<'a>> = "types",
        created: Field<Timestamp> = "created_time",
        created_dt: Field<Timestamp> = "created_time_dt",
        updated: Field<Timestamp> = "modified_time",
        updated_dt: Field<Timestamp> = "modified_time_dt",
        first_seen: Field<Timestamp> = "first_seen_time",
        first_seen_dt: Field<Timestamp> = "first_seen_time_dt",
        last_seen: Field<Timestamp> = "last_seen_time",
        last_seen_dt: Field<Timestamp> = "last_seen_time_dt",
        attacks: List<Attack<'a>> = "attacks",
        related: List<Related<'a>> = "related_events",
    }
}

object! {
    struct Attack {
        tactic: NamedId<'a> = "tactic",
        tactics: List<NamedId<'a>> = "tactics",
        technique: NamedId<'a> = "technique",
        sub_technique: NamedId<'a> = "sub_technique",
    }
}

object! {
    struct NamedId {
        name: Text<'a> = "name",
        uid: Text<'a> = "uid",
    }
}

object! {
    struct Related {
        uid: Text<'a> = "uid",
    }
}

object! {
    struct Metadata {
        product: Product<'a> = "product",
    }
}

object! {
    struct Product {
        name: Text<'a> = "name",
        uid: Text<'a> = "uid",
        feature: NamedId<'a> = "feature",
    }
}

object! {
    struct Vendor {
        severity: Field<f64> = "severity_id",
    }
}

object! {
    struct Compliance {
        control: Text<'a> = "control",
        status: Text<'a> = "status",
        status_id: Field<f64> = "status_id",
    }
}

object! {
    struct Unmapped {
        sample: Field<bool> = "Sample",
        additional_sample: Field<bool> = "ProductFields.aws/guardduty/service/additionalInfo/sample",
        record_state: Text<'a> = "RecordState",
        archived: Field<bool> = "ProductFields.aws/guardduty/service/archived",
        count: Field<f64> = "ProductFields.aws/guardduty/service/count",
        role: Text<'a> = "ProductFields.aws/guardduty/service/resourceRole",
        action: Text<'a> = "ProductFields.aws/guardduty/service/action/actionType",
    }
}

object! {
    struct Resource {
        kind: Text<'a> = "type",
        uid: Text<'a> = "uid",
        region: Text<'a> = "region",
        partition: Text<'a> = "cloud_partition",
        owner: Owner<'a> = "owner",
        tags: Tags = "tags",
        data: Data<'a> = "data",
    }
}

object! {
    struct Owner {
        account: Account<'a> = "account",
    }
}

object! {
    struct Data {
        instance_id: Text<'a> = "instance_id",
        image: Text<'a> = "image_id",
        profile: Profile<'a> = "iam_instance_profile",
        interfaces: List<Interface<'a>> = "network_interfaces",
        tags: Tags = "tags",
        access_key: Text<'a> = "access_key_id",
        principal: Text<'a> = "principal_id",
        user: Text<'a> = "user_name",
        user_kind: Text<'a> = "user_type",
    }
}

object! {
    struct Profile {
        arn: Text<'a> = "arn",
    }
}

object! {
    struct Interface {
        id: Text<'a> = "network_interface_id",
        vpc: Text<'a> = "vpc_id",
        subnet: Text<'a> = "subnet_id",
        groups: List<Group<'a>> = "security_groups",
        private_ip: Text<'a> = "private_ip_address",
        public_ip: Text<'a> = "public_ip",
    }
}

object! {
    struct Group {
        id: Text<'a> = "group_id",
    }
}

object! {
    struct Evidence {
        api: Api<'a> = "api",
        actor: Actor<'a> = "actor",
        process: Process<'a> = "process",
        source: Endpoint<'a> = "src_endpoint",
        destination: Endpoint<'a> = "dst_endpoint",
        connection: Connection<'a> = "connection_info",
        query: Query<'a> = "query",
        request: Request<'a> = "http_request",
    }
}

object! {
    struct Api {
        operation: Text<'a> = "operation",
        service: NamedId<'a> = "service",
    }
}

object! {
    struct Actor {
        user: User<'a> = "user",
        process: Process<'a> = "process",
    }
}

object! {
    struct User {
        name: Text<'a> = "name",
        uid: Text<'a> = "uid",
        kind: Text<'a> = "type",
        credential: Text<'a> = "credential_uid",
        account: Account<'a> = "account",
    }
}

object! {
    struct Process {
        path: Text<'a> = "path",
        file: File<'a> = "file",
    }
}

object! {
    struct File {
        path: Text<'a> = "path",
        hashes: List<Hash<'a>> = "hashes",
    }
}

object! {
    struct Hash {
        value: Text<'a> = "value",
    }
}

object! {
    struct Endpoint {
        ip: Text<'a> = "ip",
        port: Field<f64> = "port",
        domain: Text<'a> = "domain" | "hostname",
        location: Location<'a> = "location",
        system: NamedId<'a> = "autonomous_system",
    }
}

object! {
    struct Location {
        country: Text<'a> = "country",
    }
}

object! {
    struct Connection {
        direction: Text<'a> = "direction",
        direction_id: Field<f64> = "direction_id",
    }
}

object! {
    struct Query {
        hostname: Text<'a> = "hostname",
    }
}

object! {
    struct Request {
        agent: Text<'a> = "user_agent",
    }
}
