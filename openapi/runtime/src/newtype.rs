//! What every named string, number and enumeration of a spec can do, written once.

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

        impl $crate::Parameter for $name {
            fn read(
                text: &str,
                at: &$crate::At<'_>,
                found: &mut $crate::Violations,
            ) -> ::std::option::Option<Self> {
                let value = Self(text.to_owned());
                $crate::Validate::validate(&value, at, found);
                ::std::option::Option::Some(value)
            }
        }

        impl $crate::Described for $name {
            fn shape() -> $crate::JsonShape {
                $crate::JsonShape::Text
            }
        }

        impl ::std::convert::From<$name> for ::std::string::String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}

/// Gives a tuple struct around a plain value that implements [`Validate`](crate::Validate) its conversions.
#[macro_export]
macro_rules! scalar_newtype {
    ($visibility:vis $name:ident($inner:ty)) => {
        impl $name {
            /// The plain value.
            #[must_use]
            $visibility const fn get(self) -> $inner {
                self.0
            }
        }

        impl ::std::convert::TryFrom<$inner> for $name {
            type Error = $crate::Invalid;
            fn try_from(value: $inner) -> ::std::result::Result<Self, $crate::Invalid> {
                $crate::Validate::validated(Self(value))
            }
        }

        impl $crate::Described for $name {
            fn shape() -> $crate::JsonShape {
                <$inner as $crate::Described>::shape()
            }
        }

        impl ::std::convert::From<$name> for $inner {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::Invalid;
            fn from_str(text: &str) -> ::std::result::Result<Self, $crate::Invalid> {
                let mut found = $crate::Violations::default();
                let value = $crate::Parameter::read(text, &$crate::At::body(), &mut found);
                value.filter(|_| found.is_empty()).ok_or($crate::Invalid(found))
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl $crate::Parameter for $name {
            fn read(
                text: &str,
                at: &$crate::At<'_>,
                found: &mut $crate::Violations,
            ) -> ::std::option::Option<Self> {
                let value = Self($crate::Parameter::read(text, at, found)?);
                $crate::Validate::validate(&value, at, found);
                ::std::option::Option::Some(value)
            }
        }
    };
}

/// Gives a fieldless enum its text: `as_str`, `ALL`, and the conversions from and to text.
#[macro_export]
macro_rules! string_enum {
    ($visibility:vis $name:ident { $($variant:ident = $text:literal),* $(,)? }) => {
        impl $name {
            /// Every value, in the order of the spec.
            $visibility const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The value as it stands on the wire.
            #[must_use]
            $visibility const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text),*
                }
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::Invalid;
            fn from_str(text: &str) -> ::std::result::Result<Self, $crate::Invalid> {
                let mut found = $crate::Violations::default();
                <Self as $crate::Parameter>::read(text, &$crate::At::body(), &mut found)
                    .ok_or($crate::Invalid(found))
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::Validate for $name {
            fn validate(&self, _: &$crate::At<'_>, _: &mut $crate::Violations) {}
        }

        impl $crate::Described for $name {
            fn shape() -> $crate::JsonShape {
                $crate::JsonShape::Enum(&[$($text),*])
            }
        }

        impl $crate::Parameter for $name {
            fn read(
                text: &str,
                at: &$crate::At<'_>,
                found: &mut $crate::Violations,
            ) -> ::std::option::Option<Self> {
                match text {
                    $($text => ::std::option::Option::Some(Self::$variant),)*
                    _ => {
                        found.add(at, "enum", concat!("must be one of" $(, " ", $text)*));
                        ::std::option::Option::None
                    }
                }
            }
        }
    };
}

#[cfg(test)]
mod tests;
