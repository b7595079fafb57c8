//! Open enums: enums of strings with a variant for values that the document does not list.

use std::{fmt, marker::PhantomData};

use serde::{Deserializer, de::Visitor};

/// Declares open enums of strings.
///
/// Each has a variant for each listed value, and `Unknown(String)` for any other value, so that a value that the API
/// adds later decodes and is kept. It has `as_str`, and implements `Display`, `FromStr`, `From` and serde's traits. A
/// variant may have attributes, such as `#[deprecated]`.
///
/// ```
/// clickhouse_cloud_runtime::open_enum! {
///     /// A color.
///     pub enum Color {
///         Red = "red",
///         DarkRed = "dark-red",
///     }
/// }
///
/// assert_eq!(Color::from("dark-red"), Color::DarkRed);
/// assert_eq!(Color::from("blue").as_str(), "blue");
/// assert_eq!("red".parse(), Ok(Color::Red));
/// assert!(Color::DarkRed < Color::from("green"));
/// ```
#[macro_export]
macro_rules! open_enum {
    ($($(#[$attribute:meta])* pub enum $name:ident {
        $($(#[$variant_attribute:meta])* $variant:ident = $text:literal,)+
    })+) => {$(
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(
                // The line break ends the paragraph, and the variant may have more.
                #[doc = concat!("`", $text, "`\n")]
                $(#[$variant_attribute])*
                $variant,
            )+
            /// A value that the document does not list.
            Unknown(::std::string::String),
        }

        #[allow(deprecated, reason = "a deprecated value is still one")]
        impl $name {
            /// The value in JSON.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Unknown(text) => text,
                }
            }
        }

        // By the text, because a document may list its values in another order later.
        impl ::std::cmp::Ord for $name {
            fn cmp(&self, other: &Self) -> ::std::cmp::Ordering {
                self.as_str().cmp(other.as_str())
            }
        }

        impl ::std::cmp::PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> ::std::option::Option<::std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                formatter.pad(self.as_str())
            }
        }

        #[allow(deprecated, reason = "a deprecated value is still one")]
        impl ::std::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)+
                    _ => Self::Unknown(text.to_owned()),
                }
            }
        }

        #[allow(deprecated, reason = "a deprecated value is still one")]
        impl ::std::convert::From<::std::string::String> for $name {
            fn from(text: ::std::string::String) -> Self {
                match text.as_str() {
                    $($text => Self::$variant,)+
                    _ => Self::Unknown(text),
                }
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            fn from_str(text: &str) -> ::std::result::Result<Self, ::std::convert::Infallible> {
                Ok(Self::from(text))
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl $crate::Decode for $name {
            fn plan(_: $crate::parts::Container) -> $crate::parts::Plan<Self> {
                $crate::parts::Plan::Mismatch
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::open_enum::deserialize(deserializer)
            }
        }

        impl $crate::validate::Validate for $name {
            fn violations(
                &self,
                _: &[$crate::validate::Constraint<'_>],
                path: &$crate::validate::Path<'_>,
                found: &mut ::std::vec::Vec<$crate::Violation>,
            ) {
                if let Self::Unknown(_) = self {
                    found.push($crate::validate::unlisted(path));
                }
            }
        }

        impl $crate::Parameter for $name {
            fn to_parameter(&self) -> ::std::string::String {
                self.as_str().to_owned()
            }
        }
    )+};
}

/// Deserializes a value of an open enum. A listed value needs no copy of its text.
///
/// It is outside of the macro, so that an enum may have the name of any type that is used here.
pub fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: for<'a> From<&'a str> + From<String>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_string(TextVisitor(PhantomData))
}

struct TextVisitor<T>(PhantomData<T>);

impl<T: for<'a> From<&'a str> + From<String>> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<T, E> {
        Ok(text.into())
    }
}
