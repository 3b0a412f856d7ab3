//! Where each service is: one server for all of them, or some of them elsewhere.

use std::collections::BTreeMap;

use reqwest::Url;
use thiserror::Error;

/// The address of each service. Paths of a spec (`/api/<spec>/v1`) are appended to it.
#[derive(Debug, Clone)]
pub struct Endpoints {
    everywhere: Url,
    elsewhere: BTreeMap<String, Url>,
}

/// An address that cannot be one.
#[derive(Debug, Error)]
#[error("`{address}` is no address of a server: {reason}; one looks like http://127.0.0.1:7878")]
pub struct EndpointError {
    address: String,
    reason: String,
}

impl Endpoints {
    /// All services at one address, such as `http://127.0.0.1:7878` or `https://example.org/crochet`.
    ///
    /// # Errors
    /// When it is not an absolute http or https URL without query and fragment, or when it holds a password.
    pub fn at(address: &str) -> Result<Self, EndpointError> {
        Ok(Self {
            everywhere: parse(address)?,
            elsewhere: BTreeMap::new(),
        })
    }

    /// One service, named as its spec, at another address.
    ///
    /// # Errors
    /// As [`Endpoints::at`].
    pub fn with(mut self, service: &str, address: &str) -> Result<Self, EndpointError> {
        self.elsewhere.insert(service.to_owned(), parse(address)?);
        Ok(self)
    }

    /// The base URL of a service: its address and the base path of its spec.
    #[must_use]
    pub fn base(&self, service: &str, base_path: &str) -> String {
        let address = self.elsewhere.get(service).unwrap_or(&self.everywhere);
        format!("{}{base_path}", address.as_str().trim_end_matches('/'))
    }
}

fn parse(address: &str) -> Result<Url, EndpointError> {
    // What stands before the host is not repeated: it may be a password.
    let host = address.rsplit_once('@').map_or(address, |(_, host)| host);
    let refuse = |reason: &str| EndpointError {
        address: host.to_owned(),
        reason: reason.to_owned(),
    };
    let url = Url::parse(address).map_err(|error| refuse(&error.to_string()))?;
    match url.scheme() {
        "http" => {}
        "https" if cfg!(feature = "tls") => {}
        "https" => return Err(refuse("this client was built without the feature `tls`")),
        _ => return Err(refuse("the scheme is neither http nor https")),
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("it has a query or a fragment"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("it holds a name or a password; give an API key instead"));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::Endpoints;

    #[test]
    fn one_address_serves_all_services_and_a_path_in_it_is_kept() {
        let endpoints = Endpoints::at("http://127.0.0.1:7878/crochet/").unwrap();
        assert_eq!(
            endpoints.base("orthos", "/api/orthos/v1"),
            "http://127.0.0.1:7878/crochet/api/orthos/v1"
        );
    }

    #[test]
    fn a_service_elsewhere_is_asked_there() {
        let endpoints = Endpoints::at("http://a:1")
            .unwrap()
            .with("work", "http://b:2")
            .unwrap();
        assert_eq!(endpoints.base("work", "/api/work/v1"), "http://b:2/api/work/v1");
        assert_eq!(
            endpoints.base("orthos", "/api/orthos/v1"),
            "http://a:1/api/orthos/v1"
        );
    }

    #[test]
    fn what_is_no_address_is_refused_and_passwords_are_not_repeated() {
        for address in ["", "localhost:7878", "ftp://a", "http://a/?x=1", "http://a/#x"] {
            assert!(Endpoints::at(address).is_err(), "{address}");
        }
        for address in [
            "http://me:hunter2@a:1/",
            "ftp://me:hunter2@a",
            "http://me:hunter2@a:b/",
        ] {
            let error = Endpoints::at(address).unwrap_err().to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
