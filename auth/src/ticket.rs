//! A ticket: what a person holds, as a link that signs in once or as the cookie of a session.
//!
//! Twelve characters find its record and may be known; the other 43 are 256 random bits and are kept as a hash only.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;

use crate::secret::SecretHash;

const ID_BYTES: usize = 9;
const ID_CHARS: usize = 12;
const SECRET_BYTES: usize = 32;
const SECRET_CHARS: usize = 43;

/// A ticket in the clear.
#[derive(Clone, PartialEq, Eq)]
pub struct Ticket(String);

impl Ticket {
    /// A new ticket from the random source of the operating system.
    ///
    /// # Panics
    /// When the operating system gives no random bytes: then nothing that we could issue would be a secret.
    #[must_use]
    pub fn generate() -> Self {
        let mut bytes = [0; ID_BYTES + SECRET_BYTES];
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        let (id, secret) = bytes.split_at(ID_BYTES);
        Self(BASE64URL_NOPAD.encode(id) + &BASE64URL_NOPAD.encode(secret))
    }

    /// Reads a ticket that somebody presents; `None` for what cannot be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed = text.len() == ID_CHARS + SECRET_CHARS
            && text.is_ascii()
            && BASE64URL_NOPAD.decode(&text.as_bytes()[ID_CHARS..]).is_ok()
            && BASE64URL_NOPAD.decode(&text.as_bytes()[..ID_CHARS]).is_ok();
        well_formed.then(|| Self(text.to_owned()))
    }

    /// The public part.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0[..ID_CHARS]
    }

    /// The whole ticket, to hand to its owner.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What to store.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(&self.0[ID_CHARS..])
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ticket({}***)", self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_ticket_is_read_back_with_the_same_id_and_hash() {
        let ticket = Ticket::generate();
        let read = Ticket::parse(ticket.reveal()).unwrap();
        assert_eq!((read.id(), read.hash()), (ticket.id(), ticket.hash()));
        assert_ne!(Ticket::generate(), ticket);
    }

    #[test]
    fn what_is_no_ticket_is_refused() {
        let ticket = Ticket::generate();
        let good = ticket.reveal();
        let (longer, foreign) = (format!("{good}A"), format!("é{}", &good[2..]));
        for bad in ["", "A", &good[1..], &longer, &foreign, &"/".repeat(good.len())] {
            assert_eq!(Ticket::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn debug_output_hides_the_secret() {
        let ticket = Ticket::generate();
        assert!(!format!("{ticket:?}").contains(&ticket.reveal()[ID_CHARS..]));
    }
}
