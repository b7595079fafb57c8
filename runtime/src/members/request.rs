/// Declares a request type. Required fields are arguments of `new`, and all others have setters.
///
/// A field has the type of its value, and a wire name if that differs from its name. Brackets after the type say what
/// the argument accepts:
///
/// | brackets | argument | |
/// |---|---|---|
/// | | `T` | |
/// | `[into]` | `impl Into<T>` | |
/// | `[of E]` | `impl IntoIterator<Item = E>` | for a `Vec<E>` |
/// | `[of into E]` | `impl IntoIterator<Item = impl Into<E>>` | for a `Vec<E>` |
/// | `[map V]` | `impl IntoIterator<Item = (impl Into<String>, V)>` | for a `BTreeMap<String, V>` |
/// | `[map into V]` | `impl IntoIterator<Item = (impl Into<String>, impl Into<V>)>` | for a `BTreeMap<String, V>` |
/// | `[box E]`, `[box into E]` | `E`, `impl Into<E>` | for a `Box<E>` |
///
/// Before these words, `secret` marks a field whose secrets are sent in clear text, and `by name` names the setter.
///
/// The attributes of a field are also those of its setter, such as `#[deprecated]`.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use clickhouse_cloud_runtime::{Patch, request};
///
/// request! {
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
///             /// What is written on it.
///             labels: BTreeMap<String, String> [map into String],
///         }
///         patch {
///             /// When it goes out, in minutes.
///             timer: u32,
///         }
///     }
/// }
///
/// let lamp = Lamp::new("hall").colors(["red", "green"]).max_lumens(800);
/// let lamp = lamp.labels([("maker", "Ada")]).timer(Patch::Reset);
/// # let json = serde_json::to_value(&lamp).unwrap();
/// # assert_eq!(
/// #     json,
/// #     serde_json::json!({
/// #         "kind": "lamp", "room": "hall", "colors": ["red", "green"], "maxLumens": 800,
/// #         "labels": {"maker": "Ada"}, "timer": null
/// #     })
/// # );
/// ```
#[macro_export]
macro_rules! request {
    (
        $(#[$attribute:meta])*
        pub struct $name:ident {
            $(constant {$(
                $(#[$constant_attribute:meta])*
                $constant:ident $(as $constant_wire:literal)?: $constant_type:ty = $value:expr
            ),* $(,)?})?
            $(required {$(
                $(#[$required_attribute:meta])*
                $required:ident $(as $required_wire:literal)?: $required_type:ty $([$($required_word:tt)*])?
            ),* $(,)?})?
            $(optional {$(
                $(#[$optional_attribute:meta])*
                $optional:ident $(as $optional_wire:literal)?: $optional_type:ty $([$($optional_word:tt)*])?
            ),* $(,)?})?
            $(patch {$(
                $(#[$patch_attribute:meta])*
                $patch:ident $(as $patch_wire:literal)?: $patch_type:ty $([$($patch_word:tt)*])?
            ),* $(,)?})?
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq)]
        #[must_use]
        #[non_exhaustive]
        pub struct $name {
            $($($(#[$constant_attribute])* pub $constant: $constant_type,)*)?
            $($($(#[$required_attribute])* pub $required: $required_type,)*)?
            $($($(#[$optional_attribute])* pub $optional: ::std::option::Option<$optional_type>,)*)?
            $($($(#[$patch_attribute])* pub $patch: $crate::Patch<$patch_type>,)*)?
        }

        #[allow(deprecated, reason = "`new` sets every field")]
        impl $name {
            /// Makes a value of the required fields. All others have setters.
            pub fn new($($($required: $crate::argument!($required_type $([$($required_word)*])?)),*)?) -> Self {
                Self {
                    $($($constant: $value,)*)?
                    $($($required: $crate::value!($required $([$($required_word)*])?),)*)?
                    $($($optional: ::std::option::Option::None,)*)?
                    $($($patch: $crate::Patch::Keep,)*)?
                }
            }

            $($($crate::setter! {
                $(#[$optional_attribute])*
                $optional($optional): $optional_type $([$($optional_word)*])?
            })*)?
            $($($crate::setter! {
                $(#[$patch_attribute])*
                $patch($patch): $patch_type [$($($patch_word)*)? patch]
            })*)?
        }

        #[allow(deprecated, reason = "deprecated fields are still sent")]
        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::members::ObjectWriter::start(serializer)?
                    $($(.member($crate::wire_name!($constant $(as $constant_wire)?), &self.$constant)?)*)?
                    $($(.member(
                        $crate::wire_name!($required $(as $required_wire)?),
                        $crate::request_value!(self.$required $(, [$($required_word)*])?),
                    )?)*)?
                    $($(.optional_member(
                        $crate::wire_name!($optional $(as $optional_wire)?),
                        $crate::request_value!(self.$optional $(, [$($optional_word)*])?),
                    )?)*)?
                    $($(.optional_member(
                        $crate::wire_name!($patch $(as $patch_wire)?),
                        $crate::request_value!(self.$patch $(, [$($patch_word)*])?),
                    )?)*)?
                    .end()
            }
        }
    };
}

/// Expands to the setter of a field.
#[doc(hidden)]
#[macro_export]
macro_rules! setter {
    ($(#[$attribute:meta])* $name:ident($field:ident): $ty:ty [patch]) => {
        $(#[$attribute])*
        pub fn $name(mut self, value: impl $crate::IntoPatch<$ty>) -> Self {
            self.$field = $crate::IntoPatch::into_patch(value);
            self
        }
    };
    ($(#[$attribute:meta])* $name:ident($field:ident): $ty:ty [secret $($word:tt)*]) => {
        $crate::setter! { $(#[$attribute])* $name($field): $ty [$($word)*] }
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

/// Expands to the type of the argument for a field.
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
    ($ty:ty [map into $value:ty]) => {
        impl ::std::iter::IntoIterator<
            Item = (impl ::std::convert::Into<::std::string::String>, impl ::std::convert::Into<$value>),
        >
    };
    ($ty:ty [map $value:ty]) => {
        impl ::std::iter::IntoIterator<Item = (impl ::std::convert::Into<::std::string::String>, $value)>
    };
    ($ty:ty [box into $inner:ty]) => { impl ::std::convert::Into<$inner> };
    ($ty:ty [box $inner:ty]) => { $inner };
}

/// Expands to the value of a field, made from its argument.
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
    ($argument:ident [map into $value:ty]) => {
        $argument.into_iter().map(|(key, value)| (key.into(), value.into())).collect()
    };
    ($argument:ident [map $value:ty]) => {
        $argument.into_iter().map(|(key, value)| (key.into(), value)).collect()
    };
    ($argument:ident [box into $inner:ty]) => {
        ::std::boxed::Box::new($argument.into())
    };
    ($argument:ident [box $inner:ty]) => {
        ::std::boxed::Box::new($argument)
    };
}
