//! Durations in a document, such as `500ms` or `1.5h`, and in Rust.

use std::time::Duration;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// The units, in milliseconds.
const UNITS: [(&str, f64); 4] = [("ms", 1.0), ("s", 1_000.0), ("m", 60_000.0), ("h", 3_600_000.0)];

/// Parses a duration, rounded to milliseconds; none if it is zero or malformed.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    let is_digit = |character: char| character.is_ascii_digit() || character == '.';
    let (number, unit) = text.split_at(text.find(|character| !is_digit(character))?);
    let (_, milliseconds) = UNITS.iter().find(|(name, _)| *name == unit)?;
    let seconds = number.parse::<f64>().ok()? * milliseconds / 1_000.0;
    let rounded = Duration::try_from_secs_f64((seconds * 1_000.0).round() / 1_000.0).ok()?;
    (!rounded.is_zero() && u64::try_from(rounded.as_millis()).is_ok()).then_some(rounded)
}

/// Writes the expression that makes a duration.
pub(crate) fn expression(duration: Duration) -> TokenStream {
    if duration.subsec_millis() == 0 {
        let seconds = Literal::u64_unsuffixed(duration.as_secs());
        quote!(Duration::from_secs(#seconds))
    } else {
        let milliseconds = Literal::u128_unsuffixed(duration.as_millis());
        quote!(Duration::from_millis(#milliseconds))
    }
}
