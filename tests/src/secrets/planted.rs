//! What is planted, and how it is found again.

use std::collections::BTreeSet;

/// A shorter one could stand somewhere by chance.
const SECRET_BYTES_MIN: usize = 12;

/// Secrets, by what they are.
#[derive(Default)]
pub(super) struct Planted(Vec<(&'static str, String)>);

impl Planted {
    /// Notes a secret, and gives it back to be used.
    pub(super) fn plant(&mut self, what: &'static str, secret: impl Into<String>) -> String {
        let secret = secret.into();
        assert!(
            secret.len() >= SECRET_BYTES_MIN,
            "{what} is too short to be found"
        );
        self.0.push((what, secret.clone()));
        secret
    }

    /// Which of them stand in a text, as they are or as they are written in an address or a form.
    pub(super) fn found_in(&self, text: &str) -> BTreeSet<&'static str> {
        let is_there = |secret: &str| {
            let of_form: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
            let spellings = [secret.to_owned(), of_form.replace('+', "%20"), of_form];
            spellings.iter().any(|spelling| text.contains(spelling))
        };
        let found = self.0.iter().filter(|(_, secret)| is_there(secret));
        found.map(|(what, _)| *what).collect()
    }
}

#[test]
fn a_secret_is_found_however_it_is_spelt() {
    let mut planted = Planted::default();
    planted.plant("a password", "correct horse/42");
    for text in [
        "GET /?p=correct%20horse%2F42",
        "p=correct+horse%2F42&q",
        "{\"p\":\"correct horse/42\"}",
    ] {
        assert_eq!(planted.found_in(text).len(), 1, "{text}");
    }
    assert!(planted.found_in("correct horse").is_empty());
}
