//! One client of each service from the configuration that all share: functions name no SDK.

use aws_config::SdkConfig;

macro_rules! clients {
    ($($feature:literal $name:ident $sdk:ident $service:literal;)+) => {$(
        #[doc = concat!("A client of ", $service, ".")]
        #[cfg(feature = $feature)]
        #[must_use]
        pub fn $name(config: &SdkConfig) -> $sdk::Client {
            $sdk::Client::new(config)
        }
    )+};
}

clients! {
    "bedrock" bedrock aws_sdk_bedrockruntime "Amazon Bedrock";
    "dynamodb" dynamodb aws_sdk_dynamodb "DynamoDB";
    "guardduty" guardduty aws_sdk_guardduty "GuardDuty";
    "roots" kms aws_sdk_kms "KMS";
    "kinesis" kinesis aws_sdk_kinesis "Kinesis";
    "lambda" lambda aws_sdk_lambda "Lambda";
    "s3" s3 aws_sdk_s3 "S3";
    "secrets" secrets aws_sdk_secretsmanager "Secrets Manager";
    "securityhub" securityhub aws_sdk_securityhub "Security Hub";
    "sfn" sfn aws_sdk_sfn "Step Functions";
    "sns" sns aws_sdk_sns "SNS";
}
