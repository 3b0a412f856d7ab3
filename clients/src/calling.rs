//! What the generated calls are made of: arguments collected until the call is sent, and pages turned one by one.

use std::pin::Pin;

use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};

use crate::Error;

/// The answer to a call under way.
pub type Answer<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

/// The arguments of a call, or the first of them that cannot be sent.
pub struct Given<G>(Result<G, Error>);

impl<G> Given<G> {
    /// Reads the arguments that must be given.
    pub fn new(read: impl FnOnce() -> Result<G, Error>) -> Self {
        Self(read())
    }

    /// Adds to the arguments; of several faults the first is told.
    pub fn change(&mut self, change: impl FnOnce(&mut G) -> Result<(), Error>) {
        if let Ok(given) = &mut self.0
            && let Err(error) = change(given)
        {
            self.0 = Err(error);
        }
    }

    /// The arguments.
    ///
    /// # Errors
    /// The first fault.
    pub fn take(self) -> Result<G, Error> {
        self.0
    }
}

/// The items of all pages. The next page is asked for when the items of the last one are used up, with the same
/// arguments, because a page token belongs to its filters.
pub fn pages<G, T, K, F, A>(given: Given<G>, fetch: F) -> BoxStream<'static, Result<T, Error>>
where
    G: Clone + Send + 'static,
    T: Send + 'static,
    K: Send + 'static,
    F: Fn(G, Option<K>) -> A + Clone + Send + 'static,
    A: Future<Output = Result<(Vec<T>, Option<K>), Error>> + Send + 'static,
{
    stream::once(async move { given.take() })
        .map_ok(move |given| {
            let fetch = fetch.clone();
            stream::try_unfold(Next::First, move |next| {
                let page = match next {
                    Next::First => Some(fetch(given.clone(), None)),
                    Next::Page(token) => Some(fetch(given.clone(), Some(token))),
                    Next::None => None,
                };
                async move {
                    let Some(page) = page else {
                        return Ok::<_, Error>(None);
                    };
                    let (items, token) = page.await?;
                    let next = token.map_or(Next::None, Next::Page);
                    Ok(Some((stream::iter(items.into_iter().map(Ok)), next)))
                }
            })
            .try_flatten()
        })
        .try_flatten()
        .boxed()
}

enum Next<K> {
    First,
    Page(K),
    None,
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use futures_util::{StreamExt, TryStreamExt};

    use super::{Given, pages};
    use crate::Error;

    #[tokio::test]
    async fn every_page_is_asked_for_once_with_the_same_filter_and_only_when_needed() {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let mut items = pages(Given::new(|| Ok("2x3")), move |filter, token: Option<u32>| {
            log.lock().unwrap().push((filter, token));
            let page = token.unwrap_or(0);
            async move { Ok((vec![page * 2, page * 2 + 1], (page < 2).then_some(page + 1))) }
        });
        assert_eq!(items.next().await.unwrap().unwrap(), 0);
        assert_eq!(*asked.lock().unwrap(), [("2x3", None)]);
        assert_eq!(items.try_collect::<Vec<u32>>().await.unwrap(), [1, 2, 3, 4, 5]);
        assert_eq!(
            *asked.lock().unwrap(),
            [("2x3", None), ("2x3", Some(1)), ("2x3", Some(2))]
        );
    }

    #[tokio::test]
    async fn a_page_that_fails_ends_the_stream_with_its_error() {
        let items = pages(Given::new(|| Ok(())), |(), token: Option<u32>| async move {
            if token.is_some() {
                Err(Error::NoServer("gone".to_owned()))
            } else {
                Ok((vec![1], Some(1)))
            }
        });
        let got: Vec<_> = items.map(|item| item.is_ok()).collect().await;
        assert_eq!(got, [true, false]);
    }

    #[tokio::test]
    async fn an_argument_that_cannot_be_sent_is_told_instead_of_sent() {
        let mut given = Given::new(|| Ok(1));
        given.change(|_| Err(Error::Unsendable("first".to_owned())));
        given.change(|_| Err(Error::Unsendable("second".to_owned())));
        assert_eq!(given.take().unwrap_err().to_string(), "not sent: first");
    }
}
