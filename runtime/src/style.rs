//! The styles in which parameters are written: OpenAPI's `style` and `explode`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use crate::{Parameter, text_tree::TextTree};

/// The characters to encode: all but the unreserved ones of RFC 3986.
pub(crate) const ALL_BUT_UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The characters to encode with `allowReserved`: the delimiters of a query, and those that no URL may contain.
const QUERY_DELIMITERS: &AsciiSet = &ALL_BUT_UNRESERVED
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

/// The characters to encode in a cookie.
const NOT_IN_COOKIES: &AsciiSet =
    &percent_encoding::CONTROLS.add(b' ').add(b'"').add(b'%').add(b',').add(b';').add(b'\\');

/// The style of lists and objects in a parameter: OpenAPI's `style` and `explode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParameterStyle {
    /// `3,4,5` and `R,100,G,200`; exploded `3,4,5` and `R=100,G=200`.
    Simple {
        /// Whether each property of an object is a pair.
        explode: bool,
    },
    /// `.3,4,5` and `.R,100,G,200`; exploded `.3.4.5` and `.R=100.G=200`.
    Label {
        /// Whether each value is separate.
        explode: bool,
    },
    /// `;id=3,4,5` and `;id=R,100,G,200`; exploded `;id=3;id=4;id=5` and `;R=100;G=200`.
    Matrix {
        /// Whether each value is separate.
        explode: bool,
    },
    /// `id=3,4,5` and `id=R,100,G,200`; exploded `id=3&id=4&id=5` and `R=100&G=200`.
    Form {
        /// Whether each value is separate.
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

/// The value of a parameter, in a style.
#[derive(Clone, Debug)]
pub struct Styled {
    style: ParameterStyle,
    value: Result<TextTree, String>,
}

impl ParameterStyle {
    /// Makes a list of values in this style.
    pub fn list<T: Parameter>(self, values: impl IntoIterator<Item = T>) -> Styled {
        let values = values.into_iter().map(|value| TextTree::Text(value.to_parameter()));
        Styled { style: self, value: Ok(TextTree::List(values.collect())) }
    }

    /// Makes any value in this style, such as an object.
    pub fn value(self, value: &(impl Serialize + ?Sized)) -> Styled {
        Styled { style: self, value: TextTree::of(value) }
    }
}

/// The value of a parameter that can be written into a path, a query, a header or cookies.
#[derive(Clone, Debug)]
pub(crate) struct ParameterValue {
    style: ParameterStyle,
    value: TextTree,
    allow_reserved: bool,
}

impl ParameterValue {
    /// Makes a value of a single text, which is the same in every style.
    pub(crate) fn text(value: &impl Parameter) -> Self {
        Self {
            style: ParameterStyle::Simple { explode: false },
            value: TextTree::Text(value.to_parameter()),
            allow_reserved: false,
        }
    }

    /// Returns the value, if it is a single text.
    pub(crate) fn as_text(&self) -> Option<&str> {
        if let TextTree::Text(text) = &self.value { Some(text) } else { None }
    }

    pub(crate) fn allow_reserved(&mut self) {
        self.allow_reserved = true;
    }

    /// Writes the value for a path.
    pub(crate) fn path(&self, name: &str) -> String {
        let parts = self.parts(name, matches!(self.style, ParameterStyle::Matrix { .. }), &percent_encoded);
        match self.style {
            ParameterStyle::Label { .. } => format!(".{}", parts.join(".")),
            ParameterStyle::Matrix { .. } => format!(";{}", parts.join(";")),
            _ => parts.join(","),
        }
    }

    /// Writes the `name=value` fields for a query or a form.
    pub(crate) fn query(&self, name: &str) -> Vec<String> {
        let set = if self.allow_reserved { QUERY_DELIMITERS } else { ALL_BUT_UNRESERVED };
        self.parts(name, true, &|text| utf8_percent_encode(text, set).to_string())
    }

    /// Writes the value for a header.
    pub(crate) fn header(&self, name: &str) -> String {
        self.parts(name, false, &ToOwned::to_owned).join(",")
    }

    /// Writes the `name=value` cookies.
    pub(crate) fn cookies(&self, name: &str) -> Vec<String> {
        self.parts(name, true, &|text| utf8_percent_encode(text, NOT_IN_COOKIES).to_string())
    }

    /// Writes the parts between the separators of the style, with the parameter's name if `is_named`.
    fn parts(&self, name: &str, is_named: bool, encode: &dyn Fn(&str) -> String) -> Vec<String> {
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
        let text = |value: &TextTree| encode(&value.to_text());
        match &self.value {
            value if self.style == Json => vec![named(encode(&value.to_json()))],
            TextTree::Null => Vec::new(),
            value if self.style == DeepObject => {
                let mut parts = Vec::new();
                flatten(value, name, &mut |path, value| parts.push(pair(path, text(value))));
                parts
            }
            TextTree::List(values) if values.is_empty() => Vec::new(),
            TextTree::List(values) if explode => values.iter().map(|value| named(text(value))).collect(),
            TextTree::List(values) => vec![named(joined(values.iter().map(text).collect()))],
            TextTree::Object(properties) => {
                let properties = properties.iter().filter(|(_, value)| *value != TextTree::Null);
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

/// Finds each value inside a value, with its path: `filter[size][min]`. The elements of a list share one, unless they
/// have parts themselves: `items[0][name]`.
fn flatten(value: &TextTree, path: &str, found: &mut impl FnMut(&str, &TextTree)) {
    match value {
        TextTree::Object(properties) => {
            for (name, value) in properties {
                flatten(value, &format!("{path}[{name}]"), found);
            }
        }
        TextTree::List(values) => {
            let have_parts = values.iter().any(|value| matches!(value, TextTree::Object(_) | TextTree::List(_)));
            for (index, value) in values.iter().enumerate() {
                let element = if have_parts { &format!("{path}[{index}]") } else { path };
                flatten(value, element, found);
            }
        }
        TextTree::Null => {}
        value => found(path, value),
    }
}

impl TryFrom<Styled> for ParameterValue {
    type Error = String;

    fn try_from(styled: Styled) -> Result<Self, String> {
        Ok(Self { style: styled.style, value: styled.value?, allow_reserved: false })
    }
}

impl From<(ParameterStyle, TextTree)> for ParameterValue {
    fn from((style, value): (ParameterStyle, TextTree)) -> Self {
        Self { style, value, allow_reserved: false }
    }
}

fn percent_encoded(text: &str) -> String {
    utf8_percent_encode(text, ALL_BUT_UNRESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use ParameterStyle::{DeepObject, Form, Json, Label, Matrix, PipeDelimited, Simple, SpaceDelimited};

    use super::*;

    fn list(style: ParameterStyle) -> ParameterValue {
        style.list(["a b", "c"]).try_into().unwrap()
    }

    fn object(style: ParameterStyle) -> ParameterValue {
        style.value(&BTreeMap::from([("R", 100), ("G", 200)])).try_into().unwrap()
    }

    #[test]
    fn lists_and_objects_in_a_path() {
        let cases = [
            (Simple { explode: false }, "a%20b,c", "G,200,R,100"),
            (Simple { explode: true }, "a%20b,c", "G=200,R=100"),
            (Label { explode: false }, ".a%20b,c", ".G,200,R,100"),
            (Label { explode: true }, ".a%20b.c", ".G=200.R=100"),
            (Matrix { explode: false }, ";id=a%20b,c", ";id=G,200,R,100"),
            (Matrix { explode: true }, ";id=a%20b;id=c", ";G=200;R=100"),
        ];
        for (style, of_list, of_object) in cases {
            assert_eq!(list(style).path("id"), of_list, "{style:?}");
            assert_eq!(object(style).path("id"), of_object, "{style:?}");
        }
    }

    #[test]
    fn lists_and_objects_in_a_query() {
        assert_eq!(list(Form { explode: true }).query("id"), ["id=a%20b", "id=c"]);
        assert_eq!(list(Form { explode: false }).query("id"), ["id=a%20b,c"]);
        assert_eq!(list(SpaceDelimited).query("id"), ["id=a%20b%20c"]);
        assert_eq!(list(PipeDelimited).query("id"), ["id=a%20b%7Cc"]);
        assert_eq!(object(Form { explode: true }).query("id"), ["G=200", "R=100"]);
        assert_eq!(object(DeepObject).query("id"), ["id%5BG%5D=200", "id%5BR%5D=100"]);
        assert_eq!(object(Json).query("id"), ["id=%7B%22G%22%3A200%2C%22R%22%3A100%7D"]);
    }

    #[test]
    fn objects_in_a_list_stay_apart() {
        let items = DeepObject.value(&serde_json::json!([{ "price": "p", "tags": ["a", "b"] }, { "n": 2 }]));
        let query =
            ParameterValue::try_from(items).unwrap().query("i").join("&").replace("%5B", "[").replace("%5D", "]");
        assert_eq!(query, "i[0][price]=p&i[0][tags]=a&i[0][tags]=b&i[1][n]=2");
    }

    #[test]
    fn empty_lists_and_null_are_absent_from_a_query() {
        let empty = Form { explode: false }.list([""; 0]);
        assert_eq!(ParameterValue::try_from(empty).unwrap().query("id"), [""; 0]);
        let null = Form { explode: false }.value(&None::<i64>);
        assert_eq!(ParameterValue::try_from(null).unwrap().query("id"), [""; 0]);
    }

    #[test]
    fn reserved_characters_are_encoded_unless_they_are_allowed() {
        let mut value = ParameterValue::text(&"a/b?c=d&e+f");
        assert_eq!(value.query("q"), ["q=a%2Fb%3Fc%3Dd%26e%2Bf"]);
        value.allow_reserved();
        assert_eq!(value.query("q"), ["q=a/b?c=d%26e%2Bf"]);
        assert_eq!(value.header("q"), "a/b?c=d&e+f");
        assert_eq!(ParameterValue::text(&"a b;c").cookies("q"), ["q=a%20b%3Bc"]);
    }
}
