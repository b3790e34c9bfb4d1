//! The AWS Security Finding Format, as far as we use it.

use crate::time::Timestamp;
use crate::wire::lenient::{Field, List, Text, object};

object! {
    struct Raw {
        id: Text<'a> = "Id",
        product_arn: Text<'a> = "ProductArn",
        region: Text<'a> = "Region",
        generator: Text<'a> = "GeneratorId",
        account: Text<'a> = "AwsAccountId",
        types: List<Text<'a>> = "Types",
        title: Text<'a> = "Title",
        description: Text<'a> = "Description",
        first_seen: Field<Timestamp> = "FirstObservedAt",
        last_seen: Field<Timestamp> = "LastObservedAt",
        created: Field<Timestamp> = "CreatedAt",
        updated: Field<Timestamp> = "UpdatedAt",
        severity: Severity<'a> = "Severity",
        provider: Provider<'a> = "FindingProviderFields",
        fields: super::fields::Fields<'a> = "ProductFields",
        compliance: Compliance<'a> = "Compliance",
        workflow: Workflow<'a> = "Workflow",
        record_state: Text<'a> = "RecordState",
        note: Note<'a> = "Note",
        sample: Field<bool> = "Sample",
        resources: List<Resource<'a>> = "Resources",
        vulnerabilities: List<Vulnerability<'a>> = "Vulnerabilities",
    }
}

object! {
    struct Severity {
        label: Text<'a> = "Label",
        normalized: Field<f64> = "Normalized",
        product: Field<f64> = "Product",
    }
}

object! {
    struct Provider {
        severity: Severity<'a> = "Severity",
        types: List<Text<'a>> = "Types",
    }
}

object! {
    struct Compliance {
        status: Text<'a> = "Status",
        control: Text<'a> = "SecurityControlId",
    }
}

object! {
    struct Workflow {
        status: Text<'a> = "Status",
    }
}

object! {
    struct Note {
        by: Text<'a> = "UpdatedBy",
    }
}

object! {
    struct Vulnerability {
        id: Text<'a> = "Id",
    }
}

object! {
    struct Resource {
        kind: Text<'a> = "Type",
        id: Text<'a> = "Id",
        partition: Text<'a> = "Partition",
        region: Text<'a> = "Region",
        tags: super::fields::Tags = "Tags",
        details: Details<'a> = "Details",
    }
}

object! {
    struct Details {
        instance: Instance<'a> = "AwsEc2Instance",
        access_key: AccessKey<'a> = "AwsIamAccessKey",
    }
}

object! {
    struct Instance {
        profile: Text<'a> = "IamInstanceProfileArn",
        image: Text<'a> = "ImageId",
        vpc: Text<'a> = "VpcId",
        subnet: Text<'a> = "SubnetId",
        addresses: List<Text<'a>> = "IpV4Addresses",
        interfaces: List<Interface<'a>> = "NetworkInterfaces",
    }
}

object! {
    struct Interface {
        id: Text<'a> = "NetworkInterfaceId",
    }
}

object! {
    struct AccessKey {
        principal: Text<'a> = "PrincipalId",
        name: Text<'a> = "PrincipalName" | "UserName",
        kind: Text<'a> = "PrincipalType",
    }
}
