//! The authorisation walk in process: every operation of every spec through its guard, by callers with no scope, with
//! one, with all but one and with all; and again with each operation in turn left unguarded, which the walk must name.

use std::collections::BTreeSet;
use std::sync::Arc;

use crochet_openapi::{Caller, CallerKind, Problem, RequestContext, Scopes};

use super::record::{Demands, reviewed};
use crate::{OPERATIONS, contexts, ingestor, orthos, platform, remediations, stub, work};

type Name = (String, String);

/// What one caller was answered, operation by operation.
struct Walk {
    /// The scopes of the caller; none for nobody.
    held: Option<BTreeSet<&'static str>>,
    answers: Vec<(Name, u16)>,
}

/// How every operation of every spec ends for `caller`, in process: past the guard it is not implemented.
async fn answers(caller: &Caller, guarded: bool) -> Vec<(Name, u16)> {
    let mut answers = Vec::new();
    let mut note = |spec: &str, ended: Vec<(&str, Result<(), Problem>)>| {
        let ended = ended.into_iter();
        answers.extend(ended.map(|(id, outcome)| {
            let name = (spec.to_owned(), id.to_owned());
            (name, outcome.unwrap_err().status)
        }));
    };
    macro_rules! probe {
        ($($spec:ident: $guarded:ident, $stub:ident;)*) => { $(
            let (bare, behind) = (stub::$spec::$stub, $spec::$guarded::new(Arc::new(stub::$spec::$stub)));
            let ended = if guarded {
                stub::$spec::probe(&behind, caller).await
            } else {
                stub::$spec::probe(&bare, caller).await
            };
            note(stringify!($spec), ended);
        )* };
    }
    probe! {
        contexts: GuardedContexts, StubContexts;
        ingestor: GuardedIngestor, StubIngestor;
        orthos: GuardedOrthos, StubOrthos;
        platform: GuardedPlatform, StubPlatform;
        remediations: GuardedRemediations, StubRemediations;
        work: GuardedWork, StubWork;
    }
    answers
}

impl Walk {
    async fn of(held: Option<BTreeSet<&'static str>>) -> Self {
        let answers = answers(&caller(held.as_ref()), true).await;
        Self { held, answers }
    }

    /// The operations that answered otherwise than the record has it.
    fn faults(&self, reviewed: &Demands) -> BTreeSet<Name> {
        let wrong = self.answers.iter().filter(|(name, status)| {
            let demand = &reviewed[name];
            let holds = |held: &BTreeSet<&str>| demand.scopes.iter().all(|scope| held.contains(&**scope));
            let expected = match &self.held {
                _ if demand.is_public() => 501,
                None => 401,
                Some(held) if holds(held) => 501,
                Some(_) => 403,
            };
            *status != expected
        });
        wrong.map(|(name, _)| name.clone()).collect()
    }
}

fn caller(held: Option<&BTreeSet<&str>>) -> Caller {
    let context = RequestContext::new();
    match held {
        None => Caller::anonymous(context),
        Some(held) => {
            let scopes = held.iter().copied().collect::<Scopes>();
            Caller::new("key:1", CallerKind::Key, scopes, context)
        }
    }
}

/// Nobody, and callers who tell every demand from every other.
async fn walks() -> Vec<Walk> {
    let all: BTreeSet<_> = crochet_api::SCOPES.iter().map(|(scope, _)| *scope).collect();
    let mut held = vec![None, Some(BTreeSet::new()), Some(all.clone())];
    for scope in &all {
        held.push(Some([*scope].into()));
        held.push(Some(all.iter().copied().filter(|other| other != scope).collect()));
    }
    let mut walks = Vec::new();
    for held in held {
        walks.push(Walk::of(held).await);
    }
    walks
}

#[tokio::test]
async fn every_guard_lets_in_whom_the_record_lets_in() {
    let reviewed = reviewed();
    for walk in walks().await {
        assert_eq!(walk.answers.len(), OPERATIONS.len());
        assert_eq!(walk.faults(&reviewed), [].into(), "{:?}", walk.held);
    }
}

#[tokio::test]
async fn an_operation_without_its_guard_is_named_and_no_other() {
    let (mut walks, reviewed) = (walks().await, reviewed());
    let bare = answers(&caller(None), false).await;
    for (index, unguarded) in bare.iter().enumerate() {
        let mut named = BTreeSet::new();
        for walk in &mut walks {
            let guarded = std::mem::replace(&mut walk.answers[index], unguarded.clone());
            named.extend(walk.faults(&reviewed));
            walk.answers[index] = guarded;
        }
        let (name, _) = unguarded;
        let expected = (!reviewed[name].is_public()).then(|| name.clone());
        assert_eq!(named, expected.into_iter().collect());
    }
}
