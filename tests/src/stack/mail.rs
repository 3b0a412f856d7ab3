//! A mail server that keeps what it is given, for tests to read.
//!
//! It speaks as much of RFC 5321 as it takes to be handed a mail. It must never send one.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use mail_parser::MessageParser;

use crate::wait::until;

/// A mail that has arrived.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    /// To whom.
    pub(crate) to: String,
    /// What it is about.
    pub(crate) subject: String,
    /// What it says.
    pub(crate) text: String,
}

impl Mail {
    /// The code of six digits in it.
    pub(crate) fn code(&self) -> String {
        let mut words = self.text.split(|letter: char| !letter.is_ascii_alphanumeric());
        let code = words.find(|word| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit()));
        code.unwrap_or_else(|| panic!("no code in {self:?}")).to_owned()
    }
}

/// The server. It listens until the process ends.
pub(crate) struct MailServer {
    port: u16,
    arrived: Arc<Mutex<Vec<Mail>>>,
}

impl MailServer {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            arrived: Arc::default(),
        };
        let arrived = server.arrived.clone();
        std::thread::spawn(move || {
            for sender in listener.incoming().map_while(Result::ok) {
                let arrived = arrived.clone();
                // A sender that hangs up in the middle has sent nothing.
                std::thread::spawn(move || receive(&sender, &arrived));
            }
        });
        server
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The newest mail to an address whose subject holds `word`.
    pub(crate) fn to(&self, address: &str, word: &str) -> Mail {
        until(&format!("a mail about {word} to {address}"), || {
            let arrived = self.arrived.lock().unwrap();
            let mut fitting = arrived.iter().rev();
            fitting
                .find(|mail| mail.to == address && mail.subject.to_lowercase().contains(word))
                .cloned()
        })
    }
}

fn receive(mut sender: &TcpStream, arrived: &Mutex<Vec<Mail>>) -> std::io::Result<()> {
    let mut lines = BufReader::new(sender);
    writeln!(sender, "220 sink\r")?;
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        match line.get(..4).map(str::to_uppercase).as_deref() {
            Some("DATA") => {
                writeln!(sender, "354 go on\r")?;
                arrived.lock().unwrap().push(mail(&text(&mut lines)?));
                writeln!(sender, "250 kept\r")?;
            }
            Some("QUIT") => return writeln!(sender, "221 bye\r"),
            _ => writeln!(sender, "250 well\r")?,
        }
    }
}

/// The lines up to the dot that stands alone, with the dots that were doubled undone.
fn text(lines: &mut impl std::io::BufRead) -> std::io::Result<Vec<u8>> {
    let mut text = Vec::new();
    loop {
        let mut line = Vec::new();
        if lines.read_until(b'\n', &mut line)? == 0 || line == b".\r\n" {
            return Ok(text);
        }
        text.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}

fn mail(text: &[u8]) -> Mail {
    let message = MessageParser::default().parse(text).unwrap();
    let to = message.to().and_then(|to| to.first()).and_then(|to| to.address());
    Mail {
        to: to.unwrap().to_owned(),
        subject: message.subject().unwrap().to_owned(),
        text: message.body_text(0).unwrap().into_owned(),
    }
}
