//! Sign-in links and sessions behind their port.

use std::sync::Arc;

use async_trait::async_trait;
use crochet_domain::ports::{Clock, SignInTicket, SignIns, SignInsError};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use crate::clock::{millis, moment};
use crate::database::{Database, Tx};
use crate::entities::{sessions, sign_in_links};

/// Links and sessions in the database.
#[derive(Clone)]
pub(crate) struct SqlSignIns {
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
}

#[async_trait]
impl SignIns for SqlSignIns {
    async fn add_link(&self, link: SignInTicket) -> Result<(), SignInsError> {
        let link = &link;
        let body = |tx: Tx| async move {
            link_row(link).into_active_model().insert(&*tx).await?;
            Ok(())
        };
        self.database.write("keeping a sign-in link", body).await
    }

    async fn find_link(&self, id: &str) -> Result<Option<SignInTicket>, SignInsError> {
        let body = |tx: Tx| async move {
            let row = sign_in_links::Entity::find_by_id(id).one(&*tx).await?;
            Ok(row.map(link_of))
        };
        self.database.read("finding a sign-in link", body).await
    }

    async fn spend_link(&self, id: &str, session: SignInTicket) -> Result<bool, SignInsError> {
        let (session, now) = (&session, millis(self.clock.now()));
        let body = |tx: Tx| async move {
            let spent = sign_in_links::Entity::delete_many()
                .filter(sign_in_links::Column::Id.eq(id))
                .filter(sign_in_links::Column::ExpiresAt.gt(now))
                .exec(&*tx)
                .await?;
            if spent.rows_affected == 0 {
                return Ok(false);
            }
            session_row(session).into_active_model().insert(&*tx).await?;
            Ok(true)
        };
        self.database.write("spending a sign-in link", body).await
    }

    async fn find_session(&self, id: &str) -> Result<Option<SignInTicket>, SignInsError> {
        let body = |tx: Tx| async move {
            let row = sessions::Entity::find_by_id(id).one(&*tx).await?;
            Ok(row.map(session_of))
        };
        self.database.read("finding a session", body).await
    }

    async fn end_session(&self, id: &str) -> Result<(), SignInsError> {
        let body = |tx: Tx| async move {
            sessions::Entity::delete_by_id(id).exec(&*tx).await?;
            Ok(())
        };
        self.database.write("ending a session", body).await
    }

    async fn expire(&self) -> Result<u64, SignInsError> {
        let now = millis(self.clock.now());
        let body = |tx: Tx| async move {
            let links = sign_in_links::Entity::delete_many()
                .filter(sign_in_links::Column::ExpiresAt.lte(now))
                .exec(&*tx)
                .await?;
            let sessions = sessions::Entity::delete_many()
                .filter(sessions::Column::ExpiresAt.lte(now))
                .exec(&*tx)
                .await?;
            Ok(links.rows_affected + sessions.rows_affected)
        };
        self.database
            .write("forgetting sign-ins that are over", body)
            .await
    }
}

fn link_row(link: &SignInTicket) -> sign_in_links::Model {
    sign_in_links::Model {
        id: link.id.clone(),
        hash: link.hash.clone(),
        role: link.role.clone(),
        expires_at: millis(link.expires_at),
    }
}

fn link_of(row: sign_in_links::Model) -> SignInTicket {
    SignInTicket {
        id: row.id,
        hash: row.hash,
        role: row.role,
        expires_at: moment(row.expires_at),
    }
}

fn session_row(session: &SignInTicket) -> sessions::Model {
    sessions::Model {
        id: session.id.clone(),
        hash: session.hash.clone(),
        role: session.role.clone(),
        expires_at: millis(session.expires_at),
    }
}

fn session_of(row: sessions::Model) -> SignInTicket {
    SignInTicket {
        id: row.id,
        hash: row.hash,
        role: row.role,
        expires_at: moment(row.expires_at),
    }
}
