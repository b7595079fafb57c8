use std::{
    collections::{HashMap, HashSet},
    fmt::{self, Write},
};

use quote::quote;
use serde_json::Value;
use syn::parse_quote;

use super::{
    Code, argument_of,
    conversions::{self, Conversion},
    documentation, missing,
    operations::is_text,
};
use crate::{
    api::{Alternative, Member, Model, Pattern, Role, Schema, Shape},
    diagnostic::GenerateError,
    emit::text,
    names::ident,
    openapi::schema::reference,
};

const PASS: &str = "unions";

/// A pattern that makes its line longer gets several.
const WIDTH: usize = 116;

/// Makes an enum that can be anything for each choice between types: the API may add to the choice at any time.
pub(super) fn open(code: &mut Code, model: &Model) -> Result<(), GenerateError> {
    let with_secrets = with_secrets(model);
    let in_parameters = in_parameters(model);
    for (schema, alternatives) in model.unions() {
        let union = code.unions.get_mut(&schema.name);
        let union = union.ok_or_else(|| missing(PASS, &format!("union `{}`", schema.name)))?;
        let mut words = Vec::new();
        words.extend(schema.role.is_received().then_some("received"));
        words.extend(schema.role.is_sent().then_some("sent"));
        let is_text = alternatives.iter().all(|alternative| is_text(&alternative.schema, model));
        words.extend((is_text && in_parameters.contains(schema.name.as_str())).then_some("parameter"));
        let hides = schema.role == Role::Response && with_secrets.contains(schema.name.as_str());
        words.extend(hides.then_some("secret"));
        union.source = source(schema, alternatives, &union.types, &words.join(" + "));
    }
    add_conversions(code, model)
}

/// The enum as text, because prettyplease does not know how to break the lines of a macro.
fn source(schema: &Schema, alternatives: &[Alternative], types: &[syn::Type], words: &str) -> String {
    let mut source = String::new();
    for line in documentation::lines(&schema.description) {
        let _ = writeln!(source, "    ///{}{line}", if line.is_empty() { "" } else { " " });
    }
    let _ = writeln!(source, "    pub enum {}: {words} {{", schema.name);
    for (Alternative { name, pattern, .. }, ty) in alternatives.iter().zip(types) {
        let _ = write!(source, "        {name}({})", text(ty));
        if schema.role.is_received() {
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
fn with_secrets(model: &Model) -> HashSet<&str> {
    let mut users: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut waiting = Vec::new();
    for schema in &model.schemas {
        let parts: Vec<&Value> = match &schema.shape {
            Shape::Struct(fields) => fields.iter().map(|field| &field.schema).collect(),
            Shape::Union(alternatives) => alternatives.iter().map(|alternative| &alternative.schema).collect(),
            Shape::Enum(_) => Vec::new(),
        };
        for part in parts {
            let (used, is_secret) = leaf(part);
            if is_secret {
                waiting.push(schema.name.as_str());
            }
            users.entry(used).or_default().push(&schema.name);
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

/// The component that a schema holds in the end, in lists and maps, and whether it holds a secret.
fn leaf(schema: &Value) -> (&str, bool) {
    let mut schema = schema;
    while let Some(inner) = ["items", "additionalProperties"].iter().find_map(|keyword| schema.get(*keyword)) {
        schema = inner;
    }
    let is_secret = schema.get("format").is_some_and(|format| format == "password");
    (reference(schema).unwrap_or_default(), is_secret)
}

fn in_parameters(model: &Model) -> HashSet<&str> {
    let parameters = model.operations.iter().flat_map(|operation| &operation.parameters);
    parameters.map(|parameter| leaf(&parameter.schema).0).collect()
}

/// Gives each union that was split off for requests a `TryFrom` the one of responses, to send back what was received.
/// The macro has one, but it does not look into lists and boxes.
fn add_conversions(code: &mut Code, model: &Model) -> Result<(), GenerateError> {
    for (schema, alternatives) in model.unions() {
        let Some(response) = &schema.input_of else { continue };
        let received = model.schema(response).map(|schema| &schema.shape);
        let (Some(Shape::Union(received)), Some(from)) = (received, code.unions.get(response)) else {
            return Err(missing(PASS, &format!("union `{response}`")));
        };
        let Some(into) = code.unions.get(&schema.name) else { continue };
        let types = from.types.iter().zip(&into.types);
        let conversions: Vec<_> = alternatives
            .iter()
            .zip(received)
            .zip(types)
            .map(|((sent, received), types)| conversion(sent, received, types))
            .collect();
        let is_plain = conversions.iter().flatten().all(Conversion::is_plain);
        let (name, response) = (ident(&schema.name), ident(response));
        let arms = alternatives.iter().zip(&conversions).map(|(alternative, conversion)| {
            let (variant, value) = (ident(&alternative.name), quote!(value));
            let value = conversion.as_ref().map_or(value.clone(), |conversion| conversion.of_value(&value));
            quote!(#response::#variant(value) => Self::#variant(#value))
        });
        let conversion = parse_quote! {
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
        };
        let Some(union) = code.unions.get_mut(&schema.name) else { continue };
        if is_plain {
            union.source = union.source.replacen(": sent", &format!(": sent from {response}"), 1);
        } else {
            union.impls.push(conversion);
        }
    }
    Ok(())
}

/// How the value of a variant becomes one to send, if it is of another type then.
fn conversion(
    sent: &Alternative,
    received: &Alternative,
    (from, into): (&syn::Type, &syn::Type),
) -> Option<Conversion> {
    let boxes = [from, into].map(|ty| argument_of(ty, "Box").is_some());
    conversions::conversion(&received.schema, &sent.schema).map(|conversion| conversion.through(boxes))
}
