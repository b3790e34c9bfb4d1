//! The ports and one use case per stage.
