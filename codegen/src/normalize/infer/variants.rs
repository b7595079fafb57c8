use std::collections::HashMap;

use serde_json::json;

use super::{
    Inference,
    config_names::{SchemaName, for_each_schema},
};
use crate::{
    openapi::extensions::VARIANT_NAMES,
    source::{Pointer, config::Entries},
};

/// Writes the names of variants into the enums.
pub(super) fn name_variants(inference: &mut Inference<'_>, entries: &Entries) {
    let mut enums: HashMap<String, Vec<Pointer>> =
        entries.variants.keys().map(|name| (name.clone(), Vec::new())).collect();
    if enums.is_empty() {
        return;
    }
    for_each_schema(inference.root(), &mut |SchemaName { name, at, .. }, schema| {
        if let Some(found) = enums.get_mut(name).filter(|_| schema.get("enum").is_some()) {
            found.push(at.clone());
        }
    });
    for (name, variants) in &entries.variants {
        let found = enums.remove(name.as_str()).unwrap_or_default();
        if found.is_empty() {
            let help = "write the name of a schema with an `enum`, or `Schema.property` for one that has no name";
            inference.report_unused(&["variants", name], format!("there is no enum `{name}`"), help);
        }
        for at in found {
            inference.write(&at, VARIANT_NAMES, json!(variants), &["variants", name]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::normalize::infer::tests::run;

    #[test]
    fn the_variants_of_enums_are_named() {
        let schemas = "components: {schemas: {Color: {enum: ['#f00']}, Thing: {properties: {size: {enum: [m]}}}}}";
        let config = "[variants]\nColor = {'#f00' = 'Red'}\n'Thing.size' = {m = 'Medium'}\nThing = {a = 'A'}\n";
        insta::assert_snapshot!(run(schemas, config), @"
            #/components/schemas/Color/x-variant-names: {#f00:Red}
            #/components/schemas/Thing/properties/size/x-variant-names: {m:Medium}
            error 4:1: there is no enum `Thing`
        ");
    }
}
