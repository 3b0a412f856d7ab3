//! What every named string of a spec can do, written once.

/// Gives a tuple struct around a `String` that implements [`Validate`](crate::Validate) its conversions.
///
/// Every way of making one from text checks it; deserialising does not (see [`validate`](crate::Validate)).
#[macro_export]
macro_rules! string_newtype {
    ($visibility:vis $name:ident) => {
        impl $name {
            /// The text.
            #[must_use]
            $visibility fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl ::std::convert::TryFrom<::std::string::String> for $name {
            type Error = $crate::Invalid;
            fn try_from(text: ::std::string::String) -> ::std::result::Result<Self, $crate::Invalid> {
                $crate::Validate::validated(Self(text))
            }
        }

        impl ::std::convert::TryFrom<&str> for $name {
            type Error = $crate::Invalid;
            fn try_from(text: &str) -> ::std::result::Result<Self, $crate::Invalid> {
                Self::try_from(text.to_owned())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::Invalid;
            fn from_str(text: &str) -> ::std::result::Result<Self, $crate::Invalid> {
                Self::try_from(text)
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl ::std::ops::Deref for $name {
            type Target = str;
            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl ::std::convert::AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl ::std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl ::std::convert::From<$name> for ::std::string::String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}

#[cfg(test)]
mod tests;
