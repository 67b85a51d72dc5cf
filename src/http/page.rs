//! Pages: takes the items of a list in the order of their keys, from after a key on, until a page is full.

use std::ops::ControlFlow;

/// A page while it fills.
pub(super) struct Pager<K, T> {
    after: Option<K>,
    limit: usize,
    items: Vec<T>,
    last: Option<K>,
    more: bool,
}

/// A page of a list.
pub(super) struct Page<K, T> {
    pub(super) items: Vec<T>,
    /// The key of the last item, if there are more behind it.
    pub(super) next: Option<K>,
}

impl<K: Ord, T> Pager<K, T> {
    pub(super) fn new(after: Option<K>, limit: usize) -> Self {
        Self { after, limit, items: Vec::new(), last: None, more: false }
    }

    /// The key behind which the page begins.
    pub(super) fn after(&self) -> Option<&K> {
        self.after.as_ref()
    }

    /// Offers the next item, which is made only if it belongs on the page. Breaks when nothing more does.
    pub(super) fn offer(&mut self, key: K, item: impl FnOnce() -> T) -> ControlFlow<()> {
        if self.after.as_ref().is_some_and(|after| key <= *after) {
            return ControlFlow::Continue(());
        }
        if self.items.len() >= self.limit {
            self.more = true;
            return ControlFlow::Break(());
        }
        self.items.push(item());
        self.last = Some(key);
        ControlFlow::Continue(())
    }

    /// Ends the page behind its last item, as if it were full; goes on where there is none yet.
    pub(super) fn cut(&mut self) -> ControlFlow<()> {
        if self.items.is_empty() {
            return ControlFlow::Continue(());
        }
        self.more = true;
        ControlFlow::Break(())
    }

    /// Whether the page is full and there is more behind it.
    pub(super) fn is_done(&self) -> bool {
        self.more
    }

    pub(super) fn finish(self) -> Page<K, T> {
        Page { items: self.items, next: self.last.filter(|_| self.more) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(after: Option<u32>, limit: usize) -> (Vec<u32>, Option<u32>) {
        let mut pager = Pager::new(after, limit);
        for number in 1..=5 {
            if pager.offer(number, || number).is_break() {
                break;
            }
        }
        let page = pager.finish();
        (page.items, page.next)
    }

    #[test]
    fn a_page_that_is_cut_goes_on_behind_its_last_item_and_never_without_one() {
        let mut pager: Pager<u32, u32> = Pager::new(None, 10);
        assert!(pager.cut().is_continue(), "a page without an item would come again for ever");
        assert!(pager.offer(1, || 1).is_continue());
        assert!(pager.cut().is_break());
        assert!(pager.is_done());
        assert_eq!(pager.finish().next, Some(1));
    }

    #[test]
    fn a_page_ends_where_the_next_begins() {
        assert_eq!(page(None, 2), (vec![1, 2], Some(2)));
        assert_eq!(page(Some(2), 2), (vec![3, 4], Some(4)));
        assert_eq!(page(Some(4), 2), (vec![5], None));
        assert_eq!(page(None, 5), (vec![1, 2, 3, 4, 5], None));
        assert_eq!(page(Some(9), 5), (vec![], None));
    }
}
