use super::outline::{Node, Outline};
use crate::{
    diagnostic::{NodeDiagnostic, suggestion::did_you_mean, wording::quoted},
    json::fields,
    openapi::grammar::Kind,
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
    // A union in the union has a discriminator of its own, or none. A broken reference is reported already.
    let is_exempt = |schema: &Node<'_>| outline.target(schema).is_none_or(|target| target.has_any(&["oneOf", "anyOf"]));
    if has_property(union) {
        return None;
    }
    let without = variants.iter().find(|variant| !is_exempt(variant) && !has_property(variant))?;
    let message = format!(
        "the discriminator is {}, but the variant at {} has no such property",
        quoted(name),
        outline.pointer(without)
    );
    let help = "give every variant this property, or name one that all variants have";
    Some(NodeDiagnostic::value(outline.pointer(discriminator).key("propertyName"), message, help))
}

fn check_mapping(outline: &Outline<'_>, discriminator: &Node<'_>, variants: &[&Node<'_>]) -> Vec<NodeDiagnostic> {
    let names: Vec<_> =
        variants.iter().filter_map(|variant| Some(Pointer::of_reference(variant.reference()?)?.last())).collect();
    let targets = fields(discriminator.get("mapping")).filter_map(|(value, target)| Some((value, target.as_str()?)));
    let diagnostics = targets.filter_map(|(value, target)| {
        let name = target.rsplit('/').next().unwrap_or(target);
        (!names.iter().any(|known| known == name)).then(|| {
            let message = format!("{} maps to {}, which is not one of the variants", quoted(value), quoted(target));
            let otherwise = "write the name or the `$ref` of a variant";
            let help = did_you_mean(name, names.iter().map(String::as_str), otherwise);
            NodeDiagnostic::value(outline.pointer(discriminator).key("mapping").key(value), message, help)
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
            @"9:37 the discriminator is `kind`, but the variant at #/components/schemas/C/oneOf/1 has no such property"
        );
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
            @"8:62 `b` maps to `#/components/schemas/B`, which is not one of the variants"
        );
    }
}
