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

/// From 1 on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version(i64);

impl Validate for Version {
    fn validate(&self, at: &At<'_>, found: &mut Violations) {
        found.minimum(at, self.0, 1);
    }
}

crate::scalar_newtype!(pub(crate) Version(i64));

/// How to pour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pour {
    Slow,
    ColdBrew,
}

crate::string_enum!(pub(crate) Pour { Slow = "slow", ColdBrew = "cold-brew" });

#[test]
fn a_number_is_checked_however_it_is_made() {
    assert_eq!(Version::try_from(3).unwrap().get(), 3);
    assert!(Version::try_from(0).is_err());
    assert_eq!("3".parse::<Version>().unwrap().to_string(), "3");
    assert_eq!(
        "0".parse::<Version>().unwrap_err().to_string(),
        "must be at least 1"
    );
    assert_eq!(
        "x".parse::<Version>().unwrap_err().to_string(),
        "must be an integer of 64 bits"
    );
}

#[test]
fn an_enumeration_and_its_text_are_told_apart_from_nonsense() {
    for pour in Pour::ALL {
        assert_eq!(pour.as_str().parse::<Pour>().unwrap(), *pour);
    }
    assert_eq!(
        "fast".parse::<Pour>().unwrap_err().to_string(),
        "must be one of slow cold-brew"
    );
}

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
