//! Kratos away: nobody gets in, nobody is thrown out, and callers are told to try again.

use std::sync::Arc;
use std::time::Duration;

use crochet_auth::{People as _, PeopleError, PeopleQuery, RememberedSessions, Sessions as _};
use tokio::runtime::Runtime;

use super::{people, sessions};
use crate::stack::{Visitor, fresh_address, own_kratos};

#[test]
fn while_kratos_is_away_callers_are_asked_to_wait_and_afterwards_all_is_as_before() {
    let Some(mut kratos) = own_kratos() else { return };
    Runtime::new().unwrap().block_on(async {
        let ada = Visitor::register(&kratos, &fresh_address("ada"), "Ada").await;
        let direct = Arc::new(sessions(&kratos));
        let remembered = RememberedSessions::new(direct.clone(), Duration::ZERO);
        kratos.kill();
        for cookie in [ada.session(), "made-up"] {
            for sessions in [&*direct as &dyn crochet_auth::Sessions, &remembered] {
                let problem = sessions.check(cookie).await.unwrap_err();
                assert_eq!((problem.status, problem.retry_after_s), (503, Some(1)));
            }
        }
        let query = PeopleQuery {
            limit: 1,
            ..PeopleQuery::default()
        };
        assert_eq!(people(&kratos).list(query).await, Err(PeopleError::Unavailable));
        kratos.start_again();
        assert!(remembered.check(ada.session()).await.unwrap().is_some());
        assert_eq!(remembered.check("made-up").await.unwrap(), None);
    });
}
