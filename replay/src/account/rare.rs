//! State that most accounts never have: next to nothing until something is written into it.

use std::sync::Arc;

use serde::Serialize;

/// A state that is shared between clones, and not there at all while it is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Rare<T>(Option<Arc<T>>);

impl<T: Clone + Default> Rare<T> {
    /// The state, if anything was ever written into it.
    pub(crate) fn get(&self) -> Option<&T> {
        self.0.as_deref()
    }

    /// The state to write into.
    pub(crate) fn write(&mut self) -> &mut T {
        Arc::make_mut(self.0.get_or_insert_default())
    }
}
