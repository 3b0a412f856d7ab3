//! A survey that is watched.
//!
//! What is told is numbered by the parts that are done, one more when the survey has ended, and by what is given up.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use crochet_api::orthos::Survey as ShownSurvey;
use crochet_domain::ports::{SurveyRecord, SurveyState, Surveys};
use crochet_openapi::Problem;

use super::surveys;
use crate::services::problems::problem;
use crate::services::watch::Watched;

/// The surveys of a context.
pub(super) struct WatchedSurvey {
    pub(super) surveys: Arc<dyn Surveys>,
    /// The context, as it is addressed.
    pub(super) context: String,
}

#[async_trait]
impl Watched for WatchedSurvey {
    type Record = SurveyRecord;
    type Shown = ShownSurvey;

    fn number(survey: &SurveyRecord) -> String {
        let ended = u64::from(survey.state != SurveyState::Running);
        let done = survey.parts_total - survey.parts_open.min(survey.parts_total);
        let stuck = survey.stuck.as_ref().map_or(0, |stuck| stuck.items);
        format!("{}.{stuck}", done + ended)
    }

    fn has_ended(survey: &SurveyRecord) -> bool {
        survey.state != SurveyState::Running
    }

    async fn after(
        &self,
        seen: &SurveyRecord,
        pace: Duration,
        up_to: Duration,
    ) -> Result<SurveyRecord, Problem> {
        self.surveys
            .survey_after(seen, pace, up_to)
            .await
            .map_err(problem)
    }

    async fn shown(&self, survey: &SurveyRecord) -> Result<ShownSurvey, Problem> {
        let mut counts = self.surveys.counts(&[survey.id]).await.map_err(problem)?;
        let counts = counts.remove(&survey.id).unwrap_or_default();
        surveys::shown(survey, &counts, &self.context)
    }
}
