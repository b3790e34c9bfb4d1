//! Security Hub's controls, by their consolidated ids.
//!
//! Sources: ids and severities from "Security Hub controls reference", AWS Security Hub User Guide (edition of
//! 2023; controls that came later, and the later severities of Config.1 and CloudFront.1, from their own
//! sections); types of resources from the list of resource details in the guide's description of ASFF. Titles
//! are ours, and short. The severity that a finding itself states always goes before the one here.

/// The numbers that stand for the severity labels of a failed control.
const LOW: f64 = 2.0;
const MEDIUM: f64 = 5.0;
const HIGH: f64 = 8.0;
const CRITICAL: f64 = 9.5;

/// One control.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Control {
    /// The consolidated control id.
    pub id: &'static str,
    /// The number behind the severity when it fails: 2 Low, 5 Medium, 8 High, 9.5 Critical.
    pub score: f64,
    /// ASFF's type of the resource that its findings name.
    pub resource_type: &'static str,
    /// What should be so, in one line.
    pub title: &'static str,
}

const fn row(id: &'static str, score: f64, resource_type: &'static str, title: &'static str) -> Control {
    Control { id, score, resource_type, title }
}

static CONTROLS: &[Control] = &[
    row(
        "APIGateway.1",
        MEDIUM,
        "AwsApiGatewayStage",
        "API Gateway REST and WebSocket API execution logging should be enabled",
    ),
    row(
        "APIGateway.5",
        MEDIUM,
        "AwsApiGatewayStage",
        "API Gateway REST API cache data should be encrypted at rest",
    ),
    row("Athena.4", MEDIUM, "AwsAthenaWorkGroup", "Athena workgroups should have logging enabled"),
    row(
        "AutoScaling.1",
        LOW,
        "AwsAutoScalingAutoScalingGroup",
        "Groups behind a load balancer should use its health checks",
    ),
    row(
        "AutoScaling.3",
        HIGH,
        "AwsAutoScalingLaunchConfiguration",
        "Launch configurations should require IMDSv2",
    ),
    row(
        "Autoscaling.5",
        HIGH,
        "AwsAutoScalingLaunchConfiguration",
        "Launched instances should not have public IP addresses",
    ),
    row(
        "CloudFormation.1",
        LOW,
        "AwsCloudFormationStack",
        "CloudFormation stacks should be integrated with SNS",
    ),
    row("CloudFront.1", HIGH, "AwsCloudFrontDistribution", "Distributions should have a default root object"),
    row(
        "CloudFront.12",
        HIGH,
        "AwsCloudFrontDistribution",
        "Distributions should not point to S3 origins that do not exist",
    ),
    row(
        "CloudTrail.1",
        HIGH,
        "AwsAccount",
        "A multi-Region trail should record read and write management events",
    ),
    row("CloudTrail.2", MEDIUM, "AwsCloudTrailTrail", "CloudTrail should have encryption at rest enabled"),
    row("CloudTrail.3", HIGH, "AwsAccount", "At least one CloudTrail trail should be enabled"),
    row("CloudTrail.4", MEDIUM, "AwsCloudTrailTrail", "CloudTrail log file validation should be enabled"),
    row("CloudTrail.5", LOW, "AwsCloudTrailTrail", "Trails should be integrated with CloudWatch Logs"),
    row(
        "CloudTrail.6",
        CRITICAL,
        "AwsS3Bucket",
        "The bucket of CloudTrail's logs should not be publicly accessible",
    ),
    row("CloudTrail.7", LOW, "AwsS3Bucket", "The bucket of CloudTrail's logs should have access logging"),
    row("CloudWatch.1", LOW, "AwsAccount", "An alarm should exist for usage of the root user"),
    row("CloudWatch.10", LOW, "AwsAccount", "An alarm should exist for security group changes"),
    row("CloudWatch.11", LOW, "AwsAccount", "An alarm should exist for changes to network ACLs"),
    row("CloudWatch.12", LOW, "AwsAccount", "An alarm should exist for changes to network gateways"),
    row("CloudWatch.13", LOW, "AwsAccount", "An alarm should exist for route table changes"),
    row("CloudWatch.14", LOW, "AwsAccount", "An alarm should exist for VPC changes"),
    row("CloudWatch.16", MEDIUM, "AwsLogsLogGroup", "Log groups should be retained for a specified time"),
    row("CloudWatch.2", LOW, "AwsAccount", "An alarm should exist for unauthorized API calls"),
    row("CloudWatch.3", LOW, "AwsAccount", "An alarm should exist for console sign-in without MFA"),
    row("CloudWatch.4", LOW, "AwsAccount", "An alarm should exist for IAM policy changes"),
    row("CloudWatch.5", LOW, "AwsAccount", "An alarm should exist for CloudTrail configuration changes"),
    row("CloudWatch.6", LOW, "AwsAccount", "An alarm should exist for console authentication failures"),
    row(
        "CloudWatch.7",
        LOW,
        "AwsAccount",
        "An alarm should exist for disabling or deleting customer managed keys",
    ),
    row("CloudWatch.8", LOW, "AwsAccount", "An alarm should exist for S3 bucket policy changes"),
    row("CloudWatch.9", LOW, "AwsAccount", "An alarm should exist for AWS Config configuration changes"),
    row(
        "CodeBuild.2",
        CRITICAL,
        "AwsCodeBuildProject",
        "Environment variables should not contain clear text credentials",
    ),
    row(
        "CodeBuild.5",
        HIGH,
        "AwsCodeBuildProject",
        "Project environments should not have privileged mode enabled",
    ),
    row("Config.1", CRITICAL, "AwsAccount", "AWS Config should be enabled"),
    row("DynamoDB.1", MEDIUM, "AwsDynamoDbTable", "Tables should scale capacity with demand"),
    row("DynamoDB.5", LOW, "AwsDynamoDbTable", "Tables should be tagged"),
    row("DynamoDB.6", MEDIUM, "AwsDynamoDbTable", "Tables should have deletion protection enabled"),
    row("EC2.1", CRITICAL, "AwsAccount", "EBS snapshots should not be publicly restorable"),
    row("EC2.10", MEDIUM, "AwsEc2Vpc", "VPCs should have an endpoint for the EC2 service"),
    row("EC2.13", HIGH, "AwsEc2SecurityGroup", "Security groups should not allow everybody in to port 22"),
    row("EC2.14", HIGH, "AwsEc2SecurityGroup", "Security groups should not allow everybody in to port 3389"),
    row("EC2.15", MEDIUM, "AwsEc2Subnet", "Subnets should not automatically assign public IP addresses"),
    row(
        "EC2.18",
        HIGH,
        "AwsEc2SecurityGroup",
        "Unrestricted incoming traffic should reach authorized ports only",
    ),
    row(
        "EC2.19",
        CRITICAL,
        "AwsEc2SecurityGroup",
        "Security groups should not open ports with high risk to everybody",
    ),
    row("EC2.2", HIGH, "AwsEc2SecurityGroup", "VPC default security groups should not allow traffic"),
    row(
        "EC2.23",
        HIGH,
        "AwsEc2TransitGateway",
        "Transit gateways should not automatically accept VPC attachments",
    ),
    row("EC2.4", MEDIUM, "AwsEc2Instance", "Stopped instances should be removed after a specified time"),
    row("EC2.6", MEDIUM, "AwsEc2Vpc", "VPC flow logging should be enabled in all VPCs"),
    row("EC2.7", MEDIUM, "AwsAccount", "EBS default encryption should be enabled"),
    row("EC2.8", HIGH, "AwsEc2Instance", "Instances should use IMDSv2"),
    row("ECR.1", HIGH, "AwsEcrRepository", "Private repositories should have image scanning configured"),
    row(
        "ECS.5",
        HIGH,
        "AwsEcsTaskDefinition",
        "Containers should be limited to read-only access to root filesystems",
    ),
    row("ELB.1", MEDIUM, "AwsElbv2LoadBalancer", "Application Load Balancers should redirect HTTP to HTTPS"),
    row(
        "ElastiCache.1",
        HIGH,
        "AwsElastiCacheCacheCluster",
        "Redis clusters should have automatic backup enabled",
    ),
    row(
        "ElastiCache.2",
        HIGH,
        "AwsElastiCacheCacheCluster",
        "Clusters should have automatic minor version upgrades enabled",
    ),
    row(
        "ElastiCache.3",
        MEDIUM,
        "AwsElastiCacheReplicationGroup",
        "Replication groups should have automatic failover enabled",
    ),
    row("GuardDuty.1", HIGH, "AwsAccount", "GuardDuty should be enabled"),
    row("GuardDuty.2", LOW, "AwsGuardDutyFilter", "GuardDuty filters should be tagged"),
    row("GuardDuty.4", LOW, "AwsGuardDutyDetector", "GuardDuty detectors should be tagged"),
    row("IAM.11", MEDIUM, "AwsAccount", "The password policy should require an uppercase letter"),
    row("IAM.12", MEDIUM, "AwsAccount", "The password policy should require a lowercase letter"),
    row("IAM.13", MEDIUM, "AwsAccount", "The password policy should require a symbol"),
    row("IAM.14", MEDIUM, "AwsAccount", "The password policy should require a number"),
    row("IAM.15", MEDIUM, "AwsAccount", "The password policy should require 14 characters or more"),
    row("IAM.16", LOW, "AwsAccount", "The password policy should prevent password reuse"),
    row("IAM.17", LOW, "AwsAccount", "The password policy should expire passwords within 90 days"),
    row("IAM.18", LOW, "AwsAccount", "A support role should exist to manage incidents with AWS Support"),
    row("IAM.22", MEDIUM, "AwsIamUser", "User credentials unused for 45 days should be removed"),
    row("IAM.3", MEDIUM, "AwsIamUser", "Access keys should be rotated every 90 days or less"),
    row("IAM.7", MEDIUM, "AwsAccount", "Password policies should have strong configurations"),
    row("IAM.8", MEDIUM, "AwsIamUser", "Unused IAM user credentials should be removed"),
    row("KMS.4", MEDIUM, "AwsKmsKey", "Key rotation should be enabled"),
    row("Lambda.1", CRITICAL, "AwsLambdaFunction", "Function policies should prohibit public access"),
    row("Macie.1", MEDIUM, "AwsAccount", "Macie should be enabled"),
    row("RDS.1", CRITICAL, "AwsRdsDbSnapshot", "Snapshots should be private"),
    row("RDS.13", HIGH, "AwsRdsDbInstance", "Automatic minor version upgrades should be enabled"),
    row("RDS.16", LOW, "AwsRdsDbCluster", "Clusters should copy tags to snapshots"),
    row("RDS.2", CRITICAL, "AwsRdsDbInstance", "Database instances should prohibit public access"),
    row("RDS.4", MEDIUM, "AwsRdsDbSnapshot", "Snapshots should be encrypted at rest"),
    row("RDS.5", MEDIUM, "AwsRdsDbInstance", "Database instances should span multiple Availability Zones"),
    row("RDS.6", LOW, "AwsRdsDbInstance", "Enhanced monitoring should be configured"),
    row("RDS.7", LOW, "AwsRdsDbCluster", "Clusters should have deletion protection enabled"),
    row("RDS.8", LOW, "AwsRdsDbInstance", "Database instances should have deletion protection enabled"),
    row("Redshift.1", CRITICAL, "AwsRedshiftCluster", "Clusters should prohibit public access"),
    row("Redshift.3", MEDIUM, "AwsRedshiftCluster", "Clusters should have automatic snapshots enabled"),
    row("Redshift.4", MEDIUM, "AwsRedshiftCluster", "Clusters should have audit logging enabled"),
    row("Redshift.6", MEDIUM, "AwsRedshiftCluster", "Automatic upgrades to major versions should be enabled"),
    row("S3.1", MEDIUM, "AwsAccount", "The account's block public access settings should be enabled"),
    row("S3.11", MEDIUM, "AwsS3Bucket", "Buckets should have event notifications enabled"),
    row("S3.13", LOW, "AwsS3Bucket", "Buckets should have lifecycle configurations"),
    row("S3.2", CRITICAL, "AwsS3Bucket", "Buckets should block public read access"),
    row("S3.3", CRITICAL, "AwsS3Bucket", "Buckets should block public write access"),
    row("S3.4", MEDIUM, "AwsS3Bucket", "Buckets should have server-side encryption enabled"),
    row("S3.5", MEDIUM, "AwsS3Bucket", "Buckets should require requests to use TLS"),
    row("S3.6", HIGH, "AwsS3Bucket", "Bucket policies should restrict what other accounts may do"),
    row("S3.8", HIGH, "AwsS3Bucket", "Buckets should block public access"),
    row("S3.9", MEDIUM, "AwsS3Bucket", "Buckets should have server access logging enabled"),
    row("SNS.1", MEDIUM, "AwsSnsTopic", "Topics should be encrypted at rest"),
    row("SNS.2", MEDIUM, "AwsSnsTopic", "Delivery status logging should be enabled"),
    row("SQS.1", MEDIUM, "AwsSqsQueue", "Queues should be encrypted at rest"),
    row("SSM.1", MEDIUM, "AwsEc2Instance", "Instances should be managed by Systems Manager"),
    row("SSM.4", CRITICAL, "AwsSsmDocument", "Documents should not be public"),
    row("SSM.7", CRITICAL, "AwsAccount", "Documents should have the block public sharing setting enabled"),
    row(
        "SecretsManager.1",
        MEDIUM,
        "AwsSecretsManagerSecret",
        "Secrets should have automatic rotation enabled",
    ),
    row("SecretsManager.3", MEDIUM, "AwsSecretsManagerSecret", "Unused secrets should be removed"),
    row(
        "SecretsManager.4",
        MEDIUM,
        "AwsSecretsManagerSecret",
        "Secrets should be rotated within a specified number of days",
    ),
];

/// All controls, sorted by id.
#[must_use]
pub fn controls() -> &'static [Control] {
    CONTROLS
}

/// One control, by its consolidated id in any case: AWS itself writes `AutoScaling.5` and `Autoscaling.5`.
#[must_use]
pub fn control(id: &str) -> Option<&'static Control> {
    CONTROLS.iter().find(|row| row.id.eq_ignore_ascii_case(id))
}
