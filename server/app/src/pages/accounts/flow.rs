//! The page of a flow: shows the one that the browser is in, or has it begin one.

use std::sync::Arc;

use crochet_auth::flows::{Flow, FlowError, FlowKind};
use crochet_openapi::Problem;
use poem::Response;
use poem::http::header::COOKIE;
use serde::Serialize;

use super::view::FlowView;
use super::{Accounts, RETRY_AFTER_S};
use crate::pages::Site;
use crate::pages::endpoint::Visit;
use crate::pages::programs::login::{self, Signing};
use crate::pages::reply::{let_forms_lead_out, own_path, see_other};
use crate::proxy::KRATOS;

#[derive(Serialize)]
struct Shown {
    flow: FlowView,
    links: Vec<Link>,
}

#[derive(Serialize)]
struct Link {
    href: String,
    title: &'static str,
}

/// What the address of the page asks for.
#[derive(Default)]
struct Asked {
    flow: Option<String>,
    return_to: Option<String>,
    refresh: bool,
    second_factor: bool,
    /// With which a program asks who somebody is.
    login_challenge: Option<String>,
}

/// Shows it.
pub(super) async fn show(
    kind: FlowKind,
    accounts: Arc<Accounts>,
    site: Arc<Site>,
    visit: Visit,
) -> Result<Response, Problem> {
    let mut asked = Asked::of(visit.request.uri().query().unwrap_or_default());
    asked.second_factor |= visit.visitor.second_factor_needed && kind == FlowKind::Login;
    if let (FlowKind::Login, Some(challenge), Some(programs)) =
        (kind, asked.login_challenge.take(), &site.parts.programs)
    {
        return match login::answer(programs, &visit, &challenge).await? {
            Signing::Onward(place) => Ok(see_other(&place)),
            Signing::Needed { refresh } => {
                asked.refresh |= refresh;
                asked.return_to = Some(here(&challenge));
                Ok(see_other(&beginning(kind, &asked)))
            }
        };
    }
    let Some(id) = &asked.flow else {
        return Ok(begin(kind, asked, &visit));
    };
    let cookies = visit.request.header(COOKIE).unwrap_or_default();
    match accounts.flows.read(kind, id, cookies).await {
        Ok(flow) => {
            let shown = Shown {
                links: links(kind, &flow, site.parts.programs.is_some()),
                flow: FlowView::of(kind, &flow),
            };
            let leads_out = shown.flow.leads_out();
            let mut response = site.answer(&visit.frame, 200, "flows/flow.html", shown)?;
            if leads_out {
                let_forms_lead_out(&mut response);
            }
            Ok(response)
        }
        Err(FlowError::Ended) => Ok(see_other(&beginning(kind, &Asked::default()))),
        Err(FlowError::SignInNeeded) => Ok(see_other(&sign_in(kind, false))),
        Err(FlowError::SecondFactorNeeded) => Ok(see_other(&sign_in(kind, true))),
        Err(FlowError::Unavailable) => Err(Problem::unavailable("nobody can sign in now", RETRY_AFTER_S)),
    }
}

/// Sends the browser to Kratos, or home when there is nothing to sign in for.
fn begin(kind: FlowKind, mut asked: Asked, visit: &Visit) -> Response {
    let cookies = &visit.frame.cookies;
    if asked.return_to.is_none() && kind == FlowKind::Login {
        asked.return_to = cookies.return_to.as_deref().and_then(own_path).map(str::to_owned);
    }
    let is_in = visit.visitor.person.is_some() && !asked.refresh && !asked.second_factor;
    let mut response = if kind == FlowKind::Login && is_in {
        see_other(asked.return_to.as_deref().unwrap_or("/"))
    } else {
        see_other(&beginning(kind, &asked))
    };
    if cookies.return_to.is_some() {
        cookies.end_return(&mut response);
    }
    response
}

/// Where somebody comes back to who signs in for a program.
fn here(challenge: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair(login::CHALLENGE, challenge)
        .finish();
    format!("/login?{query}")
}

