use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use crate::{Parameter, tree::Tree};

/// Everything but the characters that RFC 3986 calls unreserved.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The same without the reserved ones that are no delimiters of a query.
const RESERVED: &AsciiSet = &UNRESERVED
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b'/')
    .remove(b':')
    .remove(b';')
    .remove(b'=')
    .remove(b'?')
    .remove(b'@');

/// What a cookie cannot hold.
const COOKIE: &AsciiSet = &percent_encoding::CONTROLS.add(b' ').add(b'"').add(b'%').add(b',').add(b';').add(b'\\');

/// How lists and objects are written in a parameter: OpenAPI's `style` and `explode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParameterStyle {
    /// `3,4,5` and `R,100,G,200`; exploded `3,4,5` and `R=100,G=200`.
    Simple {
        /// Whether names and values of an object are pairs.
        explode: bool,
    },
    /// `.3,4,5` and `.R,100,G,200`; exploded `.3.4.5` and `.R=100.G=200`.
    Label {
        /// Whether each value stands by itself.
        explode: bool,
    },
    /// `;id=3,4,5` and `;id=R,100,G,200`; exploded `;id=3;id=4;id=5` and `;R=100;G=200`.
    Matrix {
        /// Whether each value stands by itself.
        explode: bool,
    },
    /// `id=3,4,5` and `id=R,100,G,200`; exploded `id=3&id=4&id=5` and `R=100&G=200`.
    Form {
        /// Whether each value stands by itself.
        explode: bool,
    },
    /// `id=3%204%205`
    SpaceDelimited,
    /// `id=3%7C4%7C5`
    PipeDelimited,
    /// `id[R]=100&id[G]=200`
    DeepObject,
    /// JSON
    Json,
}

/// A parameter's value with the way to write it.
#[derive(Clone, Debug)]
pub struct Styled {
    style: ParameterStyle,
    value: Result<Tree, String>,
}

impl ParameterStyle {
    /// A list of values in this style.
    pub fn list<T: Parameter>(self, values: impl IntoIterator<Item = T>) -> Styled {
        let values = values.into_iter().map(|value| Tree::Text(value.to_parameter()));
        Styled { style: self, value: Ok(Tree::List(values.collect())) }
    }

    /// Any value in this style: an object, or what is known only when it is there.
    pub fn value(self, value: &(impl Serialize + ?Sized)) -> Styled {
        Styled { style: self, value: Tree::of(value) }
    }
}

/// A parameter's value, with what it takes to write it once its place is known.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    style: ParameterStyle,
    value: Tree,
    reserved: bool,
}

impl Written {
    /// One text, which is written alike in every place.
    pub(crate) fn text(value: &impl Parameter) -> Self {
        Self {
            style: ParameterStyle::Simple { explode: false },
            value: Tree::Text(value.to_parameter()),
            reserved: false,
        }
    }

    pub(crate) fn allow_reserved(&mut self) {
        self.reserved = true;
    }

    /// In a path.
    pub(crate) fn path(&self, name: &str) -> String {
        let pieces = self.pieces(name, matches!(self.style, ParameterStyle::Matrix { .. }), &percent_encoded);
        match self.style {
            ParameterStyle::Label { .. } => format!(".{}", pieces.join(".")),
            ParameterStyle::Matrix { .. } => format!(";{}", pieces.join(";")),
            _ => pieces.join(","),
        }
    }

    /// In a query or in a form: each with its name.
    pub(crate) fn query(&self, name: &str) -> Vec<String> {
        let set = if self.reserved { RESERVED } else { UNRESERVED };
        self.pieces(name, true, &|text| utf8_percent_encode(text, set).to_string())
    }

    /// In a header.
    pub(crate) fn header(&self, name: &str) -> String {
        self.pieces(name, false, &ToOwned::to_owned).join(",")
    }

    /// In a header of cookies: each with its name.
    pub(crate) fn cookies(&self, name: &str) -> Vec<String> {
        self.pieces(name, true, &|text| utf8_percent_encode(text, COOKIE).to_string())
    }

    /// The parts that stand apart from each other, with the parameter's name if its place has to be told it.
    fn pieces(&self, name: &str, is_named: bool, encode: &dyn Fn(&str) -> String) -> Vec<String> {
        use ParameterStyle::{DeepObject, Form, Json, Label, Matrix, PipeDelimited, Simple, SpaceDelimited};
        let explode = match self.style {
            Simple { explode } | Label { explode } | Matrix { explode } | Form { explode } => explode,
            _ => false,
        };
        let pair = |name: &str, value: String| format!("{}={value}", encode(name));
        let named = |value: String| match (is_named, value.as_str()) {
            (true, "") if matches!(self.style, Matrix { .. }) => encode(name),
            (true, _) => pair(name, value),
            (false, _) => value,
        };
        let joined = |values: Vec<String>| match self.style {
            SpaceDelimited => values.join("%20"),
            PipeDelimited => values.join("%7C"),
            _ => values.join(","),
        };
        let text = |value: &Tree| encode(&value.to_text());
        match &self.value {
            value if self.style == Json => vec![named(encode(&value.to_json()))],
            Tree::Null => Vec::new(),
            value if self.style == DeepObject => {
                let mut pieces = Vec::new();
                deep(value, name, &mut |path, value| pieces.push(pair(path, text(value))));
                pieces
            }
            Tree::List(values) if values.is_empty() => Vec::new(),
            Tree::List(values) if explode => values.iter().map(|value| named(text(value))).collect(),
            Tree::List(values) => vec![named(joined(values.iter().map(text).collect()))],
            Tree::Object(properties) => {
                let properties = properties.iter().filter(|(_, value)| *value != Tree::Null);
                if explode {
                    return properties.map(|(name, value)| pair(name, text(value))).collect();
                }
                let values: Vec<_> = properties.flat_map(|(name, value)| [encode(name), text(value)]).collect();
                if values.is_empty() { values } else { vec![named(joined(values))] }
            }
            value => vec![named(text(value))],
        }
    }
}

/// Each value inside a value, with the way there: `filter[size][min]`. The elements of a list share one.
fn deep(value: &Tree, path: &str, found: &mut impl FnMut(&str, &Tree)) {
    match value {
        Tree::Object(properties) => {
            for (name, value) in properties {
                deep(value, &format!("{path}[{name}]"), found);
            }
        }
        Tree::List(values) => values.iter().for_each(|value| deep(value, path, found)),
        Tree::Null => {}
        value => found(path, value),
    }
}

impl TryFrom<Styled> for Written {
    type Error = String;

    fn try_from(styled: Styled) -> Result<Self, String> {
        Ok(Self { style: styled.style, value: styled.value?, reserved: false })
    }
}

impl From<(ParameterStyle, Tree)> for Written {
    fn from((style, value): (ParameterStyle, Tree)) -> Self {
        Self { style, value, reserved: false }
    }
}

fn percent_encoded(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}
