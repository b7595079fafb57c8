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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_a_number_and_a_unit() {
        assert_eq!(parse("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(parse("1.5h"), Some(Duration::from_secs(5400)));
        for text in ["5", "5 s", "5d", "s", ".s", "-1s", "1e3s"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_duration_is_neither_zero_nor_endless() {
        for text in ["0s", "0.1ms", "99999999999999999999h"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn whole_seconds_are_written_as_such() {
        let written = |text| expression(parse(text).unwrap()).to_string();
        assert_eq!(written("2m"), "Duration :: from_secs (120)");
        assert_eq!(written("1.5s"), "Duration :: from_millis (1500)");
    }
}
