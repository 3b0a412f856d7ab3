//! Surveys: counting what is too much to store. A job in parts; what is kept is the count and the best per shape.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{ContextKey, ItemId, Page, PageRequest, StorageError, Stuck, SurveyId};
use crate::ids::Version;
use crate::ortho::Shape;

/// How a survey goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SurveyState {
    /// Parts are outstanding.
    Running,
    /// All parts are in.
    Done,
    /// Stopped by a person; the counts so far stay.
    Cancelled,
}

/// A survey to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSurvey {
    /// Its key, made by the caller because the payloads of the parts name it.
    pub id: SurveyId,
    /// What is surveyed.
    pub context: ContextKey,
    /// At which version.
    pub version: Version,
    /// What was asked for, as JSON: bounds, order, wanted shape, how many of the best.
    pub request: String,
    /// How many of the best are kept per shape.
    pub best: u32,
    /// One payload for each part, in the pipeline's own encoding.
    pub parts: Vec<Vec<u8>>,
}

/// What is known of one shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyShape {
    /// The shape with ascending extents.
    pub shape: Shape,
    /// How many orthos have it.
    pub orthos: u64,
    /// The best of them, best first.
    pub best: Vec<SurveyedOrtho>,
}

/// An ortho that a survey keeps, with what decides its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyedOrtho {
    /// Its place among others of its shape: ascending byte order is best first.
    pub rank: Vec<u8>,
    /// The ortho in the pipeline's own encoding.
    pub ortho: Vec<u8>,
}

/// The result of one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyPart {
    /// The ledger row that it answers.
    pub item: ItemId,
    /// What it found.
    pub shapes: Vec<SurveyShape>,
    /// Whether a budget cut it short.
    pub truncated: bool,
}

/// A survey with its progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyRecord {
    /// Its key.
    pub id: SurveyId,
    /// What is surveyed.
    pub context: ContextKey,
    /// At which version.
    pub version: Version,
    /// What was asked for, as JSON.
    pub request: String,
    /// How it goes.
    pub state: SurveyState,
    /// Whether a budget cut it short somewhere.
    pub truncated: bool,
    /// Parts in all.
    pub parts_total: u64,
    /// Parts that are not in.
    pub parts_open: u64,
    /// What of the open parts is given up.
    pub stuck: Option<Stuck>,
    /// Orthos counted so far.
    pub orthos: u64,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
}

/// Why a question about surveys has no answer.
#[derive(Debug, thiserror::Error)]
pub enum SurveysError {
    /// No such context, or one that is being deleted.
    #[error("there is no such context")]
    ContextNotFound,
    /// No such survey.
    #[error("there is no such survey")]
    NotFound,
    /// The cursor was made for another list.
    #[error("the cursor does not belong to this list")]
    ForeignCursor,
    /// The machinery failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Keeps surveys and merges the results of their parts.
#[async_trait]
pub trait Surveys: Send + Sync {
    /// Writes the job and a ledger row for each part.
    async fn create(&self, new: NewSurvey) -> Result<SurveyRecord, SurveysError>;

    /// One survey.
    async fn get(&self, id: SurveyId) -> Result<SurveyRecord, SurveysError>;

    /// The surveys of a context, newest first.
    async fn list(&self, context: ContextKey, page: PageRequest) -> Result<Page<SurveyRecord>, SurveysError>;

    /// What was found so far, by shape.
    async fn shapes(&self, id: SurveyId) -> Result<Vec<SurveyShape>, SurveysError>;

    /// How many were found so far of each shape in some surveys; those that have found nothing are left out.
    async fn counts(&self, ids: &[SurveyId])
    -> Result<HashMap<SurveyId, BTreeMap<Shape, u64>>, SurveysError>;

    /// Adds the result of a part; the same part again, or a part of a survey that has ended, changes nothing.
    async fn report_part(&self, id: SurveyId, part: SurveyPart) -> Result<SurveyRecord, SurveysError>;

    /// Drops what is outstanding. A survey that has ended stays as it is.
    async fn cancel(&self, id: SurveyId) -> Result<SurveyRecord, SurveysError>;

    /// Forgets the survey and what it has found, and drops what is outstanding.
    async fn delete(&self, id: SurveyId) -> Result<(), SurveysError>;

    /// The survey when it differs from `seen`: no sooner than after `pace`, unless it has ended. As it is after `up_to`.
    async fn survey_after(
        &self,
        seen: &SurveyRecord,
        pace: Duration,
        up_to: Duration,
    ) -> Result<SurveyRecord, SurveysError>;
}