/// Where a flow begins: at Kratos, on our origin.
fn beginning(kind: FlowKind, asked: &Asked) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(path) = &asked.return_to {
        query.append_pair("return_to", path);
    }
    if asked.refresh {
        query.append_pair("refresh", "true");
    }
    if asked.second_factor {
        query.append_pair("aal", "aal2");
    }
    address(
        &format!("{}/self-service/{kind}/browser", KRATOS.prefix),
        &query.finish(),
    )
}

/// Where somebody signs in first, to come back to this page.
fn sign_in(kind: FlowKind, second_factor: bool) -> String {
    let asked = Asked {
        return_to: Some(format!("/{kind}")),
        second_factor,
        ..Asked::default()
    };
    beginning(FlowKind::Login, &asked)
}

/// The other pages that a visitor may rather want, on the way to the same place.
fn links(kind: FlowKind, flow: &Flow, programs: bool) -> Vec<Link> {
    let to = |page: FlowKind, title| {
        let wanted = flow.return_to.as_deref().and_then(own_path);
        let query = wanted.map(|path| {
            form_urlencoded::Serializer::new(String::new())
                .append_pair("return_to", path)
                .finish()
        });
        Link {
            href: address(&format!("/{page}"), &query.unwrap_or_default()),
            title,
        }
    };
    let known = flow.refresh || flow.requested_aal.as_deref() == Some("aal2");
    match kind {
        FlowKind::Login if known => Vec::new(),
        FlowKind::Login => vec![
            to(FlowKind::Registration, "New here? Sign up"),
            to(FlowKind::Recovery, "Forgot your password? Get back in"),
        ],
        FlowKind::Registration => vec![to(FlowKind::Login, "Known already? Sign in")],
        FlowKind::Recovery => vec![to(FlowKind::Login, "Sign in")],
        FlowKind::Verification => Vec::new(),
        FlowKind::Settings => {
            let page = |href: &str, title| Link {
                href: href.to_owned(),
                title,
            };
            let mut links = vec![page("/sessions", "Where you are signed in")];
            links.extend(programs.then(|| page("/programs", "Programs that you let in")));
            links.push(to(FlowKind::Verification, "Confirm your address"));
            links
        }
    }
}

fn address(path: &str, query: &str) -> String {
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

impl Asked {
    fn of(query: &str) -> Self {
        let mut asked = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "flow" => asked.flow = Some(value.into_owned()),
                "return_to" => asked.return_to = own_path(&value).map(str::to_owned),
                "refresh" => asked.refresh = value == "true",
                login::CHALLENGE => asked.login_challenge = Some(value.into_owned()),
                "aal" => asked.second_factor = value == "aal2",
                _ => {}
            }
        }
        asked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begins(kind: FlowKind, query: &str) -> String {
        beginning(kind, &Asked::of(query))
    }

    #[test]
    fn a_flow_begins_at_kratos_with_what_was_asked_for() {
        assert_eq!(
            begins(FlowKind::Recovery, ""),
            "/.ory/kratos/self-service/recovery/browser"
        );
        assert_eq!(
            begins(
                FlowKind::Login,
                "return_to=%2Fcontexts%3Fa%3Db&refresh=true&aal=aal2"
            ),
            "/.ory/kratos/self-service/login/browser?return_to=%2Fcontexts%3Fa%3Db&refresh=true&aal=aal2"
        );
    }

    #[test]
    fn nobody_is_sent_to_another_origin_afterwards() {
        for elsewhere in [
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
        ] {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("return_to", elsewhere)
                .finish();
            assert_eq!(
                begins(FlowKind::Login, &query),
                begins(FlowKind::Login, ""),
                "{elsewhere}"
            );
        }
    }

    #[test]
    fn whoever_must_sign_in_first_comes_back() {
        assert_eq!(
            sign_in(FlowKind::Settings, true),
            "/.ory/kratos/self-service/login/browser?return_to=%2Fsettings&aal=aal2"
        );
    }

    #[test]
    fn links_keep_the_way() {
        let flow = |return_to: &str| {
            let written = serde_json::json!({"id": "1", "return_to": return_to, "ui": {"nodes": []}});
            serde_json::from_value::<Flow>(written).unwrap()
        };
        let links = |return_to| links(FlowKind::Registration, &flow(return_to), false);
        assert_eq!(links("/contexts")[0].href, "/login?return_to=%2Fcontexts");
        assert_eq!(links("https://evil.example")[0].href, "/login");
    }
}
