/// Declares a newtype: a type of its own for a text, a number or a UUID, so that the IDs of two kinds of things cannot
/// be confused.
///
/// It is converted from and to the type in it, is the same in JSON and in parameters, and is ordered and hashed like
/// it. All newtypes but those of a `String` are `Copy`.
///
/// ```
/// use clickhouse_cloud_runtime::{newtype, uuid::{Uuid, uuid}};
///
/// newtype! {
///     /// The ID of a lamp.
///     pub struct LampId(Uuid);
/// }
///
/// newtype! {
///     /// The name of a room.
///     pub struct RoomName(String);
/// }
///
/// let lamp = LampId(uuid!("00000000-0000-4000-8000-000000000001"));
/// assert_eq!(lamp.to_string().parse(), Ok(lamp));
/// assert_eq!(serde_json::to_string(&lamp)?, "\"00000000-0000-4000-8000-000000000001\"");
/// assert_eq!(RoomName::from("hall").as_str(), "hall");
/// assert_eq!(
///     "hall".parse::<LampId>().unwrap_err().to_string(),
///     "not a `LampId`: invalid character: found `h` at 0",
/// );
/// # Ok::<_, serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! newtype {
    ($(#[$attribute:meta])* pub struct $name:ident(String);) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub ::std::string::String);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl ::std::convert::AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl ::std::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            fn from_str(text: &str) -> ::std::result::Result<Self, ::std::convert::Infallible> {
                ::std::result::Result::Ok(Self::from(text))
            }
        }

        $crate::newtype! { @impl $name, ::std::string::String }
    };
    ($(#[$attribute:meta])* pub struct $name:ident($inner:ty);) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $inner);

        impl ::std::str::FromStr for $name {
            type Err = $crate::ParseNewtypeError;

            fn from_str(text: &str) -> ::std::result::Result<Self, $crate::ParseNewtypeError> {
                let parsed = text.parse().map(Self);
                parsed.map_err(|error| $crate::ParseNewtypeError::new(stringify!($name), &error))
            }
        }

        $crate::newtype! { @impl $name, $inner }
    };

    (@impl $name:ident, $inner:ty) => {
        impl ::std::convert::From<$inner> for $name {
            fn from(value: $inner) -> Self {
                Self(value)
            }
        }

        impl ::std::convert::From<$name> for $inner {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, formatter)
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::serde::Serialize::serialize(&self.0, serializer)
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::serde::Deserialize::deserialize(deserializer).map(Self)
            }
        }

        impl $crate::Decode for $name {
            fn empty() -> ::std::option::Option<Self> {
                <$inner as $crate::Decode>::empty().map(Self)
            }

            fn plan(_: $crate::parts::Container) -> $crate::parts::Plan<Self> {
                $crate::parts::Plan::Mismatch
            }
        }

        impl $crate::validate::Validate for $name {
            fn violations(
                &self,
                constraints: &[$crate::validate::Constraint<'_>],
                path: &$crate::validate::Path<'_>,
                found: &mut ::std::vec::Vec<$crate::Violation>,
            ) {
                $crate::validate::Validate::violations(&self.0, constraints, path, found);
            }
        }

        impl $crate::Parameter for $name {
            fn to_parameter(&self) -> ::std::string::String {
                $crate::Parameter::to_parameter(&self.0)
            }
        }
    };
}

/// A text that cannot be parsed as a newtype, such as the ID of a service.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a `{newtype}`: {problem}")]
pub struct ParseNewtypeError {
    newtype: &'static str,
    problem: String,
}

impl ParseNewtypeError {
    #[doc(hidden)]
    pub fn new(newtype: &'static str, problem: &impl ToString) -> Self {
        Self { newtype, problem: problem.to_string() }
    }
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "the macro declares public types")]
mod tests {
    use std::collections::{BTreeMap, HashSet};

    use chrono::{DateTime, Utc};
    use serde_json::json;
    use uuid::{Uuid, uuid};

    use crate::{
        Decode, Envelope, MismatchKind, Parameter, internals,
        validate::{self, Path, Validate, max_length, maximum},
    };

