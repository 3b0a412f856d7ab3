//! Pages of long lists: keyset cursors, opaque to everyone but the adapter that made them.

/// A place in one list. It names the list it was made for, so that an adapter can refuse it elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cursor(pub String);

/// Which part of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// At most this many items; adapters may give fewer, never more.
    pub limit: u32,
    /// Where the page before ended; `None` for the start of the list.
    pub after: Option<Cursor>,
}

impl PageRequest {
    /// The first `limit` items.
    #[must_use]
    pub fn first(limit: u32) -> Self {
        Self { limit, after: None }
    }
}

/// One part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in the order of the list.
    pub items: Vec<T>,
    /// Where the next page starts; `None` at the end.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// The same page of other things.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(f).collect(),
            next: self.next,
        }
    }
}
