use std::{
    collections::{HashMap, HashSet},
    fmt::{self, Write},
};

use quote::quote;
use serde_json::Value;
use syn::parse_quote;

use super::{conversions::Conversion, doc_comment, text};
use crate::{
    api::{Alternative, Api, Direction, Member, Pattern, TypeDef, TypeKind},
    names::ident,
    progenitor::Type,
};

/// A pattern that makes its line longer gets several.
const WIDTH: usize = 116;

/// An enum of alternatives.
pub(crate) struct Union {
    /// Of each variant.
    pub(crate) types: Vec<Type>,
    /// Its declaration.
    pub(crate) source: String,
    pub(crate) impls: Vec<syn::ItemImpl>,
}

/// An enum that can be anything for each choice between types: the API may add to the choice at any time.
pub(super) fn unions(api: &Api) -> Vec<Union> {
    let (with_secrets, in_parameters) = (with_secrets(api), in_parameters(api));
    let unions = api.unions().map(|(ty, alternatives)| {
        let conversion = response_conversion(ty, alternatives, api);
        let is_text = alternatives.iter().all(|alternative| api.is_text(&alternative.schema.ty));
        let (is_received, is_sent) = (ty.direction.is_received(), ty.direction.is_sent());
        let is_parameter = is_text && in_parameters.contains(ty.name.as_str());
        let hides = ty.direction == Direction::Response && with_secrets.contains(ty.name.as_str());
        let sent = match &conversion {
            Some(ResponseConversion::Plain(response)) => format!("sent from {response}"),
            _ => "sent".to_owned(),
        };
        let words =
            [(is_received, "received"), (is_sent, sent.as_str()), (is_parameter, "parameter"), (hides, "secret")];
        let words: Vec<_> = words.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect();
        let own = if let Some(ResponseConversion::Own(conversion)) = conversion { Some(*conversion) } else { None };
        Union {
            types: alternatives.iter().map(|alternative| alternative.schema.ty.clone()).collect(),
            source: source(ty, alternatives, &words.join(" + ")),
            impls: own.into_iter().collect(),
        }
    });
    unions.collect()
}

/// The enum as text, because prettyplease does not know how to break the lines of a macro.
fn source(ty: &TypeDef, alternatives: &[Alternative], words: &str) -> String {
    let mut source = String::new();
    for line in doc_comment::lines(&doc_comment::or_undescribed(ty.description.clone(), &ty.name)) {
        let _ = writeln!(source, "    ///{}{line}", if line.is_empty() { "" } else { " " });
    }
    let _ = writeln!(source, "    pub enum {}: {words} {{", ty.name);
    for Alternative { name, pattern, schema } in alternatives {
        let _ = write!(source, "        {name}({})", text(&schema.ty));
        if ty.direction.is_received() {
            let on_one_line = pattern.to_string();
            let start = source.lines().last().map_or(0, str::len);
            if start + on_one_line.len() < WIDTH {
                let _ = write!(source, " = {on_one_line}");
            } else {
                let _ = write!(source, " = {pattern:#}");
            }
        }
        source.push_str(",\n");
    }
    source.push_str("    }\n");
    source
}

/// As the macro takes it; with `#`, each member is on a line of its own.
impl fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind(kind) => formatter.write_str(kind),
            Self::Items(items) => write!(formatter, "[{items}]"),
            Self::Union(members) if members.is_empty() => formatter.write_str("union"),
            Self::Members(members) if members.is_empty() => formatter.write_str("{}"),
            Self::Members(members) | Self::Union(members) => {
                let union = matches!(self, Self::Union(_)).then(|| "..union".to_owned());
                let members: Vec<_> = members.iter().map(ToString::to_string).chain(union).collect();
                if formatter.alternate() {
                    let end = if matches!(self, Self::Union(_)) { "" } else { "," };
                    write!(formatter, "{{\n            {}{end}\n        }}", members.join(",\n            "))
                } else {
                    write!(formatter, "{{ {} }}", members.join(", "))
                }
            }
        }
    }
}

impl fmt::Display for Member {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values = self.values.iter().map(literal);
        let absent = self.may_be_absent.then(|| "null".to_owned());
        let other = self.may_be_other.then(|| "_".to_owned());
        let expected: Vec<_> = values.chain(absent).chain(other).collect();
        write!(formatter, "{:?}: {}", self.name, expected.join(" | "))
    }
}

fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text:?}"),
        Value::Number(number) if number.as_i64().is_some_and(|number| i32::try_from(number).is_err()) => {
            format!("{number}_i64")
        }
        value => value.to_string(),
    }
}

/// The types with a secret somewhere in them.
fn with_secrets(api: &Api) -> HashSet<&str> {
    let mut users: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut waiting = Vec::new();
    for ty in &api.types {
        let parts: Vec<_> = match &ty.kind {
            TypeKind::Struct(fields) => fields.iter().map(|field| &field.schema.ty).collect(),
            TypeKind::Union(alternatives) => alternatives.iter().map(|alternative| &alternative.schema.ty).collect(),
            TypeKind::Enum(_) => Vec::new(),
        };
        for part in parts {
            match part.leaf() {
                Type::Secret => waiting.push(ty.name.as_str()),
                Type::Named(used) => users.entry(used).or_default().push(&ty.name),
                _ => {}
            }
        }
    }
    let mut found = HashSet::new();
    while let Some(name) = waiting.pop() {
        if found.insert(name) {
            waiting.extend(users.get(name).into_iter().flatten());
        }
    }
    found
}

fn in_parameters(api: &Api) -> HashSet<&str> {
    let parameters = api.operations.iter().flat_map(|operation| &operation.parameters);
    parameters.filter_map(|parameter| parameter.schema.ty.leaf().name()).collect()
}

/// How a union that was split off for requests is made of the one of responses, to send back what was received.
enum ResponseConversion {
    /// The macro's own does it.
    Plain(String),
    /// The macro's does not look into lists and boxes.
    Own(Box<syn::ItemImpl>),
}

fn response_conversion(ty: &TypeDef, alternatives: &[Alternative], api: &Api) -> Option<ResponseConversion> {
    let response = api.type_def(ty.input_of.as_ref()?)?;
    let TypeKind::Union(received) = &response.kind else { return None };
    let types = alternatives.iter().zip(received).map(|(sent, received)| (&received.schema.ty, &sent.schema.ty));
    let conversions: Vec<_> = types.map(|(received, sent)| Conversion::between(received, sent)).collect();
    if conversions.iter().flatten().all(Conversion::is_plain) {
        return Some(ResponseConversion::Plain(response.name.clone()));
    }
    let (name, response) = (ident(&ty.name), ident(&response.name));
    let arms = alternatives.iter().zip(&conversions).map(|(alternative, conversion)| {
        let (variant, value) = (ident(&alternative.name), quote!(value));
        let value = conversion.as_ref().map_or(value.clone(), |conversion| conversion.of_value(&value));
        quote!(#response::#variant(value) => Self::#variant(#value))
    });
    Some(ResponseConversion::Own(Box::new(parse_quote! {
        impl TryFrom<#response> for #name {
            type Error = MissingField;

            fn try_from(received: #response) -> Result<Self, MissingField> {
                let sent = match received {
                    #(#arms,)*
                    #response::Unknown(json) => Self::Unknown(json),
                };
                Ok(sent)
            }
        }
    })))
}
