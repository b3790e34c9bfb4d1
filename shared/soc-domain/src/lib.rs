//! Vocabulary, wire readers and the pure decisions of ai-soc: no I/O, no clock, no chance.
