//! Error answers, brought into one form: a problem document, whatever stood between us and the service.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use crochet_openapi::Problem;
use reqwest::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, TRANSFER_ENCODING};
use reqwest::{Response, StatusCode};

/// Problems are short. Of a longer body, such as a proxy's error page, no more than this is read.
const BODY_BYTES_MAX: usize = 256 * 1024;

/// How much of a body that is no problem is repeated to people.
const QUOTE_CHARS_MAX: usize = 200;

/// An answer of 400 and above with a problem as its body; any other answer as it is.
pub(super) async fn as_problem(mut response: Response, limit: Duration) -> Response {
    let status = response.status();
    if status.as_u16() < 400 {
        return response;
    }
    let body = tokio::time::timeout(limit, read(&mut response))
        .await
        .unwrap_or_default();
    let problem = parse(status, &body);
    let headers = response.headers().clone();
    let mut rebuilt = made_here(&problem);
    for (name, value) in &headers {
        if ![CONTENT_TYPE, CONTENT_LENGTH, CONTENT_ENCODING, TRANSFER_ENCODING].contains(name) {
            rebuilt.headers_mut().append(name, value.clone());
        }
    }
    rebuilt
}

/// The answer that a server would give to say this.
pub(super) fn made_here(problem: &Problem) -> Response {
    let body = serde_json::to_vec(problem).expect("a problem holds strings and numbers only");
    let mut response = http::Response::new(body);
    *response.status_mut() =
        StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response.into()
}

/// As much as there is; an error answer that breaks off is still an error answer.
async fn read(response: &mut Response) -> Bytes {
    let mut body = BytesMut::new();
    while let Ok(Some(piece)) = response.chunk().await {
        if body.len() + piece.len() > BODY_BYTES_MAX {
            break;
        }
        body.extend_from_slice(&piece);
    }
    body.freeze()
}

fn parse(status: StatusCode, body: &[u8]) -> Problem {
    match serde_json::from_slice::<Problem>(body) {
        Ok(mut problem) => {
            // The status line is what every proxy in between has read.
            problem.status = status.as_u16();
            problem
        }
        Err(_) => foreign(status, body),
    }
}

fn foreign(status: StatusCode, body: &[u8]) -> Problem {
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    let mut problem = Problem::bare(status.as_u16());
    if !text.is_empty() && !text.starts_with('<') {
        problem.detail = Some(text.chars().take(QUOTE_CHARS_MAX).collect());
    }
    problem
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crochet_openapi::Problem;
    use reqwest::Response;

    use super::{QUOTE_CHARS_MAX, as_problem, made_here};

    fn answer(status: u16, body: &str) -> Response {
        let response = http::Response::builder()
            .status(status)
            .header("etag", "\"7\"")
            .body(body.to_owned());
        response.unwrap().into()
    }

    async fn problem_of(response: Response) -> Problem {
        as_problem(response, Duration::from_secs(1))
            .await
            .json()
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn a_problem_and_the_headers_beside_it_arrive_whole() {
        let sent = Problem::forbidden("add_corpus needs corpora:write");
        let mut response = made_here(&sent);
        response.headers_mut().insert("etag", "\"7\"".parse().unwrap());
        let response = as_problem(response, Duration::from_secs(1)).await;
        assert_eq!(response.headers()["etag"], "\"7\"");
        assert_eq!(response.json::<Problem>().await.unwrap(), sent);
    }

    #[tokio::test]
    async fn the_page_of_a_proxy_becomes_a_problem_that_does_not_repeat_its_html() {
        let problem = problem_of(answer(502, "<html>nginx</html>")).await;
        assert_eq!((problem.status, &problem.detail), (502, &None));
    }

    #[tokio::test]
    async fn plain_words_are_repeated_up_to_a_limit() {
        let problem = problem_of(answer(404, &"x".repeat(1_000_000))).await;
        assert!(problem.detail.as_deref().unwrap_or_default().len() <= QUOTE_CHARS_MAX);
        assert_eq!(
            problem_of(answer(404, "no such page")).await.detail.as_deref(),
            Some("no such page")
        );
    }

    #[tokio::test]
    async fn a_success_is_left_alone() {
        let response = as_problem(answer(200, "not json"), Duration::from_secs(1)).await;
        assert_eq!(response.text().await.unwrap(), "not json");
    }
}
