//! Why somebody may call an operation, or why not, and what would help.

use std::collections::BTreeSet;
use std::sync::Arc;

use crochet_api::platform::{AccessExplanation, ExplainAccess};
use crochet_auth::{LOCAL_PERSON, PersonId};
use crochet_openapi::Problem;
use crochet_routes::OPERATIONS;
use poem::Response;
use serde::Serialize;
use serde_json::json;

use crate::pages::Site;
use crate::pages::endpoint::Visit;
use crate::pages::form::{as_body, is_about_the_form};
use crate::pages::may::Abilities;
use crate::pages::problems::{FieldError, all_errors};

#[derive(Serialize)]
struct Shown {
    specs: Vec<Spec>,
    roles: Vec<Choice>,
    subject: String,
    /// The page on which that person is given roles.
    page: Option<String>,
    may: Abilities,
    asked: Option<Asked>,
    explanation: Option<AccessExplanation>,
    problem: Option<Problem>,
    errors: Vec<FieldError>,
}

#[derive(Serialize)]
struct Spec {
    name: &'static str,
    operations: Vec<Operation>,
}

#[derive(Serialize)]
struct Operation {
    id: &'static str,
    summary: &'static str,
    chosen: bool,
}

#[derive(Serialize)]
struct Choice {
    name: String,
    chosen: bool,
}

/// The operation that was asked about.
#[derive(Clone, Copy, Serialize)]
struct Asked {
    spec: &'static str,
    id: &'static str,
    summary: &'static str,
}

/// What stands in the address.
#[derive(Default)]
struct Question {
    operation: Option<Asked>,
    /// What was asked about and is no operation.
    unknown: Option<String>,
    subject: String,
    roles: BTreeSet<String>,
    /// Whom that names; known when it is asked.
    who: String,
}

impl Question {
    fn of(visit: &Visit) -> Self {
        let query = visit.request.uri().query().unwrap_or_default();
        let mut question = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "operation" => {
                    question.operation = operation(&value);
                    let is_unknown = question.operation.is_none() && !value.is_empty();
                    question.unknown = is_unknown.then(|| value.into_owned());
                }
                "subject" => question.subject = value.trim().to_owned(),
                "role" => {
                    question.roles.insert(value.into_owned());
                }
                _ => {}
            }
        }
        question
    }

    /// What is wrong with it before anybody is asked.
    fn problem(&self) -> Option<Problem> {
        let named = self.unknown.as_ref()?;
        Some(Problem::unprocessable(format!(
            "there is no operation {named}; choose one of the list"
        )))
    }

    /// The same as the API takes it; whoever names nobody asks about the roles they ticked, or about no role at all.
    fn body(&self, operation: Asked) -> serde_json::Value {
        let mut body = json!({"spec": operation.spec, "operation_id": operation.id});
        if self.subject.is_empty() {
            body["roles"] = json!(self.roles);
        } else {
            body["subject"] = json!(self.who);
        }
        body
    }
}

fn operation(named: &str) -> Option<Asked> {
    let (spec, id) = named.split_once('/')?;
    let found = OPERATIONS
        .iter()
        .find(|operation| operation.spec == spec && operation.operation_id == id)?;
    Some(Asked {
        spec: found.spec,
        id: found.operation_id,
        summary: found.summary,
    })
}

/// Shows the question, and its answer when one was asked.
pub(in crate::pages) async fn show(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let mut question = Question::of(&visit);
    let (matrix, _) = site.matrix(&visit).await?;
    let (mut explanation, mut problem) = (None, question.problem());
    if let Some(asked) = question.operation {
        match site.explained(&visit, &mut question, asked).await {
            Ok(found) => explanation = Some(found),
            Err(refused) if is_about_the_form(&refused) => problem = Some(refused),
            Err(other) => return Err(other),
        }
    }
    let roles = matrix.roles.iter().map(|role| Choice {
        chosen: question.roles.contains(role.name.as_str()),
        name: role.name.to_string(),
    });
    let shown = Shown {
        specs: specs(question.operation),
        roles: roles.collect(),
        page: site.page_of(&visit, &question.who).await,
        may: site.may(&visit.visitor, &["replace_person_roles"]).await,
        subject: question.subject,
        asked: question.operation,
        explanation,
        errors: all_errors(problem.as_ref()),
        problem,
    };
    let status = shown.problem.as_ref().map_or(200, |problem| problem.status);
    if status == 200 {
        return site.page(&visit.frame, "why.html", shown);
    }
    site.answer(&visit.frame, status, "why.html", shown)
}

impl Site {
    async fn explained(
        &self,
        visit: &Visit,
        question: &mut Question,
        asked: Asked,
    ) -> Result<AccessExplanation, Problem> {
        question.who = self.subject_named(visit, &question.subject).await?;
        let body = as_body::<ExplainAccess>(&question.body(asked))?;
        self.parts
            .platform
            .explain_access(&visit.visitor.caller, body)
            .await
    }

    /// The page of the person who was asked about, for who may look at it. Whoever signed in by a link has none.
    async fn page_of(&self, visit: &Visit, who: &str) -> Option<String> {
        self.parts.accounts.as_ref()?;
        let id = PersonId::of_subject(who).filter(|_| who != LOCAL_PERSON)?;
        let may = self.may_one(&visit.visitor, "read_person").await;
        may.is_allowed().then(|| format!("/people/{id}"))
    }
}

/// Every operation, by spec, in the order of the specs.
fn specs(chosen: Option<Asked>) -> Vec<Spec> {
    let mut specs: Vec<Spec> = Vec::new();
    for known in OPERATIONS {
        let is_chosen = |asked: Asked| asked.spec == known.spec && asked.id == known.operation_id;
        let operation = Operation {
            id: known.operation_id,
            summary: known.summary,
            chosen: chosen.is_some_and(is_chosen),
        };
        match specs.iter_mut().find(|spec| spec.name == known.spec) {
            Some(spec) => spec.operations.push(operation),
            None => specs.push(Spec {
                name: known.spec,
                operations: vec![operation],
            }),
        }
    }
    specs
}
