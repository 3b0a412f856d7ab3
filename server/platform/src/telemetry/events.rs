//! What happened in the application, in words that stay the same: dashboards and alerts are built on these names.
//!
//! One enum rather than free log lines, so that all events are found in one place and none is spelt two ways. It must
//! never carry the content of a text or a secret.

/// The target of all application events.
pub const TARGET: &str = "crochet::event";

/// Something that happened in the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppEvent<'a> {
    /// A context was created.
    ContextCreated {
        /// Its id.
        context: &'a str,
    },
    /// A context is being deleted.
    ContextDeleted {
        /// Its id.
        context: &'a str,
    },
    /// A text was taken in.
    TextIngested {
        /// The context that it went into.
        context: &'a str,
        /// The version that it made.
        version: i64,
        /// The number of its words.
        words: i64,
    },
    /// No work is left for a version.
    IngestSettled {
        /// The context.
        context: &'a str,
        /// The version.
        version: i64,
        /// The orthos stored by then.
        orthos: i64,
    },
    /// An API key was made.
    KeyCreated {
        /// The public part of the key.
        prefix: &'a str,
        /// Whom it acts for.
        owner: &'a str,
    },
    /// An API key was revoked.
    KeyRevoked {
        /// The public part of the key.
        prefix: &'a str,
    },
    /// The role matrix was changed.
    RolesChanged {
        /// Its version now.
        version: u64,
        /// Who did it.
        by: &'a str,
    },
    /// A link that signs in once was made.
    SignInLinkCreated {
        /// The role that it signs in with.
        role: &'a str,
        /// Who made it.
        by: &'a str,
    },
    /// Somebody signed in.
    SignedIn {
        /// Who they are.
        subject: &'a str,
    },
    /// Somebody signed out.
    SignedOut {
        /// Who they are.
        subject: &'a str,
    },
    /// The log level was changed at run time.
    LogLevelChanged {
        /// The levels now in force.
        levels: &'a str,
        /// Who did it.
        caller: &'a str,
    },
}

impl AppEvent<'_> {
    /// The name under which the event is logged.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::ContextCreated { .. } => "context_created",
            Self::ContextDeleted { .. } => "context_deleted",
            Self::TextIngested { .. } => "text_ingested",
            Self::IngestSettled { .. } => "ingest_settled",
            Self::KeyCreated { .. } => "key_created",
            Self::KeyRevoked { .. } => "key_revoked",
            Self::RolesChanged { .. } => "roles_changed",
            Self::SignInLinkCreated { .. } => "sign_in_link_created",
            Self::SignedIn { .. } => "signed_in",
            Self::SignedOut { .. } => "signed_out",
            Self::LogLevelChanged { .. } => "log_level_changed",
        }
    }

    /// Logs the event; inside a request it carries the request's ids.
    pub fn emit(&self) {
        let event = self.name();
        match *self {
            Self::ContextCreated { context } | Self::ContextDeleted { context } => {
                tracing::info!(target: TARGET, event, context, "{event}");
            }
            Self::TextIngested {
                context,
                version,
                words,
            } => {
                tracing::info!(target: TARGET, event, context, version, words, "{event}");
            }
            Self::IngestSettled {
                context,
                version,
                orthos,
            } => {
                tracing::info!(target: TARGET, event, context, version, orthos, "{event}");
            }
            Self::KeyCreated { prefix, owner } => {
                tracing::info!(target: TARGET, event, prefix, owner, "{event}");
            }
            Self::KeyRevoked { prefix } => {
                tracing::info!(target: TARGET, event, prefix, "{event}");
            }
            Self::RolesChanged { version, by } => {
                tracing::info!(target: TARGET, event, version, by, "{event}");
            }
            Self::SignInLinkCreated { role, by } => {
                tracing::info!(target: TARGET, event, role, by, "{event}");
            }
            Self::SignedIn { subject } | Self::SignedOut { subject } => {
                tracing::info!(target: TARGET, event, subject, "{event}");
            }
            Self::LogLevelChanged { levels, caller } => {
                tracing::info!(target: TARGET, event, levels, caller, "{event}");
            }
        }
    }
}
