//! What two schemas say together, keyword by keyword.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{Composition, Lost, description};
use crate::{json::elements, openapi::extensions::VARIANT_NAMES};

/// A bound, the flag that excludes it, and whether the larger one is the tighter one.
const BOUNDS: [(&str, &str, bool); 2] = [("minimum", "exclusiveMinimum", true), ("maximum", "exclusiveMaximum", false)];

impl Composition<'_> {
    /// Adds what a schema says to another one. What only describes them stays as it is.
    pub(super) fn unite(
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
        tighten(whole, &mut part);
        self.format(whole, &mut part, property);
        // It belongs to the choice that it stands beside.
        let discriminator =
            if has_choice(whole) || has_choice(&part) { part.shift_remove("discriminator") } else { None };
        let required: HashSet<_> = [&*whole, &part].into_iter().flat_map(required).collect();
        for (keyword, more) in part {
            if matches!(keyword.as_str(), "oneOf" | "anyOf") {
                self.choose(whole, &keyword, more, discriminator.as_ref(), property, follow)?;
                continue;
            }
            let Some(own) = whole.get_mut(&keyword) else {
                whole.insert(keyword, more);
                continue;
            };
            match (keyword.as_str(), own, more) {
                ("properties", Value::Object(own), Value::Object(more)) => {
                    let own = std::mem::take(own);
                    whole["properties"] = Value::Object(self.properties(own, more, &required, property, follow)?);
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
                    whole["items"] = self.both(own, more, &format!("{property}[]"), follow);
                }
                ("additionalProperties", own @ Value::Bool(_), more) => {
                    if *own == true {
                        *own = more;
                    }
                }
                ("additionalProperties", own @ Value::Object(_), more @ Value::Object(_)) => {
                    let own = std::mem::take(own);
                    whole[&keyword] = self.both(own, more, &format!("{property}{{}}"), follow);
                }
                ("example" | VARIANT_NAMES, Value::Object(own), Value::Object(more)) => {
                    let new: Vec<_> = more.into_iter().filter(|(name, _)| !own.contains_key(name)).collect();
                    own.extend(new);
                }
                (_, own, more) => {
                    if let Some(lost) = bound(&keyword, own, more) {
                        self.lose(property, Lost::Keyword(lost));
                    }
                }
            }
        }
        Ok(())
    }

    /// Leaves the format of both. If they have two, a secret stays one.
    fn format(&mut self, whole: &mut Map<String, Value>, part: &mut Map<String, Value>, property: &str) {
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

    /// The properties of both. One that is in both is one, described as the later of them is.
    fn properties(
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
            let way = if property.is_empty() { name.clone() } else { format!("{property}.{name}") };
            own[&name] = if self.attempt.is_pair && required.contains(&name) {
                self.nullable_conjunction(schema, earlier, &way, follow)?
            } else {
                self.both(schema, earlier, &way, follow)
            };
        }
        Ok(own)
    }

    /// What two schemas say of one value; anything, where no type says that.
    fn both(&mut self, one: Value, other: Value, property: &str, follow: usize) -> Value {
        let described = one.as_object().map(description).unwrap_or_default();
        self.nullable_conjunction(one, other, property, follow).unwrap_or_else(|clash| {
            self.lose(property, clash);
            Value::Object(described)
        })
    }

    fn nullable_conjunction(&mut self, one: Value, other: Value, property: &str, follow: usize) -> Result<Value, Lost> {
        let is_nullable = may_be_null(&one) && may_be_null(&other);
        let mut both = self.conjunction(one, other, property, follow)?;
        if let Some(both) = both.as_object_mut().filter(|both| both.contains_key("nullable")) {
            if is_nullable {
                both["nullable"] = Value::Bool(true);
            } else {
                both.shift_remove("nullable");
            }
        }
        Ok(both)
    }
}

fn required(schema: &Map<String, Value>) -> Vec<String> {
    elements(schema.get("required")).filter_map(Value::as_str).map(ToOwned::to_owned).collect()
}

fn has_choice(schema: &Map<String, Value>) -> bool {
    schema.contains_key("oneOf") || schema.contains_key("anyOf")
}

/// The type of the values that fit a schema, if it shows.
fn kind(schema: &Map<String, Value>) -> Option<&str> {
    let kind = schema.get("type").and_then(Value::as_str);
    kind.or_else(|| schema.contains_key("properties").then_some("object"))
        .or_else(|| schema.contains_key("items").then_some("array"))
}

/// Whether a schema lets `null` through: one that says nothing of the type does.
fn may_be_null(schema: &Value) -> bool {
    let says_type = ["type", "$ref", "enum", "oneOf", "anyOf"].iter().any(|keyword| schema.get(*keyword).is_some());
    schema.get("nullable") == Some(&Value::Bool(true)) || !says_type
}

/// Leaves the tighter of two bounds, with the flag that belongs to it.
fn tighten(whole: &mut Map<String, Value>, part: &mut Map<String, Value>) {
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

/// Makes a bound the tighter of two. What it is called, if that takes both.
fn bound(keyword: &str, own: &mut Value, more: Value) -> Option<&'static str> {
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
