//! What Security Hub's controls say: one check of one control on one resource.

use std::time::Duration;

use soc_domain::catalogue::control;
use soc_domain::finding::Compliance;
use soc_domain::time::Timestamp;

use super::{Home, digits};
use crate::sample::{Product, Sample, Tag, Target};

/// One check of one control.
#[derive(Debug, Clone)]
pub struct Check<'a> {
    /// The consolidated control id, known or not.
    pub control: &'a str,
    /// Where the resource is.
    pub home: Home,
    /// What the resource is called: controls of one type of resource and one name are about one thing.
    pub name: &'a str,
    /// The resource's tags.
    pub tags: &'a [Tag],
    /// How the check ended.
    pub result: Compliance,
    /// When.
    pub seen: Timestamp,
}

impl Check<'_> {
    /// The finding. Its id is the same for the same control and resource.
    #[must_use]
    pub fn finding(&self) -> Sample {
        let row = control(self.control);
        let kind = row.map_or("Other", |row| row.resource_type);
        let title = row.map_or("A setting of the resource should be as the control says", |row| row.title);
        let score = row.map_or(5.0, |row| row.score);
        let arn = arn(kind, self.name, self.home);
        // The id of a control's finding is a UUID.
        let mut id = digits(&["check", self.control, &arn, self.home.account], 32);
        for place in [8, 13, 18, 23] {
            id.insert(place, '-');
        }
        let failed = self.result != Compliance::Passed;
        Sample {
            product: Product::SecurityHub,
            kind: row.map_or(self.control, |row| row.id).to_owned(),
            id,
            score: if failed { score } else { 0.0 },
            account: self.home.account.to_owned(),
            region: self.home.region.to_owned(),
            title: title.to_owned(),
            description: format!("This control checks whether this holds: {title}."),
            targets: vec![Target::Named { kind, arn }],
            tags: self.tags.to_vec(),
            compliance: Some(self.result),
            first_seen: self.seen,
            last_seen: self.seen,
            updated_at: self.seen.plus(Duration::from_secs(60)),
            count: 1,
            ..Sample::default()
        }
    }
}

/// The id under which ASFF knows an account.
fn account_arn(account: &str) -> String {
    format!("AWS::::Account:{account}")
}

/// The ARN of a resource by ASFF's type and a name; most are `arn:aws:SERVICE:REGION:ACCOUNT:KIND/NAME`.
fn arn(kind: &str, name: &str, home: Home) -> String {
    let Home { account, region, .. } = home;
    let hex = digits(&[account, kind, name], 17);
    let path = match kind {
        "AwsAccount" => return account_arn(account),
        "AwsS3Bucket" => return format!("arn:aws:s3:::example-{name}"),
        "AwsIamUser" => return format!("arn:aws:iam::{account}:user/{name}"),
        "AwsCloudFrontDistribution" => return format!("arn:aws:cloudfront::{account}:distribution/{name}"),
        "AwsApiGatewayStage" => return format!("arn:aws:apigateway:{region}::/restapis/{name}/stages/live"),
        "AwsAthenaWorkGroup" => format!("athena:{region}:{account}:workgroup/{name}"),
        "AwsAutoScalingAutoScalingGroup" => {
            format!("autoscaling:{region}:{account}:autoScalingGroup:{hex}:autoScalingGroupName/{name}")
        }
        "AwsAutoScalingLaunchConfiguration" => {
            format!("autoscaling:{region}:{account}:launchConfiguration:{hex}:launchConfigurationName/{name}")
        }
        "AwsCloudFormationStack" => format!("cloudformation:{region}:{account}:stack/{name}/{hex}"),
        "AwsCloudTrailTrail" => format!("cloudtrail:{region}:{account}:trail/{name}"),
        "AwsCodeBuildProject" => format!("codebuild:{region}:{account}:project/{name}"),
        "AwsDynamoDbTable" => format!("dynamodb:{region}:{account}:table/{name}"),
        "AwsEc2Instance" => format!("ec2:{region}:{account}:instance/i-{hex}"),
        "AwsEc2SecurityGroup" => format!("ec2:{region}:{account}:security-group/sg-{hex}"),
        "AwsEc2Subnet" => format!("ec2:{region}:{account}:subnet/subnet-{hex}"),
        "AwsEc2TransitGateway" => format!("ec2:{region}:{account}:transit-gateway/tgw-{hex}"),
        "AwsEc2Vpc" => format!("ec2:{region}:{account}:vpc/vpc-{hex}"),
        "AwsEcrRepository" => format!("ecr:{region}:{account}:repository/{name}"),
        "AwsEcsTaskDefinition" => format!("ecs:{region}:{account}:task-definition/{name}:7"),
        "AwsElastiCacheCacheCluster" => format!("elasticache:{region}:{account}:cluster:{name}"),
        "AwsElastiCacheReplicationGroup" => format!("elasticache:{region}:{account}:replicationgroup:{name}"),
        "AwsElbv2LoadBalancer" => {
            format!("elasticloadbalancing:{region}:{account}:loadbalancer/app/{name}/{hex}")
        }
        "AwsGuardDutyDetector" => format!("guardduty:{region}:{account}:detector/{hex}"),
        "AwsGuardDutyFilter" => format!("guardduty:{region}:{account}:detector/{hex}/filter/{name}"),
        "AwsKmsKey" => format!("kms:{region}:{account}:key/{hex}"),
        "AwsLambdaFunction" => format!("lambda:{region}:{account}:function:{name}"),
        "AwsLogsLogGroup" => format!("logs:{region}:{account}:log-group:{name}"),
        "AwsRdsDbCluster" => format!("rds:{region}:{account}:cluster:{name}"),
        "AwsRdsDbInstance" => format!("rds:{region}:{account}:db:{name}"),
        "AwsRdsDbSnapshot" => format!("rds:{region}:{account}:snapshot:{name}"),
        "AwsRedshiftCluster" => format!("redshift:{region}:{account}:cluster:{name}"),
        "AwsSecretsManagerSecret" => format!("secretsmanager:{region}:{account}:secret:{name}"),
        "AwsSnsTopic" => format!("sns:{region}:{account}:{name}"),
        "AwsSqsQueue" => format!("sqs:{region}:{account}:{name}"),
        "AwsSsmDocument" => format!("ssm:{region}:{account}:document/{name}"),
        _ => format!("config:{region}:{account}:resource/{name}"),
    };
    format!("arn:aws:{path}")
}
