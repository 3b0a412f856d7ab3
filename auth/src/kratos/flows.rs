//! Kratos's self-service flows: what a page has to show, asked for in the name of a browser.
//!
//! The browser begins a flow at Kratos and comes to our page with its id; the page asks here what to show, and the
//! browser posts the form to Kratos itself. Types of our own, because `ory-kratos-client` 26.2 cannot read the nodes of a
//! flow. They take whatever nodes Kratos has, so that every method that it is configured for works.

mod node;

use std::fmt;

use ory_kratos_client::apis::configuration::Configuration;
use reqwest_of_ory::header::{ACCEPT, COOKIE, HeaderValue};
use reqwest_of_ory::{RequestBuilder, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::answers::Failure;
use super::{SECOND_FACTOR, calls_to};
use crate::ory::OryAddressError;

pub use node::{Attributes, Image, Input, Message, Meta, Node, ShownText, Tone};

/// A flow's id is a UUID.
const ID_BYTES_MAX: usize = 64;

/// What a flow is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlowKind {
    /// Signing in.
    Login,
    /// Becoming known.
    Registration,
    /// Coming in without a password.
    Recovery,
    /// Showing that an address is one's own.
    Verification,
    /// Changing what one is known by.
    Settings,
}

impl FlowKind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Login,
        Self::Registration,
        Self::Recovery,
        Self::Verification,
        Self::Settings,
    ];

    /// The name in Kratos's paths and ours.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Registration => "registration",
            Self::Recovery => "recovery",
            Self::Verification => "verification",
            Self::Settings => "settings",
        }
    }
}

impl fmt::Display for FlowKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A flow that a browser is in.
#[derive(Debug, Clone, Deserialize)]
pub struct Flow {
    /// Its id.
    pub id: String,
    /// Where the browser goes afterwards, when it asked to go somewhere.
    #[serde(default)]
    pub return_to: Option<String>,
    /// Whether somebody who is signed in proves it once more.
    #[serde(default)]
    pub refresh: bool,
    /// `aal2` when a second factor is asked for.
    #[serde(default)]
    pub requested_aal: Option<String>,
    /// How far it has come.
    #[serde(default)]
    pub state: Option<String>,
    /// What to show.
    pub ui: FlowUi,
}

/// What a page of a flow shows.
#[derive(Debug, Clone, Deserialize)]
pub struct FlowUi {
    /// The parts of its forms, in order.
    pub nodes: Vec<Node>,
    /// What Kratos has to say of the whole.
    #[serde(default)]
    pub messages: Vec<Message>,
}

impl Flow {
    /// Whether Kratos has not taken what was sent last.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        let of_nodes = self.ui.nodes.iter().flat_map(|node| &node.messages);
        let mut messages = self.ui.messages.iter().chain(of_nodes);
        messages.any(|message| message.tone == Tone::Error)
    }
}

/// Why there is no flow to show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FlowError {
    /// It has ended, or is another browser's: begin another.
    #[error("the flow has ended or is another browser's")]
    Ended,
    /// Only for somebody who is signed in.
    #[error("the flow is for somebody who is signed in")]
    SignInNeeded,
    /// Only for somebody who has shown a second factor too.
    #[error("the flow is for somebody who has shown two factors")]
    SecondFactorNeeded,
    /// Kratos does not answer.
    #[error("Kratos does not answer")]
    Unavailable,
}

/// What Kratos says went wrong outside any form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelfServiceError {
    /// What it is called.
    pub message: String,
    /// Why, for a person.
    pub reason: Option<String>,
}

/// The flows of a Kratos.
pub struct KratosFlows {
    kratos: Configuration,
}

impl KratosFlows {
    /// The flows of the Kratos whose public API is at `url`.
    ///
    /// # Errors
    /// When that is no address.
    pub fn at(url: &str) -> Result<Self, OryAddressError> {
        Ok(Self {
            kratos: calls_to(url)?,
        })
    }

    /// A flow of the browser with these cookies.
    ///
    /// # Errors
    /// When the browser has no such flow, must sign in first, or Kratos does not answer.
    pub async fn read(&self, kind: FlowKind, id: &str, cookies: &str) -> Result<Flow, FlowError> {
        if !is_id(id) {
            return Err(FlowError::Ended);
        }
        let request = self.get(&format!("/self-service/{kind}/flows"), cookies);
        read(request.query(&[("id", id)])).await
    }

    /// What went wrong, as [`Self::read`] finds a flow.
    ///
    /// # Errors
    /// When there is no such error, or Kratos does not answer.
    pub async fn error(&self, id: &str) -> Result<SelfServiceError, FlowError> {
        if !is_id(id) {
            return Err(FlowError::Ended);
        }
        let said: SaidError = read(self.get("/self-service/errors", "").query(&[("id", id)])).await?;
        Ok(SelfServiceError {
            message: said.error.message,
            reason: said.error.reason,
        })
    }

    /// Ends the session of the browser with these cookies.
    ///
    /// # Errors
    /// [`FlowError::SignInNeeded`] when it has none, or when Kratos does not answer.
    pub async fn sign_out(&self, cookies: &str) -> Result<(), FlowError> {
        let logout: Logout = read(self.get("/self-service/logout/browser", cookies)).await?;
        let request = self.get("/self-service/logout", cookies);
        send(request.query(&[("token", logout.logout_token)]))
            .await
            .map(drop)
    }

    fn get(&self, path: &str, cookies: &str) -> RequestBuilder {
        let request = self
            .kratos
            .client
            .get(format!("{}{path}", self.kratos.base_path))
            .header(ACCEPT, "application/json");
        match HeaderValue::from_str(cookies) {
            Ok(value) if !cookies.is_empty() => request.header(COOKIE, value),
            _ => request,
        }
    }
}

#[derive(Deserialize)]
struct Logout {
    logout_token: String,
}

#[derive(Deserialize)]
struct SaidError {
    error: SaidReason,
}

#[derive(Deserialize)]
struct SaidReason {
    #[serde(default)]
    message: String,
    reason: Option<String>,
}

async fn read<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, FlowError> {
    let answer = send(request).await?;
    answer.json().await.map_err(|error| away(error.into()))
}

async fn send(request: RequestBuilder) -> Result<Response, FlowError> {
    let answer = request.send().await.map_err(|error| away(error.into()))?;
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    let body = answer.text().await.map_err(|error| away(error.into()))?;
    Err(match Failure::answered(WHAT, status.as_u16(), &body) {
        Failure::Refused { status: 401, .. } => FlowError::SignInNeeded,
        Failure::Refused { id, .. } if id.as_deref() == Some(SECOND_FACTOR) => FlowError::SecondFactorNeeded,
        Failure::Refused { .. } => FlowError::Ended,
        Failure::Away => FlowError::Unavailable,
    })
}

const WHAT: &str = "read a flow";

fn away(error: ory_kratos_client::apis::Error<()>) -> FlowError {
    // Logs it; whatever it was, there is no flow to show.
    Failure::of(WHAT, error);
    FlowError::Unavailable
}

fn is_id(text: &str) -> bool {
    (1..=ID_BYTES_MAX).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
