//! One context as a command works on it: make it, add texts, wait until it is settled, read what came out.
//!
//! Everything here is a call of the generated client and nothing prints, so `demo`, `run` and `add` share it and each
//! shows it in its own way. It never knows whose server it talks to.

use std::cmp::Reverse;

use crochet_client::types::common::{ContextId, Title};
use crochet_client::types::contexts::{Context, NewContext, ReadContextResponse};
use crochet_client::types::ingestor::{Estimate, Ingest, SearchMode};
use crochet_client::types::orthos::{Line, NewSurvey, Ortho, Survey, SurveyState, WatchSurveyResponse};
use crochet_client::{Crochet, Error};
use futures_util::TryStreamExt as _;

use super::bounds::BoundsFlags;
use super::draw::counted;
use super::events::Totals;
use super::failure::Failure;
use super::patience::moving;
use super::quote::quoted;
use super::report::Best;
use super::text::Text;

/// A context and the client that reaches it.
pub(super) struct Desk<'a> {
    api: &'a Crochet,
    id: ContextId,
    /// Whether this command made the context.
    created: bool,
}

/// What a context is to be like if it has to be made.
pub(super) struct Wanted {
    pub(super) id: ContextId,
    pub(super) title: Title,
    pub(super) bounds: BoundsFlags,
}

