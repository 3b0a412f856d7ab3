//! How Ory's servers are called: with time limits, without following redirects or asking a proxy, because credentials
//! are on their way; by TLS with the certificates that the system trusts, where their address says so.

use std::sync::Arc;
use std::time::Duration;

use reqwest_of_ory::redirect::Policy;
use reqwest_of_ory::{Client, Method, RequestBuilder, StatusCode, Url};
use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs;
use rustls_platform_verifier::BuilderVerifierExt as _;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// They are near; one that does not take a connection within this is away.
const CONNECT_MAX: Duration = Duration::from_secs(1);
/// No call of ours takes them longer than some milliseconds.
const CALL_MAX: Duration = Duration::from_secs(3);

/// An address at which none of them can be reached. It is not repeated: there may be a password in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the address of a server; write http://HOST:PORT or https://HOST:PORT")]
pub struct OryAddressError;

/// One of them, as far as whether it works goes.
#[derive(Debug, Clone)]
pub struct OryServer {
    api: Ory,
    /// Where it says so.
    path: &'static str,
}

impl OryServer {
    /// The Kratos whose administrative API is at `url`.
    ///
    /// # Errors
    /// When that is no address.
    pub fn kratos(url: &str) -> Result<Self, OryAddressError> {
        Ory::at(url).map(|api| Self {
            api,
            path: "/admin/health/ready",
        })
    }

    /// The Hydra whose administrative API is at `url`.
    ///
    /// # Errors
    /// When that is no address.
    pub fn hydra(url: &str) -> Result<Self, OryAddressError> {
        Ory::at(url).map(|api| Self {
            api,
            path: "/health/ready",
        })
    }

    /// Whether it says that it is ready.
    pub async fn is_ready(&self) -> bool {
        let answer = self.api.request(Method::GET, self.path).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }
}

/// How a question came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unanswered {
    /// There is no such thing, or none any more.
    Unknown,
    /// The server does not answer, or with something that is no answer; it has been logged.
    Away,
}

/// One API of one of them.
#[derive(Debug, Clone)]
pub(crate) struct Ory {
    /// Its address, without a slash at the end.
    pub(crate) base: String,
    pub(crate) http: Client,
}

impl Ory {
    /// The API at `url`.
    pub(crate) fn at(url: &str) -> Result<Self, OryAddressError> {
        let parsed = Url::parse(url).map_err(|_| OryAddressError)?;
        if !matches!(parsed.scheme(), "http" | "https") || !parsed.has_host() || parsed.query().is_some() {
            return Err(OryAddressError);
        }
        let http = Client::builder()
            .use_preconfigured_tls(tls().map_err(|_| OryAddressError)?)
            .connect_timeout(CONNECT_MAX)
            .timeout(CALL_MAX)
            .redirect(Policy::none())
            .no_proxy()
            .user_agent(concat!("crochet/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| OryAddressError)?;
        Ok(Self {
            base: url.trim_end_matches('/').to_owned(),
            http,
        })
    }

    /// A request for a path.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    /// What it answers to a question with parts that must not stand in an address.
    pub(crate) async fn post_form<T: DeserializeOwned>(
        &self,
        path: &str,
        form: &(impl Serialize + ?Sized),
    ) -> Result<T, Unanswered> {
        answered(path, self.request(Method::POST, path).form(form)).await
    }
}

/// The answer to a request, which is about `path`.
pub(crate) async fn answered<T: DeserializeOwned>(
    path: &str,
    request: RequestBuilder,
) -> Result<T, Unanswered> {
    let answer = async { taken(request.send().await?)?.json().await };
    answer.await.map_err(|error| unanswered(path, error))
}

/// Does as a request says, whose answer holds nothing.
pub(crate) async fn done(path: &str, request: RequestBuilder) -> Result<(), Unanswered> {
    let answer = async { taken(request.send().await?) };
    answer.await.map(drop).map_err(|error| unanswered(path, error))
}

/// Only a success is one: redirections are not followed, and mean nothing here.
fn taken(answer: reqwest_of_ory::Response) -> Result<reqwest_of_ory::Response, reqwest_of_ory::Error> {
    answer.error_for_status()
}

fn unanswered(path: &str, error: reqwest_of_ory::Error) -> Unanswered {
    if matches!(error.status(), Some(StatusCode::NOT_FOUND | StatusCode::GONE)) {
        return Unanswered::Unknown;
    }
    // Without the address, whose query may hold a secret.
    tracing::warn!(path, "Ory does not answer: {}", error.without_url());
    Unanswered::Away
}

/// TLS as the rest of this program does it.
fn tls() -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(versions.with_platform_verifier()?.with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use std::io::{ErrorKind, Read as _, Write as _};
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    #[test]
    fn an_address_is_checked_before_it_is_called() {
        let base = |url| Ory::at(url).map(|ory| ory.base);
        assert_eq!(base("http://127.0.0.1:4433/").unwrap(), "http://127.0.0.1:4433");
        assert_eq!(base("https://kratos.example").unwrap(), "https://kratos.example");
        for bad in [
            "",
            "127.0.0.1:4433",
            "ftp://kratos",
            "/kratos",
            "http://",
            "http://kratos?a=b",
        ] {
            assert_eq!(base(bad), Err(OryAddressError), "{bad}");
        }
    }

    #[tokio::test]
    async fn what_is_asked_is_not_carried_on_to_where_an_answer_points() {
        let (near, elsewhere) = (local(), local());
        let (here, there) = (near.local_addr().unwrap(), elsewhere.local_addr().unwrap());
        let answering = thread::spawn(move || {
            let (mut stream, _) = near.accept().unwrap();
            let mut head = [0; 4_096];
            assert!(stream.read(&mut head).unwrap() > 0);
            let answer = format!("HTTP/1.1 307 X\r\nlocation: http://{there}/\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).unwrap();
        });
        let ory = Ory::at(&format!("http://{here}")).unwrap();
        let asked: Result<serde_json::Value, _> = ory.post_form("/token", &[("token", "secret")]).await;
        assert_eq!(asked, Err(Unanswered::Away));
        answering.join().unwrap();
        elsewhere.set_nonblocking(true).unwrap();
        assert_eq!(elsewhere.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
    }

    fn local() -> TcpListener {
        TcpListener::bind("127.0.0.1:0").unwrap()
    }
}
