use std::fmt;

/// The way from a request to one of its values, in the names of Rust's fields: `ip_access_list[2].source`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Path<'a> {
    before: Option<&'a Path<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy, Debug, Default)]
enum Step<'a> {
    #[default]
    Root,
    Field(&'a str),
    Index(usize),
    Key(&'a str),
}

impl Path<'_> {
    /// The way on to a field.
    #[must_use]
    pub fn field<'a>(&'a self, name: &'a str) -> Path<'a> {
        Path { before: Some(self), step: Step::Field(name) }
    }

    pub(super) fn index(&self, index: usize) -> Path<'_> {
        Path { before: Some(self), step: Step::Index(index) }
    }

    pub(super) fn key<'a>(&'a self, key: &'a str) -> Path<'a> {
        Path { before: Some(self), step: Step::Key(key) }
    }

    fn is_root(&self) -> bool {
        matches!(self.step, Step::Root)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(before) = self.before {
            fmt::Display::fmt(before, formatter)?;
        }
        match self.step {
            Step::Root => Ok(()),
            Step::Field(name) if self.before.is_none_or(Path::is_root) => formatter.write_str(name),
            Step::Field(name) => write!(formatter, ".{name}"),
            Step::Index(index) => write!(formatter, "[{index}]"),
            Step::Key(key) => write!(formatter, "[{key:?}]"),
        }
    }
}
