//! Page tokens: the key of the last row and a fingerprint of the list it belongs to, as URL-safe text.
//!
//! The fingerprint covers everything that decides which rows a list has and in which order, the context's UUID
//! included. So a token of another list, of another filter, or of a context that was deleted and made again is
//! refused rather than misread. It guards against mistakes; it is no secret.

use crochet_domain::ports::{Cursor, Page, PageRequest};
use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use twox_hash::XxHash3_64;

/// Most items of a page, whatever was asked for.
const LIMIT_MAX: u32 = 10_000;

/// A token that does not belong to the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Foreign;

/// One list: what its tokens are good for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct List(u64);

impl List {
    /// The list that this text describes completely.
    pub(crate) fn new(description: &str) -> Self {
        Self(XxHash3_64::oneshot(description.as_bytes()))
    }

    /// The key after which the page starts.
    pub(crate) fn start<K: DeserializeOwned>(self, page: &PageRequest) -> Result<Option<K>, Foreign> {
        let Some(Cursor(token)) = &page.after else {
            return Ok(None);
        };
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).map_err(|_| Foreign)?;
        let (list, key): (u64, K) = serde_json::from_slice(&bytes).map_err(|_| Foreign)?;
        if list == self.0 {
            Ok(Some(key))
        } else {
            Err(Foreign)
        }
    }

    /// The page of these rows, of which there is one more than the page may have if another page follows.
    pub(crate) fn page<T, K: Serialize>(
        self,
        mut rows: Vec<T>,
        page: &PageRequest,
        key: impl Fn(&T) -> K,
    ) -> Page<T> {
        let limit = limit(page);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more {
            rows.last().map(|last| self.cursor(&key(last)))
        } else {
            None
        };
        Page { items: rows, next }
    }

    /// The token that continues behind a key.
    pub(crate) fn cursor<K: Serialize>(self, key: &K) -> Cursor {
        let bytes = serde_json::to_vec(&(self.0, key)).expect("keys are numbers, ids and texts");
        Cursor(BASE64URL_NOPAD.encode(&bytes))
    }
}

/// How many rows a page has at most.
pub(crate) fn limit(page: &PageRequest) -> usize {
    page.limit.clamp(1, LIMIT_MAX) as usize
}

/// How many rows to read for a page: one more, to know whether another follows.
pub(crate) fn fetch(page: &PageRequest) -> u64 {
    limit(page) as u64 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_continues_its_own_list_only() {
        let words = List::new("words/1");
        let page = words.page(vec![1_u32, 2, 3], &PageRequest::first(2), |row| *row);
        assert_eq!(page.items, [1, 2]);
        let request = PageRequest {
            limit: 2,
            after: page.next,
        };
        assert_eq!(words.start::<u32>(&request), Ok(Some(2)));
        assert_eq!(List::new("words/2").start::<u32>(&request), Err(Foreign));
        assert_eq!(words.start::<(u32, u32)>(&request), Err(Foreign));
    }

    #[test]
    fn the_last_page_has_no_token() {
        assert_eq!(
            List::new("")
                .page(vec![1_u32], &PageRequest::first(1), |row| *row)
                .next,
            None
        );
    }

    #[test]
    fn a_token_that_nobody_made_is_refused() {
        let request = PageRequest {
            limit: 1,
            after: Some(Cursor("%%%".to_owned())),
        };
        assert_eq!(List::new("").start::<u32>(&request), Err(Foreign));
    }
}
