//! Merges two schemas keyword by keyword.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{Composition, Lost, descriptions};
use crate::{
    json::elements,
    openapi::extensions::{DEPRECATED_VALUES, VARIANT_NAMES},
};

/// A bound, the flag that excludes it, and whether a larger one is tighter.
const BOUNDS: [(&str, &str, bool); 2] = [("minimum", "exclusiveMinimum", true), ("maximum", "exclusiveMaximum", false)];

impl Composition<'_> {
    /// Merges the keywords of a schema into those of another one, which keeps its descriptions.
    pub(super) fn merge_keywords(
        &mut self,
        whole: &mut Map<String, Value>,
        mut part: Map<String, Value>,
        property: &str,
        follow: usize,
    ) -> Result<(), Lost> {
        if let (Some(one), Some(other)) = (kind(whole), kind(&part)) {
            let is_number = |kind: &str| matches!(kind, "integer" | "number");
            if one != other && !(is_number(one) && is_number(other)) {
                return Err(Lost::Type);
            }
        }
        merge_numeric_bounds(whole, &mut part);
        self.merge_formats(whole, &mut part, property);
        // It belongs to the union beside it.
        let discriminator =
            if has_union(whole) || has_union(&part) { part.shift_remove("discriminator") } else { None };
        let required: HashSet<_> = [&*whole, &part].into_iter().flat_map(required).collect();
        for (keyword, more) in part {
            if matches!(keyword.as_str(), "oneOf" | "anyOf") {
                self.add_union(whole, &keyword, more, discriminator.as_ref(), property, follow)?;
                continue;
            }
            let Some(own) = whole.get_mut(&keyword) else {
                whole.insert(keyword, more);
                continue;
            };
            match (keyword.as_str(), own, more) {
                ("properties", Value::Object(own), Value::Object(more)) => {
                    let own = std::mem::take(own);
                    whole["properties"] = Value::Object(self.merge_properties(own, more, &required, property, follow)?);
                }
                ("required", Value::Array(own), Value::Array(more)) => {
                    let known: HashSet<_> = own.iter().cloned().collect();
                    own.extend(more.into_iter().filter(|name| !known.contains(name)));
                }
                ("enum", Value::Array(own), Value::Array(more)) => {
                    let more: HashSet<_> = more.into_iter().collect();
                    own.retain(|value| more.contains(value));
                    if own.is_empty() {
                        return Err(Lost::Type);
                    }
                }
                ("type", own, more) if more == "integer" => *own = more,
                ("items", own, more) => {
                    let own = std::mem::take(own);
                    whole["items"] = self.merge_or_open(own, more, &format!("{property}[]"), follow);
                }
                ("additionalProperties", own @ Value::Bool(_), more) => {
                    if *own == true {
                        *own = more;
                    }
                }
                ("additionalProperties", own @ Value::Object(_), more @ Value::Object(_)) => {
                    let own = std::mem::take(own);
                    whole[&keyword] = self.merge_or_open(own, more, &format!("{property}{{}}"), follow);
                }
                ("example" | DEPRECATED_VALUES | VARIANT_NAMES, Value::Object(own), Value::Object(more)) => {
                    let new: Vec<_> = more.into_iter().filter(|(name, _)| !own.contains_key(name)).collect();
                    own.extend(new);
                }
                (_, own, more) => {
                    if let Some(lost) = merge_bounds(&keyword, own, more) {
                        self.lose(property, Lost::Keyword(lost));
                    }
                }
            }
        }
        Ok(())
    }

    /// Removes the formats of two schemas if they differ. A secret stays one.
    fn merge_formats(&mut self, whole: &mut Map<String, Value>, part: &mut Map<String, Value>, property: &str) {
        let (Some(own), Some(more)) = (whole.get("format"), part.get("format")) else { return };
        if own == more {
            return;
        }
        self.lose(property, Lost::Keyword("format"));
        let is_secret = *own == "password" || *more == "password";
        part.shift_remove("format");
        if is_secret {
            whole["format"] = Value::from("password");
        } else {
            whole.shift_remove("format");
        }
    }

    /// Merges the properties of two schemas. One that both have keeps the descriptions of the second.
    fn merge_properties(
        &mut self,
        mut own: Map<String, Value>,
        more: Map<String, Value>,
        required: &HashSet<String>,
        property: &str,
        follow: usize,
    ) -> Result<Map<String, Value>, Lost> {
        for (name, schema) in more {
            let Some(earlier) = own.get_mut(&name) else {
                own.insert(name, schema);
                continue;
            };
            let earlier = std::mem::take(earlier);
            let path = if property.is_empty() { name.clone() } else { format!("{property}.{name}") };
            own[&name] = if self.attempt.is_pair && required.contains(&name) {
                self.merge_nullable(schema, earlier, &path, follow)?
            } else {
                self.merge_or_open(schema, earlier, &path, follow)
            };
        }
        Ok(own)
    }

    /// Merges two schemas, or returns one of any value if no type fits both.
    fn merge_or_open(&mut self, one: Value, other: Value, property: &str, follow: usize) -> Value {
        let descriptions = one.as_object().map(descriptions).unwrap_or_default();
        self.merge_nullable(one, other, property, follow).unwrap_or_else(|lost| {
            self.lose(property, lost);
            Value::Object(descriptions)
        })
    }

    fn merge_nullable(&mut self, one: Value, other: Value, property: &str, follow: usize) -> Result<Value, Lost> {
        let is_nullable = may_be_null(&one) && may_be_null(&other);
        let mut merged = self.merge_two(one, other, property, follow)?;
        if let Some(merged) = merged.as_object_mut().filter(|merged| merged.contains_key("nullable")) {
            if is_nullable {
                merged["nullable"] = Value::Bool(true);
            } else {
                merged.shift_remove("nullable");
            }
        }
        Ok(merged)
    }
}