    newtype! {
        /// The ID of a thing.
        pub struct ThingId(Uuid);
    }

    newtype! {
        /// A port.
        pub struct Port(i64);
    }

    newtype! {
        /// The name of a zone.
        pub struct Zone(String);
    }

    newtype! {
        /// A point in time.
        pub struct Moment(DateTime<Utc>);
    }

    crate::response! {
        /// A thing.
        pub struct Thing {
            /// Its ID.
            id: ThingId => ThingId,
            /// Its port.
            port: Port => Port,
            /// Its zone.
            zone: Zone => &Zone,
            /// The ports of others.
            ports: BTreeMap<String, Port>,
        }
    }

    const ID: Uuid = uuid!("00000000-0000-4000-8000-000000000001");

    #[test]
    fn values_are_parsed_from_the_text_that_they_are_displayed_as() {
        assert_eq!(ThingId(ID).to_string(), ID.to_string());
        assert_eq!(ID.to_string().parse(), Ok(ThingId(ID)));
        assert_eq!(format!("{:>6}|", Port(8080)), "  8080|");
        assert_eq!("8080".parse(), Ok(Port(8080)));
        assert_eq!("a b".parse(), Ok(Zone::from("a b")));
        let moment = Moment(DateTime::UNIX_EPOCH);
        assert_eq!(moment.to_string().parse(), Ok(moment));
    }

    #[test]
    fn a_parse_error_names_the_type_and_does_not_show_the_text() {
        let error = "hunter2".parse::<Port>().unwrap_err();
        assert_eq!(error.to_string(), "not a `Port`: invalid digit found in string");
    }

    #[test]
    fn values_are_converted_from_and_to_the_type_in_them() {
        assert_eq!(Uuid::from(ThingId::from(ID)), ID);
        assert_eq!(String::from(Zone::from("a".to_owned())), "a");
        assert_eq!(Zone::from("a").as_ref(), "a");
        assert!(Port(1) < Port(2));
        assert_eq!(HashSet::from([ThingId(ID), ThingId(ID)]).len(), 1);
    }

    #[test]
    fn a_parameter_is_written_as_that_of_the_type_in_it() {
        assert_eq!(ThingId(ID).to_parameter(), ID.to_parameter());
        assert_eq!(Zone::from("a/b").to_parameter(), "a/b");
        assert_eq!(Moment(DateTime::UNIX_EPOCH).to_parameter(), "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn a_response_decodes_as_tolerantly_as_with_the_types_in_the_newtypes() {
        let envelope = None::<Envelope>;
        let body = json!({ "id": "no uuid", "port": "8080", "zone": 7, "ports": { "a": 1.0, "b": [] } });
        let decoded = internals::decode::<Thing>(envelope, body.to_string().as_bytes());
        let (thing, mismatches, _) = decoded.unwrap();
        assert!(thing.id().is_err());
        assert_eq!(thing.port(), Ok(Port(8080)));
        assert_eq!(thing.zone().map(Zone::as_str), Ok("7"));
        assert_eq!(thing.ports, Some(BTreeMap::from([("a".to_owned(), Port(1))])));
        let set_aside = mismatches.iter().filter(|mismatch| mismatch.kind() == MismatchKind::SetAside);
        assert_eq!((mismatches.len(), set_aside.count()), (5, 2));
    }

    #[test]
    fn an_empty_response_is_that_of_the_type_in_it() {
        assert_eq!(<Zone as Decode>::empty(), Some(Zone::from("")));
        assert_eq!(<ThingId as Decode>::empty(), None);
    }

    #[test]
    fn constraints_are_those_of_the_type_in_it() {
        let mut found = Vec::new();
        Zone::from("abcd").violations(&[max_length(3)], &Path::default().field("zone"), &mut found);
        Port(70_000).violations(&[maximum(65_535)], &Path::default().field("port"), &mut found);
        let found: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, ["`zone` must have at most 3 characters", "`port` must be at most 65535, and is 70000"]);
        assert!(validate::violations(&ThingId(ID)).is_empty());
    }
}
