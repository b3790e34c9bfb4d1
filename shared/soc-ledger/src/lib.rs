//! Hash-chained audit records and their verification. Pure.
