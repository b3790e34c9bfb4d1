//! The JSONata profile: what an expression may say.
//!
//! Apart from evaluation because it is about two engines at once: Step Functions runs JSONata 2.0.6 without a
//! context document, jsonata-core accepts more, and only what both read alike may stand in the workflow file
//! (Step Functions developer guide, "Transforming data with JSONata").

use std::collections::BTreeSet;

use jsonata_core::ast::{AstNode, BinaryOp, PathStep, Stage};

/// What an expression takes from outside itself.
#[derive(Debug, Default)]
pub(super) struct Uses {
    /// Fields of `$states`.
    pub(super) states: BTreeSet<StatesField>,
    /// Workflow variables, without the `$`.
    pub(super) variables: BTreeSet<String>,
}

/// The parts of `$states` that are not there in every field of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum StatesField {
    /// The state's input.
    Input,
    /// What the task answered.
    Result,
    /// What was caught.
    ErrorOutput,
    /// The context object, but for the token.
    Context,
    /// `$states.context.Task.Token`.
    TaskToken,
}

/// The functions of JSONata 2.0.6 that give the same answer to the same question every time.
pub(super) const FUNCTIONS: &[&str] = &[
    "abs",
    "append",
    "assert",
    "average",
    "base64decode",
    "base64encode",
    "boolean",
    "ceil",
    "contains",
    "count",
    "decodeUrl",
    "decodeUrlComponent",
    "distinct",
    "each",
    "encodeUrl",
    "encodeUrlComponent",
    "error",
    "exists",
    "filter",
    "floor",
    "formatBase",
    "formatInteger",
    "formatNumber",
    "fromMillis",
    "join",
    "keys",
    "length",
    "lookup",
    "lowercase",
    "map",
    "match",
    "max",
    "merge",
    "min",
    "not",
    "number",
    "pad",
    "parseInteger",
    "power",
    "reduce",
    "replace",
    "reverse",
    "round",
    "sift",
    "single",
    "sort",
    "split",
    "spread",
    "sqrt",
    "string",
    "substring",
    "substringAfter",
    "substringBefore",
    "sum",
    "toMillis",
    "trim",
    "type",
    "uppercase",
    "zip",
];

/// The members of the context object that the embedded interpreter has as well.
const CONTEXT: &[(&str, &str)] = &[
    ("Execution", "Id"),
    ("Execution", "Input"),
    ("Execution", "Name"),
    ("State", "Name"),
    ("State", "RetryCount"),
];

/// Reads an expression for what it uses and for every way in which it leaves the profile.
pub(super) fn survey(ast: &AstNode) -> (Uses, Vec<String>) {
    let mut survey = Survey::default();
    survey.node(ast, Item::Absent);
    (survey.uses, survey.faults)
}

/// Whether there is a context item that a bare name or `$` could refer to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Item {
    Absent,
    Present,
}

#[derive(Default)]
struct Survey {
    uses: Uses,
    faults: Vec<String>,
    locals: Vec<String>,
}

impl Survey {
    fn node(&mut self, node: &AstNode, item: Item) {
        match node {
            AstNode::String(_)
            | AstNode::Number(_)
            | AstNode::Boolean(_)
            | AstNode::Null
            | AstNode::Regex { .. }
            | AstNode::Placeholder
            | AstNode::Parent(_) => {}
            AstNode::Undefined => self.fault("`undefined` is a bare name"),
            AstNode::ParentVariable(_) => self.fault("`$$` has no document to refer to"),
            AstNode::Name(name) => self.needs_item(item, format!("`{name}` is a bare name")),
            AstNode::Wildcard | AstNode::Descendant => {
                self.needs_item(item, "a wildcard has nothing to look in")
            }
            AstNode::Variable(name) => self.variable(name, item),
            AstNode::Path { steps } => self.path(steps, item),
            AstNode::Binary { op, lhs, rhs } => self.binary(*op, [lhs, rhs], item),
            AstNode::Unary { operand, .. } => self.node(operand, item),
            AstNode::Function { name, args, is_builtin } => {
                if !*is_builtin {
                    self.fault(format!("`{name}()` is a bare name"));
                } else {
                    self.function(name);
                }
                self.all(args, item);
            }
            AstNode::Call { procedure, args } => {
                self.node(procedure, item);
                self.all(args, item);
            }
            AstNode::Lambda { params, body, .. } => {
                let outer = self.locals.len();
                params.iter().for_each(|param| self.bind(param));
                self.node(body, item);
                self.locals.truncate(outer);
            }
            AstNode::Block(items) => {
                let outer = self.locals.len();
                self.all(items, item);
                self.locals.truncate(outer);
            }
            AstNode::Array(items) | AstNode::ArrayGroup(items) => self.all(items, item),
            AstNode::Object(pairs) => self.pairs(pairs, item),
            AstNode::ObjectTransform { input, pattern } => {
                self.node(input, item);
                self.pairs(pattern, Item::Present);
            }
            AstNode::Conditional { condition, then_branch, else_branch } => {
                self.node(condition, item);
                self.node(then_branch, item);
                else_branch.iter().for_each(|branch| self.node(branch, item));
            }
            AstNode::FunctionApplication(inner) => self.node(inner, item),
            AstNode::Sort { input, terms } => {
                self.node(input, item);
                terms.iter().for_each(|(term, _)| self.node(term, Item::Present));
            }
            AstNode::Transform { location, update, delete } => {
                self.node(location, Item::Present);
                self.node(update, Item::Present);
                delete.iter().for_each(|delete| self.node(delete, Item::Present));
            }
        }
    }

