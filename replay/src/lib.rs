//! What history means.
