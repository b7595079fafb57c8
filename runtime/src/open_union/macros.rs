/// Declares open unions.
///
/// Each has a variant for each documented variant, and `Unknown` for any other JSON, so that a variant that the API
/// adds later decodes and is kept. It implements `From` for each variant, and `Serialize`. The words after the colon
/// add `Deserialize` (`response`), `IntoPatch` for each variant and validation against the document's constraints
/// (`request`), and `Parameter` (`parameter`). With `secret`, unknown JSON is not serialized.
///
/// A `response` union has a pattern for each variant: a type of JSON, or members of an object with their expected
/// values. A member with another value excludes the variant; `null` allows that the member is absent, and `_` any
/// value. The pattern of a variant that is a union itself is `union`, or the members that all of its variants have in
/// common and `..union`.
///
/// `from` before the variants implements `TryFrom` another union, so that a response can become a request. `from`
/// behind a variant implements `From` for what the `new` of its type takes, so that a request can be made from that at
/// once.
///
/// ```
/// clickhouse_cloud_runtime::response! {
///     /// A circle.
///     pub struct Circle {
///         /// Half of how wide it is.
///         radius: f64,
///     }
/// }
///
/// clickhouse_cloud_runtime::response! {
///     /// A square.
///     pub struct Square {
///         /// How wide it is.
///         side: f64,
///     }
/// }
///
/// clickhouse_cloud_runtime::open_union! {
///     /// A shape.
///     pub enum Shape: response {
///         Circle(Circle) = { "kind": "circle", "radius": _ },
///         Square(Square) = { "kind": "square", "side": _ },
///         Name(String) = string,
///     }
/// }
///
/// # fn main() -> Result<(), serde_json::Error> {
/// let shape: Shape = serde_json::from_str(r#"{ "kind": "square", "side": 2.0 }"#)?;
/// assert!(matches!(shape, Shape::Square(square) if square.side == Some(2.0)));
/// let shape: Shape = serde_json::from_str(r#"{ "kind": "triangle", "sides": [3, 4, 5] }"#)?;
/// assert!(matches!(shape, Shape::Unknown(json) if json["kind"] == "triangle"));
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! open_union {
    ($($(#[$attribute:meta])* pub enum $name:ident: $word:ident $(+ $more:ident)* $(from $response:ident)? {
        $($variant:ident $ty:tt $(from $member:ident)? $(= $pattern:tt)?,)+
    })+) => {$(
        $crate::open_union!(@try_from [$($response)?] $name $($variant)+);
        $($($crate::open_union!(@from_member $name, $variant, $ty, $member);)?)+
        $crate::open_union!(@enum [$(#[$attribute])*] $name [$word $($more)*] {
            $($variant $ty $(= $pattern)?,)+
        });
    )+};

    (@enum [$($attribute:tt)*] $name:ident $words:tt { $($variant:ident $ty:tt $(= $pattern:tt)?,)+ }) => {
        $($attribute)*
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = concat!("`", stringify!($variant), "`, as the document describes it.")]
                $variant $ty,
            )+
            /// JSON that is no documented variant.
            Unknown($crate::open_union::Value),
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                match self {
                    $(Self::$variant(value) => formatter.debug_tuple(stringify!($variant)).field(value).finish(),)+
                    Self::Unknown(json) => {
                        formatter.debug_tuple("Unknown").field(&$crate::open_union::Redacted(json)).finish()
                    }
                }
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => {
                        $crate::open_union!(@serialize $ty, value, serializer, $words)
                    })+
                    Self::Unknown(json) => {
                        let is_secret = $crate::open_union!(@has "secret" $words);
                        $crate::open_union::serialize_unknown(json, is_secret, serializer)
                    }
                }
            }
        }

        $($crate::open_union!(@from $name, $variant, $ty);)+
        $crate::open_union!(@impl $words $name { $($variant $ty $(= $pattern)?,)+ });
    };

    // A secret, or a list or map of secrets, whose outer types are removed one by one.
    (@serialize (Secret $($end:tt)*), $value:ident, $serializer:ident, $words:tt) => {
        $crate::open_union::serialize_secret($value, $crate::open_union!(@has "request" $words), $serializer)
    };
    (@serialize (Vec<$($inner:tt)+), $value:ident, $serializer:ident, $words:tt) => {
        $crate::open_union!(@serialize ($($inner)+), $value, $serializer, $words)
    };
    (@serialize (Option<$($inner:tt)+), $value:ident, $serializer:ident, $words:tt) => {
        $crate::open_union!(@serialize ($($inner)+), $value, $serializer, $words)
    };
    (@serialize (BTreeMap<String, $($inner:tt)+), $value:ident, $serializer:ident, $words:tt) => {
        $crate::open_union!(@serialize ($($inner)+), $value, $serializer, $words)
    };
    (@serialize $ty:tt, $value:ident, $serializer:ident, $words:tt) => {
        $crate::serde::Serialize::serialize($value, $serializer)
    };
    (@has $wanted:literal [$($word:ident)+]) => {
        [$(stringify!($word)),+].contains(&$wanted)
    };

    (@from $name:ident, $variant:ident, (Box<$ty:ty>)) => {
        impl ::std::convert::From<$ty> for $name {
            fn from(value: $ty) -> Self {
                Self::$variant(::std::boxed::Box::new(value))
            }
        }
    };
    (@from $name:ident, $variant:ident, (String)) => {
        impl ::std::convert::From<&str> for $name {
            fn from(value: &str) -> Self {
                Self::$variant(value.to_owned())
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            fn from(value: ::std::string::String) -> Self {
                Self::$variant(value)
            }
        }
    };
    (@from $name:ident, $variant:ident, (Secret)) => {
        impl ::std::convert::From<&str> for $name {
            fn from(value: &str) -> Self {
                Self::$variant(value.into())
            }
        }

        impl ::std::convert::From<$crate::Secret> for $name {
            fn from(value: $crate::Secret) -> Self {
                Self::$variant(value)
            }
        }
    };
    (@from $name:ident, $variant:ident, ($ty:ty)) => {
        impl ::std::convert::From<$ty> for $name {
            fn from(value: $ty) -> Self {
                Self::$variant(value)
            }
        }
    };

    (@into_patch $name:ident, (Box<$ty:ty>)) => {
        $crate::open_union!(@into_patch $name, $ty);
    };
    (@into_patch $name:ident, (String)) => {
        $crate::open_union!(@into_patch $name, &str);
        $crate::open_union!(@into_patch $name, ::std::string::String);
    };
    (@into_patch $name:ident, (Secret)) => {
        $crate::open_union!(@into_patch $name, &str);
        $crate::open_union!(@into_patch $name, $crate::Secret);
    };
    (@into_patch $name:ident, ($ty:ty)) => {
        $crate::open_union!(@into_patch $name, $ty);
    };
    (@into_patch $name:ident, $ty:ty) => {
        impl $crate::IntoPatch<$name> for $ty {
            fn into_patch(self) -> $crate::Patch<$name> {
                $crate::Patch::Set(self.into())
            }
        }
    };

    (@from_member $name:ident, $variant:ident, (Box<$ty:ty>), $member:ident) => {
        impl ::std::convert::From<$member> for $name {
            fn from(member: $member) -> Self {
                Self::$variant(::std::boxed::Box::new(<$ty>::new(member)))
            }
        }

        $crate::open_union!(@into_patch $name, $member);
    };
    (@from_member $name:ident, $variant:ident, ($ty:ty), $member:ident) => {
        impl ::std::convert::From<$member> for $name {
            fn from(member: $member) -> Self {
                Self::$variant(<$ty>::new(member))
            }
        }

        $crate::open_union!(@into_patch $name, $member);
    };

    (@try_from [] $name:ident $($variant:ident)+) => {};
    (@try_from [$response:ident] $name:ident $($variant:ident)+) => {
        impl ::std::convert::TryFrom<$response> for $name {
            type Error = $crate::MissingField;

            fn try_from(response: $response) -> ::std::result::Result<Self, $crate::MissingField> {
                ::std::result::Result::Ok(match response {
                    // `Self::Error` would be the type.
                    $($response::$variant(value) => $name::$variant(::std::convert::TryInto::try_into(value)?),)+
                    $response::Unknown(json) => $name::Unknown(json),
                })
            }
        }
    };

    (@impl [] $name:ident $body:tt) => {};
    (@impl [secret $($word:ident)*] $name:ident $body:tt) => {
        $crate::open_union!(@impl [$($word)*] $name $body);
    };
    (@impl [request $($word:ident)*] $name:ident { $($variant:ident $ty:tt $(= $pattern:tt)?,)+ }) => {
        impl $crate::validate::Validate for $name {
            fn violations(
                &self,
                constraints: &[$crate::validate::Constraint<'_>],
                path: &$crate::validate::Path<'_>,
                found: &mut ::std::vec::Vec<$crate::Violation>,
            ) {
                match self {
                    $(Self::$variant(value) => {
                        $crate::validate::Validate::violations(value, constraints, path, found);
                    })+
                    Self::Unknown(_) => found.push($crate::validate::unlisted(path)),
                }
            }
        }

        $($crate::open_union!(@into_patch $name, $ty);)+

        $crate::open_union!(@impl [$($word)*] $name { $($variant $ty $(= $pattern)?,)+ });
    };
    (@impl [parameter $($word:ident)*] $name:ident { $($variant:ident $ty:tt $(= $pattern:tt)?,)+ }) => {
        impl $crate::Parameter for $name {
            fn to_parameter(&self) -> ::std::string::String {
                match self {
                    $(Self::$variant(value) => $crate::Parameter::to_parameter(value),)+
                    Self::Unknown(json) => $crate::open_union::text(json),
                }
            }
        }

        $crate::open_union!(@impl [$($word)*] $name { $($variant $ty $(= $pattern)?,)+ });
    };
    (@impl [response $($word:ident)*] $name:ident { $($variant:ident $ty:tt = $pattern:tt,)+ }) => {
        impl $crate::open_union::Union for $name {
            const VARIANTS: &'static [&'static dyn $crate::open_union::UnionVariant<Self>] =
                &[$($crate::open_union!(@variant $variant $pattern)),+];

            fn unknown(json: $crate::open_union::Value) -> Self {
                Self::Unknown(json)
            }
        }

        impl $crate::open_union::Scored for $name {
            fn score(json: &$crate::open_union::Value) -> ::std::option::Option<$crate::open_union::Score> {
                $crate::open_union::best_score::<Self>(json)
            }
        }

        impl $crate::Decode for $name {
            fn plan(_: $crate::parts::Container) -> $crate::parts::Plan<Self> {
                $crate::parts::Plan::ByOutline
            }

            fn plan_by_outline(outline: &$crate::open_union::Value) -> $crate::parts::Plan<Self> {
                $crate::open_union::plan_by_outline(outline)
            }

            fn parts(&mut self) -> ::std::option::Option<::std::boxed::Box<dyn $crate::parts::Parts + '_>> {
                match self {
                    $(Self::$variant(value) => $crate::Decode::parts(value),)+
                    Self::Unknown(json) => $crate::Decode::parts(json),
                }
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::open_union::deserialize(deserializer)
            }
        }

        $crate::open_union!(@impl [$($word)*] $name { $($variant $ty = $pattern,)+ });
    };

    (@variant $variant:ident union) => {
        $crate::open_union!(@variant $variant { ..union })
    };
    (@variant $variant:ident { $($member:literal: $($value:tt)|+,)* ..union }) => {
        &$crate::open_union::NestedUnion {
            members: $crate::open_union!(@members $($member: $($value)|+,)*),
            make: Self::$variant,
        }
    };
    (@variant $variant:ident $pattern:tt) => {
        &$crate::open_union::TypedVariant { pattern: $crate::open_union!(@pattern $pattern), make: Self::$variant }
    };

    (@pattern any) => { $crate::open_union::Pattern::Any };
    (@pattern boolean) => { $crate::open_union::Pattern::Boolean };
    (@pattern integer) => { $crate::open_union::Pattern::Integer };
    (@pattern number) => { $crate::open_union::Pattern::Number };
    (@pattern string) => { $crate::open_union::Pattern::String };
    (@pattern array) => { $crate::open_union::Pattern::Array };
    (@pattern map) => { $crate::open_union::Pattern::Map };
    (@pattern [$item:tt]) => {
        $crate::open_union::Pattern::ArrayOf(&$crate::open_union!(@pattern $item))
    };
    (@pattern { $($member:literal: $($value:tt)|+),* $(,)? }) => {
        $crate::open_union::Pattern::Object($crate::open_union!(@members $($member: $($value)|+,)*))
    };
    (@members $($member:literal: $($value:tt)|+,)*) => {
        &[$(
            $crate::open_union::Member {
                name: $member,
                expected: &[$($crate::open_union!(@expected $value)),+],
            },
        )*]
    };
    (@expected null) => { $crate::open_union::Expected::Absent };
    (@expected _) => { $crate::open_union::Expected::Anything };
    (@expected $value:literal) => { $crate::open_union::Expected::Exactly(&$value) };
}
