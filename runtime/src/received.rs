/// Makes a struct that is received: any field may be missing, and what the document promises has a method that says so.
///
/// A field is declared with the type of its value, and with its name over the wire, if that is another. Behind the arrow
/// of what is promised stands how the method lends it.
///
/// ```
/// use clickhouse_cloud_runtime::received;
///
/// received! {
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
macro_rules! received {
    (
        $(#[$attribute:meta])*
        pub struct $name:ident {$(
            $(#[doc = $doc:literal])*
            $field:ident $(as $wire:literal)?: $ty:ty $(=> $lent:ty)? $([$($word:tt)*])?
        ),* $(,)?}
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {$(
            $(#[doc = $doc])*
            pub $field: ::std::option::Option<$ty>,
        )*}

        impl $name {$(
            $crate::accessor! {
                $(#[doc = $doc])*
                $field $(as $wire)? of $name $(=> $lent)? $([$($word)*])?
            }
        )*}

        $crate::members! { $name { $($field $(as $wire)?),* } }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::members::Writer::start(serializer)?
                    $(.member_if_there(
                        $crate::wire_name!($field $(as $wire)?),
                        $crate::kept!(self.$field $(, [$($word)*])?),
                    )?)*
                    .end()
            }
        }
    };
}

/// Makes a struct that is sent as well as received: like those of [`sent!`](crate::sent!), with optional fields alone.
#[macro_export]
macro_rules! shared {
    (
        $(#[$attribute:meta])*
        pub struct $name:ident {
            $(optional {$(
                $(#[doc = $doc:literal])*
                $field:ident $(as $wire:literal)?: $ty:ty $([$($word:tt)*])?
            ),* $(,)?})?
        }
    ) => {
        $crate::sent! {
            $(#[$attribute])*
            pub struct $name {
                $(optional { $($(#[doc = $doc])* $field $(as $wire)?: $ty $([$($word)*])?),* })?
            }
        }

        $crate::members! { $name { $($($field $(as $wire)?),*)? } }
    };
}

/// A method that lends a field, if it is promised.
#[doc(hidden)]
#[macro_export]
macro_rules! accessor {
    ($(#[$attribute:meta])* $field:ident $(as $wire:literal)? of $name:ident $([])?) => {};
    ($(#[$attribute:meta])* $field:ident $(as $wire:literal)? of $name:ident $(=> $lent:ty)? [secret $($word:tt)*]) => {
        $crate::accessor! { $(#[$attribute])* $field $(as $wire)? of $name $(=> $lent)? [$($word)*] }
    };
    ($(#[$attribute:meta])* $field:ident of $name:ident => $lent:ty $([])?) => {
        $crate::accessor! { $(#[$attribute])* $field as (stringify!($field)) of $name => $lent }
    };
    ($(#[$attribute:meta])* $field:ident $(as $wire:literal)? of $name:ident => $lent:ty [deprecated]) => {
        $crate::accessor! { $(#[$attribute])* #[deprecated] $field $(as $wire)? of $name => $lent }
    };
    ($(#[$attribute:meta])* $field:ident as $wire:tt of $name:ident => $lent:ty $([])?) => {
        $(#[$attribute])*
        pub fn $field(&self) -> ::std::result::Result<$lent, $crate::MissingField> {
            $crate::received::Lend::lend(&self.$field).ok_or($crate::MissingField::new(stringify!($name), $wire))
        }
    };
}

/// A field as it is written down again, which secrets are not.
#[doc(hidden)]
#[macro_export]
macro_rules! kept {
    ($value:expr, [secret $($word:tt)*]) => {
        &$crate::members::Hidden
    };
    ($value:expr $(, [$($word:tt)*])?) => {
        &$value
    };
}

/// A field that can be lent as `L`.
pub trait Lend<'a, L> {
    /// What is in the field.
    fn lend(&'a self) -> Option<L>;
}

impl<T: Copy> Lend<'_, T> for Option<T> {
    fn lend(&self) -> Option<T> {
        *self
    }
}

impl<'a, T> Lend<'a, &'a T> for Option<T> {
    fn lend(&'a self) -> Option<&'a T> {
        self.as_ref()
    }
}

impl<'a> Lend<'a, &'a str> for Option<String> {
    fn lend(&'a self) -> Option<&'a str> {
        self.as_deref()
    }
}

impl<'a, T> Lend<'a, &'a [T]> for Option<Vec<T>> {
    fn lend(&'a self) -> Option<&'a [T]> {
        self.as_deref()
    }
}

impl<'a, T> Lend<'a, &'a T> for Option<Box<T>> {
    fn lend(&'a self) -> Option<&'a T> {
        self.as_deref()
    }
}
