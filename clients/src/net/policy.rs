//! How long a client waits and how often it asks again. Numbers only; the clocks are in `retry` and `session`.

use std::time::Duration;

/// How long to wait for what. No stream has a total limit; it has a limit on silence instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// To open a connection. Default 5 s.
    pub connect: Duration,
    /// For one try of a call that is no stream, answer and body included. Default 30 s.
    pub per_try: Duration,
    /// For one call with all its tries and the pauses between them. Default 90 s.
    pub total: Duration,
    /// Between two pieces of a stream in either direction. Servers send a comment every 15 s. Default 60 s.
    pub silence: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            per_try: Duration::from_secs(30),
            total: Duration::from_secs(90),
            silence: Duration::from_secs(60),
        }
    }
}

/// When a call that may be repeated is repeated: after a pause that doubles, with jitter, or after the pause that
/// the server asks for in `Retry-After`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    /// How often one asks again at most. Default 4; 0 turns retries off.
    pub again_max: usize,
    /// The first pause. Default 100 ms.
    pub pause_min: Duration,
    /// The longest pause, and the longest `Retry-After` that is obeyed: a longer one is an error. Default 20 s.
    pub pause_max: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            again_max: 4,
            pause_min: Duration::from_millis(100),
            pause_max: Duration::from_secs(20),
        }
    }
}

impl Retries {
    /// Ask once.
    #[must_use]
    pub fn none() -> Self {
        Self {
            again_max: 0,
            ..Self::default()
        }
    }
}
