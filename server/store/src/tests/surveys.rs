//! Surveys: parts that count once.

use crochet_domain::ports::{
    NewSurvey, PageRequest, SurveyId, SurveyPart, SurveyShape, SurveyState, SurveyedOrtho, SurveysError,
};
use crochet_domain::{Bounds, Version};

use super::worker::World;
use crate::testing::Fixture;

fn survey(world: &World, parts: usize) -> NewSurvey {
    NewSurvey {
        id: SurveyId::generate(),
        context: world.context,
        version: Version(0),
        request: "{}".to_owned(),
        best: 2,
        parts: (0..parts)
            .map(|part| format!("part {part}").into_bytes())
            .collect(),
    }
}

fn shape(orthos: u64, ranks: &[u8]) -> SurveyShape {
    let best = ranks
        .iter()
        .map(|rank| SurveyedOrtho {
            rank: vec![*rank],
            ortho: vec![*rank],
        })
        .collect();
    SurveyShape {
        shape: "2x3".parse().unwrap(),
        orthos,
        best,
    }
}

#[tokio::test]
async fn parts_add_up_and_count_once() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    let surveys = fixture.store.surveys();
    let made = surveys.create(survey(&world, 2)).await.unwrap();
    assert_eq!((made.state, made.parts_open), (SurveyState::Running, 2));
    let items = world.ledger.unpushed(9).await.unwrap();
    let part = |at: usize, found| SurveyPart {
        item: items[at].id,
        shapes: vec![found],
        truncated: at == 1,
    };
    surveys
        .report_part(made.id, part(0, shape(5, &[9, 3])))
        .await
        .unwrap();
    let again = surveys
        .report_part(made.id, part(0, shape(5, &[9, 3])))
        .await
        .unwrap();
    assert_eq!(
        (again.parts_open, again.orthos, again.state),
        (1, 5, SurveyState::Running)
    );
    let done = surveys
        .report_part(made.id, part(1, shape(7, &[4, 8])))
        .await
        .unwrap();
    assert_eq!(
        (done.parts_open, done.orthos, done.state, done.truncated),
        (0, 12, SurveyState::Done, true)
    );
    let shapes = surveys.shapes(made.id).await.unwrap();
    assert_eq!(shapes, [shape(12, &[3, 4])]);
    assert_eq!(world.ledger.depth().await.unwrap().outstanding, 0);
}

#[tokio::test]
async fn a_cancelled_survey_takes_no_more_parts() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    let surveys = fixture.store.surveys();
    let made = surveys.create(survey(&world, 2)).await.unwrap();
    let item = world.ledger.unpushed(9).await.unwrap()[0].id;
    let cancelled = surveys.cancel(made.id).await.unwrap();
    assert_eq!(cancelled.state, SurveyState::Cancelled);
    let part = SurveyPart {
        item,
        shapes: vec![shape(5, &[])],
        truncated: false,
    };
    assert_eq!(surveys.report_part(made.id, part).await.unwrap(), cancelled);
    assert_eq!(
        surveys
            .list(world.context, PageRequest::first(9))
            .await
            .unwrap()
            .items,
        [cancelled]
    );
}

#[tokio::test]
async fn a_deleted_survey_leaves_nothing_behind_and_takes_no_more_parts() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    let surveys = fixture.store.surveys();
    let kept = surveys.create(survey(&world, 0)).await.unwrap();
    let made = surveys.create(survey(&world, 2)).await.unwrap();
    let items = world.ledger.unpushed(9).await.unwrap();
    let part = |at: usize| SurveyPart {
        item: items[at].id,
        shapes: vec![shape(5, &[9, 3])],
        truncated: false,
    };
    surveys.report_part(made.id, part(0)).await.unwrap();
    surveys.delete(made.id).await.unwrap();
    assert_eq!(world.ledger.depth().await.unwrap().outstanding, 0);
    assert_eq!(surveys.counts(&[made.id]).await.unwrap().len(), 0);
    let left = surveys.list(world.context, PageRequest::first(9)).await.unwrap();
    assert_eq!(left.items, [kept]);
    for lost in [
        surveys.report_part(made.id, part(1)).await.map(drop),
        surveys.get(made.id).await.map(drop),
        surveys.delete(made.id).await,
    ] {
        assert!(matches!(lost, Err(SurveysError::NotFound)), "{lost:?}");
    }
}