impl<'a> Desk<'a> {
    /// The context of this name, made now if there is none.
    pub(super) async fn open(api: &'a Crochet, wanted: &Wanted) -> Result<Self, Failure> {
        let new = NewContext {
            id: Some(wanted.id.clone()),
            title: wanted.title.clone(),
            tokeniser: Some(wanted.bounds.tokeniser()?),
            bounds: Some(wanted.bounds.bounds()),
        };
        match api.create_context(new).await {
            Ok(_) => Ok(Self {
                api,
                id: wanted.id.clone(),
                created: true,
            }),
            Err(error) if error.problem().is_some_and(|problem| problem.status == 409) => {
                let desk = Self {
                    api,
                    id: wanted.id.clone(),
                    created: false,
                };
                wanted.bounds.agree_with(&desk.context().await?)?;
                Ok(desk)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A context that is there already.
    pub(super) async fn existing(api: &'a Crochet, id: ContextId) -> Result<Self, Failure> {
        let desk = Self {
            api,
            id,
            created: false,
        };
        desk.context().await?;
        Ok(desk)
    }

    /// The name of the context.
    pub(super) fn id(&self) -> &ContextId {
        &self.id
    }

    /// The context as it is now.
    pub(super) async fn context(&self) -> Result<Context, Failure> {
        match self
            .api
            .read_context(&self.id)
            .await
            .map_err(|error| about(&self.id, error))?
        {
            ReadContextResponse::Ok { body, .. } => Ok(body),
            ReadContextResponse::NotModified { .. } => {
                Err(Failure::new("the server calls unchanged what was never read"))
            }
        }
    }

    /// What the context would hold with these texts in it.
    pub(super) async fn estimate(&self, texts: &[Text]) -> Result<Estimate, Failure> {
        Ok(self.api.estimate_ingest(&self.id, Text::together(texts)).await?)
    }

    /// Adds a text; the search for its orthos goes on behind the answer.
    pub(super) async fn add(&self, text: &Text, search: SearchMode) -> Result<Ingest, Failure> {
        let title = text.title.as_str();
        Ok(self
            .api
            .upload_text(&self.id, title, text.bytes.clone())
            .search(search)
            .await?
            .body)
    }

    /// Follows an ingest until it is settled or cancelled, telling `see` of every step. One that stands still is a failure:
    /// it would never end.
    pub(super) async fn follow(
        &self,
        ingest: Ingest,
        mut see: impl FnMut(&Ingest) -> Result<(), Failure>,
    ) -> Result<Ingest, Failure> {
        let mut latest = ingest;
        let mut steps = self.api.progress(&latest);
        let pulse = async || {
            let context = self.context().await?;
            Ok(context.orthos + context.remediations)
        };
        while let Some(step) = moving(self.api, &pulse, steps.try_next())
            .await?
            .map_err(|error| self.lost(error))?
        {
            latest = step;
            see(&latest)?;
            self.goes_on(latest.stuck, latest.work_left, latest.stuck_reason.as_deref())?;
        }
        Ok(latest)
    }

    /// Whether something is left that is not given up.
    fn goes_on(&self, stuck: i64, left: i64, reason: Option<&str>) -> Result<(), Failure> {
        if stuck == 0 || stuck < left {
            return Ok(());
        }
        let items = counted(stuck.unsigned_abs(), "work item", "work items");
        let reason = reason.unwrap_or("for no reason that is known");
        let failure = Failure::new(format!("{items} given up: {reason}")).at(&self.id);
        Err(failure.try_this("what was found is kept, the same command tries them again"))
    }

    fn lost(&self, error: Error) -> Failure {
        match error {
            Error::NotFound(_) => Failure::new("deleted while its orthos were being found").at(&self.id),
            error => error.into(),
        }
    }

    /// Surveys the context and waits for the end, telling `see` of every step.
    pub(super) async fn survey(
        &self,
        wanted: NewSurvey,
        mut see: impl FnMut(&Survey) -> Result<(), Failure>,
    ) -> Result<Survey, Failure> {
        let mut latest = self.api.create_survey(&self.id, wanted).await?.body;
        // A stream that ends too early is only opened again: the next one begins with where things stand.
        while latest.state == SurveyState::Running {
            let mut steps = match self.api.watch_survey(&self.id, latest.id).await? {
                WatchSurveyResponse::Ok { body } => body,
                WatchSurveyResponse::NoContent => {
                    return Ok(self.api.read_survey(&self.id, latest.id).await?);
                }
            };
            while let Some(step) = steps
                .try_next()
                .await
                .map_err(|problem| self.lost(problem.into()))?
            {
                latest = step.data;
                see(&latest)?;
                let left = latest.parts - latest.parts_done;
                self.goes_on(latest.stuck, left, latest.stuck_reason.as_deref())?;
            }
        }
        Ok(latest)
    }

    /// The best orthos that are stored, each with a sentence for every row.
    pub(super) async fn best(&self, count: usize) -> Result<Vec<Best>, Failure> {
        let page = self
            .api
            .list_orthos(&self.id)
            .limit(i32::try_from(count).map_err(Failure::new)?)
            .await?;
        let mut best = Vec::new();
        for ortho in page.items {
            best.push(Best {
                sentences: self.sentences(&ortho).await?,
                ..drawn(ortho)
            });
        }
        Ok(best)
    }

    /// The best orthos that a survey kept, all shapes together. They are not stored, so no sentences are known for
    /// them.
    pub(super) async fn surveyed_best(&self, survey: &Survey, count: usize) -> Result<Vec<Best>, Failure> {
        let kept = self.api.list_survey_orthos(&self.id, survey.id).stream();
        let mut orthos: Vec<Ortho> = kept.try_collect().await?;
        // The server gives them shape by shape; this is its order `square` over all of them.
        orthos
            .sort_by_key(|ortho| Reverse((ortho.extents.iter().min().copied(), ortho.volume, ortho.rarity)));
        Ok(orthos.into_iter().take(count).map(drawn).collect())
    }

    async fn sentences(&self, ortho: &Ortho) -> Result<Vec<String>, Failure> {
        let detail = self.api.read_ortho(&self.id, &ortho.id).sentences(1).await?;
        let last_axis = ortho.extents.len().checked_sub(1);
        let rows = detail
            .lines
            .iter()
            .filter(|line| usize::try_from(line.axis).ok() == last_axis);
        Ok(rows
            .map(|line| in_its_sentence(line).unwrap_or_default())
            .collect())
    }

    /// The totals of the whole context, for the last line of `--json`.
    pub(super) async fn totals(&self, seconds: f64) -> Result<Totals, Failure> {
        let context = self.context().await?;
        let table = self.api.count_shapes(&self.id).await?;
        let digest = self.api.read_digest(&self.id).await?;
        let counts = table
            .shapes
            .into_iter()
            .map(|count| (count.shape.to_string(), count.orthos.unsigned_abs()));
        Ok(Totals {
            context: Some(self.id.to_string()),
            version: Some(context.version.into()),
            words: context.words.unsigned_abs(),
            phrases: context.phrases.unsigned_abs(),
            orthos: counts.collect(),
            remediations: Some(context.remediations.unsigned_abs()),
            truncated: context.truncated,
            seconds,
            digest: Some(digest.digest),
        })
    }

    /// Takes the context away again if this command made it and nothing was added to it.
    pub(super) async fn tidy(&self) -> Result<(), Failure> {
        if self.created && i64::from(self.context().await?.version) == 0 {
            self.api.delete_context(&self.id, "*").await?;
        }
        Ok(())
    }
}

/// Why a call about a context failed.
pub(super) fn about(context: &ContextId, error: Error) -> Failure {
    let unknown = matches!(error, Error::NotFound(_));
    let failure = Failure::from(error).at(context);
    if unknown {
        failure.try_this("`crochet run` makes one, `crochet check` lists those that are there")
    } else {
        failure
    }
}

fn in_its_sentence(line: &Line) -> Option<String> {
    let place = line.sentences.first()?;
    Some(quoted(
        &place.text,
        usize::try_from(place.start).ok()?,
        &line.phrase,
    ))
}

fn drawn(ortho: Ortho) -> Best {
    Best {
        shape: ortho
            .extents
            .iter()
            .map(|extent| extent.unsigned_abs() as usize)
            .collect(),
        cells: ortho.cells.into_iter().map(String::from).collect(),
        sentences: Vec::new(),
    }
}
