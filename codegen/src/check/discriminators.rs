use std::collections::HashSet;

use super::outline::{Node, Outline};
use crate::{
    diagnostic::{NodeDiagnostic, suggestion::did_you_mean, wording::quoted},
    json::fields,
    openapi::{grammar::Kind, schema::DEFAULT_MAPPING},
    source::Pointer,
};

/// Checks that a discriminator is a property of every variant, and that its mapping leads to variants.
pub(super) fn check(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let mut diagnostics = Vec::new();
    for union in outline.all(Kind::Schema) {
        let variants = outline.variants(union);
        // Without variants, it marks the base of other schemas.
        let Some(discriminator) = outline.child(union, "discriminator").filter(|_| !variants.is_empty()) else {
            continue;
        };
        diagnostics.extend(check_property(outline, union, discriminator, &variants));
        diagnostics.append(&mut check_mapping(outline, discriminator, &variants));
    }
    diagnostics
}

fn check_property(
    outline: &Outline<'_>,
    union: &Node<'_>,
    discriminator: &Node<'_>,
    variants: &[&Node<'_>],
) -> Option<NodeDiagnostic> {
    let name = discriminator.text("propertyName")?;
    let has_property = |schema: &Node<'_>| outline.properties(schema).any(|property| property.name == Some(name));
    let default = discriminator.text(DEFAULT_MAPPING);
    // A union in the union has a discriminator of its own, or none, and only objects have properties. A broken
    // reference is reported already.
    let is_exempt = |schema: &Node<'_>| {
        let parts = outline.parts(schema);
        let is_default = schema.reference().is_some() && schema.reference() == default;
        let is_object = |part: &&Node<'_>| part.text("type").is_none_or(|kind| kind == "object");
        let is_exempt = |part: &&Node<'_>| part.has_any(&["oneOf", "anyOf"]) || !is_object(part);
        parts.is_empty() || is_default || parts.iter().any(is_exempt)
    };
    if has_property(union) {
        return None;
    }
    let without = variants.iter().find(|variant| !is_exempt(variant) && !has_property(variant))?;
    let message = format!(
        "the discriminator cannot work, because the variant at {} has no property {}",
        outline.pointer(without),
        quoted(name)
    );
    let help = "give every variant this property, or name one that all variants have";
    let at = outline.pointer(discriminator);
    Some(NodeDiagnostic::value(at.key("propertyName"), message, help).fixed_by_removing(at))
}

fn check_mapping(outline: &Outline<'_>, discriminator: &Node<'_>, variants: &[&Node<'_>]) -> Vec<NodeDiagnostic> {
    let names: Vec<_> =
        variants.iter().filter_map(|variant| Some(Pointer::of_reference(variant.reference()?)?.last())).collect();
    let known: HashSet<_> = names.iter().map(String::as_str).collect();
    let at = outline.pointer(discriminator);
    let mapping = fields(discriminator.get("mapping"))
        .map(|(value, target)| (value.as_str(), target, at.key("mapping").key(value)));
    let default = discriminator.get(DEFAULT_MAPPING).map(|target| (DEFAULT_MAPPING, target, at.key(DEFAULT_MAPPING)));
    let targets = mapping.chain(default).filter_map(|(value, target, at)| Some((value, target.as_str()?, at)));
    let diagnostics = targets.filter_map(|(value, target, at)| {
        let name = target.rsplit('/').next().unwrap_or(target);
        (!known.contains(name)).then(|| {
            let message = format!("{} maps to {}, which is not one of the variants", quoted(value), quoted(target));
            let otherwise = "write the name or the `$ref` of a variant";
            let help = did_you_mean(name, names.iter().map(String::as_str), otherwise);
            NodeDiagnostic::value(at.clone(), message, help).fixed_by_removing(at)
        })
    });
    diagnostics.collect()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::tests::run_on_schemas;

    #[test]
    fn every_variant_has_the_property() {
        let schemas = "
            A: {properties: {kind: {}}}
            B: {}
            C:
              oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]
              discriminator: {propertyName: kind}
        ";
        insta::assert_snapshot!(
            run_on_schemas(check, schemas),
            @"9:37 the discriminator cannot work, because the variant at #/components/schemas/C/oneOf/1 has no property `kind`: it is left out"
        );
    }

    #[test]
    fn only_objects_need_the_property_that_are_not_the_default() {
        let schemas = "
            A: {oneOf: [{properties: {kind: {}}}]}
            B: {}
            C:
              oneOf: [{allOf: [{$ref: '#/components/schemas/A'}]}, {$ref: '#/components/schemas/B'}, {type: string}]
              discriminator: {propertyName: kind, defaultMapping: '#/components/schemas/B'}
        ";
        insta::assert_snapshot!(run_on_schemas(check, schemas), @"");
    }

    #[test]
    fn a_union_may_have_the_property_itself() {
        let schemas = "A: {oneOf: [{type: object}], properties: {kind: {}}, discriminator: {propertyName: kind}}";
        insta::assert_snapshot!(run_on_schemas(check, schemas), @"");
    }

    #[test]
    fn a_mapping_leads_to_variants() {
        let schemas = "
            A: {properties: {kind: {}}}
            B:
              oneOf: [{$ref: '#/components/schemas/A'}]
              discriminator: {propertyName: kind, mapping: {a: A, b: '#/components/schemas/B'}}
        ";
        insta::assert_snapshot!(
            run_on_schemas(check, schemas),
            @"8:62 `b` maps to `#/components/schemas/B`, which is not one of the variants: it is left out"
        );
    }
}
