//! Tests of the log on sled from the inside.