fn required(schema: &Map<String, Value>) -> Vec<String> {
    elements(schema.get("required")).filter_map(Value::as_str).map(ToOwned::to_owned).collect()
}

fn has_union(schema: &Map<String, Value>) -> bool {
    schema.contains_key("oneOf") || schema.contains_key("anyOf")
}

/// Returns the type of the values that fit a schema, if it has one.
fn kind(schema: &Map<String, Value>) -> Option<&str> {
    let kind = schema.get("type").and_then(Value::as_str);
    kind.or_else(|| schema.contains_key("properties").then_some("object"))
        .or_else(|| schema.contains_key("items").then_some("array"))
}

/// Returns whether `null` fits a schema, as it does where there is no type.
fn may_be_null(schema: &Value) -> bool {
    let says_type = ["type", "$ref", "enum", "oneOf", "anyOf"].iter().any(|keyword| schema.get(*keyword).is_some());
    schema.get("nullable") == Some(&Value::Bool(true)) || !says_type
}

/// Keeps the tighter of two bounds, with its flag.
fn merge_numeric_bounds(whole: &mut Map<String, Value>, part: &mut Map<String, Value>) {
    for (bound, flag, is_larger_tighter) in BOUNDS {
        let (Some(own), Some(more)) = (whole.get(bound), part.get(bound)) else { continue };
        let (Some(own), Some(more)) = (own.as_f64(), more.as_f64()) else { continue };
        let is_excluded = part.get(flag) == Some(&Value::Bool(true));
        let is_tighter = if is_larger_tighter { more > own } else { more < own };
        if is_tighter || own.total_cmp(&more).is_eq() && is_excluded {
            whole.shift_remove(flag);
            whole.extend(part.shift_remove_entry(bound));
            whole.extend(part.shift_remove_entry(flag));
        } else {
            part.shift_remove(bound);
            part.shift_remove(flag);
        }
    }
}

/// Keeps the tighter of two bounds. Returns the keyword if both would be needed.
fn merge_bounds(keyword: &str, own: &mut Value, more: Value) -> Option<&'static str> {
    let is_tighter = match keyword {
        "minLength" | "minItems" | "minProperties" => own.as_u64() < more.as_u64(),
        "maxLength" | "maxItems" | "maxProperties" => own.as_u64() > more.as_u64(),
        "uniqueItems" | "readOnly" | "writeOnly" => more == true,
        "multipleOf" => match (own.as_f64(), more.as_f64()) {
            (Some(one), Some(other)) if is_multiple(one, other) => false,
            (Some(one), Some(other)) if is_multiple(other, one) => true,
            _ => return Some("multipleOf"),
        },
        "pattern" if *own != more => return Some("pattern"),
        _ => false,
    };
    if is_tighter {
        *own = more;
    }
    None
}

fn is_multiple(number: f64, of: f64) -> bool {
    let times = number / of;
    times.is_finite() && (times - times.round()).abs() < f64::EPSILON * times.abs().max(1.0)
}
