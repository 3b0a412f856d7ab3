//! A server that cannot outlive the tests.
//!
//! A shell holds it on a leash: when the pipe to the shell closes, because the value is dropped or because this process
//! is gone, however it went, the shell kills the server and removes its folder. So a server in a static, which is never
//! dropped, leaves nothing behind either.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

/// `$0` is the folder, the rest is the command. The word `keep` lets go without removing the folder; `pause` and `go-on`
/// hold the server still and let it move again.
const LEASH: &str = r#"
exec 3<&0
"$@" >>"$0/log" 2>&1 </dev/null 3<&- &
server=$!
(
    word=
    while read -r word <&3; do
        case $word in
        pause) kill -STOP "$server" ;;
        go-on) kill -CONT "$server" ;;
        *) break ;;
        esac
    done
    kill -9 "$server" 2>/dev/null
    while kill -0 "$server" 2>/dev/null; do sleep 0.02; done
    [ "$word" = keep ] || rm -rf "$0"
) >/dev/null 2>&1 &
wait "$server"
"#;

/// A running server.
pub(crate) struct Daemon {
    shell: Child,
    /// Closing it is what ends the server.
    leash: Option<ChildStdin>,
    folder: PathBuf,
}

impl Daemon {
    /// Starts a command in `folder`, where its log goes too, with this environment and no other.
    pub(crate) fn start(folder: &Path, work: &Path, command: &[&str], env: &[(&str, String)]) -> Self {
        let mut shell = Command::new("sh")
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .envs(env.iter().map(|(name, value)| (name, value)))
            .current_dir(work)
            .args(["-c", LEASH])
            .arg(folder)
            .args(command)
            .stdin(Stdio::piped())
            // Which tells when it has killed somebody.
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self {
            leash: shell.stdin.take(),
            shell,
            folder: folder.to_owned(),
        }
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.shell.try_wait().unwrap().is_some()
    }

    /// What it has said.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// Holds it still: it takes connections, because the system does, and never answers.
    pub(crate) fn pause(&mut self) {
        self.tell("pause");
    }

    /// Lets it move again.
    pub(crate) fn go_on(&mut self) {
        self.tell("go-on");
    }

    fn tell(&mut self, word: &str) {
        let leash = self
            .leash
            .as_mut()
            .expect("only dropping it lets go of the leash");
        writeln!(leash, "{word}").unwrap();
    }

    /// Kills it without a warning and keeps its folder.
    pub(crate) fn kill(mut self) {
        self.tell("keep");
        // Its shell ends when the server has.
        self.shell.wait().unwrap();
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        drop(self.leash.take());
        // It may have ended already; either way it is gone when this returns.
        let _ = self.shell.wait();
    }
}

mod tests {
    use super::*;
    use crate::wait::until;

    /// A server that notes its process and then waits for ever.
    fn waiting(folder: &Path) -> (Daemon, u32) {
        let note = folder.join("pid");
        let command = ["sh", "-c", "echo $$ > \"$NOTE\"; exec sleep 1000"];
        let env = [("NOTE", note.display().to_string())];
        let daemon = Daemon::start(folder, folder, &command, &env);
        let pid = until("the server to note its process", || {
            fs::read_to_string(&note).ok()?.trim().parse().ok()
        });
        (daemon, pid)
    }

    fn runs(pid: u32) -> bool {
        let state = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        !state.is_empty() && !state.contains(") Z ")
    }

    #[test]
    fn a_server_goes_with_its_value_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap().keep();
        let (daemon, pid) = waiting(&folder);
        assert!(runs(pid));
        drop(daemon);
        until("the server and its folder to be gone", || {
            (!runs(pid) && !folder.exists()).then_some(())
        });
    }

    #[test]
    fn a_server_is_held_still_and_let_go_and_goes_with_its_value_all_the_same() {
        let folder = tempfile::tempdir().unwrap().keep();
        let (mut daemon, pid) = waiting(&folder);
        let is_still = |still: bool| {
            until("the server to be held or let go", || {
                let state = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
                (state.contains(") T ") == still).then_some(())
            });
        };
        daemon.pause();
        is_still(true);
        daemon.go_on();
        is_still(false);
        daemon.pause();
        is_still(true);
        drop(daemon);
        until("the server to be gone", || (!runs(pid)).then_some(()));
    }

    #[test]
    fn a_killed_server_leaves_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let (daemon, pid) = waiting(folder.path());
        daemon.kill();
        assert!(!runs(pid));
        assert!(folder.path().join("pid").exists());
    }
}
