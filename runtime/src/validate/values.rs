use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use regex_lite::Regex;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Constraint, Number, Path, Validate};
use crate::{Patch, Secret, Violation};

/// Adds the violations in a text. They show neither the text nor its length, because it may be a secret.
fn text(text: &str, constraints: &[Constraint<'_>], path: &Path<'_>, found: &mut Vec<Violation>) {
    for constraint in constraints {
        let problem = match constraint {
            Constraint::MinLength(least) if text.chars().count() < *least => {
                format!("must have at least {}", quantity(*least, "character", "characters"))
            }
            Constraint::MaxLength(most) if text.chars().count() > *most => {
                format!("must have at most {}", quantity(*most, "character", "characters"))
            }
            Constraint::Pattern(pattern) if !matches(pattern, text) => format!("must match `{pattern}`"),
            _ => continue,
        };
        found.push(Violation { path: path.to_string(), problem });
    }
}

/// Whether a pattern matches. A pattern that does not compile matches nothing; the generator refuses it.
fn matches(pattern: &str, text: &str) -> bool {
    Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text))
}

fn number(number: Number, constraints: &[Constraint<'_>], path: &Path<'_>, found: &mut Vec<Violation>) {
    let mut violate = |problem| found.push(Violation { path: path.to_string(), problem });
    if !number.is_finite() {
        return violate(format!("must be a number that JSON can hold, and is {number}"));
    }
    for constraint in constraints {
        let required = match constraint {
            Constraint::Minimum(least) if number < *least => format!("at least {least}"),
            Constraint::Maximum(most) if number > *most => format!("at most {most}"),
            Constraint::ExclusiveMinimum(bound) if number <= *bound => format!("greater than {bound}"),
            Constraint::ExclusiveMaximum(bound) if number >= *bound => format!("less than {bound}"),
            Constraint::OneOf(values) if values.iter().all(|value| number != Number::Whole(*value)) => {
                format!("one of {}", values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
            }
            Constraint::MultipleOf(divisor) if !number.is_multiple_of(*divisor) => format!("a multiple of {divisor}"),
            _ => continue,
        };
        violate(format!("must be {required}, and is {number}"));
    }
}

/// Adds the violations of the bounds on the number of properties.
pub fn properties(count: usize, constraints: &[Constraint<'_>], path: &Path<'_>, found: &mut Vec<Violation>) {
    for constraint in constraints {
        let required = match constraint {
            Constraint::MinProperties(least) if count < *least => format!("at least {}", count_properties(*least)),
            Constraint::MaxProperties(most) if count > *most => format!("at most {}", count_properties(*most)),
            _ => continue,
        };
        found.push(Violation { path: path.to_string(), problem: format!("must have {required}, and has {count}") });
    }
}

/// Makes the violation of an enum value that the document does not list. It does not show the value, which may be a
/// secret in the wrong field.
#[must_use]
pub fn unlisted(path: &Path<'_>) -> Violation {
    Violation { path: path.to_string(), problem: "must be a value that the document lists".to_owned() }
}

fn count_properties(count: usize) -> String {
    quantity(count, "property", "properties")
}

fn quantity(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Returns the constraints of each item.
fn item_constraints<'a>(constraints: &[Constraint<'a>]) -> &'a [Constraint<'a>] {
    let found = constraints.iter().find_map(|constraint| match constraint {
        Constraint::Items(constraints) => Some(*constraints),
        _ => None,
    });
    found.unwrap_or_default()
}

impl Validate for str {
    fn violations(&self, constraints: &[Constraint<'_>], path: &Path<'_>, found: &mut Vec<Violation>) {
        text(self, constraints, path, found);
    }
}

impl Validate for String {
    fn violations(&self, constraints: &[Constraint<'_>], path: &Path<'_>, found: &mut Vec<Violation>) {
        text(self, constraints, path, found);
    }
}

impl Validate for Secret {
    fn violations(&self, constraints: &[Constraint<'_>], path: &Path<'_>, found: &mut Vec<Violation>) {
        text(self.expose_secret(), constraints, path, found);
    }
}

impl<T: Validate + PartialEq> Validate for Vec<T> {
    fn violations(&self, constraints: &[Constraint<'_>], path: &Path<'_>, found: &mut Vec<Violation>) {
        self.as_slice().violations(constraints, path, found);
    }
}

impl<T: Validate + PartialEq> Validate for [T] {
    fn violations(&self, constraints: &[Constraint<'_>], path: &Path<'_>, found: &mut Vec<Violation>) {
        let items = |number| quantity(number, "item", "items");
        for constraint in constraints {
            let problem = match constraint {
                Constraint::MinItems(least) if self.len() < *least => {
                    format!("must have at least {}, and has {}", items(*least), self.len())
                }
                Constraint::MaxItems(most) if self.len() > *most => {
                    format!("must have at most {}, and has {}", items(*most), self.len())
                }
                Constraint::UniqueItems => {
                    let is_repeated = |(index, item)| self.iter().take(index).any(|other| other == item);
                    let Some(index) = self.iter().enumerate().position(is_repeated) else { continue };
                    format!("must have no item twice, and has the one at {index} before")
                }
                _ => continue,
            };
            found.push(Violation { path: path.to_string(), problem });
        }
        for (index, item) in self.iter().enumerate() {
            item.violations(item_constraints(constraints), &path.index(index), found);
        }
    }
}

impl<T: Validate> Validate for BTreeMap<String, T> {
    fn violations(&self, constraints: &[Constraint<'_>], path: &Path<'_>, found: &mut Vec<Violation>) {
        properties(self.len(), constraints, path, found);
        for (key, value) in self {
            value.violations(item_constraints(constraints), &path.key(key), found);
        }
    }
}

impl Validate for Map<String, Value> {
    fn violations(&self, constraints: &[Constraint<'_>], path: &Path<'_>, found: &mut Vec<Violation>) {
        properties(self.len(), constraints, path, found);
    }
}

impl<T: Validate> Validate for Option<T> {
    fn violations(&self, constraints: &[Constraint<'_>], path: &Path<'_>, found: &mut Vec<Violation>) {
        if let Some(value) = self {
            value.violations(constraints, path, found);
        }
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Validate> Validate for Patch<T> {
    fn violations(&self, constraints: &[Constraint<'_>], path: &Path<'_>, found: &mut Vec<Violation>) {
        if let Self::Set(value) = self {
            value.violations(constraints, path, found);
        }
    }

    fn is_absent(&self) -> bool {
        self.is_keep()
    }
}

impl<T: Validate> Validate for Box<T> {
    fn violations(&self, constraints: &[Constraint<'_>], path: &Path<'_>, found: &mut Vec<Violation>) {
        (**self).violations(constraints, path, found);
    }
}

macro_rules! number {
    ($($number:ty)+) => {$(
        impl Validate for $number {
            fn violations(&self, constraints: &[Constraint<'_>], path: &Path<'_>, found: &mut Vec<Violation>) {
                number((*self).into(), constraints, path, found);
            }
        }
    )+};
}

number! { i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 }

/// Implements [`Validate`] for types without constraints.
macro_rules! unconstrained {
    ($($type:ty)+) => {$(
        impl Validate for $type {
            fn violations(&self, _: &[Constraint<'_>], _: &Path<'_>, _: &mut Vec<Violation>) {}
        }
    )+};
}

unconstrained! { () bool Uuid NaiveDate NaiveTime NaiveDateTime IpAddr Ipv4Addr Ipv6Addr Value }

impl<Z: TimeZone> Validate for DateTime<Z> {
    fn violations(&self, _: &[Constraint<'_>], _: &Path<'_>, _: &mut Vec<Violation>) {}
}
