//! Parts of surveys: the static search over some origins of a context as it was at one version.
//!
//! The phrases are laid out once per survey and process and shared by its parts; a survey's bounds may be wider than
//! those of its context, so they are read anew. It must never report a part that was stopped.

use std::sync::Arc;

use crochet_api::orthos::{Survey, SurveyId, SurveyState};
use crochet_domain::search::fixed::{Control, FrozenPhrases, SurveyOptions, Tally, survey};
use crochet_openapi::Caller;
use tokio::sync::{Mutex, OnceCell};

use super::Worker;
use super::delivery::Delivery;
use super::fault::Fault;
use super::search::compute;
use super::views::read_whole;
use super::wire;
use crate::services::contexts::settings::bounds_of;
use crate::services::wire::version_of;

/// A survey with its phrases.
#[derive(Debug)]
struct Laid {
    phrases: FrozenPhrases,
    keep: usize,
}

type Place = Arc<OnceCell<Arc<Laid>>>;

/// The surveys that are under way in this process, the latest last.
#[derive(Debug, Default)]
pub(super) struct Surveys(Mutex<Vec<(String, Place)>>);

/// So many surveys are kept at once.
const KEPT: usize = 2;

impl Surveys {
    async fn place(&self, id: &str) -> Place {
        let mut kept = self.0.lock().await;
        if let Some((_, place)) = kept.iter().find(|(kept, _)| kept == id) {
            return Arc::clone(place);
        }
        if kept.len() == KEPT {
            kept.remove(0);
        }
        let place = Place::default();
        kept.push((id.to_owned(), Arc::clone(&place)));
        place
    }
}

impl Worker {
    /// Surveys one part and reports it.
    pub(super) async fn survey_part(
        &self,
        delivery: &Delivery,
        id: &str,
        part: u32,
        parts: u32,
    ) -> Result<(), Fault> {
        let caller = self.caller();
        let survey_id: SurveyId = id
            .parse()
            .map_err(|_| Fault::Inconsistent(format!("`{id}` is no survey")))?;
        let place = self.surveys.place(id).await;
        let lay = || self.lay(&caller, delivery, survey_id);
        let laid = Arc::clone(place.get_or_try_init(lay).await?);
        let options = SurveyOptions {
            keep: laid.keep,
            part,
            parts,
            threads: 1,
        };
        let tally = self.tally(laid, options).await?;
        let body = wire::survey_part(delivery.item, &tally)?;
        self.parts
            .orthos
            .report_survey(&caller, delivery.context.clone(), survey_id, body)
            .await?;
        Ok(())
    }

    /// Searches one part, unless the worker is to stop.
    async fn tally(&self, laid: Arc<Laid>, options: SurveyOptions) -> Result<Tally, Fault> {
        let control = Arc::new(Control::default());
        let watched = Arc::clone(&control);
        let mut search = std::pin::pin!(compute(move || survey(&laid.phrases, options, &watched)));
        tokio::select! {
            tally = &mut search => tally,
            () = self.shutdown.cancelled() => {
                control.stop();
                search.await?;
                Err(Fault::Stopped)
            }
        }
    }

    async fn lay(&self, caller: &Caller, delivery: &Delivery, id: SurveyId) -> Result<Arc<Laid>, Fault> {
        let asked: Survey = self
            .parts
            .orthos
            .read_survey(caller, delivery.context.clone(), id)
            .await?;
        if asked.state != SurveyState::Running {
            return Err(Fault::Moot(crochet_openapi::Problem::not_found(
                "the survey has ended",
            )));
        }
        let bounds = bounds_of(&asked.bounds)?;
        let view = read_whole(&*self.parts.contexts, caller, &delivery.context, bounds).await?;
        let version = version_of(asked.version);
        let keep = usize::try_from(asked.best_per_shape).unwrap_or(0);
        let phrases = compute(move || FrozenPhrases::new(&view, version)).await?;
        Ok(Arc::new(Laid { phrases, keep }))
    }
}
