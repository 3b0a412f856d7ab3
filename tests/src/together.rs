//! Two texts at once into one context: both count.

use std::thread;

use crate::searching::Searching;
use crate::server::{Server, signal};
use crate::workshop::{Workshop, long_text, on, sample};

#[test]
fn two_ingests_at_once_give_what_one_after_the_other_gives() {
    let sequence = Workshop::new();
    let (first, second) = (
        "the river was high. we went home.",
        "the road was high. we went back. the river went back.",
    );
    let (one, two) = (sequence.text("one.txt", first), sequence.text("two.txt", second));
    assert_eq!(
        sequence.run(&["run", &one, &two, "--context", "both"]).code,
        Some(0)
    );

    let workshop = Workshop::new();
    let server = Server::start(&workshop.data());
    let seed = workshop.text("seed.txt", "home.");
    assert_eq!(workshop.run(&["run", &seed, "--context", "both"]).code, Some(0));
    let data = workshop.data();
    let texts = [workshop.text("one.txt", first), workshop.text("two.txt", second)];
    let runs = thread::scope(|scope| {
        let adding = texts.map(|text| {
            scope.spawn({
                let data = &data;
                move || on(data, &["add", "both", &text, "--json"])
            })
        });
        adding.map(|adding| adding.join().unwrap())
    });
    for ran in &runs {
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }
    drop(server);
    let (apart, together) = (
        sequence.run(&["run", &one, "--context", "both", "--json"]),
        workshop.run(&["add", "both", &seed, "--json"]),
    );
    assert_eq!(apart.done()["orthos"], together.done()["orthos"]);
    assert_eq!(together.done()["version"], 3);
    workshop.is_sound();
}

#[test]
fn a_run_whose_server_goes_away_goes_on_without_it() {
    let workshop = Workshop::new();
    let one = workshop.text("one.txt", long_text());
    let two = sample(2);
    let two = two.to_str().unwrap();
    let data = workshop.data();
    // The second has no server of its own: it is a client of the first, which is then interrupted.
    let first = Searching::start(&data, &["run", &one, "--complete", "--context", "both"]);
    let second = Searching::start(&data, &["run", two, "--complete", "--context", "both"]);
    signal(&first.child, "INT");
    assert_eq!(first.output().status.code(), Some(130));
    let second = second.output();
    let said = String::from_utf8(second.stderr).unwrap();
    assert_eq!(second.status.code(), Some(0), "{said}");
    assert!(said.contains("going on without it"), "{said}");

    let sequence = Workshop::new();
    let arguments = ["run", &one, two, "--complete", "--context", "both", "--json"];
    let (together, apart) = (workshop.run(&arguments), sequence.run(&arguments));
    assert_eq!(together.done()["digest"], apart.done()["digest"]);
    workshop.is_sound();
}
