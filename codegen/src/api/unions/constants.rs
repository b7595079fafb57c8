//! The fields of request types that have one value: their enum has no other, or it tells which variant of a union the
//! type is.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{Pattern, PropertyPattern, UnionVariant};
use crate::{
    api::{Direction, Schema, TypeDef, TypeKind},
    progenitor::Type,
};

/// Sets the constants of the fields of request types.
pub(in crate::api) fn set_constants(types: &mut [TypeDef]) {
    let mut constants: HashMap<(String, String), Option<Value>> = HashMap::new();
    let mut discriminators = HashSet::new();
    let mut texts_of_enums = HashMap::new();
    let unions: HashMap<_, _> = types
        .iter()
        .filter_map(|ty| match &ty.kind {
            TypeKind::Union(variants) => Some((ty.name.as_str(), variants.as_slice())),
            _ => None,
        })
        .collect();
    for ty in types.iter() {
        match &ty.kind {
            TypeKind::Enum(variants) => {
                let texts: Vec<_> = variants.iter().map(|variant| variant.text.clone()).collect();
                texts_of_enums.insert(ty.name.clone(), texts);
            }
            TypeKind::Union(variants) => {
                for (type_name, property) in variants.iter().flat_map(UnionVariant::constants) {
                    let value = property.values.first().filter(|_| property.values.len() == 1).cloned();
                    for type_name in types_in(type_name, &unions) {
                        let field = (type_name.to_owned(), property.name.clone());
                        if property.is_discriminator {
                            discriminators.insert(field.clone());
                        }
                        let known = constants.entry(field);
                        let known = known.or_insert_with(|| value.clone());
                        // The type is known by different values, in one union or in two.
                        if *known != value {
                            *known = None;
                        }
                    }
                }
            }
            TypeKind::Struct(_) | TypeKind::Newtype(_) => {}
        }
    }
    let is_of_type = |value: &Value, schema: &Schema| match schema.ty.non_null() {
        Type::Named(name) => texts_of_enums.get(name).is_some_and(|texts| texts.iter().any(|text| value == text)),
        Type::String => value.is_string() && schema.is_any_text(),
        Type::Bool => value.is_boolean(),
        Type::Integer(_) => value.is_i64(),
        _ => false,
    };
    let only_value = |schema: &Schema| match texts_of_enums.get(schema.ty.name()?)?.as_slice() {
        [text] => Some(Value::from(text.as_str())),
        _ => None,
    };
    for ty in types.iter_mut().filter(|ty| ty.direction == Direction::Request) {
        let TypeKind::Struct(fields) = &mut ty.kind else { continue };
        for field in fields {
            let key = (ty.name.clone(), field.name.clone());
            // Without its discriminator, the service could not tell which variant is sent.
            let is_sent = field.required && !field.nullable || discriminators.contains(&key);
            let constant = constants.remove(&key).flatten().or_else(|| only_value(&field.schema));
            field.constant = constant.filter(|value| is_sent && is_of_type(value, &field.schema));
            if field.constant.is_some() {
                (field.required, field.nullable, field.patch) = (true, false, false);
                field.schema.ty = field.schema.ty.non_null().clone();
            }
        }
    }
}

/// Returns the names of the types in a union of this name, and in the unions in it; the name itself if it is none.
fn types_in<'a>(name: &'a str, unions: &HashMap<&str, &'a [UnionVariant]>) -> HashSet<&'a str> {
    let (mut seen, mut open) = (HashSet::new(), vec![name]);
    while let Some(name) = open.pop() {
        if seen.insert(name) {
            let variants = unions.get(name).copied().unwrap_or_default();
            open.extend(variants.iter().filter_map(|variant| variant.schema.ty.name()));
        }
    }
    seen
}

impl UnionVariant {
    /// Returns the name of the variant's type with each property that has certain values.
    fn constants(&self) -> impl Iterator<Item = (&str, &PropertyPattern)> {
        let properties = match &self.pattern {
            Pattern::Object(properties) | Pattern::Union(properties) => properties.as_slice(),
            _ => &[],
        };
        let name = self.schema.ty.name();
        let constants = properties.iter().filter(|property| !property.values.is_empty() && !property.may_be_other);
        constants.filter_map(move |property| Some((name?, property)))
    }
}

#[cfg(test)]
mod tests {
    use crate::api::tests::api;

