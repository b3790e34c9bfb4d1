//! Adapters over DynamoDB. Apart because the keys of all rows of a table must be seen together.

pub mod answers;
pub mod budget;
