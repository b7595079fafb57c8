use std::collections::HashMap;

use super::outline::{Node, Outline, show_cycle};
use crate::{diagnostic::NodeDiagnostic, openapi::grammar::Kind, source::Pointer};

/// Checks that no schema requires itself, directly or through others: a value of it would be endless.
pub(super) fn check(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let mut diagnostics = Vec::new();
    // Whether the required schemas of a schema have all been followed; if not, it is an open one.
    let mut is_done = HashMap::new();
    for schema in outline.all(Kind::Schema) {
        let mut open: Vec<Open<'_, '_>> = Vec::new();
        let mut next = Some(schema);
        loop {
            if let Some(schema) = next.take().filter(|schema| !is_done.contains_key(&schema.number)) {
                is_done.insert(schema.number, false);
                open.push(Open { schema, required: required_schemas(outline, schema) });
            }
            let Some(top) = open.last_mut() else { break };
            match top.required.pop() {
                None => {
                    is_done.insert(top.schema.number, true);
                    open.pop();
                }
                Some(Required { schema, at }) if is_done.get(&schema.number) == Some(&false) => {
                    diagnostics.push(endless(&open, schema, at));
                }
                Some(Required { schema, .. }) => next = Some(schema),
            }
        }
    }
    diagnostics
}

/// A schema whose required schemas are being followed, each required by the one before.
struct Open<'o, 'a> {
    schema: &'o Node<'a>,
    required: Vec<Required<'o, 'a>>,
}

/// A schema that another one requires, and the entry of `required` that does so.
struct Required<'o, 'a> {
    schema: &'o Node<'a>,
    at: Pointer,
}

fn required_schemas<'o, 'a>(outline: &'o Outline<'a>, schema: &'o Node<'a>) -> Vec<Required<'o, 'a>> {
    let parts = outline.parts(schema).into_iter().filter_map(|part| only_variant(outline, part)).collect::<Vec<_>>();
    let properties = parts.iter().flat_map(|part| outline.children(part, "properties"));
    let properties: HashMap<_, _> = properties.filter_map(|property| Some((property.name?, property))).collect();
    let mut required = Vec::new();
    for part in parts {
        for (index, name) in part.list("required").iter().enumerate() {
            let property = name.as_str().and_then(|name| properties.get(name));
            let schema = property.and_then(|property| only_variant(outline, property));
            let at = || outline.pointer(part).key("required").index(index);
            required.extend(schema.map(|schema| Required { schema, at: at() }));
        }
    }
    required
}

/// Returns the schema that every value fits; none if a value can also be null or fit another variant.
fn only_variant<'o, 'a>(outline: &'o Outline<'a>, schema: &'o Node<'a>) -> Option<&'o Node<'a>> {
    let mut schema = schema;
    loop {
        schema = outline.target(schema).filter(|schema| !schema.flag("nullable"))?;
        let variants = outline.variants(schema).into_iter();
        let mut variants: Vec<_> = variants.map(|variant| outline.target(variant)).collect();
        variants.dedup_by_key(|variant| variant.map(|variant| variant.number));
        match variants[..] {
            [] => return Some(schema),
            [only] => schema = only?,
            _ => return None,
        }
    }
}

fn endless(open: &[Open<'_, '_>], schema: &Node<'_>, at: Pointer) -> NodeDiagnostic {
    let cycle = open.iter().map(|open| open.schema).skip_while(|open| open.number != schema.number);
    let message = format!("no value fits a schema that requires itself: {}", show_cycle(cycle));
    let help = "leave this out of `required`, or make it nullable";
    NodeDiagnostic::value(at.clone(), message, help).fixed_by_removing(at)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::tests::run_on_schemas;

    #[test]
    fn schemas_may_not_require_each_other() {
        let schemas = "
            A: {required: [b], properties: {b: {$ref: '#/components/schemas/B'}}}
            B: {allOf: [{required: [a], properties: {a: {$ref: '#/components/schemas/A'}}}]}
        ";
        insta::assert_snapshot!(
            run_on_schemas(check, schemas),
            @"6:29 no value fits a schema that requires itself: `A` -> `B` -> `A`: it is left out"
        );
    }

    #[test]
    fn null_and_other_variants_end_a_cycle() {
        let schemas = "
            A: {required: [a], nullable: true, properties: {a: {$ref: '#/components/schemas/A'}}}
            B: {required: [b], properties: {b: {oneOf: [{$ref: '#/components/schemas/B'}, {type: string}]}}}
            C: {required: [c], properties: {c: {type: array, items: {$ref: '#/components/schemas/C'}}}}
        ";
        insta::assert_snapshot!(run_on_schemas(check, schemas), @"");
    }

    #[test]
    fn a_union_of_one_variant_does_not_end_a_cycle() {
        let schemas = "A: {required: [a], properties: {a: {oneOf: [{$ref: '#/components/schemas/A'}]}}}";
        insta::assert_snapshot!(
            run_on_schemas(check, schemas),
            @"5:20 no value fits a schema that requires itself: `A` -> `A`: it is left out"
        );
    }
}
