//! A page of the list of identities, with the link to the next one, which the generated client throws away.

use ory_kratos_client::apis::configuration::Configuration;
use ory_kratos_client::models::Identity;
use reqwest_of_ory::Url;
use reqwest_of_ory::header::{HeaderMap, LINK};

use super::answers::Failure;
use crate::people::PeopleQuery;

const WHAT: &str = "list people";

/// A page of identities.
pub(super) struct IdentityPage {
    pub(super) identities: Vec<Identity>,
    /// The token of the next page.
    pub(super) next: Option<String>,
}

/// Asks for a page.
pub(super) async fn identities(
    kratos: &Configuration,
    query: PeopleQuery<'_>,
) -> Result<IdentityPage, Failure> {
    let mut asked = vec![("page_size", query.limit.to_string())];
    if let Some(address) = query.address {
        // Addresses are kept in small letters.
        asked.push(("preview_credentials_identifier_similar", address.to_lowercase()));
    }
    if let Some(token) = query.from {
        asked.push(("page_token", token.to_owned()));
    }
    let url = format!("{}/admin/identities", kratos.base_path);
    let request = kratos.client.get(url).query(&asked);
    let failed = |error| Failure::of::<()>(WHAT, error);
    let answer = request.send().await.map_err(|error| failed(error.into()))?;
    let (status, next) = (answer.status(), next_page(answer.headers()));
    let body = answer.text().await.map_err(|error| failed(error.into()))?;
    if !status.is_success() {
        return Err(Failure::answered(WHAT, status.as_u16(), &body));
    }
    let identities = serde_json::from_str(&body).map_err(|error| failed(error.into()))?;
    Ok(IdentityPage { identities, next })
}

/// The token in the link of RFC 8288 whose relation is `next`.
fn next_page(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(LINK).iter().filter_map(|line| line.to_str().ok());
    let mut links = lines.flat_map(|line| line.split(','));
    let next = links.find_map(|link| {
        let (target, relation) = link.split_once(';')?;
        let target = target.trim().strip_prefix('<')?.strip_suffix('>')?;
        relation.contains("rel=\"next\"").then_some(target)
    })?;
    // The link may be relative; only its query counts.
    let base = Url::parse("http://kratos.invalid").expect("this is an address");
    let target = base.join(next).ok()?;
    let mut pairs = target.query_pairs();
    pairs.find_map(|(name, value)| (name == "page_token").then(|| value.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(link: &'static str) -> Option<String> {
        next_page(&HeaderMap::from_iter([(LINK, link.parse().unwrap())]))
    }

    #[test]
    fn the_token_of_the_next_page_stands_in_a_link() {
        let both = "</admin/identities?page_size=1&page_token=0>; rel=\"first\",\
                    </admin/identities?page_size=1&page_token=a%3Db>; rel=\"next\"";
        assert_eq!(next(both).as_deref(), Some("a=b"));
        assert_eq!(
            next("<http://x:1/admin/identities?page_token=7>; rel=\"next\"").as_deref(),
            Some("7")
        );
    }

    #[test]
    fn the_last_page_links_to_no_next_one() {
        for last in [
            "",
            "</a?page_token=0>; rel=\"first\"",
            "</a>; rel=\"next\"",
            "/a; rel=\"next\"",
            "garbage",
        ] {
            assert_eq!(next(last), None, "{last}");
        }
        assert_eq!(next_page(&HeaderMap::new()), None);
    }
}
