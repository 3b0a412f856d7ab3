//! What runs here, and how loudly.

use std::time::Duration;

use async_trait::async_trait;
use crochet_api::common::EntityTag;
use crochet_api::platform::{
    Build, LogLevel, OperationsOperations, ReadLogLevelParams, ReadLogLevelResponse, UpdateLogLevel,
    UpdateLogLevelParams, UpdateLogLevelResponse,
};
use crochet_openapi::{Caller, Problem, etag};
use crochet_platform::telemetry::LogLevels;
use crochet_platform::telemetry::events::AppEvent;

use super::PlatformService;
use crate::services::problems::changed;
use crate::services::wire::said;

#[async_trait]
impl OperationsOperations for PlatformService {
    async fn read_build(&self, _: &Caller) -> Result<Build, Problem> {
        Ok(self.parts.build.clone())
    }

    async fn read_log_level(
        &self,
        _: &Caller,
        params: ReadLogLevelParams,
    ) -> Result<ReadLogLevelResponse, Problem> {
        let current = self.parts.log.current();
        let etag = tag(&current)?;
        if etag::none_match_names(params.if_none_match.as_deref(), &etag) {
            return Ok(ReadLogLevelResponse::NotModified { etag });
        }
        Ok(ReadLogLevelResponse::Ok {
            body: self.level(current)?,
            etag,
        })
    }

    async fn update_log_level(
        &self,
        caller: &Caller,
        params: UpdateLogLevelParams,
        body: UpdateLogLevel,
    ) -> Result<UpdateLogLevelResponse, Problem> {
        let known = tag(&self.parts.log.current())?;
        if !etag::match_allows(params.if_match.as_deref(), &known) {
            return Err(changed(&known));
        }
        let time = Duration::from_secs(u64::try_from(body.for_s).unwrap_or(1));
        let current = self.parts.log.set_for(&body.filter, time);
        let current = current.map_err(|error| Problem::unprocessable(error.to_string()))?;
        AppEvent::LogLevelChanged {
            levels: &current.levels,
            caller: caller.originator(),
        }
        .emit();
        let etag = tag(&current)?;
        Ok(UpdateLogLevelResponse {
            body: self.level(current)?,
            etag,
        })
    }
}

impl PlatformService {
    fn level(&self, current: LogLevels) -> Result<LogLevel, Problem> {
        Ok(LogLevel {
            filter: said(current.levels)?,
            configured: said(self.parts.log.configured())?,
            reverts_at: current.reverts_at,
        })
    }
}

fn tag(levels: &LogLevels) -> Result<EntityTag, Problem> {
    let until = levels.reverts_at.map_or(0, |at| at.timestamp_millis());
    said(etag::strong(format!("{}@{until}", levels.levels)))
}
