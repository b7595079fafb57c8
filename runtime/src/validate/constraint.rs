use std::{cmp::Ordering, fmt};

/// A constraint of a schema, by its keyword.
#[derive(Clone, Copy, Debug)]
pub enum Constraint<'a> {
    /// The least number of characters.
    MinLength(usize),
    /// The largest number of characters.
    MaxLength(usize),
    /// A regular expression that matches somewhere in the text.
    Pattern(&'a str),
    /// The least number.
    Minimum(Number),
    /// The largest number.
    Maximum(Number),
    /// A number that the value is greater than.
    ExclusiveMinimum(Number),
    /// A number that the value is less than.
    ExclusiveMaximum(Number),
    /// A number that divides the value.
    MultipleOf(Number),
    /// The numbers that the value can be.
    OneOf(&'a [i128]),
    /// The least number of items.
    MinItems(usize),
    /// The largest number of items.
    MaxItems(usize),
    /// No two equal items.
    UniqueItems,
    /// The least number of properties.
    MinProperties(usize),
    /// The largest number of properties.
    MaxProperties(usize),
    /// The constraints of each item of a list, or of each value of a map.
    Items(&'a [Constraint<'a>]),
}

/// A number in a document or in a request. A whole number is exact.
#[derive(Clone, Copy, Debug)]
pub enum Number {
    /// A whole number.
    Whole(i128),
    /// Any other number.
    Real(f64),
}

/// The relative error of a quotient of floats that still counts as a whole number.
const QUOTIENT_TOLERANCE: f64 = 1e-9;

impl Number {
    pub(super) fn is_finite(self) -> bool {
        self.to_f64().is_finite()
    }

    pub(super) fn is_multiple_of(self, divisor: Self) -> bool {
        if let (Self::Whole(value), Self::Whole(divisor)) = (self, divisor) {
            return divisor != 0 && value % divisor == 0;
        }
        let quotient = self.to_f64() / divisor.to_f64();
        (quotient - quotient.round()).abs() <= QUOTIENT_TOLERANCE * quotient.abs().max(1.0)
    }

    #[expect(clippy::cast_precision_loss, reason = "the float that it is compared with is no more exact")]
    fn to_f64(self) -> f64 {
        match self {
            Self::Whole(number) => number as f64,
            Self::Real(number) => number,
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Whole(one), Self::Whole(other)) => Some(one.cmp(other)),
            (one, other) => one.to_f64().partial_cmp(&other.to_f64()),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(number) => write!(formatter, "{number}"),
            Self::Real(number) => write!(formatter, "{number}"),
        }
    }
}

macro_rules! numbers {
    ($($variant:ident($wide:ty): $($number:ty)+;)+) => {$($(
        impl From<$number> for Number {
            fn from(number: $number) -> Self {
                Self::$variant(<$wide>::from(number))
            }
        }
    )+)+};
}

numbers! {
    Whole(i128): i8 i16 i32 i64 u8 u16 u32 u64;
    Real(f64): f32 f64;
}

/// Makes the constraint `minLength`.
#[must_use]
pub fn min_length(least: usize) -> Constraint<'static> {
    Constraint::MinLength(least)
}

/// Makes the constraint `maxLength`.
#[must_use]
pub fn max_length(most: usize) -> Constraint<'static> {
    Constraint::MaxLength(most)
}

/// Makes the constraint `pattern`.
#[must_use]
pub fn pattern(pattern: &str) -> Constraint<'_> {
    Constraint::Pattern(pattern)
}

/// Makes the constraint `minimum`.
pub fn minimum(least: impl Into<Number>) -> Constraint<'static> {
    Constraint::Minimum(least.into())
}

/// Makes the constraint `maximum`.
pub fn maximum(most: impl Into<Number>) -> Constraint<'static> {
    Constraint::Maximum(most.into())
}

/// Makes the constraint `minimum` with `exclusiveMinimum: true`.
pub fn exclusive_minimum(bound: impl Into<Number>) -> Constraint<'static> {
    Constraint::ExclusiveMinimum(bound.into())
}

/// Makes the constraint `maximum` with `exclusiveMaximum: true`.
pub fn exclusive_maximum(bound: impl Into<Number>) -> Constraint<'static> {
    Constraint::ExclusiveMaximum(bound.into())
}

/// Makes the constraint `multipleOf`.
pub fn multiple_of(divisor: impl Into<Number>) -> Constraint<'static> {
    Constraint::MultipleOf(divisor.into())
}

/// Makes the constraint of an `enum` of integers.
#[must_use]
pub fn one_of(values: &[i128]) -> Constraint<'_> {
    Constraint::OneOf(values)
}

/// Makes the constraint `minItems`.
#[must_use]
pub fn min_items(least: usize) -> Constraint<'static> {
    Constraint::MinItems(least)
}

/// Makes the constraint `maxItems`.
#[must_use]
pub fn max_items(most: usize) -> Constraint<'static> {
    Constraint::MaxItems(most)
}

/// Makes the constraint `uniqueItems`.
#[must_use]
pub fn unique_items() -> Constraint<'static> {
    Constraint::UniqueItems
}

/// Makes the constraint `minProperties`.
#[must_use]
pub fn min_properties(least: usize) -> Constraint<'static> {
    Constraint::MinProperties(least)
}

/// Makes the constraint `maxProperties`.
#[must_use]
pub fn max_properties(most: usize) -> Constraint<'static> {
    Constraint::MaxProperties(most)
}

/// Makes the constraint `items`, or `additionalProperties`.
#[must_use]
pub fn items<'a>(constraints: &'a [Constraint<'a>]) -> Constraint<'a> {
    Constraint::Items(constraints)
}