    /// Returns the constant of the field `kind` of the type `Cat`.
    fn constant_of_cat(unions: &str) -> Option<serde_json::Value> {
        let api = api(&format!(
            "
paths: {{/thing: {{post: {{operationId: postThing, requestBody: {{content: {{application/json: {{schema: {{$ref: \
             '#/components/schemas/Thing'}}}}}}}}, responses: {{'204': {{description: Done.}}}}}}}}}}
components:
  schemas:
    Cat: {{type: object, required: [kind], properties: {{kind: {{type: string}}, name: {{type: string}}}}}}
    Dog: {{type: object, required: [kind], properties: {{kind: {{type: string}}, age: {{type: integer}}}}}}
{unions}"
        ));
        let cat = api.structs().find(|(ty, _)| ty.name == "Cat").unwrap();
        cat.1.iter().find(|field| field.name == "kind").unwrap().constant.clone()
    }

    const PET: &str = "oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]";

    #[test]
    fn the_discriminator_of_a_request_type_is_a_constant() {
        let one =
            format!("    Thing: {{{PET}, discriminator: {{propertyName: kind, mapping: {{cat: Cat, dog: Dog}}}}}}");
        assert_eq!(constant_of_cat(&one), Some("cat".into()));
    }

    #[test]
    fn an_optional_discriminator_is_sent_too() {
        for cat in ["properties: {kind: {type: string}}", "properties: {kind: {type: string, nullable: true}}"] {
            let api = api(&format!(
                "
paths: {{/thing: {{post: {{operationId: postThing, requestBody: {{content: {{application/json: {{schema: {{$ref: \
                 '#/components/schemas/Thing'}}}}}}}}, responses: {{'204': {{description: Done.}}}}}}}}}}
components:
  schemas:
    Cat: {{type: object, {cat}}}
    Dog: {{type: object, {cat}}}
    Thing: {{{PET}, discriminator: {{propertyName: kind}}}}"
            ));
            let (_, fields) = api.structs().find(|(ty, _)| ty.name == "Cat").unwrap();
            assert_eq!((&fields[0].constant, fields[0].required), (&Some("Cat".into()), true));
        }
    }

    #[test]
    fn a_required_enum_of_one_value_is_a_constant() {
        let api = api("
paths: {/thing: {post: {operationId: postThing, requestBody: {content: {application/json: {schema: {$ref: \
             '#/components/schemas/Thing'}}}}, responses: {'204': {description: Done.}}}}}
components: {schemas: {Thing: {type: object, required: [kind, size], properties: {kind: {type: string, enum: [a]}, \
             size: {type: string, enum: [s, m]}, note: {type: string, enum: [b]}}}}}");
        let (_, fields) = api.structs().find(|(ty, _)| ty.name == "Thing").unwrap();
        let constants: Vec<_> = fields.iter().map(|field| field.constant.clone()).collect();
        assert_eq!(constants, [Some("a".into()), None, None]);
    }

    #[test]
    fn a_variant_of_a_union_in_a_union_has_the_constant_of_the_outer_one() {
        let pets = format!(
            "
    Thing: {{oneOf: [{{$ref: '#/components/schemas/Pet'}}, {{title: Other, properties: {{kind: {{type: string}}}}}}], discriminator: {{propertyName: kind, mapping: {{pet: Pet}}}}}}
    Pet: {{{PET}}}"
        );
        assert_eq!(constant_of_cat(&pets), Some("pet".into()));
    }

    #[test]
    fn a_variant_that_several_values_stand_for_has_no_constant() {
        let levels = format!(
            "
    Thing: {{oneOf: [{{$ref: '#/components/schemas/Pet'}}, {{$ref: '#/components/schemas/Cat'}}], discriminator: {{propertyName: kind, mapping: {{pet: Pet, one: Cat, other: Cat}}}}}}
    Pet: {{{PET}}}"
        );
        assert_eq!(constant_of_cat(&levels), None);
    }

    #[test]
    fn a_variant_of_two_unions_with_different_values_has_no_constant() {
        let two = format!(
            "
    Thing: {{type: object, properties: {{a: {{$ref: '#/components/schemas/A'}}, b: {{$ref: '#/components/schemas/B'}}}}}}
    A: {{{PET}, discriminator: {{propertyName: kind, mapping: {{cat: Cat, dog: Dog}}}}}}
    B: {{{PET}, discriminator: {{propertyName: kind, mapping: {{tom: Cat, dog: Dog}}}}}}"
        );
        assert_eq!(constant_of_cat(&two), None);
    }
}
