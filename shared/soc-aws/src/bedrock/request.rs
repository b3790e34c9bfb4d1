//! The request to Converse: system prompt, evidence as guarded content, and the schema in the form that the model keeps.
//!
//! Apart so that one can see in one place what leaves for the model: the prompt, a line of ours, and a text that only
//! redacted evidence can become.

use aws_sdk_bedrockruntime::error::BuildError;
use aws_sdk_bedrockruntime::operation::converse::ConverseInput;
use aws_sdk_bedrockruntime::operation::converse::builders::ConverseInputBuilder;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ConversationRole, GuardrailConfiguration, GuardrailConverseContentBlock,
    GuardrailConverseTextBlock, InferenceConfiguration, JsonSchemaDefinition, Message, OutputConfig,
    OutputFormat, OutputFormatStructure, OutputFormatType, SpecificToolChoice, SystemContentBlock, Tool,
    ToolChoice, ToolConfiguration, ToolInputSchema, ToolSpecification,
};
use soc_domain::verdict::Judgement;
use soc_guard::redacted::Redacted;

use super::model::{Model, Output};
use super::prompt::{self, Fault};
use super::{Guardrail, evidence, schema};

/// The most tokens of an answer.
pub(super) const MOST_OUTPUT_TOKENS: i32 = 4_096;
/// What models and Bedrock put around a request: forms of messages, of tools and of schemas.
const FRAME_TOKENS: usize = 2_048;

/// One question as it goes to the model.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    task: String,
    evidence: String,
    repair: Option<Fault>,
    most_output_tokens: i32,
}

impl Asked {
    /// The question about redacted evidence.
    pub(super) fn about(evidence: &Redacted, floor: &Judgement) -> Self {
        Self {
            task: prompt::task(floor),
            evidence: evidence::shown(evidence, evidence::LARGEST),
            repair: None,
            most_output_tokens: MOST_OUTPUT_TOKENS,
        }
    }

    /// A question about nothing, whose answer may end at once: it makes the model compile the schema.
    pub(super) fn nothing() -> Self {
        let task = "There is no incident. Answer InsufficientData, and leave every list empty.".to_owned();
        Self { task, evidence: "{}".to_owned(), repair: None, most_output_tokens: 256 }
    }

    /// The same question, with what was wrong with the last answer.
    pub(super) fn repaired(self, fault: Fault) -> Self {
        Self { repair: Some(fault), ..self }
    }

    /// What makes two questions different, besides the model and the prompt's version.
    pub(super) fn parts(&self) -> [&[u8]; 2] {
        [self.task.as_bytes(), self.evidence.as_bytes()]
    }

    /// The most tokens that the request can have: a token is never shorter than a byte.
    pub(super) fn most_input_tokens(&self) -> u64 {
        let repair = self.repair.map_or(0, |fault| fault.words().len());
        let bytes =
            prompt::SYSTEM.len() + schema::TEXT.len() + self.task.len() + self.evidence.len() + repair;
        (bytes + FRAME_TOKENS) as u64
    }

    /// The most tokens that the answer can have.
    pub(super) fn most_output_tokens(&self) -> u64 {
        u64::from(self.most_output_tokens.unsigned_abs())
    }

    /// The request.
    pub(super) fn input(
        &self,
        model: &Model,
        guardrail: Option<&Guardrail>,
    ) -> Result<ConverseInput, BuildError> {
        let bounds = InferenceConfiguration::builder().max_tokens(self.most_output_tokens).temperature(0.0);
        let request = ConverseInput::builder()
            .model_id(&model.id)
            .system(SystemContentBlock::Text(prompt::SYSTEM.to_owned()))
            .messages(self.message()?)
            .inference_config(bounds.build());
        let request = match guardrail {
            None => request,
            Some(guardrail) => request.guardrail_config(
                GuardrailConfiguration::builder()
                    .guardrail_identifier(&guardrail.id)
                    .guardrail_version(&guardrail.version)
                    .build(),
            ),
        };
        held_to_schema(request, model.output)?.build()
    }

    fn message(&self) -> Result<Message, BuildError> {
        let guarded = GuardrailConverseTextBlock::builder().text(&self.evidence).build()?;
        let message = Message::builder()
            .role(ConversationRole::User)
            .content(ContentBlock::Text(self.task.clone()))
            .content(ContentBlock::GuardContent(GuardrailConverseContentBlock::Text(guarded)));
        match self.repair {
            None => message.build(),
            Some(fault) => message.content(ContentBlock::Text(fault.words().to_owned())).build(),
        }
    }
}

fn held_to_schema(request: ConverseInputBuilder, output: Output) -> Result<ConverseInputBuilder, BuildError> {
    Ok(match output {
        Output::Native => {
            let schema = JsonSchemaDefinition::builder().name(schema::NAME).schema(schema::TEXT.as_str());
            let format = OutputFormat::builder()
                .r#type(OutputFormatType::JsonSchema)
                .structure(OutputFormatStructure::JsonSchema(schema.build()?));
            request.output_config(OutputConfig::builder().text_format(format.build()?).build())
        }
        Output::Tool => {
            let tool = ToolSpecification::builder()
                .name(schema::NAME)
                .description("Hands in the explanation of the incident.")
                .input_schema(ToolInputSchema::Json(schema::document(schema::draft())));
            let choice = SpecificToolChoice::builder().name(schema::NAME).build()?;
            let tools = ToolConfiguration::builder()
                .tools(Tool::ToolSpec(tool.build()?))
                .tool_choice(ToolChoice::Tool(choice));
            request.tool_config(tools.build()?)
        }
    })
}
