//! Two choices at once: each pair of alternatives that something fits is an alternative.

use serde_json::{Map, Value, json};

use super::{Composition, Lost, essence};
use crate::{
    json::elements,
    normalize::merge::{marks, unions::is_only_object},
    openapi::{reference::reference, schema::mapping},
};

/// So many alternatives may come of several choices.
pub(crate) const MAX_ALTERNATIVES: usize = 64;

/// So many pairs of alternatives are tried for one schema.
const MAX_PAIRS: usize = 1000;

impl Composition<'_> {
    /// Adds a choice to a schema, which may have one.
    pub(super) fn choose(
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
        let alternatives: Vec<_> = elements(Some(&more)).cloned().collect();
        // What only says which members go together is no choice between types.
        if known.is_some() && (alternatives.iter().all(is_only_object) || is_same(&own, &alternatives)) {
            return Ok(());
        }
        let own_discriminator = whole.shift_remove("discriminator");
        if own.iter().all(is_only_object) {
            known.map(|known| whole.shift_remove(known));
            whole.insert(keyword.to_owned(), more);
            whole.extend(discriminator.map(|discriminator| ("discriminator".to_owned(), discriminator.clone())));
            return Ok(());
        }
        let own = self.told(&own, own_discriminator.as_ref());
        let pairs = self.pairs(&own, &self.told(&alternatives, discriminator), property, follow)?;
        known.map(|known| whole.shift_remove(known));
        whole.insert("oneOf".to_owned(), Value::Array(pairs));
        Ok(())
    }

    /// The pairs of alternatives that something fits.
    fn pairs(&mut self, own: &[Told], more: &[Told], property: &str, follow: usize) -> Result<Vec<Value>, Lost> {
        let mut pairs = Vec::new();
        let outer = std::mem::replace(&mut self.attempt.is_pair, true);
        for (one, other) in own.iter().flat_map(|one| more.iter().map(move |other| (one, other))) {
            self.attempt.pairs += 1;
            if self.attempt.pairs > MAX_PAIRS || pairs.len() == MAX_ALTERNATIVES {
                self.attempt.is_pair = outer;
                return Err(Lost::Choices);
            }
            let lost = self.attempt.lost.len();
            match self.pair(one, other, property, follow) {
                Ok(pair) => pairs.push(pair),
                Err(Lost::Type) => self.attempt.lost.truncate(lost),
                Err(clash) => {
                    self.attempt.is_pair = outer;
                    return Err(clash);
                }
            }
        }
        self.attempt.is_pair = outer;
        if pairs.is_empty() { Err(Lost::Type) } else { Ok(pairs) }
    }

    fn pair(&mut self, one: &Told, other: &Told, property: &str, follow: usize) -> Result<Value, Lost> {
        let schemas = [one, other].map(|told| told.schema.clone());
        let title = [one, other].map(|told| name(&told.schema)).into_iter().flatten().collect::<Vec<_>>().join(" ");
        let [first, second] = schemas;
        let mut pair = self.conjunction(first, second, property, follow)?;
        for told in [one, other] {
            let Some((property_name, values)) = &told.by else { continue };
            let tag = json!({
                "required": [property_name],
                "properties": { property_name: { "type": "string", "enum": values } },
            });
            pair = self.conjunction(pair, tag, property, follow)?;
        }
        if let Some(pair) = pair.as_object_mut().filter(|pair| !pair.contains_key("$ref") && !title.is_empty()) {
            marks::remove_copied_from(pair);
            pair.insert("title".to_owned(), Value::from(title));
        }
        Ok(pair)
    }

    /// Alternatives with what a discriminator says of each.
    fn told(&self, alternatives: &[Value], discriminator: Option<&Value>) -> Vec<Told> {
        let by = |alternative: &Value| {
            let component = reference(alternative)?;
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
        alternatives.iter().map(|schema| Told { schema: schema.clone(), by: by(schema) }).collect()
    }
}

/// An alternative, and the property that tells it from the others with its values, if there is a discriminator.
struct Told {
    schema: Value,
    by: Option<(String, Vec<Value>)>,
}

fn name(schema: &Value) -> Option<&str> {
    reference(schema).or_else(|| marks::copied_from(schema)).or_else(|| schema.get("title")?.as_str())
}

fn is_same(one: &[Value], other: &[Value]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| essence(one) == essence(other))
}
