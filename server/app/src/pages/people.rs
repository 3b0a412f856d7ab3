//! People who have an account here: found, invited, and one by one with their roles, sessions and a way to keep them out.
//!
//! Where no accounts are kept, the page says how to get them.

mod named;
pub(super) mod one;

use std::sync::Arc;

use crochet_api::platform::{Invitation, InvitePersonResponse, ListPeopleParams, NewPerson, Person};
use crochet_openapi::Problem;
use poem::Response;
use serde::Serialize;
use serde_json::json;

use super::Site;
use super::endpoint::Visit;
use super::form::{Form, as_body};
use super::may::Abilities;
use super::problems::{FieldError, field_errors};
use super::query::{Query, written};
use super::view::calendar;

/// `role:editor` is there when the box is ticked.
const ROLE: &str = "role:";

#[derive(Serialize)]
struct Shown {
    people: Vec<Line>,
    address: String,
    more: Option<String>,
    roles: Vec<Tick>,
    may: Abilities,
    values: Values,
    problem: Option<Problem>,
    errors: Vec<FieldError>,
}

/// Somebody as a line of the list.
#[derive(Serialize)]
pub(super) struct Line {
    #[serde(flatten)]
    person: Person,
    since: Option<String>,
    seen: Option<String>,
}

impl From<Person> for Line {
    fn from(person: Person) -> Self {
        Self {
            since: person.created_at.map(calendar),
            seen: person.last_seen_at.map(calendar),
            person,
        }
    }
}

/// A role that somebody may be given.
#[derive(Serialize)]
pub(super) struct Tick {
    name: String,
    description: String,
    ticked: bool,
}

/// What stands in the form.
#[derive(Default, Serialize)]
struct Values {
    email: String,
    name: String,
    #[serde(skip)]
    roles: Vec<String>,
}

impl Values {
    fn of(form: &Form) -> Self {
        Self {
            email: form.get("email").to_owned(),
            name: form.get("name").to_owned(),
            roles: ticked(form),
        }
    }
}

/// A code, to be handed to its person.
#[derive(Serialize)]
struct Invited {
    account: Line,
    page: String,
    code: String,
    until: Option<String>,
}

/// The roles that are ticked in a form.
fn ticked(form: &Form) -> Vec<String> {
    let names = form.fields().filter_map(|(name, _)| name.strip_prefix(ROLE));
    names.map(str::to_owned).collect()
}

/// Lists them.
pub(super) async fn list(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    if site.parts.accounts.is_none() {
        return none_kept(&site, &visit, false);
    }
    let shown = shown(&site, &visit, Values::default(), None).await?;
    site.page(&visit.frame, "people.html", shown)
}

/// Says what is possible where no accounts are kept, to who wants to see all people or `one` of them.
fn none_kept(site: &Site, visit: &Visit, one: bool) -> Result<Response, Problem> {
    let status = if one { 404 } else { 200 };
    site.answer(&visit.frame, status, "people_none.html", json!({"one": one}))
}

/// Invites somebody, and shows the code for them.
pub(super) async fn invite(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let values = Values::of(&visit.form);
    let mut body = json!({"email": values.email, "roles": values.roles});
    if !values.name.is_empty() {
        body["name"] = json!(values.name);
    }
    let invited = match as_body::<NewPerson>(&body) {
        Ok(new) => {
            let caller = &visit.visitor.caller;
            site.parts.platform.invite_person(caller, new).await
        }
        Err(problem) => Err(problem),
    };
    let done =
        |invited: InvitePersonResponse| site.invited(&visit, invited.body.person, invited.body.invitation);
    let again = |problem| shown(&site, &visit, values, Some(problem));
    site.ended(&visit, "people.html", invited, done, again).await
}

async fn shown(
    site: &Site,
    visit: &Visit,
    values: Values,
    problem: Option<Problem>,
) -> Result<Shown, Problem> {
    let query = Query::of(visit);
    let address = query.text("address");
    let params = ListPeopleParams {
        address: query.get("address").map(str::to_owned),
        page_token: query.page_token()?,
        ..ListPeopleParams::default()
    };
    let listed = site.parts.platform.list_people(&visit.visitor.caller, params);
    let page = listed.await?;
    let more = page.next_page.map(|token| {
        let same = written([("address", &*address), ("page_token", token.as_str())]);
        format!("/people?{same}")
    });
    Ok(Shown {
        people: page.items.into_iter().map(Line::from).collect(),
        address,
        more,
        roles: site.role_ticks(visit, &values.roles).await?,
        may: site.may(&visit.visitor, &["invite_person"]).await,
        errors: field_errors(problem.as_ref(), &["email", "name"].into()),
        values,
        problem,
    })
}

impl Site {
    /// The roles that there are, with those ticked that are named.
    async fn role_ticks(&self, visit: &Visit, ticked: &[String]) -> Result<Vec<Tick>, Problem> {
        let (matrix, _) = self.matrix(visit).await?;
        let tick = |role: crochet_api::platform::Role| Tick {
            ticked: ticked.iter().any(|name| name == role.name.as_str()),
            name: role.name.into(),
            description: role.description.into(),
        };
        Ok(matrix.roles.into_iter().map(tick).collect())
    }

    /// The page with a code, this once.
    fn invited(&self, visit: &Visit, person: Person, invitation: Invitation) -> Result<Response, Problem> {
        let invited = Invited {
            account: person.into(),
            until: invitation.expires_at.map(calendar),
            page: visit.frame.whole(&invitation.page),
            code: invitation.code,
        };
        self.answer(&visit.frame, 200, "people_invited.html", invited)
    }
}
