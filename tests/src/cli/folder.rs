//! What may be wrong with a data folder, a disk or a port.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use crate::crochet::{EXECUTABLE, crochet, crochet_after};
use crate::server::Server;
use crate::workshop::{Workshop, long_text};

const SQUARE: &str = "a b c. d e f. g h i. a d g. b e h. c f i.";

#[test]
fn a_folder_of_a_newer_version_is_refused_untouched() {
    let workshop = Workshop::new();
    fs::create_dir(workshop.data()).unwrap();
    fs::write(workshop.data().join("version"), "99\n").unwrap();
    let file = workshop.text("square.txt", SQUARE);
    workshop
        .run(&["run", &file])
        .refused_with(1, &["form 99", "newer crochet"]);
    workshop
        .run(&["serve", "--listen", "127.0.0.1:0"])
        .refused_with(1, &["form 99"]);
    assert!(!workshop.data().join("crochet.sqlite").exists());
}

#[test]
fn a_command_that_needs_data_makes_no_folder_out_of_a_misspelt_name() {
    let workshop = Workshop::new();
    let file = workshop.text("square.txt", SQUARE);
    for command in [&["check"][..], &["digest", "square"], &["add", "square", &file]] {
        workshop
            .run(command)
            .refused_with(1, &["no data folder", "--data"]);
    }
    assert!(!workshop.data().exists());
}

#[test]
fn a_folder_that_cannot_be_written_is_refused() {
    let workshop = Workshop::new();
    let file = workshop.text("square.txt", SQUARE);
    fs::create_dir(workshop.data()).unwrap();
    // Nobody may write here; root may, so root becomes nobody, with a copy of the executable that nobody can reach.
    let executable = workshop.path("crochet");
    fs::copy(EXECUTABLE, &executable).unwrap();
    for path in [workshop.path(""), workshop.data()] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o555)).unwrap();
    }
    let nobody =
        "[ \"$(id -u)\" -ne 0 ] || set -- setpriv --reuid 65534 --regid 65534 --clear-groups \"$0\" \"$@\"";
    let script = format!("{nobody}; [ \"$1\" = setpriv ] && exec \"$@\"");
    let ran = crochet_after(
        &format!(
            "executable={}; {}",
            executable.display(),
            script.replace("\"$0\"", "\"$executable\"")
        ),
        ["run", "--data", workshop.data().to_str().unwrap(), &file],
    );
    fs::set_permissions(workshop.path(""), fs::Permissions::from_mode(0o755)).unwrap();
    ran.refused_with(1, &["data", "read-only"]);
}

#[test]
fn a_run_on_a_folder_that_is_served_becomes_a_client_of_its_server() {
    let workshop = Workshop::new();
    let server = Server::start(&workshop.data());
    let file = workshop.text("square.txt", SQUARE);
    let ran = workshop.run(&["run", &file]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.out.contains(&format!("{}/docs", server.url)), "{}", ran.out);
    assert!(
        server.log().contains("upload_text"),
        "it went through the server: {}",
        server.log()
    );
    assert_eq!(workshop.run(&["check"]).code, Some(0));
    assert!(server.stop().success());
    workshop.is_sound();
}

#[test]
fn a_folder_that_a_silent_process_holds_is_refused_after_a_while() {
    let workshop = Workshop::new();
    let file = workshop.text("square.txt", SQUARE);
    fs::create_dir(workshop.data()).unwrap();
    let lock = fs::File::create(workshop.data().join("lock")).unwrap();
    lock.try_lock().unwrap();
    workshop
        .run(&["run", &file])
        .refused_with(1, &["another process", "does not answer", "--data"]);
    drop(lock);
    assert_eq!(workshop.run(&["run", &file]).code, Some(0));
}

#[test]
fn a_key_that_the_server_of_the_folder_does_not_know_is_named_as_the_fault() {
    let (workshop, other) = (Workshop::new(), Workshop::new());
    let _server = Server::start(&workshop.data());
    let stranger = Server::start(&other.data());
    fs::write(workshop.data().join("admin.key"), stranger.admin_key()).unwrap();
    workshop
        .run(&["check"])
        .refused_with(1, &["admin.key", "does not know the key", "restart"]);
}

#[test]
fn a_folder_that_is_served_is_not_served_twice() {
    let workshop = Workshop::new();
    let server = Server::start(&workshop.data());
    workshop
        .run(&["serve", "--listen", "127.0.0.1:0"])
        .refused_with(1, &["in use", &server.url]);
}

#[test]
fn a_port_that_is_taken_is_named() {
    let workshop = Workshop::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    workshop
        .run(&["serve", "--listen", &address])
        .refused_with(1, &[&taken.local_addr().unwrap().port().to_string(), "taken"]);
}

#[test]
fn an_unknown_setting_is_refused_with_the_one_that_was_meant() {
    crochet(["serve", "--set", "http.drain_m=1"]).refused_with(2, &["http.drain_m", "http.drain_ms"]);
    crochet(["serve", "--set", "worker.count=many"]).refused_with(2, &["worker.count", "a whole number"]);
    crochet(["serve", "--listen", "here"]).refused_with(2, &["`here`", "127.0.0.1:7878"]);
    crochet(["serve", "--config", "no-such.toml"]).refused_with(2, &["no-such.toml"]);
}

#[test]
fn a_disk_that_takes_no_more_fails_the_run_and_spoils_nothing() {
    let workshop = Workshop::new();
    let small = workshop.text("square.txt", SQUARE);
    assert_eq!(workshop.run(&["run", &small]).code, Some(0));
    let before = workshop.digest("square");
    let large = workshop.text("long.txt", long_text());
    let data = workshop.data();
    // Files may not grow beyond so many blocks of 512 bytes; the signal that comes with it is ignored.
    let full = "trap '' XFSZ; ulimit -f 1600";
    let ran = crochet_after(
        full,
        ["run", &large, "--complete", "--data", data.to_str().unwrap()],
    );
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    assert!(ran.err.contains("the disk cannot be written"), "{}", ran.err);
    assert_eq!(workshop.digest("square"), before);
    let done = workshop.run(&["run", &large, "--complete", "--json"]).done();
    let elsewhere = Workshop::new();
    let same = elsewhere.text("long.txt", long_text());
    assert_eq!(
        done["digest"],
        elsewhere.run(&["run", &same, "--complete", "--json"]).done()["digest"]
    );
    workshop.is_sound();
}
