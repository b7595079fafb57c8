//! Finds the end of a JSON value without making anything of it.
//!
//! What is looked for is the grammar alone: a number may be larger than any type, nesting deeper than any stack, and
//! text may hold bytes that are no UTF-8.

use std::fmt;

/// Why a response is not JSON.
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

/// A place in JSON, and what it takes to read on from there.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    json: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(json: &'a [u8]) -> Self {
        Self { json, at: 0 }
    }

    /// All of it.
    pub(super) fn whole(&self) -> &'a [u8] {
        self.json
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// What has not been read.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.json.get(self.at..).unwrap_or_default()
    }

    /// What has been read since `start`.
    pub(super) fn since(&self, start: usize) -> &'a [u8] {
        self.json.get(start..self.at).unwrap_or_default()
    }

    pub(super) fn advance(&mut self, bytes: usize) {
        self.at += bytes;
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.json.get(self.at).copied()
    }

    /// Passes over white space, and returns what comes then.
    pub(super) fn next(&mut self) -> Result<u8, NotJson> {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                Some(byte) => return Ok(byte),
                None => return Err(NotJson::EndsEarly),
            }
        }
    }

    /// Passes over this byte, and the white space before it.
    pub(super) fn expect(&mut self, expected: u8) -> Result<(), NotJson> {
        if self.next()? != expected {
            return Err(self.unexpected());
        }
        self.at += 1;
        Ok(())
    }

    /// Passes over the opening bracket of a container. Returns whether there is something in it.
    pub(super) fn enter(&mut self, container: Container) -> Result<bool, NotJson> {
        self.expect(container.open())?;
        let is_empty = self.next()? == container.close();
        self.at += usize::from(is_empty);
        Ok(!is_empty)
    }

    /// Passes over what follows a part of a container. Returns whether there is another part.
    pub(super) fn goes_on(&mut self, container: Container) -> Result<bool, NotJson> {
        match self.next()? {
            b',' => {
                self.at += 1;
                Ok(true)
            }
            byte if byte == container.close() => {
                self.at += 1;
                Ok(false)
            }
            _ => Err(self.unexpected()),
        }
    }

    /// Passes over a key, the colon and the white space behind it. Returns the key with its quotes.
    pub(super) fn key(&mut self) -> Result<&'a [u8], NotJson> {
        if self.next()? != b'"' {
            return Err(self.unexpected());
        }
        let start = self.at;
        self.string()?;
        let key = self.since(start);
        self.expect(b':')?;
        self.next()?;
        Ok(key)
    }

    /// Passes over a value.
    pub(super) fn skip(&mut self) -> Result<(), NotJson> {
        let mut skip = Skip::default();
        while !skip.step(self)? {}
        Ok(())
    }

    /// Passes over white space up to the end.
    pub(super) fn end(&mut self) -> Result<(), NotJson> {
        match self.next() {
            Ok(_) => Err(self.unexpected()),
            Err(_) => Ok(()),
        }
    }

    pub(super) fn unexpected(&self) -> NotJson {
        self.peek().map_or(NotJson::EndsEarly, |byte| NotJson::Unexpected { byte, at: self.at })
    }

    fn scalar(&mut self) -> Result<(), NotJson> {
        match self.next()? {
            b'"' => self.string(),
            b't' => self.literal(b"true"),
            b'f' => self.literal(b"false"),
            b'n' => self.literal(b"null"),
            b'-' | b'0'..=b'9' => self.number(),
            _ => Err(self.unexpected()),
        }
    }

    fn literal(&mut self, literal: &[u8]) -> Result<(), NotJson> {
        for byte in literal {
            if self.peek() != Some(*byte) {
                return Err(self.unexpected());
            }
            self.at += 1;
        }
        Ok(())
    }

    fn string(&mut self) -> Result<(), NotJson> {
        self.at += 1;
        loop {
            let is_plain = |byte: &&u8| !matches!(byte, b'"' | b'\\' | 0..0x20);
            self.at += self.rest().iter().take_while(is_plain).count();
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => {
                    self.at += 1;
                    self.escape()?;
                }
                _ => return Err(self.unexpected()),
            }
        }
    }

    fn escape(&mut self) -> Result<(), NotJson> {
        let digits = match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 0,
            Some(b'u') => 4,
            _ => return Err(self.unexpected()),
        };
        self.at += 1;
        for _ in 0..digits {
            if !self.peek().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                return Err(self.unexpected());
            }
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), NotJson> {
        self.pass(b"-");
        if !self.pass(b"0") {
            self.digits()?;
        }
        if self.pass(b".") {
            self.digits()?;
        }
        if self.pass(b"eE") {
            self.pass(b"+-");
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), NotJson> {
        if !self.pass(b"0123456789") {
            return Err(self.unexpected());
        }
        self.at += self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        Ok(())
    }

    fn pass(&mut self, any: &[u8]) -> bool {
        let passes = self.peek().is_some_and(|byte| any.contains(&byte));
        self.at += usize::from(passes);
        passes
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[doc(hidden)]
pub enum Container {
    /// `[..]`
    Array,
    /// `{..}`
    Object,
}

impl Container {
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

/// A value that is passed over step by step, however long it is and however deep.
#[derive(Default)]
pub(super) struct Skip {
    /// The containers that are open.
    open: Vec<Container>,
}

impl Skip {
    /// Passes over one scalar or bracket and what belongs to it. Returns whether that was the end of the value.
    pub(super) fn step(&mut self, cursor: &mut Cursor<'_>) -> Result<bool, NotJson> {
        if let Some(container) = Container::of(cursor.next()?) {
            if cursor.enter(container)? {
                self.open.push(container);
                return self.before_value(cursor);
            }
        } else {
            cursor.scalar()?;
        }
        while let Some(container) = self.open.last() {
            if cursor.goes_on(*container)? {
                return self.before_value(cursor);
            }
            self.open.pop();
        }
        Ok(true)
    }

    fn before_value(&self, cursor: &mut Cursor<'_>) -> Result<bool, NotJson> {
        if self.open.last() == Some(&Container::Object) {
            cursor.key()?;
        }
        Ok(false)
    }
}
