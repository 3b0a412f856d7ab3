//! How a command ends: the exit codes and the one line that says why it failed.
//!
//! A failure names what went wrong, where, and what to do about it, because the person who reads it
//! has nothing else. It never carries a backtrace.

use std::fmt;
use std::process::ExitCode;

/// The meaning of an exit code, the same for every command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Everything that was asked for was done.
    Done,
    /// Something failed; the reason is on standard error.
    Failed,
    /// The command line itself is wrong.
    Usage,
    /// The result is correct but cut short by a budget.
    Truncated,
    /// Stopped by ctrl-C, nothing half written.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Truncated => 3,
            Exit::Interrupted => 130,
        })
    }
}

/// Why a command stopped: one line for a person.
#[derive(Debug, thiserror::Error)]
pub struct Failure {
    /// The exit code that goes with it.
    pub exit: Exit,
    /// Whether it is the server that went away, so that another one may do better.
    pub lost_server: bool,
    what: String,
    place: Option<String>,
    remedy: Option<String>,
}

impl Failure {
    /// A failure of the work (exit code 1).
    pub fn new(what: impl fmt::Display) -> Self {
        Self {
            exit: Exit::Failed,
            lost_server: false,
            what: what.to_string(),
            place: None,
            remedy: None,
        }
    }

    /// A mistake on the command line (exit code 2).
    pub fn usage(what: impl fmt::Display) -> Self {
        Self {
            exit: Exit::Usage,
            ..Self::new(what)
        }
    }

    /// The end that ctrl-C asks for (exit code 130).
    pub fn interrupted() -> Self {
        Self {
            exit: Exit::Interrupted,
            ..Self::new("interrupted")
        }
    }

    /// Says where: a file, an address, a context.
    #[must_use]
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.place = Some(place.to_string());
        self
    }

    /// Says what to do about it.
    #[must_use]
    pub fn try_this(mut self, remedy: impl fmt::Display) -> Self {
        self.remedy = Some(remedy.to_string());
        self
    }

    /// The reader of our output went away (`crochet survey book.txt | head -3`): it has what it wanted,
    /// so this ends the command without a complaint.
    pub fn closed_pipe() -> Self {
        Self {
            exit: Exit::Done,
            ..Self::new("")
        }
    }
}

/// What the client says may stand on several lines, one for each violation; a failure is one line.
impl From<crochet_client::Error> for Failure {
    fn from(error: crochet_client::Error) -> Self {
        let lines: Vec<String> = error
            .to_string()
            .lines()
            .map(|line| line.trim().to_owned())
            .collect();
        let status = error.problem().map(|problem| problem.status);
        let no_answer = matches!(error, crochet_client::Error::Transport { .. });
        let failure = Self {
            lost_server: no_answer || status == Some(503),
            ..Self::new(lines.join("; "))
        };
        match error.problem().and_then(|problem| problem.retry_after_s) {
            Some(seconds) => failure.try_this(format!("try again in {seconds} s")),
            None if status == Some(500) => failure.try_this("--set log.level=error shows why"),
            None => failure,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(out, "{place}: ")?;
        }
        out.write_str(&self.what)?;
        if let Some(remedy) = &self.remedy {
            write!(out, "; {remedy}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_reads_place_then_fault_then_remedy() {
        let failure = Failure::new("not UTF-8")
            .at("a.txt")
            .try_this("convert it with iconv");
        assert_eq!(failure.to_string(), "a.txt: not UTF-8; convert it with iconv");
        assert_eq!(failure.exit, Exit::Failed);
    }

    #[test]
    fn a_failure_without_place_or_remedy_is_only_the_fault() {
        assert_eq!(Failure::usage("no text").to_string(), "no text");
    }
}
