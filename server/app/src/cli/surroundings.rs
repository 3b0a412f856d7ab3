//! How this process was called, for lines that people copy: the name it was called by, and the way to it over SSH.
//!
//! The only file of the command line that looks at the process and its environment; settings are the platform's.

use std::env;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

/// How to call this executable again from where it was called.
pub(super) fn own_name() -> String {
    env::args().next().unwrap_or_else(|| "crochet".to_owned())
}

/// The server that the environment names, as it does for every client.
pub(super) fn named_server() -> Option<String> {
    env::var("CROCHET_URL").ok().filter(|url| !url.trim().is_empty())
}

/// Whether the environment names a key.
pub(super) fn names_key() -> bool {
    env::var_os("CROCHET_API_KEY").is_some_and(|key| !key.is_empty())
}

/// Opens an address in the browser of this user; says whether there is one to open it.
pub(super) fn browser(address: &str) -> bool {
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let program = match env::var("BROWSER") {
        Ok(program) if !program.is_empty() => program,
        _ if cfg!(target_os = "macos") => "open".to_owned(),
        _ if set("DISPLAY") || set("WAYLAND_DISPLAY") => "xdg-open".to_owned(),
        _ => return false,
    };
    let quiet = || Stdio::null();
    Command::new(program)
        .arg(address)
        .stdin(quiet())
        .stdout(quiet())
        .stderr(quiet())
        .spawn()
        .is_ok()
}

/// Over SSH, the command that brings an address of this machine to one's own.
pub(super) fn tunnel(address: SocketAddr) -> Option<String> {
    let connection = env::var("SSH_CONNECTION").ok()?;
    tunnel_over(&connection, env::var("USER").ok().as_deref(), address)
}

/// `connection` is what sshd says: address and port of the client, then of this machine.
fn tunnel_over(connection: &str, user: Option<&str>, address: SocketAddr) -> Option<String> {
    let host = connection.split_whitespace().nth(2)?;
    let user = user.map(|user| format!("{user}@")).unwrap_or_default();
    let port = address.port();
    Some(format!("ssh -L {port}:{address} {user}{host}"))
}

/// A path as a shell takes it.
pub(super) fn quoted_path(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |letter: char| letter.is_alphanumeric() || "/._-".contains(letter);
    if text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tunnel_leads_from_the_same_port_to_the_server() {
        let address = "127.0.0.1:7878".parse().unwrap();
        let line = tunnel_over("10.0.0.5 51000 10.0.0.9 22", Some("ada"), address).unwrap();
        assert_eq!(line, "ssh -L 7878:127.0.0.1:7878 ada@10.0.0.9");
        assert_eq!(tunnel_over("", None, address), None);
    }

    #[test]
    fn a_path_with_a_space_is_quoted() {
        assert_eq!(quoted_path(Path::new("/tmp/a b")), "'/tmp/a b'");
        assert_eq!(quoted_path(Path::new("/tmp/crochet-1_x")), "/tmp/crochet-1_x");
    }
}
