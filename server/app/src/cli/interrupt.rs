//! Ctrl-C: the work is dropped where it waits, and the command still gets to put things away.

use std::future::Future;

use super::failure::Failure;

/// Does the work, or fails with "interrupted" when ctrl-C comes first.
pub(super) async fn interruptible<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::select! {
        outcome = work => outcome,
        signal = tokio::signal::ctrl_c() => {
            signal.map_err(|error| Failure::new(format!("cannot wait for ctrl-C: {error}")))?;
            Err(Failure::interrupted())
        }
    }
}
