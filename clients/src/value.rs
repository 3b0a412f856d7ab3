//! What may be given for a value: the value, a reference to it, or text or a number that means it.

use std::fmt::Display;
use std::str::FromStr;

use crochet_api::contexts::NewContext;

use crate::Error;

/// Something that is or becomes a `T`. What cannot become one fails the call before it is sent.
pub trait Value<T> {
    /// The value.
    ///
    /// # Errors
    /// When it breaks a rule of the spec.
    fn value(self) -> Result<T, Error>;
}

/// A named scalar of a spec: its text will do. Generated code says which types are.
pub trait FromText: FromStr<Err: Display> {}

impl<T> Value<T> for T {
    fn value(self) -> Result<T, Error> {
        Ok(self)
    }
}

impl<T: Clone> Value<T> for &T {
    fn value(self) -> Result<T, Error> {
        Ok(self.clone())
    }
}

impl<T: FromText> Value<T> for &str {
    fn value(self) -> Result<T, Error> {
        checked(self.parse())
    }
}

impl Value<String> for &str {
    fn value(self) -> Result<String, Error> {
        Ok(self.to_owned())
    }
}

/// A title makes a context of prose with the usual bounds; the server derives its name from the title.
impl Value<NewContext> for &str {
    fn value(self) -> Result<NewContext, Error> {
        Ok(NewContext {
            id: None,
            title: self.value()?,
            tokeniser: None,
            bounds: None,
        })
    }
}

/// What was checked, or why it cannot be sent.
pub fn checked<T, E: Display>(checked: Result<T, E>) -> Result<T, Error> {
    checked.map_err(|error| Error::Unsendable(error.to_string()))
}

#[cfg(test)]
mod tests {
    use crochet_api::common::{ContextId, Order, Version};
    use crochet_api::contexts::NewContext;

    use super::Value;
    use crate::Error;

    fn read<T>(value: impl Value<T>) -> Result<T, Error> {
        value.value()
    }

    #[test]
    fn a_value_a_reference_and_its_text_are_the_same() {
        let id: ContextId = "sherlock".parse().unwrap();
        assert_eq!(read::<ContextId>("sherlock").unwrap(), id);
        assert_eq!(read::<ContextId>(&id).unwrap(), id);
        assert_eq!(read::<ContextId>(id.clone()).unwrap(), id);
        assert_eq!(read::<Order>("square").unwrap(), Order::Square);
        assert_eq!(read::<Version>(3_i64).unwrap().get(), 3);
        assert_eq!(read::<String>("tea").unwrap(), "tea");
    }

    #[test]
    fn what_breaks_a_rule_is_told_before_it_is_sent() {
        assert!(matches!(
            read::<ContextId>("Sherlock Holmes"),
            Err(Error::Unsendable(_))
        ));
        assert!(matches!(read::<Order>("round"), Err(Error::Unsendable(_))));
        assert!(matches!(read::<Version>(-1_i64), Err(Error::Unsendable(_))));
    }

    #[test]
    fn a_title_is_enough_for_a_context() {
        assert_eq!(read::<NewContext>("Holmes").unwrap().title.as_str(), "Holmes");
    }
}
