//! Types as tokens, and tokens as text.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::{names::ident, progenitor::Type};

impl ToTokens for Type {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let plain = |name: &str| ident(name).into_token_stream();
        tokens.extend(match self {
            Self::Bool => quote!(bool),
            Self::Integer(name) | Self::Float(name) | Self::Ip(name) => plain(name),
            Self::String => quote!(String),
            Self::Uuid => quote!(Uuid),
            Self::Date => quote!(NaiveDate),
            Self::DateTime => quote!(DateTime<Utc>),
            Self::Secret => quote!(Secret),
            Self::SecretJson => quote!(SecretJson),
            Self::File => quote!(FilePart),
            Self::Json => quote!(serde_json::Value),
            Self::JsonObject => quote!(serde_json::Map<String, serde_json::Value>),
            Self::List(element) => quote!(Vec<#element>),
            Self::Map(value) => quote!(BTreeMap<String, #value>),
            Self::Nullable(inner) => quote!(Option<#inner>),
            Self::Boxed(inner) => quote!(Box<#inner>),
            Self::Named(name) | Self::Newtype { name, .. } => plain(name),
        });
    }
}

impl Type {
    /// Returns whether arguments and accessors have values of the type, and not references to them.
    pub(super) fn is_copy(&self) -> bool {
        match self {
            Self::Bool | Self::Float(_) | Self::Uuid | Self::Date | Self::DateTime => true,
            Self::Integer(name) => !["u8", "u16"].contains(name),
            Self::Newtype { inner, .. } => **inner != Self::String,
            _ => false,
        }
    }
}

/// Returns tokens as source text, with the spaces that a person would leave.
pub(crate) fn text(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    [(" :: ", "::"), (" < ", "<"), (" >", ">"), ("& ", "&"), (" ,", ","), (" : ", ": "), (" ;", ";"), (",)", ")")]
        .iter()
        .fold(text, |text, (loose, tight)| text.replace(loose, tight))
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::text;
    use crate::progenitor::Type;

    #[test]
    fn types_are_written_as_a_person_writes_them() {
        let list = Type::List(Box::new(Type::Nullable(Box::new(Type::Named("Thing".to_owned())))));
        assert_eq!(text(&Type::Map(Box::new(list))), "BTreeMap<String, Vec<Option<Thing>>>");
        assert_eq!(text(&Type::Boxed(Box::new(Type::JsonObject))), "Box<serde_json::Map<String, serde_json::Value>>");
        assert_eq!(text(&quote!(id: &Uuid, (a, b,))), "id: &Uuid, (a, b)");
    }
}
