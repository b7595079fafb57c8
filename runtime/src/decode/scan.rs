//! A scanner that finds the end of a JSON value without decoding it.
//!
//! It checks the grammar alone: a number may be larger than any type, nesting deeper than any stack, and text may
//! contain bytes that are not UTF-8.

use std::fmt;

/// The reason why a response is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotJson {
    EndsEarly,
    Unexpected { byte: u8, at: usize },
}

impl fmt::Display for NotJson {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EndsEarly => formatter.write_str("it ends too early"),
            Self::Unexpected { byte, at } if byte.is_ascii_graphic() => {
                write!(formatter, "`{}` is not expected at byte {at}", char::from(*byte))
            }
            Self::Unexpected { byte, at } => write!(formatter, "0x{byte:02x} is not expected at byte {at}"),
        }
    }
}

/// A position in JSON.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    json: &'a [u8],
    position: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(json: &'a [u8]) -> Self {
        Self { json, position: 0 }
    }

    /// Returns the JSON from its start to its end.
    pub(super) fn whole(&self) -> &'a [u8] {
        self.json
    }

    pub(super) fn position(&self) -> usize {
        self.position
    }

    /// Returns the JSON from the cursor on.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.json.get(self.position..).unwrap_or_default()
    }

    /// Returns the JSON from `start` to the cursor.
    pub(super) fn slice_from(&self, start: usize) -> &'a [u8] {
        self.json.get(start..self.position).unwrap_or_default()
    }

    pub(super) fn advance(&mut self, bytes: usize) {
        self.position += bytes;
    }

    fn peek(&self) -> Option<u8> {
        self.json.get(self.position).copied()
    }

    /// Skips white space, and returns the next byte.
    pub(super) fn skip_whitespace(&mut self) -> Result<u8, NotJson> {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.position += 1,
                Some(byte) => return Ok(byte),
                None => return Err(NotJson::EndsEarly),
            }
        }
    }

    /// Skips white space and this byte.
    fn expect(&mut self, expected: u8) -> Result<(), NotJson> {
        if self.skip_whitespace()? != expected {
            return Err(self.unexpected());
        }
        self.position += 1;
        Ok(())
    }

    /// Skips the opening bracket of a container, and the closing one of an empty container. Returns whether it has a
    /// first part.
    pub(super) fn enter(&mut self, container: Container) -> Result<bool, NotJson> {
        self.expect(container.open())?;
        let is_empty = self.skip_whitespace()? == container.close();
        self.position += usize::from(is_empty);
        Ok(!is_empty)
    }

    /// Skips the comma or the closing bracket after a part of a container. Returns whether there is a next part.
    pub(super) fn advance_to_next(&mut self, container: Container) -> Result<bool, NotJson> {
        match self.skip_whitespace()? {
            b',' => {
                self.position += 1;
                Ok(true)
            }
            byte if byte == container.close() => {
                self.position += 1;
                Ok(false)
            }
            _ => Err(self.unexpected()),
        }
    }

    /// Skips a key, the colon, and the white space after it. Returns the key with its quotes.
    pub(super) fn skip_key(&mut self) -> Result<&'a [u8], NotJson> {
        if self.skip_whitespace()? != b'"' {
            return Err(self.unexpected());
        }
        let start = self.position;
        self.skip_string()?;
        let key = self.slice_from(start);
        self.expect(b':')?;
        self.skip_whitespace()?;
        Ok(key)
    }

    /// Skips a value.
    pub(super) fn skip_value(&mut self) -> Result<(), NotJson> {
        let mut skip = Skip::default();
        while !skip.step(self)? {}
        Ok(())
    }

    /// Skips white space up to the end.
    pub(super) fn expect_end(&mut self) -> Result<(), NotJson> {
        match self.skip_whitespace() {
            Ok(_) => Err(self.unexpected()),
            Err(_) => Ok(()),
        }
    }

    fn unexpected(&self) -> NotJson {
        self.peek().map_or(NotJson::EndsEarly, |byte| NotJson::Unexpected { byte, at: self.position })
    }

    fn skip_scalar(&mut self) -> Result<(), NotJson> {
        match self.skip_whitespace()? {
            b'"' => self.skip_string(),
            b't' => self.skip_literal(b"true"),
            b'f' => self.skip_literal(b"false"),
            b'n' => self.skip_literal(b"null"),
            b'-' | b'0'..=b'9' => self.skip_number(),
            _ => Err(self.unexpected()),
        }
    }

    fn skip_literal(&mut self, literal: &[u8]) -> Result<(), NotJson> {
        for byte in literal {
            if self.peek() != Some(*byte) {
                return Err(self.unexpected());
            }
            self.position += 1;
        }
        Ok(())
    }

    fn skip_string(&mut self) -> Result<(), NotJson> {
        self.position += 1;
        loop {
            let is_plain = |byte: &&u8| !matches!(byte, b'"' | b'\\' | 0..0x20);
            self.position += self.rest().iter().take_while(is_plain).count();
            match self.peek() {
                Some(b'"') => {
                    self.position += 1;
                    return Ok(());
                }
                Some(b'\\') => {
                    self.position += 1;
                    self.skip_escape()?;
                }
                _ => return Err(self.unexpected()),
            }
        }
    }

    fn skip_escape(&mut self) -> Result<(), NotJson> {
        let digits = match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 0,
            Some(b'u') => 4,
            _ => return Err(self.unexpected()),
        };
        self.position += 1;
        for _ in 0..digits {
            if !self.peek().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                return Err(self.unexpected());
            }
            self.position += 1;
        }
        Ok(())
    }

    fn skip_number(&mut self) -> Result<(), NotJson> {
        self.skip_any(b"-");
        if !self.skip_any(b"0") {
            self.skip_digits()?;
        }
        if self.skip_any(b".") {
            self.skip_digits()?;
        }
        if self.skip_any(b"eE") {
            self.skip_any(b"+-");
            self.skip_digits()?;
        }
        Ok(())
    }

    fn skip_digits(&mut self) -> Result<(), NotJson> {
        if !self.skip_any(b"0123456789") {
            return Err(self.unexpected());
        }
        self.position += self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        Ok(())
    }

    /// Skips the next byte if it is one of these. Returns whether it is.
    fn skip_any(&mut self, bytes: &[u8]) -> bool {
        let is_any = self.peek().is_some_and(|byte| bytes.contains(&byte));
        self.position += usize::from(is_any);
        is_any
    }
}

