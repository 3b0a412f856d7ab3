//! Two texts at once into one context: both count.

use std::thread;

use crate::server::Server;
use crate::workshop::{Workshop, on};

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
