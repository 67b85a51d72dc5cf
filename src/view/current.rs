//! The view that readers get: replaced as the ledger grows, never locked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::watch;

use super::View;

/// Holds the newest view. Readers take it and keep it for as long as they need.
pub struct Current {
    view: ArcSwap<View>,
    ready: AtomicBool,
    /// The size of the newest view, for those who wait for it.
    size: watch::Sender<u64>,
}

impl Current {
    /// Starts from a first view, which may still lag behind the log.
    pub fn new(first: View) -> Self {
        let (size, _) = watch::channel(first.head().size);
        Self { view: ArcSwap::from_pointee(first), ready: AtomicBool::new(false), size }
    }

    /// The newest view.
    pub fn load(&self) -> Arc<View> {
        self.view.load_full()
    }

    /// The newest view, once it holds everything that was acknowledged before the call, so that whoever appended
    /// reads what they wrote. Whoever has no more patience gets an older one, which says its size.
    pub async fn fresh(&self, patience: Duration) -> Arc<View> {
        let acknowledged = self.load().log_size();
        let mut sizes = self.size.subscribe();
        let caught_up = sizes.wait_for(|size| *size >= acknowledged);
        // Too late, or closed: either way the newest view is the answer.
        let _too_late = tokio::time::timeout(patience, caught_up).await;
        self.load()
    }

    /// The newest view, once it holds more than `size` events.
    pub async fn grown(&self, size: u64) -> Arc<View> {
        let mut sizes = self.size.subscribe();
        // The sender lives as long as this does, so the wait ends with a view that has grown.
        let _closed = sizes.wait_for(|newest| *newest > size).await;
        self.load()
    }

    /// Puts a newer view in place. From the first one on, readers are served.
    pub fn publish(&self, view: View) {
        let size = view.head().size;
        self.view.store(Arc::new(view));
        self.ready.store(true, Ordering::Release);
        self.size.send_replace(size);
    }

    /// Whether the ledger as it was at the start has been read.
    pub fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Acquire)
    }
}