/// An array or an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[doc(hidden)]
pub enum Container {
    /// `[..]`
    Array,
    /// `{..}`
    Object,
}

impl Container {
    /// Returns the container that begins with this byte.
    pub(super) fn of(first: u8) -> Option<Self> {
        match first {
            b'[' => Some(Self::Array),
            b'{' => Some(Self::Object),
            _ => None,
        }
    }

    fn open(self) -> u8 {
        match self {
            Self::Array => b'[',
            Self::Object => b'{',
        }
    }

    fn close(self) -> u8 {
        match self {
            Self::Array => b']',
            Self::Object => b'}',
        }
    }
}

/// The state of skipping a value step by step, however long or deep it is.
#[derive(Default)]
pub(super) struct Skip {
    /// The open containers.
    open: Vec<Container>,
}

impl Skip {
    /// Skips a scalar or a bracket, and the punctuation around it. Returns whether that was the end of the value.
    pub(super) fn step(&mut self, cursor: &mut Cursor<'_>) -> Result<bool, NotJson> {
        if let Some(container) = Container::of(cursor.skip_whitespace()?) {
            if cursor.enter(container)? {
                self.open.push(container);
                return self.skip_member_key(cursor);
            }
        } else {
            cursor.skip_scalar()?;
        }
        while let Some(container) = self.open.last() {
            if cursor.advance_to_next(*container)? {
                return self.skip_member_key(cursor);
            }
            self.open.pop();
        }
        Ok(true)
    }

    fn skip_member_key(&self, cursor: &mut Cursor<'_>) -> Result<bool, NotJson> {
        if self.open.last() == Some(&Container::Object) {
            cursor.skip_key()?;
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_skipped_up_to_its_end() {
        for value in ["null", "-0.5e+10", r#""a\"\u00e9""#, "[]", "{}", r#"[1, {"a": [true, "]"]}, []]"#] {
            let json = format!(" {value} , 1");
            let mut cursor = Cursor::new(json.as_bytes());
            cursor.skip_value().unwrap();
            assert_eq!(cursor.slice_from(1), value.as_bytes());
        }
    }

    #[test]
    fn an_error_has_its_byte() {
        let error = |json: &str| Cursor::new(json.as_bytes()).skip_value().unwrap_err().to_string();
        assert_eq!(error("[1 2]"), "`2` is not expected at byte 3");
        assert_eq!(error("[1,"), "it ends too early");
        assert_eq!(error("\"\n\""), "0x0a is not expected at byte 1");
    }
}
