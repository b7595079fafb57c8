//! The variant of a union that an example is.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Map, Value};

use super::values::{MAX_DEPTH, Values, from_json};
use crate::{
    api::{Api, Pattern, PropertyPattern, TypeDef, TypeKind, UnionVariant},
    names::ident,
    progenitor::Type,
};

/// Returns the value of a union: the variant whose type knows most members of the example.
pub(super) fn of_union(value: &Value, ty: &TypeDef, variants: &[UnionVariant], values: Values<'_>) -> TokenStream {
    match convertible(value, ty, variants, values) {
        Converted::Exact(value) => value,
        Converted::From(value) => {
            let union = ident(&ty.name);
            quote!(#union::from(#value))
        }
    }
}

/// Returns the value for an argument that is converted into a union.
pub(super) fn into_union(value: &Value, ty: &TypeDef, variants: &[UnionVariant], values: Values<'_>) -> TokenStream {
    let (Converted::Exact(value) | Converted::From(value)) = convertible(value, ty, variants, values);
    value
}

/// Returns the value where a union is needed, and known to be.
pub(super) fn to_be_union(value: &Value, ty: &TypeDef, variants: &[UnionVariant], values: Values<'_>) -> TokenStream {
    match convertible(value, ty, variants, values) {
        Converted::Exact(value) => value,
        Converted::From(value) => quote!(#value.into()),
    }
}

enum Converted {
    /// The union itself.
    Exact(TokenStream),
    /// A value that it can be made from.
    From(TokenStream),
}

fn convertible(value: &Value, union: &TypeDef, variants: &[UnionVariant], values: Values<'_>) -> Converted {
    let api = values.api;
    let fitting = variants.iter().enumerate().rev();
    let fitting = fitting.filter(|(_, variant)| values.depth < MAX_DEPTH && variant.fits(value, api));
    let best = fitting.max_by_key(|(_, variant)| variant.known_members(value, api));
    let of_union = ident(&union.name);
    let Some((index, variant)) = best else {
        let json = from_json(value);
        return Converted::Exact(quote!(#of_union::Unknown(#json)));
    };
    let only_member = api.only_members(union, variants).swap_remove(index);
    let only_value = value.as_object().filter(|object| object.len() == 1).zip(only_member);
    if let Some((value, member)) = only_value.and_then(|(object, member)| Some((object.get(&member.name)?, member))) {
        return Converted::From(values.convertible(value, &member.schema.ty));
    }
    let union = of_union;
    let (name, ty) = (ident(&variant.name), &variant.schema.ty);
    match (value, &variant.pattern) {
        (Value::Array(elements), Pattern::JsonType(_) | Pattern::Array(_)) => {
            let element = ty.elements().unwrap_or(&Type::Json);
            let elements = elements.iter().map(|value| {
                let expression = values.convertible(value, element);
                let is_text = value.is_string() && element.name().is_none();
                if is_text { quote!(#expression.into()) } else { expression }
            });
            Converted::Exact(quote!(#union::#name(vec![#(#elements),*])))
        }
        (Value::Object(_), Pattern::JsonType(_)) => {
            let json = from_json(value);
            Converted::Exact(quote!(#union::#name(#json)))
        }
        _ => {
            let expression = values.convertible(value, ty);
            let is_parsed = matches!(ty, Type::Date | Type::DateTime);
            let is_literal = matches!(ty, Type::Bool | Type::Float(_) | Type::Integer(_));
            let has_from = ty.name().is_some() || is_literal || value.is_string() && !is_parsed;
            if has_from { Converted::From(expression) } else { Converted::Exact(quote!(#union::#name(#expression))) }
        }
    }
}

impl UnionVariant {
    fn fits(&self, value: &Value, api: &Api) -> bool {
        match (&self.pattern, api.type_def_of(&self.schema.ty)) {
            (Pattern::Union(_), Some(TypeDef { kind: TypeKind::Union(variants), .. })) => {
                variants.iter().any(|variant| variant.fits(value, api))
            }
            (pattern, _) => pattern.fits(value),
        }
    }

    /// Counts the members of a value that the variant's type has a field for.
    fn known_members(&self, value: &Value, api: &Api) -> usize {
        match api.type_def_of(&self.schema.ty).map(|ty| &ty.kind) {
            Some(TypeKind::Struct(fields)) => fields.iter().filter(|field| value.get(&field.name).is_some()).count(),
            Some(TypeKind::Union(variants)) => {
                let fitting = variants.iter().filter(|variant| variant.fits(value, api));
                fitting.map(|variant| variant.known_members(value, api)).max().unwrap_or_default()
            }
            _ => 0,
        }
    }
}

impl Pattern {
    fn fits(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::JsonType("any"), _)
            | (Self::JsonType("boolean"), Value::Bool(_))
            | (Self::JsonType("number"), Value::Number(_))
            | (Self::JsonType("string"), Value::String(_))
            | (Self::JsonType("array"), Value::Array(_))
            | (Self::JsonType("map"), Value::Object(_)) => true,
            (Self::JsonType("integer"), Value::Number(number)) => !number.is_f64(),
            (Self::Array(item), Value::Array(items)) => items.iter().all(|value| item.fits(value)),
            (Self::Object(members), Value::Object(object)) => members.iter().all(|member| member.fits(object)),
            _ => false,
        }
    }
}

impl PropertyPattern {
    fn fits(&self, object: &Map<String, Value>) -> bool {
        match object.get(&self.name) {
            None => self.may_be_absent,
            Some(value) => self.may_be_other || self.values.contains(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pattern_fits_what_has_its_members() {
        let kind = PropertyPattern {
            name: "kind".to_owned(),
            values: vec![json!("cat")],
            may_be_absent: false,
            may_be_other: false,
            is_discriminator: true,
        };
        let pattern = Pattern::Object(vec![kind]);
        assert!(pattern.fits(&json!({ "kind": "cat", "name": "Tom" })));
        for value in [json!({ "kind": "dog" }), json!({}), json!("cat")] {
            assert!(!pattern.fits(&value), "{value}");
        }
        let integers = Pattern::Array(Box::new(Pattern::JsonType("integer")));
        assert!(integers.fits(&json!([1, 2])) && !integers.fits(&json!([1, 0.5])));
    }
}
