//! Parts of surveys: the static search over some origins of a context as it was at one version.
//!
//! The phrases are laid out once per survey and process and shared by its parts; a survey's bounds may be wider than
//! those of its context, so they are read anew. It must never report a part that was stopped.

use std::sync::Arc;
use std::time::Duration;

use crochet_api::orthos::{Survey, SurveyId, SurveyState};
use crochet_domain::search::fixed::{FrozenPhrases, SurveyOptions, Tally, survey};
use crochet_openapi::{Caller, Problem};
use tokio::sync::{Mutex, OnceCell};
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::Worker;
use super::delivery::Delivery;
use super::fault::Fault;
use super::search::compute;
use super::views::read_whole;
use super::wire;
use crate::services::contexts::settings::bounds_of;
use crate::services::leash::Leash;
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
pub(super) struct Surveys(Mutex<Vec<Kept>>);

#[derive(Debug)]
struct Kept {
    survey: String,
    place: Place,
    used: Instant,
}

/// So many surveys are kept at once.
const KEPT: usize = 2;

impl Surveys {
    async fn place(&self, id: &str) -> Place {
        let mut kept = self.0.lock().await;
        if let Some(kept) = kept.iter_mut().find(|kept| kept.survey == id) {
            kept.used = Instant::now();
            return Arc::clone(&kept.place);
        }
        if kept.len() == KEPT {
            kept.remove(0);
        }
        let place = Place::default();
        kept.push(Kept {
            survey: id.to_owned(),
            place: Arc::clone(&place),
            used: Instant::now(),
        });
        place
    }

    /// Gives up surveys of which no part was begun for so long; what a part has at hand stays with it.
    pub(super) async fn give_up_unused(&self, unused: Duration) {
        self.0.lock().await.retain(|kept| kept.used.elapsed() < unused);
    }
}

impl Worker {
    /// Surveys one part and reports it.
    pub(super) async fn survey_part(
        &self,
        delivery: &Delivery,
        id: &str,
        (part, parts): (u32, u32),
        stop: &CancellationToken,
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
        let asked = (&caller, delivery, survey_id);
        let tally = self.tally(laid, options, asked, stop).await?;
        let body = wire::survey_part(delivery.item, &tally)?;
        self.parts
            .orthos
            .report_survey(&caller, delivery.context.clone(), survey_id, body)
            .await?;
        Ok(())
    }

    /// Searches one part, unless it is to stop or the survey is over: what grows from one word need not end.
    async fn tally(
        &self,
        laid: Arc<Laid>,
        options: SurveyOptions,
        (caller, delivery, id): (&Caller, &Delivery, SurveyId),
        stop: &CancellationToken,
    ) -> Result<Tally, Fault> {
        let leash = Leash::default();
        let control = leash.control();
        let mut search = std::pin::pin!(compute(move || survey(&laid.phrases, options, &control)));
        let mut looks = tokio::time::interval(self.options.lease / 3);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let why = loop {
            tokio::select! {
                tally = &mut search => return tally,
                () = stop.cancelled() => break Fault::Stopped,
                _ = looks.tick() => if let Some(fault) = self.is_over(caller, delivery, id).await {
                    break fault;
                },
            }
        };
        leash.stop();
        search.await?;
        Err(why)
    }

    /// Why nobody waits for the survey any more, if that is so. A service that does not answer says nothing about it.
    async fn is_over(&self, caller: &Caller, delivery: &Delivery, id: SurveyId) -> Option<Fault> {
        let read = self.running(caller, delivery, id).await;
        read.err().filter(|fault| matches!(fault, Fault::Moot(_)))
    }

    async fn running(&self, caller: &Caller, delivery: &Delivery, id: SurveyId) -> Result<Survey, Fault> {
        let survey: Survey = self
            .parts
            .orthos
            .read_survey(caller, delivery.context.clone(), id)
            .await?;
        if survey.state == SurveyState::Running {
            Ok(survey)
        } else {
            Err(Fault::Moot(Problem::not_found("the survey has ended")))
        }
    }

    async fn lay(&self, caller: &Caller, delivery: &Delivery, id: SurveyId) -> Result<Arc<Laid>, Fault> {
        let asked = self.running(caller, delivery, id).await?;
        let bounds = bounds_of(&asked.bounds)?;
        let view = read_whole(&*self.parts.contexts, caller, &delivery.context, bounds).await?;
        let version = version_of(asked.version);
        let keep = usize::try_from(asked.best_per_shape).unwrap_or(0);
        let phrases = compute(move || FrozenPhrases::new(&view, version)).await?;
        Ok(Arc::new(Laid { phrases, keep }))
    }
}
