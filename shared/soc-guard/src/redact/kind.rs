//! The closed list of what is redacted.
//!
//! Apart because tokens, counts and rules all speak of it.

macro_rules! kinds {
    ($($name:ident $label:literal $doc:literal,)*) => {
        /// What a redacted value was. Where rules overlap, the kind listed first gives the token its name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $(#[doc = $doc] $name,)*
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name in a token, such as `EMAIL` in `[EMAIL:7f3a9c12]`.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self {
                    $(Self::$name => $label,)*
                }
            }
        }
    };
}

kinds! {
    PrivateKey "PRIVATE_KEY" "PEM block of a private key.",
    AwsSessionToken "AWS_SESSION_TOKEN" "Session token of temporary AWS credentials.",
    AwsSecretKey "AWS_SECRET_KEY" "AWS secret access key (never the key id).",
    AwsApiKey "AWS_API_KEY" "Bedrock, `AppSync` or MWS key.",
    AwsSignature "AWS_SIGNATURE" "Signature of a presigned request, which whoever has it may repeat.",
    Jwt "JWT" "JSON web token, signed or encrypted.",
    GitHub "GITHUB_TOKEN" "GitHub token.",
    GitLab "GITLAB_TOKEN" "`GitLab` token.",
    Slack "SLACK_TOKEN" "Slack token or webhook.",
    Stripe "STRIPE_KEY" "Stripe secret key or webhook secret.",
    Google "GOOGLE_KEY" "Google API key, client secret or `OAuth` token.",
    Azure "AZURE_KEY" "Azure storage key, client secret or SAS signature.",
    Twilio "TWILIO_KEY" "Twilio API key or auth token.",
    SendGrid "SENDGRID_KEY" "`SendGrid` API key.",
    Npm "NPM_TOKEN" "npm token.",
    PyPi "PYPI_TOKEN" "`PyPI` token.",
    Anthropic "ANTHROPIC_KEY" "Anthropic API key.",
    OpenAi "OPENAI_KEY" "`OpenAI` API key.",
    HuggingFace "HUGGINGFACE_TOKEN" "Hugging Face token.",
    Databricks "DATABRICKS_TOKEN" "Databricks token.",
    Shopify "SHOPIFY_TOKEN" "Shopify token.",
    Square "SQUARE_TOKEN" "Square token.",
    Telegram "TELEGRAM_TOKEN" "Telegram bot token.",
    Discord "DISCORD_TOKEN" "Discord bot token or webhook.",
    Mailchimp "MAILCHIMP_KEY" "Mailchimp API key.",
    DigitalOcean "DIGITALOCEAN_TOKEN" "`DigitalOcean` token.",
    Heroku "HEROKU_KEY" "Heroku API key.",
    NewRelic "NEW_RELIC_KEY" "New Relic key.",
    PagerDuty "PAGERDUTY_KEY" "`PagerDuty` key.",
    Atlassian "ATLASSIAN_TOKEN" "Atlassian API token.",
    Grafana "GRAFANA_TOKEN" "Grafana token.",
    HashiCorp "HASHICORP_TOKEN" "Vault or Terraform Cloud token.",
    Docker "DOCKER_TOKEN" "Docker Hub token.",
    Postman "POSTMAN_KEY" "Postman API key.",
    RubyGems "RUBYGEMS_KEY" "`RubyGems` API key.",
    Sentry "SENTRY_TOKEN" "Sentry token.",
    Linear "LINEAR_KEY" "Linear API key.",
    Age "AGE_KEY" "Secret key of the age encryption tool.",
    Email "EMAIL" "E-mail address.",
    Iban "IBAN" "International bank account number (ISO 13616, checked modulo 97).",
    Card "CARD" "Payment card number (checked by its issuer range and the Luhn digit).",
    Ssn "SSN" "Social security number of the USA.",
    Phone "PHONE" "Telephone number in the international form with `+`.",
    UrlPassword "URL_PASSWORD" "Password or token in the authority of a URL or a connection string.",
    ConnectionString "CONNECTION_STRING" "Connection string named as such by its key.",
    Authorization "AUTHORIZATION" "Credentials of an Authorization header.",
    Cookie "COOKIE" "Value of a Cookie header named as such by its key.",
    Password "PASSWORD" "Value assigned to a password.",
    ApiKey "API_KEY" "Value assigned to an API key or another secret key.",
    Token "TOKEN" "Value assigned to a token.",
    Secret "SECRET" "Value assigned to a secret.",
}
