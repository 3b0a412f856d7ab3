//! A server that says what reached it, and what of its answer reaches the browser.

use crochet_openapi::{Handled, RequestContext};
use poem::http::StatusCode;
use poem::listener::{Acceptor as _, Listener as _, TcpListener};
use poem::{Body, RequestBuilder, Route, Server, handler};
use serde_json::{Value, json};

use super::*;

const FORM: &str = "/.ory/kratos/self-service/login";

/// Tells in JSON what it was asked.
#[handler]
async fn echo(request: &Request, body: Body) -> Response {
    let (headers, bytes) = (request.headers(), body.into_bytes().await.unwrap());
    let all = |name: &str| -> Vec<_> {
        let values = headers.get_all(name).iter();
        values.map(|value| value.to_str().unwrap()).collect()
    };
    let names: Vec<_> = headers.keys().map(|name| name.as_str().to_owned()).collect();
    let said = json!({
        "method": request.method().as_str(), "uri": request.uri().to_string(), "names": names, "bytes": bytes.len(),
        "cookie": all("cookie"), "host": all("x-forwarded-host"), "from": all("x-forwarded-for"),
    });
    let mut response = Response::builder()
        .status(StatusCode::SEE_OTHER)
        .header("location", "/login?flow=1")
        .header("connection", "x-secret")
        .header("x-secret", "1")
        .header("server", "other")
        .body(said.to_string());
    for cookie in ["a=1; Path=/", "b=2; Path=/"] {
        response
            .headers_mut()
            .append("set-cookie", cookie.parse().unwrap());
    }
    response
}

#[handler]
fn endless() -> Vec<u8> {
    vec![b'x'; REPLY_BYTES_MAX + 1]
}

/// The way to a server that runs as long as the test.
async fn to(other: Route) -> Proxy {
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.unwrap();
    let address = acceptor.local_addr()[0].as_socket_addr().copied().unwrap();
    tokio::spawn(Server::new_with_acceptor(acceptor).run(other));
    Proxy::to(&format!("http://{address}"), &KRATOS).unwrap()
}

async fn to_echo() -> Proxy {
    to(Route::new().at("/*path", echo)).await
}

fn post(address: &str) -> RequestBuilder {
    Request::builder()
        .method(Method::POST)
        .uri(address.parse().unwrap())
}

async fn said(proxy: &Proxy, request: Request) -> Value {
    let body = proxy.pass(request).await.unwrap().into_body();
    serde_json::from_slice(&body.into_bytes().await.unwrap()).unwrap()
}

#[tokio::test]
async fn path_query_body_and_the_headers_on_the_list_arrive() {
    let request = post(&format!("{FORM}?flow=1&x=%2F"))
        .header("cookie", "a=1; b=2")
        .header("host", "crochet.example")
        .body("method=password");
    let said = said(&to_echo().await, request).await;
    assert_eq!(said["method"], "POST");
    assert_eq!(said["uri"], "/self-service/login?flow=1&x=%2F");
    assert_eq!(
        (&said["bytes"], &said["cookie"]),
        (&json!(15), &json!(["a=1; b=2"]))
    );
    assert_eq!(said["host"], json!(["crochet.example"]));
}

#[tokio::test]
async fn nobody_says_who_or_where_they_are_but_we() {
    const SMUGGLED: [&str; 13] = [
        "x-forwarded-for",
        "x-forwarded-proto",
        "x-forwarded-host",
        "forwarded",
        "x-real-ip",
        "true-client-ip",
        "cf-connecting-ip",
        "authorization",
        "x-session-token",
        "x-api-key",
        "connection",
        "upgrade",
        "te",
    ];
    let request = SMUGGLED
        .iter()
        .fold(post(FORM), |request, name| request.header(*name, "6.6.6.6"));
    let said = said(&to_echo().await, request.body("")).await;
    let names = said["names"].as_array().unwrap();
    for name in SMUGGLED.iter().filter(|name| !name.starts_with("x-forwarded-")) {
        assert!(!names.contains(&json!(name)), "{name} in {said}");
    }
    assert!(!said.to_string().contains("6.6.6.6"), "{said}");
}

#[tokio::test]
async fn the_other_server_is_told_the_address_that_we_know_and_no_other() {
    let context = RequestContext::new().from_address(Some([192, 0, 2, 7].into()));
    let request = post(FORM)
        .header("x-forwarded-for", "6.6.6.6")
        .extension(Handled::new(context))
        .body("");
    let said = said(&to_echo().await, request).await;
    assert_eq!(said["from"], json!(["192.0.2.7"]), "{said}");
}

#[tokio::test]
async fn the_browser_gets_every_cookie_and_the_redirection_and_nothing_of_the_connection() {
    let answer = to_echo().await.pass(post(FORM).body("")).await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let headers = answer.headers();
    assert_eq!(headers.get_all("set-cookie").iter().count(), 2);
    assert_eq!(headers["location"], "/login?flow=1");
    for dropped in ["connection", "x-secret", "server"] {
        assert!(!headers.contains_key(dropped), "{dropped}");
    }
}

#[tokio::test]
async fn a_program_proves_itself_to_hydra_which_sees_no_session() {
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.unwrap();
    let address = acceptor.local_addr()[0].as_socket_addr().copied().unwrap();
    tokio::spawn(Server::new_with_acceptor(acceptor).run(Route::new().at("/*path", echo)));
    let proxy = Proxy::to(&format!("http://{address}"), &HYDRA).unwrap();
    let request = post("/.ory/hydra/oauth2/token")
        .header("authorization", "Basic abc")
        .header(
            "cookie",
            "crochet_session=secret; ory_hydra_session_dev=1; ory_hydra_login_csrf_1=a=b",
        )
        .body("");
    let said = said(&proxy, request).await;
    assert!(
        said["names"]
            .as_array()
            .unwrap()
            .contains(&json!("authorization"))
    );
    let own = "ory_hydra_session_dev=1; ory_hydra_login_csrf_1=a=b";
    assert_eq!(said["cookie"], json!([own]), "{said}");
}

#[tokio::test]
async fn what_is_not_on_the_list_does_not_arrive() {
    let proxy = to_echo().await;
    let admin = post("/.ory/kratos/admin/identities").body("");
    assert_eq!(proxy.pass(admin).await.unwrap_err().status, 404);
    let put = post(FORM).method(Method::PUT).body("");
    assert_eq!(proxy.pass(put).await.unwrap_err().status, 404);
}

#[tokio::test]
async fn a_form_and_a_reply_have_a_size() {
    let proxy = to(Route::new().at("/*path", poem::post(endless))).await;
    let large = post(FORM).body(vec![b'x'; REQUEST_BYTES_MAX + 1]);
    assert_eq!(proxy.pass(large).await.unwrap_err().status, 413);
    assert_eq!(proxy.pass(post(FORM).body("")).await.unwrap_err().status, 502);
}

#[tokio::test]
async fn a_server_that_is_away_is_said_to_be() {
    let held = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", held.local_addr().unwrap());
    drop(held);
    let proxy = Proxy::to(&address, &KRATOS).unwrap();
    let problem = proxy.pass(post(FORM).body("")).await.unwrap_err();
    assert_eq!(
        (problem.status, problem.retry_after_s),
        (503, Some(RETRY_AFTER_S))
    );
}

#[test]
fn an_address_is_checked_before_anything_is_passed_on() {
    for bad in ["", "kratos:4433", "mailto:kratos", "ftp://kratos"] {
        assert!(Proxy::to(bad, &KRATOS).is_err(), "{bad}");
    }
}
