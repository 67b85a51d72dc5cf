//! The view that readers get: replaced as the ledger grows, never locked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwap;

use super::View;

/// Holds the newest view. Readers take it and keep it for as long as they need.
pub struct Current {
    view: ArcSwap<View>,
    ready: AtomicBool,
}

impl Current {
    /// Starts from a first view, which may still lag behind the log.
    pub fn new(first: View) -> Self {
        Self { view: ArcSwap::from_pointee(first), ready: AtomicBool::new(false) }
    }

    /// The newest view.
    pub fn load(&self) -> Arc<View> {
        self.view.load_full()
    }

    /// Puts a newer view in place. From the first one on, readers are served.
    pub fn publish(&self, view: View) {
        self.view.store(Arc::new(view));
        self.ready.store(true, Ordering::Release);
    }

    /// Whether the ledger as it was at the start has been read.
    pub fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Acquire)
    }
}
