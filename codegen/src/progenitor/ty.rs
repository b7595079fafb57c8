//! The Rust type of a value.

/// What progenitor makes of a schema.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Type {
    Bool,
    /// With its name, `i64`.
    Integer(&'static str),
    /// With its name, `f64`.
    Float(&'static str),
    String,
    Uuid,
    Date,
    DateTime,
    /// With its name, `IpAddr`.
    Ip(&'static str),
    /// A text that nobody may see.
    Secret,
    /// A file in a form.
    File,
    /// Anything.
    Json,
    /// An object of anything.
    JsonObject,
    List(Box<Self>),
    /// From names to values.
    Map(Box<Self>),
    Nullable(Box<Self>),
    Boxed(Box<Self>),
    /// A type of the document.
    Named(String),
}

const INTEGERS: [&str; 8] = ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"];
const FLOATS: [&str; 2] = ["f32", "f64"];
const ADDRESSES: [&str; 3] = ["IpAddr", "Ipv4Addr", "Ipv6Addr"];

impl Type {
    /// Reads a type as progenitor writes it; none of a type that it is not known to write.
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
            ("FilePart", _) => Self::File,
            ("Value", true) => Self::Json,
            ("Map", true) => Self::JsonObject,
            ("Vec", _) => Self::List(inner(0)?),
            ("BTreeMap", _) => Self::Map(inner(1)?),
            ("Option", _) => Self::Nullable(inner(0)?),
            // What may be null is an `Option` of what is in the box.
            ("Box", _) => match *inner(0)? {
                Self::Nullable(inner) => Self::Nullable(Box::new(Self::Boxed(inner))),
                inner => Self::Boxed(Box::new(inner)),
            },
            _ => match (known(&INTEGERS), known(&FLOATS), known(&ADDRESSES)) {
                (Some(integer), ..) => Self::Integer(integer),
                (_, Some(float), _) => Self::Float(float),
                (.., Some(address)) => Self::Ip(address),
                _ if path.path.segments.len() == 1 && arguments.is_empty() => Self::Named(name),
                _ => return None,
            },
        })
    }

    /// The type of what may be null, or the type itself.
    pub(crate) fn non_null(&self) -> &Self {
        if let Self::Nullable(inner) = self { inner } else { self }
    }

    /// The type without a box around it.
    pub(crate) fn unboxed(&self) -> &Self {
        if let Self::Boxed(inner) = self { inner } else { self }
    }

    /// The name of the document's type that this is, whether it may be null or stands in a box.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::Named(name) => Some(name),
            Self::Nullable(inner) | Self::Boxed(inner) => inner.name(),
            _ => None,
        }
    }

    /// The elements of a list, whether it may be null or stands in a box.
    pub(crate) fn elements(&self) -> Option<&Self> {
        match self {
            Self::List(element) => Some(element),
            Self::Nullable(inner) | Self::Boxed(inner) => inner.elements(),
            _ => None,
        }
    }

    /// What lists and maps hold in the end.
    pub(crate) fn leaf(&self) -> &Self {
        match self {
            Self::List(inner) | Self::Map(inner) | Self::Nullable(inner) | Self::Boxed(inner) => inner.leaf(),
            leaf => leaf,
        }
    }

    /// Whether values are secrets, or lists or maps of them.
    pub(crate) fn is_secret(&self) -> bool {
        *self.leaf() == Self::Secret
    }

    /// Whether a value is one text, number or flag.
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
}
