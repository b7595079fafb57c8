use std::{cmp::Ordering, fmt};

/// What a document demands of a value, in its own words.
#[derive(Clone, Copy, Debug)]
pub enum Constraint<'a> {
    /// So many characters at the least.
    MinLength(usize),
    /// So many characters at the most.
    MaxLength(usize),
    /// Text in which the regular expression finds something.
    Pattern(&'a str),
    /// A number from here.
    Minimum(Number),
    /// A number up to here.
    Maximum(Number),
    /// A greater number.
    ExclusiveMinimum(Number),
    /// A smaller number.
    ExclusiveMaximum(Number),
    /// A number that this one divides.
    MultipleOf(Number),
    /// So many items at the least.
    MinItems(usize),
    /// So many items at the most.
    MaxItems(usize),
    /// No item twice.
    UniqueItems,
    /// So many properties at the least.
    MinProperties(usize),
    /// So many properties at the most.
    MaxProperties(usize),
    /// What is demanded of each item of a list, and of each value of a map.
    Items(&'a [Constraint<'a>]),
}

/// A number of a document or of a request, exact if it is whole.
#[derive(Clone, Copy, Debug)]
pub enum Number {
    /// A whole number.
    Whole(i128),
    /// Any other.
    Real(f64),
}

/// Quotients of numbers that are not whole are as inexact as this.
const TOLERANCE: f64 = 1e-9;

impl Number {
    pub(super) fn is_finite(self) -> bool {
        self.real().is_finite()
    }

    pub(super) fn is_multiple_of(self, divisor: Self) -> bool {
        if let (Self::Whole(value), Self::Whole(divisor)) = (self, divisor) {
            return divisor != 0 && value % divisor == 0;
        }
        let quotient = self.real() / divisor.real();
        (quotient - quotient.round()).abs() <= TOLERANCE * quotient.abs().max(1.0)
    }

    #[expect(clippy::cast_precision_loss, reason = "what is compared with it is no more exact")]
    fn real(self) -> f64 {
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
            (one, other) => one.real().partial_cmp(&other.real()),
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

/// `minLength`.
#[must_use]
pub fn min_length(least: usize) -> Constraint<'static> {
    Constraint::MinLength(least)
}

/// `maxLength`.
#[must_use]
pub fn max_length(most: usize) -> Constraint<'static> {
    Constraint::MaxLength(most)
}

/// `pattern`.
#[must_use]
pub fn pattern(pattern: &str) -> Constraint<'_> {
    Constraint::Pattern(pattern)
}

/// `minimum`.
pub fn minimum(least: impl Into<Number>) -> Constraint<'static> {
    Constraint::Minimum(least.into())
}

/// `maximum`.
pub fn maximum(most: impl Into<Number>) -> Constraint<'static> {
    Constraint::Maximum(most.into())
}

/// `minimum` with `exclusiveMinimum: true`.
pub fn exclusive_minimum(bound: impl Into<Number>) -> Constraint<'static> {
    Constraint::ExclusiveMinimum(bound.into())
}

/// `maximum` with `exclusiveMaximum: true`.
pub fn exclusive_maximum(bound: impl Into<Number>) -> Constraint<'static> {
    Constraint::ExclusiveMaximum(bound.into())
}

/// `multipleOf`.
pub fn multiple_of(divisor: impl Into<Number>) -> Constraint<'static> {
    Constraint::MultipleOf(divisor.into())
}

/// `minItems`.
#[must_use]
pub fn min_items(least: usize) -> Constraint<'static> {
    Constraint::MinItems(least)
}

/// `maxItems`.
#[must_use]
pub fn max_items(most: usize) -> Constraint<'static> {
    Constraint::MaxItems(most)
}

/// `uniqueItems`.
#[must_use]
pub fn unique_items() -> Constraint<'static> {
    Constraint::UniqueItems
}

/// `minProperties`.
#[must_use]
pub fn min_properties(least: usize) -> Constraint<'static> {
    Constraint::MinProperties(least)
}

/// `maxProperties`.
#[must_use]
pub fn max_properties(most: usize) -> Constraint<'static> {
    Constraint::MaxProperties(most)
}

/// `items`, or `additionalProperties`.
#[must_use]
pub fn items<'a>(constraints: &'a [Constraint<'a>]) -> Constraint<'a> {
    Constraint::Items(constraints)
}
