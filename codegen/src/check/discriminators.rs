use super::outline::{Node, Outline};
use crate::{
    diagnostic::{NodeDiagnostic, suggestion::did_you_mean, wording::quoted},
    openapi::grammar::Kind,
    source::Pointer,
};

/// A discriminator is a property that every alternative has, and its values stand for alternatives.
pub(super) fn discriminators(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let mut diagnostics = Vec::new();
    for union in outline.all(Kind::Schema) {
        let alternatives: Vec<_> = ["oneOf", "anyOf"].iter().flat_map(|field| outline.children(union, field)).collect();
        // Without alternatives it says which schemas are made of this one.
        let Some(discriminator) = outline.child(union, "discriminator").filter(|_| !alternatives.is_empty()) else {
            continue;
        };
        diagnostics.extend(property(outline, union, discriminator, &alternatives));
        diagnostics.append(&mut mapping(outline, discriminator, &alternatives));
    }
    diagnostics
}

fn property(
    outline: &Outline<'_>,
    union: &Node<'_>,
    discriminator: &Node<'_>,
    alternatives: &[&Node<'_>],
) -> Option<NodeDiagnostic> {
    let name = discriminator.text("propertyName")?;
    let has_property = |schema: &Node<'_>| {
        let parts = outline.parts(schema);
        let mut properties = parts.iter().flat_map(|part| outline.children(part, "properties"));
        properties.any(|property| property.name == Some(name))
    };
    // A union in the union has a discriminator of its own, or none.
    let is_union = |schema: &Node<'_>| {
        let target = outline.target(schema);
        target.is_none_or(|target| target.get("oneOf").is_some() || target.get("anyOf").is_some())
    };
    if has_property(union) {
        return None;
    }
    let without = alternatives.iter().find(|alternative| !is_union(alternative) && !has_property(alternative))?;
    let message = format!(
        "the discriminator is {}, and the alternative at {} has no such property",
        quoted(name),
        outline.pointer(without)
    );
    let help = "give every alternative this property, or name one that all have";
    Some(NodeDiagnostic::value(outline.pointer(discriminator).key("propertyName"), message, help))
}

fn mapping(outline: &Outline<'_>, discriminator: &Node<'_>, alternatives: &[&Node<'_>]) -> Vec<NodeDiagnostic> {
    let names: Vec<_> = alternatives
        .iter()
        .filter_map(|alternative| Some(Pointer::of_reference(alternative.reference()?)?.last()))
        .collect();
    let mapping = discriminator.get("mapping").and_then(serde_json::Value::as_object).into_iter().flatten();
    let targets = mapping.filter_map(|(value, target)| Some((value, target.as_str()?)));
    let wrong = targets.filter(|(_, target)| {
        let name = target.rsplit('/').next().unwrap_or(target);
        !names.iter().any(|known| known == name)
    });
    wrong
        .map(|(value, target)| {
            let message = format!("{} stands for {}, which is none of the alternatives", quoted(value), quoted(target));
            let otherwise = "refer to one of the alternatives, as it is referred to there".to_owned();
            let help =
                did_you_mean(target.rsplit('/').next().unwrap_or(target), names.iter().map(String::as_str), otherwise);
            NodeDiagnostic::value(outline.pointer(discriminator).key("mapping").key(value), message, help)
        })
        .collect()
}
