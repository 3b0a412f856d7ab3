//! How much of the audit log callers may fill whom nobody knows.
//!
//! Everybody can send made-up keys without end, and the oldest entries go when the log is full: without a bound whoever
//! has no login could push out what everybody else did. It must never know of known callers: theirs are all noted.

use std::time::{Duration, Instant};

/// How many of their entries are noted in one minute.
pub(super) const NOTED_MAX: u32 = 60;
const MINUTE: Duration = Duration::from_secs(60);

/// What becomes of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// There is room for it.
    Noted,
    /// It is the first of its minute that is left out, after so many in the minutes before.
    FirstLeftOut(u64),
    /// It is left out like others of its minute.
    LeftOut,
}

/// The entries of the minute that runs.
#[derive(Debug, Default)]
pub(super) struct Strangers {
    began: Option<Instant>,
    seen: u32,
    left_out: u64,
}

impl Strangers {
    /// Counts an entry that comes `now`; a minute begins with the first entry after the last one.
    pub(super) fn judge(&mut self, now: Instant) -> Verdict {
        let runs = |began| now.saturating_duration_since(began) < MINUTE;
        if !self.began.is_some_and(runs) {
            self.began = Some(now);
            self.seen = 0;
        }
        self.seen = self.seen.saturating_add(1);
        if self.seen <= NOTED_MAX {
            return Verdict::Noted;
        }
        let before = self.left_out;
        self.left_out = before.saturating_add(1);
        if self.seen == NOTED_MAX + 1 {
            Verdict::FirstLeftOut(before)
        } else {
            Verdict::LeftOut
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(strangers: &mut Strangers, count: u32, now: Instant) -> usize {
        let verdicts = (0..count).map(|_| strangers.judge(now));
        verdicts.filter(|verdict| *verdict == Verdict::Noted).count()
    }

    #[test]
    fn a_minute_has_room_for_so_many_and_the_next_for_as_many_again() {
        let (mut strangers, start) = (Strangers::default(), Instant::now());
        assert_eq!(noted(&mut strangers, 100, start), 60);
        let late = start + MINUTE - Duration::from_millis(1);
        assert_eq!(noted(&mut strangers, 100, late), 0);
        assert_eq!(noted(&mut strangers, 100, start + MINUTE), 60);
    }

    #[test]
    fn the_first_that_is_left_out_in_a_minute_tells_how_many_were_before() {
        let (mut strangers, start) = (Strangers::default(), Instant::now());
        noted(&mut strangers, NOTED_MAX, start);
        assert_eq!(strangers.judge(start), Verdict::FirstLeftOut(0));
        assert_eq!(strangers.judge(start), Verdict::LeftOut);
        noted(&mut strangers, NOTED_MAX, start + MINUTE);
        assert_eq!(strangers.judge(start + MINUTE), Verdict::FirstLeftOut(2));
    }
}
