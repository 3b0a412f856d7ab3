//! What a program wants of a sign-in besides who it is (OpenID Connect Core, section 3.1.2.1): `prompt` and `max_age`.
//!
//! "Prove it now" is met by whoever has proved it since the program asked. What stood in the session when the program first
//! came is remembered, and has to be followed by something newer. Only where there was no session yet is a clock asked,
//! which Kratos need not quite share: somebody may bring an old session later.

use chrono::{DateTime, TimeDelta, Utc};
use moka::future::Cache;

/// Requests are remembered as long as Hydra waits for them.
const ASKED_LASTS: std::time::Duration = std::time::Duration::from_secs(15 * 60);
const ASKED_MAX: u64 = 10_000;
/// How far Kratos's clock may be behind ours.
const CLOCKS_APART_MAX: TimeDelta = TimeDelta::minutes(2);

/// When somebody last proved who they are, if anybody is there.
type Proved = Option<DateTime<Utc>>;

/// What a request asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Nobody may be asked anything.
    pub(super) silent: bool,
    /// The proof is not older than this, or newer than the request.
    age_max: Option<TimeDelta>,
}

impl Wanted {
    /// What the address asks for with which a program has sent a browser.
    pub(super) fn by(request: &str) -> Self {
        let query = request.split_once('?').map_or("", |(_, query)| query);
        let mut wanted = Self {
            silent: false,
            age_max: None,
        };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let prompts = |wanted: &str| name == "prompt" && value.split(' ').any(|one| one == wanted);
            wanted.silent |= prompts("none");
            if prompts("login") {
                wanted.age_max = Some(TimeDelta::zero());
            } else if name == "max_age" {
                // What is no number of seconds is taken for the strictest.
                let age = value
                    .parse()
                    .ok()
                    .and_then(TimeDelta::try_seconds)
                    .unwrap_or_default();
                wanted.age_max = Some(wanted.age_max.map_or(age, |other| other.min(age)));
            }
        }
        wanted
    }

    /// Whether somebody who has proved it `now` need not do so again; `before` is when that was as the program asked.
    fn is_met(&self, now: Proved, before: DateTime<Utc>) -> bool {
        match (self.age_max, now) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(age_max), Some(at)) => at > before || (!age_max.is_zero() && Utc::now() - at <= age_max),
        }
    }
}

/// The requests that want a new proof, and what was proved when they came.
pub(super) struct Asked(Cache<String, DateTime<Utc>>);

impl Asked {
    pub(super) fn new() -> Self {
        Self(
            Cache::builder()
                .max_capacity(ASKED_MAX)
                .time_to_live(ASKED_LASTS)
                .build(),
        )
    }

    /// Whether the request with this challenge has what it wants from somebody who has proved it `now`.
    pub(super) async fn is_met(&self, challenge: &str, wanted: &Wanted, now: Proved) -> bool {
        if wanted.age_max.is_none() {
            return true;
        }
        // Who comes without a session proves it from now on.
        let before = now.unwrap_or_else(|| Utc::now() - CLOCKS_APART_MAX);
        let first = self.0.entry_by_ref(challenge).or_insert(before).await;
        wanted.is_met(now, *first.value())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(query: &str) -> Wanted {
        Wanted::by(&format!("http://localhost/oauth2/auth?{query}"))
    }

    #[tokio::test]
    async fn a_proof_is_new_when_it_is_another_than_the_program_met_first() {
        let (asked, old) = (Asked::new(), Some(DateTime::UNIX_EPOCH));
        let now = Some(Utc::now());
        for wants in [
            "prompt=login",
            "prompt=consent+login",
            "a=b&max_age=0",
            "max_age=soon",
        ] {
            assert!(!asked.is_met(wants, &wanted(wants), old).await, "{wants}");
            assert!(!asked.is_met(wants, &wanted(wants), old).await, "{wants}");
            assert!(asked.is_met(wants, &wanted(wants), now).await, "{wants}");
        }
        assert!(!asked.is_met("1", &wanted("prompt=login"), None).await);
        assert!(
            !asked.is_met("1", &wanted("prompt=login"), old).await,
            "a session that was there all the time"
        );
        assert!(
            asked.is_met("1", &wanted("prompt=login"), now).await,
            "they came for it"
        );
        assert!(!asked.is_met("2", &wanted("prompt=login"), now).await);
        assert!(
            !asked.is_met("2", &wanted("prompt=login"), old).await,
            "older than at first"
        );
        for wants in ["", "prompt=consent", "scope=login", "a=max_age"] {
            assert!(asked.is_met(wants, &wanted(wants), old).await, "{wants}");
        }
    }

    #[tokio::test]
    async fn a_program_may_say_how_old_a_proof_may_be() {
        let asked = Asked::new();
        let ago = |minutes| Some(Utc::now() - TimeDelta::minutes(minutes));
        assert!(asked.is_met("1", &wanted("max_age=3600"), ago(59)).await);
        assert!(!asked.is_met("2", &wanted("max_age=3600"), ago(61)).await);
        let both = wanted("prompt=login&max_age=3600");
        assert!(!asked.is_met("3", &both, ago(1)).await, "the stricter holds");
    }

    #[test]
    fn a_program_may_want_that_nobody_is_asked() {
        assert!(wanted("prompt=none").silent);
        assert!(!wanted("prompt=login").silent && !wanted("none").silent);
        assert_eq!(Wanted::by("/oauth2/auth"), wanted(""));
    }
}
