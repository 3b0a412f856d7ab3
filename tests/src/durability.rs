//! kill -9 at any moment: nothing is lost, nothing is there twice, and the work goes on.
//!
//! The same texts are taken once in peace and once by processes that are killed at random moments, again and again, on
//! one data folder. Both must end in the same digest, and the folder must be sound.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::crochet::{Ran, command, crochet};
use crate::workshop::{Workshop, long_text};

/// So often a process is killed.
const KILLS: u32 = 12;
/// A dead worker's items rest for this long; short, since this test has many dead workers.
const LEASE: &str = "worker.lease_ms=1000";

/// Random enough to hit other moments each time, and printed, so that a failure can be had again.
struct Chance(u64);

impl Chance {
    fn new() -> Self {
        let seed = std::env::var("CROCHET_TEST_SEED")
            .ok()
            .and_then(|seed| seed.parse().ok());
        let seed = seed.unwrap_or_else(|| u64::from(std::process::id()));
        eprintln!("CROCHET_TEST_SEED={seed}");
        Self(seed)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// The sample texts in three pieces.
fn pieces(workshop: &Workshop) -> Vec<String> {
    let text = long_text();
    let third = text.len() / 3;
    let cut = |from: usize| {
        (from..)
            .find(|&at| text.is_char_boundary(at))
            .unwrap_or(text.len())
    };
    let (first, second) = (cut(third), cut(2 * third));
    [&text[..first], &text[first..second], &text[second..]]
        .iter()
        .enumerate()
        .map(|(number, piece)| workshop.text(&format!("piece-{number}.txt"), piece))
        .collect()
}

fn arguments<'a>(data: &'a Path, files: &'a [String]) -> Vec<&'a str> {
    let mut arguments = vec!["run", "--json", "--context", "c", "--set", LEASE, "--data"];
    arguments.push(data.to_str().unwrap());
    arguments.extend(files.iter().map(String::as_str));
    arguments
}

fn totals(ran: &Ran) -> Value {
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let mut done = ran.done();
    done.as_object_mut().unwrap().remove("seconds");
    done
}

/// Starts the command, lets it work for a while, and kills it. Whether it was still at work.
fn killed(mut command: Command, after: Duration) -> bool {
    let mut child: Child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let end = Instant::now() + after;
    while Instant::now() < end {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    // SIGKILL: no handler, no destructor, no flush.
    child.kill().unwrap();
    child.wait().unwrap();
    true
}

#[test]
fn killed_at_any_moment_it_ends_in_the_same_digest() {
    let workshop = Workshop::new();
    let files = pieces(&workshop);
    let started = Instant::now();
    let calm = totals(&crochet(arguments(&workshop.path("calm"), &files)));
    let whole = u64::try_from(started.elapsed().as_millis()).unwrap();

    let data = workshop.data();
    let mut chance = Chance::new();
    let mut kills = 0;
    for _ in 0..KILLS {
        let mut run = command();
        run.args(arguments(&data, &files));
        // What was found stays found, so each life is short: on average all of them together take as long as one.
        if killed(
            run,
            Duration::from_millis(chance.below(2 * whole / u64::from(KILLS))),
        ) {
            kills += 1;
        }
    }
    assert!(kills > KILLS / 3, "only {kills} runs were killed at work");
    assert_eq!(totals(&crochet(arguments(&data, &files))), calm);
    assert_eq!(workshop.digest("c"), calm["digest"]);
    workshop.is_sound();
}

#[test]
fn a_folder_that_was_never_closed_can_be_opened_at_once() {
    let workshop = Workshop::new();
    let data = workshop.data();
    let file = workshop.text("square.txt", "a b. c d. a c. b d.");
    for after in [0, 5, 15, 40, 80, 160] {
        let mut run = command();
        run.args(arguments(&data, std::slice::from_ref(&file)));
        killed(run, Duration::from_millis(after));
    }
    let done = totals(&crochet(arguments(&data, &[file])));
    assert_eq!(done["orthos"], serde_json::json!({"2x2": 1}));
    workshop.is_sound();
}
