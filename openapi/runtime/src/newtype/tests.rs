//! A named string is checked however it is made.

use crate::{At, Validate, Violations};

/// At most three characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Slug(String);

impl Validate for Slug {
    fn validate(&self, at: &At<'_>, found: &mut Violations) {
        found.max_length(at, &self.0, 3);
    }
}

crate::string_newtype!(pub(crate) Slug);

#[test]
fn every_way_of_making_one_checks_it() {
    assert_eq!("tea".parse::<Slug>().unwrap().as_str(), "tea");
    assert!("teapot".parse::<Slug>().is_err());
    assert!(Slug::try_from("teapot".to_owned()).is_err());
    assert_eq!(
        Slug::try_from("teapot").unwrap_err().to_string(),
        "must have at most 3 characters"
    );
}
