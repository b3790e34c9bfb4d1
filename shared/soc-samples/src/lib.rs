//! Generator of schema-true findings and the built-in stream.
