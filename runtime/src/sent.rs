/// Makes a struct that is sent: what is required is an argument of its `new`, and everything else has a setter.
///
/// A field is declared with the type of its value, and with its name over the wire, if that is another. Behind the type
/// may stand what its argument is made of, in brackets:
///
/// | brackets | argument | |
/// |---|---|---|
/// | | `T` | |
/// | `[into]` | `impl Into<T>` | |
/// | `[of E]` | `impl IntoIterator<Item = E>` | for a `Vec<E>` |
/// | `[of into E]` | `impl IntoIterator<Item = impl Into<E>>` | for a `Vec<E>` |
/// | `[box E]`, `[box into E]` | `E`, `impl Into<E>` | for a `Box<E>` |
///
/// Before these, `secret` sends what is nowhere else shown, `deprecated` warns of the setter, and `by name` calls it
/// otherwise than the field.
///
/// ```
/// use clickhouse_cloud_runtime::{Patch, sent};
///
/// sent! {
///     /// A lamp.
///     pub struct Lamp {
///         constant {
///             /// What it is.
///             kind: String = "lamp".to_owned(),
///         }
///         required {
///             /// Where it hangs.
///             room: String [into],
///         }
///         optional {
///             /// Which colors it has.
///             colors: Vec<String> [of into String],
///             /// How bright it gets, in lumens.
///             max_lumens as "maxLumens": u32,
///         }
///         patch {
///             /// When it goes out, in minutes.
///             timer: u32,
///         }
///     }
/// }
///
/// let lamp = Lamp::new("hall").colors(["red", "green"]).max_lumens(800).timer(Patch::Reset);
/// # let json = serde_json::to_value(&lamp).unwrap();
/// # assert_eq!(
/// #     json,
/// #     serde_json::json!({"kind": "lamp", "room": "hall", "colors": ["red", "green"], "maxLumens": 800, "timer": null})
/// # );
/// ```
#[macro_export]
macro_rules! sent {
    (
        $(#[$attribute:meta])*
        pub struct $name:ident {
            $(constant {$(
                $(#[doc = $doc_of_constant:literal])*
                $constant:ident $(as $wire_of_constant:literal)?: $type_of_constant:ty = $value:expr
            ),* $(,)?})?
            $(required {$(
                $(#[doc = $doc_of_required:literal])*
                $required:ident $(as $wire_of_required:literal)?: $type_of_required:ty $([$($made_of:tt)*])?
            ),* $(,)?})?
            $(optional {$(
                $(#[doc = $doc_of_optional:literal])*
                $optional:ident $(as $wire_of_optional:literal)?: $type_of_optional:ty $([$($set_by:tt)*])?
            ),* $(,)?})?
            $(patch {$(
                $(#[doc = $doc_of_patch:literal])*
                $patch:ident $(as $wire_of_patch:literal)?: $type_of_patch:ty $([$($patched_by:tt)*])?
            ),* $(,)?})?
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq)]
        #[must_use]
        #[non_exhaustive]
        pub struct $name {
            $($($(#[doc = $doc_of_constant])* pub $constant: $type_of_constant,)*)?
            $($($(#[doc = $doc_of_required])* pub $required: $type_of_required,)*)?
            $($($(#[doc = $doc_of_optional])* pub $optional: ::std::option::Option<$type_of_optional>,)*)?
            $($($(#[doc = $doc_of_patch])* pub $patch: $crate::Patch<$type_of_patch>,)*)?
        }

        impl $name {
            /// Made of what is required. Everything else has a setter.
            pub fn new($($($required: $crate::argument!($type_of_required $([$($made_of)*])?)),*)?) -> Self {
                Self {
                    $($($constant: $value,)*)?
                    $($($required: $crate::value!($required $([$($made_of)*])?),)*)?
                    $($($optional: ::std::option::Option::None,)*)?
                    $($($patch: $crate::Patch::Keep,)*)?
                }
            }

            $($($crate::setter! {
                $(#[doc = $doc_of_optional])*
                $optional($optional): $type_of_optional $([$($set_by)*])?
            })*)?
            $($($crate::setter! {
                $(#[doc = $doc_of_patch])*
                $patch($patch): $crate::Patch<$type_of_patch> [$($($patched_by)*)? patch]
            })*)?
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::members::Writer::start(serializer)?
                    $($(.member($crate::wire_name!($constant $(as $wire_of_constant)?), &self.$constant)?)*)?
                    $($(.member(
                        $crate::wire_name!($required $(as $wire_of_required)?),
                        $crate::written!(self.$required $(, [$($made_of)*])?),
                    )?)*)?
                    $($(.member_if_there(
                        $crate::wire_name!($optional $(as $wire_of_optional)?),
                        $crate::written!(self.$optional $(, [$($set_by)*])?),
                    )?)*)?
                    $($(.member_if_there(
                        $crate::wire_name!($patch $(as $wire_of_patch)?),
                        $crate::written!(self.$patch $(, [$($patched_by)*])?),
                    )?)*)?
                    .end()
            }
        }
    };
}

/// A method that sets a field.
#[doc(hidden)]
#[macro_export]
macro_rules! setter {
    ($(#[$attribute:meta])* $name:ident($field:ident): $ty:ty [patch]) => {
        $(#[$attribute])*
        pub fn $name(mut self, value: impl ::std::convert::Into<$ty>) -> Self {
            self.$field = value.into();
            self
        }
    };
    ($(#[$attribute:meta])* $name:ident($field:ident): $ty:ty [secret $($word:tt)*]) => {
        $crate::setter! { $(#[$attribute])* $name($field): $ty [$($word)*] }
    };
    ($(#[$attribute:meta])* $name:ident($field:ident): $ty:ty [deprecated $($word:tt)*]) => {
        $crate::setter! { $(#[$attribute])* #[deprecated] $name($field): $ty [$($word)*] }
    };
    ($(#[$attribute:meta])* $name:ident($field:ident): $ty:ty [by $other:ident $($word:tt)*]) => {
        $crate::setter! { $(#[$attribute])* $other($field): $ty [$($word)*] }
    };
    ($(#[$attribute:meta])* $name:ident($field:ident): $ty:ty $([$($word:tt)*])?) => {
        $(#[$attribute])*
        pub fn $name(mut self, value: $crate::argument!($ty $([$($word)*])?)) -> Self {
            self.$field = ::std::option::Option::Some($crate::value!(value $([$($word)*])?));
            self
        }
    };
}

/// The type of the argument that a field's value is made of.
#[doc(hidden)]
#[macro_export]
macro_rules! argument {
    ($ty:ty $([])?) => { $ty };
    ($ty:ty [secret $($word:tt)*]) => { $crate::argument!($ty [$($word)*]) };
    ($ty:ty [into]) => { impl ::std::convert::Into<$ty> };
    ($ty:ty [of into $element:ty]) => {
        impl ::std::iter::IntoIterator<Item = impl ::std::convert::Into<$element>>
    };
    ($ty:ty [of $element:ty]) => { impl ::std::iter::IntoIterator<Item = $element> };
    ($ty:ty [box into $inner:ty]) => { impl ::std::convert::Into<$inner> };
    ($ty:ty [box $inner:ty]) => { $inner };
}

/// A field's value, made of its argument.
#[doc(hidden)]
#[macro_export]
macro_rules! value {
    ($argument:ident $([])?) => {
        $argument
    };
    ($argument:ident [secret $($word:tt)*]) => {
        $crate::value!($argument [$($word)*])
    };
    ($argument:ident [into]) => {
        $argument.into()
    };
    ($argument:ident [of into $element:ty]) => {
        $argument.into_iter().map(::std::convert::Into::into).collect()
    };
    ($argument:ident [of $element:ty]) => {
        $argument.into_iter().collect()
    };
    ($argument:ident [box into $inner:ty]) => {
        ::std::boxed::Box::new($argument.into())
    };
    ($argument:ident [box $inner:ty]) => {
        ::std::boxed::Box::new($argument)
    };
}
