//! Operations on the audit log, passed on.

use async_trait::async_trait;
use crochet_api::platform::{
    AuditEntry, AuditEntryPage, AuditOperations, ExportAuditEntriesParams, ListAuditEntriesParams,
};
use crochet_openapi::{ByteStream, Caller, Problem};

use crate::services::platform::PlatformService;

#[async_trait]
impl AuditOperations for PlatformService {
    async fn list_audit_entries(
        &self,
        caller: &Caller,
        params: ListAuditEntriesParams,
    ) -> Result<AuditEntryPage, Problem> {
        let (audit, caller) = self.audit(caller);
        audit.list_audit_entries(&caller, params).await
    }

    async fn export_audit_entries(
        &self,
        caller: &Caller,
        params: ExportAuditEntriesParams,
    ) -> Result<ByteStream, Problem> {
        let (audit, caller) = self.audit(caller);
        audit.export_audit_entries(&caller, params).await
    }

    async fn record_audit_entry(&self, caller: &Caller, body: AuditEntry) -> Result<(), Problem> {
        let (audit, caller) = self.audit(caller);
        audit.record_audit_entry(&caller, body).await
    }
}