    fn all(&mut self, nodes: &[AstNode], item: Item) {
        nodes.iter().for_each(|node| self.node(node, item));
    }

    fn pairs(&mut self, pairs: &[(AstNode, AstNode)], item: Item) {
        for (key, value) in pairs {
            self.node(key, item);
            self.node(value, item);
        }
    }

    fn binary(&mut self, op: BinaryOp, sides: [&AstNode; 2], item: Item) {
        let [lhs, rhs] = sides;
        match op {
            BinaryOp::Coalesce => self.fault("`??` is not in JSONata 2.0.6"),
            BinaryOp::Default => self.fault("`?:` is not in JSONata 2.0.6"),
            BinaryOp::FocusBind | BinaryOp::IndexBind => {
                self.fault("`@` and `#` bindings are outside the profile")
            }
            BinaryOp::ColonEqual => {
                self.node(rhs, item);
                if let AstNode::Variable(name) = lhs {
                    self.bind(name);
                }
                return;
            }
            BinaryOp::Add
            | BinaryOp::Subtract
            | BinaryOp::Multiply
            | BinaryOp::Divide
            | BinaryOp::Modulo
            | BinaryOp::Equal
            | BinaryOp::NotEqual
            | BinaryOp::LessThan
            | BinaryOp::LessThanOrEqual
            | BinaryOp::GreaterThan
            | BinaryOp::GreaterThanOrEqual
            | BinaryOp::And
            | BinaryOp::Or
            | BinaryOp::Concatenate
            | BinaryOp::Range
            | BinaryOp::In
            | BinaryOp::ChainPipe => {}
        }
        self.node(lhs, item);
        self.node(rhs, item);
    }

    fn path(&mut self, steps: &[PathStep], item: Item) {
        let mut item = item;
        for (index, step) in steps.iter().enumerate() {
            match &step.node {
                AstNode::Variable(name) if index == 0 && name == "states" => self.states(steps),
                node => self.node(node, item),
            }
            if step.focus.is_some() || step.index_var.is_some() {
                self.fault("`@` and `#` bindings are outside the profile");
            }
            for stage in &step.stages {
                match stage {
                    Stage::Filter(filter) => self.node(filter, Item::Present),
                    Stage::KeepArray => {}
                    Stage::Index(_) => self.fault("`#` bindings are outside the profile"),
                }
            }
            item = Item::Present;
        }
    }

    fn states(&mut self, steps: &[PathStep]) {
        let mut names = steps.iter().skip(1).map(|step| match &step.node {
            AstNode::Name(name) => name.as_str(),
            _ => "",
        });
        let field = match names.next() {
            Some("input") => StatesField::Input,
            Some("result") => StatesField::Result,
            Some("errorOutput") => StatesField::ErrorOutput,
            Some("context") => match (names.next().unwrap_or(""), names.next().unwrap_or("")) {
                ("Task", "Token") => StatesField::TaskToken,
                member if CONTEXT.contains(&member) => StatesField::Context,
                (object, member) => {
                    return self.fault(format!("`$states.context.{object}.{member}` is not in the subset"));
                }
            },
            Some(_) | None => return self.fault("`$states` has input, result, errorOutput and context"),
        };
        self.uses.states.insert(field);
    }

    fn variable(&mut self, name: &str, item: Item) {
        match name {
            "" => self.needs_item(item, "a top-level `$` has no document to refer to"),
            "states" => self.fault("`$states` has input, result, errorOutput and context"),
            name if self.locals.iter().any(|local| local == name) || FUNCTIONS.contains(&name) => {}
            name => {
                self.uses.variables.insert(name.to_owned());
            }
        }
    }

    fn function(&mut self, name: &str) {
        if !self.locals.iter().any(|local| local == name) && !FUNCTIONS.contains(&name) {
            self.fault(format!("`${name}()` is outside the profile"));
        }
    }

    fn bind(&mut self, name: &str) {
        if name == "states" {
            self.fault("`$states` is reserved");
        }
        self.locals.push(name.to_owned());
    }

    fn needs_item(&mut self, item: Item, fault: impl Into<String>) {
        if item == Item::Absent {
            self.fault(fault);
        }
    }

    fn fault(&mut self, fault: impl Into<String>) {
        self.faults.push(fault.into());
    }
}
