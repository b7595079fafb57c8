use std::fmt;

/// Something to say about a place in a document: what has to be changed before a crate can come out of it, or, as a
/// note, what the crate is like although the document says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The document's file, as it was named.
    pub file: String,
    /// Where in the file; absent only when there is no text to point into.
    pub place: Option<Place>,
    /// What is wrong.
    pub message: String,
    /// What to write instead, or what to do.
    pub help: String,
}

/// A stretch of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The column, in characters from 1.
    pub column: usize,
    /// Bytes from the start of the text.
    #[serde(skip)]
    pub offset: usize,
    /// Bytes, within one line.
    #[serde(skip)]
    pub length: usize,
}

impl fmt::Display for Complaint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.file)?;
        if let Some(place) = self.place {
            write!(formatter, ":{}:{}", place.line, place.column)?;
        }
        write!(formatter, ": {}; {}", self.message, self.help)
    }
}

/// Everything that is wrong with a document, in the order of its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaints(pub Vec<Complaint>);

impl fmt::Display for Complaints {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        formatter.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for Complaints {}
