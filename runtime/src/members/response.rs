/// Declares a response type. All fields are optional, and required ones have an accessor that returns a `Result`.
///
/// A field has the type of its value, and a wire name if that differs from its name. A required field has an arrow and
/// the type that its accessor returns. In brackets, `secret` omits the field when the struct is serialized. The attributes
/// of a field are also those of its accessor, such as `#[deprecated]`.
///
/// ```
/// use clickhouse_cloud_runtime::response;
///
/// response! {
///     /// A lamp.
///     pub struct Lamp {
///         /// Where it hangs.
///         room: String => &str,
///         /// How bright it gets, in lumens.
///         max_lumens as "maxLumens": u32 => u32,
///         /// When it goes out, in minutes.
///         timer: u32,
///     }
/// }
///
/// let lamp: Lamp = serde_json::from_str(r#"{"room": "hall"}"#)?;
/// assert_eq!(lamp.room()?, "hall");
/// assert_eq!(lamp.max_lumens().unwrap_err().field(), "maxLumens");
/// assert_eq!(lamp.timer, None);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[macro_export]
macro_rules! response {
    (
        $(#[$attribute:meta])*
        pub struct $name:ident {$(
            $(#[$field_attribute:meta])*
            $field:ident $(as $wire:literal)?: $ty:ty $(=> $ret:ty)? $([$($word:tt)*])?
        ),* $(,)?}
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {$(
            $(#[$field_attribute])*
            pub $field: ::std::option::Option<$ty>,
        )*}

        #[allow(deprecated, reason = "the accessor of a deprecated field reads it")]
        impl $name {$(
            $crate::accessor! {
                $(#[$field_attribute])*
                $field $(as $wire)? of $name $(=> $ret)? $([$($word)*])?
            }
        )*}

        $crate::members! { $name { $($field $(as $wire)?),* } }

        #[allow(deprecated, reason = "deprecated fields are still serialized")]
        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::members::ObjectWriter::start(serializer)?
                    $(.optional_member(
                        $crate::wire_name!($field $(as $wire)?),
                        $crate::response_value!(self.$field $(, [$($word)*])?),
                    )?)*
                    .end()
            }
        }
    };
}

/// Declares a type of requests and responses. It is like a request type ([`request!`](crate::request!)), and all fields are
/// optional.
#[macro_export]
macro_rules! shared {
    (
        $(#[$attribute:meta])*
        pub struct $name:ident {
            $(optional {$(
                $(#[$field_attribute:meta])*
                $field:ident $(as $wire:literal)?: $ty:ty $([$($word:tt)*])?
            ),* $(,)?})?
        }
    ) => {
        $crate::request! {
            $(#[$attribute])*
            pub struct $name {
                $(optional { $($(#[$field_attribute])* $field $(as $wire)?: $ty $([$($word)*])?),* })?
            }
        }

        $crate::members! { $name { $($($field $(as $wire)?),*)? } }
    };
}

/// Expands to the accessor of a field, if it is required.
#[doc(hidden)]
#[macro_export]
macro_rules! accessor {
    ($(#[$attribute:meta])* $field:ident $(as $wire:literal)? of $name:ident $([])?) => {};
    ($(#[$attribute:meta])* $field:ident $(as $wire:literal)? of $name:ident $(=> $ret:ty)? [secret $($word:tt)*]) => {
        $crate::accessor! { $(#[$attribute])* $field $(as $wire)? of $name $(=> $ret)? [$($word)*] }
    };
    ($(#[$attribute:meta])* $field:ident of $name:ident => $ret:ty $([])?) => {
        $crate::accessor! { $(#[$attribute])* $field as (stringify!($field)) of $name => $ret }
    };
    ($(#[$attribute:meta])* $field:ident as $wire:tt of $name:ident => $ret:ty $([])?) => {
        $(#[$attribute])*
        pub fn $field(&self) -> ::std::result::Result<$ret, $crate::MissingField> {
            let field = $crate::members::FieldRef::field_ref(&self.$field);
            field.ok_or($crate::MissingField::new(stringify!($name), $wire))
        }
    };
}

/// Expands to the value of a field as it is serialized again, without secrets.
#[doc(hidden)]
#[macro_export]
macro_rules! response_value {
    ($value:expr, [secret $($word:tt)*]) => {
        &$crate::members::OmittedSecret
    };
    ($value:expr $(, [$($word:tt)*])?) => {
        &$value
    };
}

/// A field that an accessor returns as an `R`.
pub trait FieldRef<'a, R> {
    /// Returns the value of the field, if there is one.
    fn field_ref(&'a self) -> Option<R>;
}

impl<T: Copy> FieldRef<'_, T> for Option<T> {
    fn field_ref(&self) -> Option<T> {
        *self
    }
}

impl<'a, T> FieldRef<'a, &'a T> for Option<T> {
    fn field_ref(&'a self) -> Option<&'a T> {
        self.as_ref()
    }
}

impl<'a> FieldRef<'a, &'a str> for Option<String> {
    fn field_ref(&'a self) -> Option<&'a str> {
        self.as_deref()
    }
}

impl<'a, T> FieldRef<'a, &'a [T]> for Option<Vec<T>> {
    fn field_ref(&'a self) -> Option<&'a [T]> {
        self.as_deref()
    }
}

impl<'a, T> FieldRef<'a, &'a T> for Option<Box<T>> {
    fn field_ref(&'a self) -> Option<&'a T> {
        self.as_deref()
    }
}
