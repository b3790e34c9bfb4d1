//! Which models may be asked, what they cost, and how each is held to a schema.
//!
//! Apart because it is a table of facts with a date: whoever adds a model adds a row with its source. A model that is
//! not in it is never called, because nobody could say what it costs.

use soc_domain::spend::MicroDollars;
use thiserror::Error;

/// How a model is held to a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    /// `outputConfig.textFormat`: the answer is text of that schema.
    Native,
    /// A tool that it must call; the schema is the tool's input and `strict` is refused.
    Tool,
}

/// Prices of one family of models, in millionths of a dollar for a million tokens.
#[derive(Debug, Clone, Copy)]
struct Family {
    /// How the ids of its models begin, without the geography.
    begins: &'static str,
    output: Output,
    input_price: u64,
    output_price: u64,
    /// What is added outside the regions of the United States.
    elsewhere_percent: u64,
}

/// On-demand prices of "Amazon Bedrock pricing" (aws.amazon.com/bedrock/pricing), as published in November 2026, of
/// the standard tier. Models since Claude 4.5 cost 10 % more in a region or a geography than by a global profile, and
/// that is in the numbers. Who can be held to a schema: "Get validated JSON results from models" of the user guide.
const FAMILIES: [Family; 9] = [
    claude("anthropic.claude-haiku-4-5-", 1_100_000, 5_500_000),
    claude("anthropic.claude-sonnet-4-5-", 3_300_000, 16_500_000),
    claude("anthropic.claude-sonnet-4-6", 3_300_000, 16_500_000),
    claude("anthropic.claude-opus-4-5-", 5_500_000, 27_500_000),
    claude("anthropic.claude-opus-4-6", 5_500_000, 27_500_000),
    nova("amazon.nova-micro-v1:", 35_000, 140_000),
    nova("amazon.nova-lite-v1:", 60_000, 240_000),
    nova("amazon.nova-pro-v1:", 800_000, 3_200_000),
    nova("amazon.nova-premier-v1:", 2_500_000, 12_500_000),
];

const fn claude(begins: &'static str, input_price: u64, output_price: u64) -> Family {
    // Zurich and a few others cost a tenth more.
    Family { begins, output: Output::Native, input_price, output_price, elsewhere_percent: 10 }
}

const fn nova(begins: &'static str, input_price: u64, output_price: u64) -> Family {
    // A third more in Europe and Asia.
    Family { begins, output: Output::Tool, input_price, output_price, elsewhere_percent: 34 }
}

/// Geographies whose inference profiles stay within the regions that begin with the second name.
const GEOGRAPHIES: [(&str, &str); 2] = [("eu.", "eu-"), ("us.", "us-")];

/// Why a model is not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ModelRefused {
    /// Nobody knows its price: ARNs, custom models and families without a row in the table.
    #[error("the model has no price in the table of soc_aws::bedrock")]
    Unpriced,
    /// Its profile may run where neither our data may go nor our price holds.
    #[error(
        "the inference profile leaves the geography of the region; use the model's own id or an eu./us. profile"
    )]
    NotPinned,
}

/// A model that may be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Model {
    /// As Bedrock is told.
    pub(super) id: String,
    pub(super) output: Output,
    input_price: u64,
    output_price: u64,
}

impl Model {
    /// The model of `id` as it would run when called in `region`.
    pub(super) fn of(id: &str, region: &str) -> Result<Self, ModelRefused> {
        let geography = GEOGRAPHIES.iter().find_map(|(begins, regions)| {
            id.strip_prefix(begins).map(|model| (model, region.starts_with(regions)))
        });
        let model = match geography {
            Some((model, true)) => model,
            Some((_, false)) => return Err(ModelRefused::NotPinned),
            None if has_geography(id) => return Err(ModelRefused::NotPinned),
            None => id,
        };
        let of_model = |family: &&Family| model.starts_with(family.begins);
        let family = FAMILIES.iter().find(of_model).ok_or(ModelRefused::Unpriced)?;
        let percent = if region.starts_with("us-") { 100 } else { 100 + family.elsewhere_percent };
        let price = |price: u64| price.saturating_mul(percent).div_ceil(100);
        Ok(Self {
            id: id.to_owned(),
            output: family.output,
            input_price: price(family.input_price),
            output_price: price(family.output_price),
        })
    }

    /// What so many tokens cost, rounded up.
    pub(super) fn cost(&self, input_tokens: u64, output_tokens: u64) -> MicroDollars {
        let input = input_tokens.saturating_mul(self.input_price);
        let output = output_tokens.saturating_mul(self.output_price);
        MicroDollars(input.saturating_add(output).div_ceil(1_000_000))
    }
}

/// Whether an id names a geography (`global.`, `apac.`, ...) before its provider.
fn has_geography(id: &str) -> bool {
    let providers = ["anthropic", "amazon"];
    id.split_once('.').is_some_and(|(first, rest)| {
        !providers.contains(&first) && providers.iter().any(|provider| rest.starts_with(provider))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HAIKU: &str = "anthropic.claude-haiku-4-5-20251001-v1:0";

    #[test]
    fn a_model_runs_in_its_region_or_geography_and_nowhere_else() {
        assert!(Model::of(HAIKU, "eu-central-1").is_ok());
        assert!(Model::of(&format!("eu.{HAIKU}"), "eu-central-1").is_ok());
        assert!(Model::of(&format!("us.{HAIKU}"), "us-east-1").is_ok());
        for (id, region) in [
            ("global.", "eu-central-1"),
            ("us.", "eu-central-1"),
            ("eu.", "us-east-1"),
            ("apac.", "us-east-1"),
        ] {
            let refused = Model::of(&format!("{id}{HAIKU}"), region);
            assert_eq!(refused, Err(ModelRefused::NotPinned), "{id}{HAIKU} in {region}");
        }
    }

    #[test]
    fn a_model_that_nobody_has_priced_is_refused() {
        for id in [
            "",
            "anthropic.claude-haiku-9-20301001-v1:0",
            "arn:aws:bedrock:eu-central-1:111122223333:application-inference-profile/abc",
            "arn:aws:bedrock:eu-central-1:111122223333:provisioned-model/abc",
            "xanthropic.claude-haiku-4-5-20251001-v1:0",
        ] {
            assert_eq!(Model::of(id, "eu-central-1"), Err(ModelRefused::Unpriced), "{id}");
        }
    }

    #[test]
    fn costs_are_rounded_up_and_dearer_where_the_region_is() {
        let haiku = Model::of(HAIKU, "us-east-1").unwrap();
        assert_eq!(haiku.cost(1_000_000, 1_000_000), MicroDollars(6_600_000));
        let micro = Model::of("amazon.nova-micro-v1:0", "us-east-1").unwrap();
        assert_eq!(micro.cost(1, 0), MicroDollars(1));
        let abroad = Model::of("eu.amazon.nova-micro-v1:0", "eu-west-1").unwrap();
        assert!(abroad.cost(1_000_000, 0) > micro.cost(1_000_000, 0));
        assert_eq!(haiku.cost(u64::MAX, u64::MAX).0, u64::MAX.div_ceil(1_000_000));
    }
}
