//! The Rust types that progenitor emits.

use std::collections::HashMap;

/// The Rust type of a schema.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Type {
    Bool,
    /// `i64`, and others.
    Integer(&'static str),
    /// `f64` or `f32`.
    Float(&'static str),
    String,
    Uuid,
    Date,
    DateTime,
    /// `IpAddr`, and others.
    Ip(&'static str),
    /// A string that is hidden.
    Secret,
    /// An object of any JSON values that is hidden.
    SecretJson,
    /// A file in a form.
    File,
    /// Any JSON value.
    Json,
    /// An object of any JSON values.
    JsonObject,
    List(Box<Self>),
    /// From strings to values.
    Map(Box<Self>),
    Nullable(Box<Self>),
    Boxed(Box<Self>),
    /// A type of the document.
    Named(String),
    /// A newtype of the document.
    Newtype {
        name: String,
        inner: Box<Self>,
    },
}

const INTEGERS: [&str; 8] = ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"];
const FLOATS: [&str; 2] = ["f32", "f64"];
const ADDRESSES: [&str; 3] = ["IpAddr", "Ipv4Addr", "Ipv6Addr"];

impl Type {
    /// Reads a type as progenitor writes it, if it is a known one.
    pub(super) fn parse(ty: &syn::Type) -> Option<Self> {
        let syn::Type::Path(path) = ty else { return None };
        let last = path.path.segments.last()?;
        let arguments = arguments(last);
        let inner = |index: usize| arguments.get(index).and_then(|ty| Self::parse(ty)).map(Box::new);
        let is_json = path.path.segments.first().is_some_and(|first| first.ident == "serde_json");
        let name = last.ident.to_string();
        let known = |names: &'static [&'static str]| names.iter().find(|known| **known == name).copied();
        Some(match (name.as_str(), is_json) {
            ("bool", _) => Self::Bool,
            ("String", _) => Self::String,
            ("Uuid", _) => Self::Uuid,
            ("NaiveDate", _) => Self::Date,
            ("DateTime", _) => Self::DateTime,
            ("Secret", _) => Self::Secret,
            ("SecretJson", _) => Self::SecretJson,
            ("FilePart", _) => Self::File,
            ("Value", true) => Self::Json,
            ("Map", true) => Self::JsonObject,
            ("Vec", _) => Self::List(inner(0)?),
            ("BTreeMap", _) => Self::Map(inner(1)?),
            ("Option", _) => Self::Nullable(inner(0)?),
            ("Box", _) => inner(0)?.into_boxed(),
            _ => match (known(&INTEGERS), known(&FLOATS), known(&ADDRESSES)) {
                (Some(integer), ..) => Self::Integer(integer),
                (_, Some(float), _) => Self::Float(float),
                (.., Some(address)) => Self::Ip(address),
                _ if path.path.segments.len() == 1 && arguments.is_empty() => Self::Named(name),
                _ => return None,
            },
        })
    }

    /// Returns the type with newtypes in place of the types of these names, each with the type in it.
    pub(super) fn with_newtypes(self, newtypes: &HashMap<String, Self>) -> Self {
        let within = |inner: Box<Self>| Box::new(inner.with_newtypes(newtypes));
        match self {
            Self::Named(name) => match newtypes.get(&name) {
                Some(inner) => Self::Newtype { name, inner: Box::new(inner.clone()) },
                None => Self::Named(name),
            },
            Self::List(inner) => Self::List(within(inner)),
            Self::Map(inner) => Self::Map(within(inner)),
            Self::Nullable(inner) => Self::Nullable(within(inner)),
            Self::Boxed(inner) => Self::Boxed(within(inner)),
            other => other,
        }
    }

    /// Returns the type with a box around its value. A nullable value is an `Option` of a box.
    pub(crate) fn into_boxed(self) -> Self {
        match self {
            Self::Nullable(inner) => Self::Nullable(Box::new(inner.into_boxed())),
            inner => Self::Boxed(Box::new(inner)),
        }
    }

    /// Returns the type without a box around its value. A nullable value stays in its `Option`.
    pub(crate) fn into_unboxed(self) -> Self {
        match self {
            Self::Boxed(inner) => *inner,
            Self::Nullable(inner) => Self::Nullable(Box::new(inner.into_unboxed())),
            other => other,
        }
    }

    /// Returns the type in an `Option`, or the type itself.
    pub(crate) fn non_null(&self) -> &Self {
        if let Self::Nullable(inner) = self { inner } else { self }
    }

    /// Returns the type in a `Box`, or the type itself.
    pub(crate) fn unboxed(&self) -> &Self {
        if let Self::Boxed(inner) = self { inner } else { self }
    }

    /// Returns the name of a type of the document, also if it is nullable or boxed.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::Named(name) | Self::Newtype { name, .. } => Some(name),
            Self::Nullable(inner) | Self::Boxed(inner) => inner.name(),
            _ => None,
        }
    }

    /// Returns the type of the elements of a list, also if it is nullable or boxed.
    pub(crate) fn elements(&self) -> Option<&Self> {
        match self {
            Self::List(element) => Some(element),
            Self::Nullable(inner) | Self::Boxed(inner) => inner.elements(),
            _ => None,
        }
    }

    /// Returns the innermost type of lists and maps.
    pub(crate) fn leaf(&self) -> &Self {
        match self {
            Self::List(inner) | Self::Map(inner) | Self::Nullable(inner) | Self::Boxed(inner) => inner.leaf(),
            leaf => leaf,
        }
    }

    /// Returns whether values are secrets, or lists or maps of secrets.
    pub(crate) fn is_secret(&self) -> bool {
        matches!(self.leaf(), Self::Secret | Self::SecretJson)
    }

    /// Returns whether a value is a string, a number or a flag.
    pub(crate) fn is_scalar(&self) -> bool {
        matches!(
            self.non_null().unboxed(),
            Self::Bool
                | Self::Integer(_)
                | Self::Float(_)
                | Self::String
                | Self::Uuid
                | Self::Date
                | Self::DateTime
                | Self::Ip(_)
                | Self::Secret
                | Self::File
                | Self::Newtype { .. }
        )
    }
}

fn arguments(segment: &syn::PathSegment) -> Vec<&syn::Type> {
    let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else { return Vec::new() };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    #[test]
    fn types_are_read_as_progenitor_writes_them() {
        let parse = |ty: syn::Type| Type::parse(&ty);
        let list = Type::List(Box::new(Type::Named("Service".to_owned())));
        assert_eq!(parse(parse_quote!(::std::vec::Vec<Service>)), Some(list));
        let map = parse(parse_quote!(::std::collections::BTreeMap<::std::string::String, ::uuid::Uuid>));
        assert_eq!(map, Some(Type::Map(Box::new(Type::Uuid))));
        assert_eq!(parse(parse_quote!(::serde_json::Value)), Some(Type::Json));
        assert_eq!(parse(parse_quote!(::std::num::NonZeroU64)), None);
    }

    #[test]
    fn newtypes_replace_the_types_of_their_names() {
        let list = |element| Type::List(Box::new(Type::Nullable(Box::new(element))));
        let newtypes = HashMap::from([("ThingId".to_owned(), Type::Uuid)]);
        let named = list(Type::Named("ThingId".to_owned())).with_newtypes(&newtypes);
        assert_eq!(named, list(Type::Newtype { name: "ThingId".to_owned(), inner: Box::new(Type::Uuid) }));
        assert_eq!(Type::Named("Thing".to_owned()).with_newtypes(&newtypes), Type::Named("Thing".to_owned()));
    }
}
