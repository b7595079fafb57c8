//! Merges two unions: each pair of variants that some value fits becomes a variant.

use serde_json::{Map, Value, json};

use super::{Composition, Lost, essence};
use crate::{
    json::elements,
    normalize::merge::{marks, unions::only_requires_properties},
    openapi::{
        reference::reference,
        schema::{default_variant, mapping},
    },
};

/// How many variants merged unions may have.
pub(crate) const MAX_VARIANTS: usize = 64;

/// How many pairs of variants are tried for one schema.
const MAX_PAIRS: usize = 1000;

impl Composition<'_> {
    /// Adds a union to a schema, which may have one.
    pub(super) fn add_union(
        &mut self,
        whole: &mut Map<String, Value>,
        keyword: &str,
        more: Value,
        discriminator: Option<&Value>,
        property: &str,
        follow: usize,
    ) -> Result<(), Lost> {
        let known = ["oneOf", "anyOf"].into_iter().find(|keyword| whole.get(*keyword).is_some_and(Value::is_array));
        let own: Vec<_> = elements(known.and_then(|known| whole.get(known))).cloned().collect();
        let variants: Vec<_> = elements(Some(&more)).cloned().collect();
        // A union that only requires properties is none of types.
        if known.is_some() && (variants.iter().all(only_requires_properties) || are_equal(&own, &variants)) {
            return Ok(());
        }
        let own_discriminator = whole.shift_remove("discriminator");
        if own.iter().all(only_requires_properties) {
            known.map(|known| whole.shift_remove(known));
            whole.insert(keyword.to_owned(), more);
            whole.extend(discriminator.map(|discriminator| ("discriminator".to_owned(), discriminator.clone())));
            return Ok(());
        }
        let own = self.with_tags(&own, own_discriminator.as_ref());
        let pairs = self.pairs(&own, &self.with_tags(&variants, discriminator), property, follow)?;
        known.map(|known| whole.shift_remove(known));
        whole.insert("oneOf".to_owned(), Value::Array(pairs));
        Ok(())
    }

    /// Returns the merged pairs of variants that some value fits.
    fn pairs(&mut self, own: &[Variant], more: &[Variant], property: &str, follow: usize) -> Result<Vec<Value>, Lost> {
        let mut pairs = Vec::new();
        let outer = std::mem::replace(&mut self.attempt.is_pair, true);
        for (one, other) in own.iter().flat_map(|one| more.iter().map(move |other| (one, other))) {
            self.attempt.pairs += 1;
            if self.attempt.pairs > MAX_PAIRS || pairs.len() == MAX_VARIANTS {
                self.attempt.is_pair = outer;
                return Err(Lost::Combinations);
            }
            let lost = self.attempt.lost.len();
            match self.pair(one, other, property, follow) {
                Ok(pair) => pairs.push(pair),
                Err(Lost::Type) => self.attempt.lost.truncate(lost),
                Err(lost) => {
                    self.attempt.is_pair = outer;
                    return Err(lost);
                }
            }
        }
        self.attempt.is_pair = outer;
        if pairs.is_empty() { Err(Lost::Type) } else { Ok(pairs) }
    }

    fn pair(&mut self, one: &Variant, other: &Variant, property: &str, follow: usize) -> Result<Value, Lost> {
        let schemas = [one, other].map(|variant| variant.schema.clone());
        let title =
            [one, other].map(|variant| name(&variant.schema)).into_iter().flatten().collect::<Vec<_>>().join(" ");
        let [first, second] = schemas;
        let mut pair = self.merge_two(first, second, property, follow)?;
        for variant in [one, other] {
            let Some((property_name, values)) = &variant.tag else { continue };
            let schema = json!({
                "required": [property_name],
                "properties": { property_name: { "type": "string", "enum": values } },
            });
            pair = self.merge_two(pair, schema, property, follow)?;
        }
        if let Some(pair) = pair.as_object_mut().filter(|pair| !pair.contains_key("$ref") && !title.is_empty()) {
            marks::remove_copied_from(pair);
            pair.insert("title".to_owned(), Value::from(title));
        }
        Ok(pair)
    }

    /// Returns variants with the values of their discriminator.
    fn with_tags(&self, variants: &[Value], discriminator: Option<&Value>) -> Vec<Variant> {
        let tag = |variant: &Value| {
            let component = reference(variant)?;
            if default_variant(discriminator?) == Some(component) {
                return None;
            }
            let name = discriminator?.get("propertyName")?.as_str()?;
            let mapped = mapping(discriminator?).filter(|(_, target)| *target == component);
            let mapped: Vec<_> = mapped.map(|(value, _)| Value::from(value)).collect();
            let listed = || self.components.get(component)?.get("properties")?.get(name)?.get("enum")?.as_array();
            let values = if mapped.is_empty() {
                listed().cloned().unwrap_or_else(|| vec![Value::from(component)])
            } else {
                mapped
            };
            Some((name.to_owned(), values))
        };
        variants.iter().map(|schema| Variant { schema: schema.clone(), tag: tag(schema) }).collect()
    }
}

struct Variant {
    schema: Value,
    /// The property of the discriminator, and its values.
    tag: Option<(String, Vec<Value>)>,
}

fn name(schema: &Value) -> Option<&str> {
    reference(schema).or_else(|| marks::copied_from(schema)).or_else(|| schema.get("title")?.as_str())
}

fn are_equal(one: &[Value], other: &[Value]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| essence(one) == essence(other))
}
