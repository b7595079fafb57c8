//! Trees of texts, which serialized values become on their way into parameters and forms.

use std::{cell::RefCell, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, SeqAccess, Visitor},
};

use crate::FilePart;

/// A serialized value. The properties of an object keep their order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TextTree {
    Null,
    Text(String),
    /// A number or a boolean, which JSON writes without quotes.
    Unquoted(String),
    List(Vec<TextTree>),
    Object(Vec<(String, TextTree)>),
}

impl TextTree {
    pub(crate) fn of(value: &(impl Serialize + ?Sized)) -> Result<Self, String> {
        let json = serde_json::to_string(value).map_err(|error| error.to_string())?;
        serde_json::from_str(&json).map_err(|error| error.to_string())
    }

    /// Makes a tree of a value with files. Instead of a file the tree has a reference, which [`Files::find`] resolves.
    pub(crate) fn with_files(value: &(impl Serialize + ?Sized)) -> Result<(Self, Files), String> {
        let outer = FILES.replace(Some(Files::new()));
        let tree = Self::of(value);
        let files = FILES.replace(outer).unwrap_or_else(Files::new);
        Ok((tree?, files))
    }

    /// Returns a scalar as text without quotes, and anything else as JSON.
    pub(crate) fn to_text(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Text(text) | Self::Unquoted(text) => text.clone(),
            Self::List(_) | Self::Object(_) => self.to_json(),
        }
    }

    pub(crate) fn to_json(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Text(text) => quoted(text),
            Self::Unquoted(text) => text.clone(),
            Self::List(elements) => format!("[{}]", joined(elements.iter().map(Self::to_json))),
            Self::Object(properties) => {
                let properties = properties.iter().map(|(name, value)| format!("{}:{}", quoted(name), value.to_json()));
                format!("{{{}}}", joined(properties))
            }
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(",")
}

impl<'de> Deserialize<'de> for TextTree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = TextTree;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<TextTree, E> {
        Ok(TextTree::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<TextTree, E> {
        Ok(TextTree::Unquoted(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<TextTree, E> {
        Ok(TextTree::Unquoted(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<TextTree, E> {
        Ok(TextTree::Unquoted(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<TextTree, E> {
        Ok(TextTree::Unquoted(value.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<TextTree, E> {
        Ok(TextTree::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<TextTree, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element()? {
            list.push(element);
        }
        Ok(TextTree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<TextTree, A::Error> {
        let mut object = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            object.push(entry);
        }
        Ok(TextTree::Object(object))
    }
}

thread_local! {
    /// The files of the value that is being serialized, if it becomes a form.
    static FILES: RefCell<Option<Files>> = const { RefCell::new(None) };
}

/// The files of a form, which are stored beside its tree because serde has no type for them.
pub(crate) struct Files {
    /// The key of references to files. It is random, so that no other object has it.
    key: String,
    files: Vec<FilePart>,
}

impl Files {
    fn new() -> Self {
        Self { key: format!("file-{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..)), files: Vec::new() }
    }

    /// Returns the file that a node of the tree refers to.
    pub(crate) fn find(&self, tree: &TextTree) -> Option<&FilePart> {
        match tree {
            TextTree::Object(properties) => match properties.as_slice() {
                [(key, TextTree::Unquoted(index))] if *key == self.key => self.files.get(index.parse::<usize>().ok()?),
                _ => None,
            },
            _ => None,
        }
    }

    /// Stores a file, if a form is being serialized. Returns the key and the index of the reference to it.
    pub(crate) fn register(file: &FilePart) -> Option<(String, usize)> {
        FILES.with_borrow_mut(|files| {
            let files = files.as_mut()?;
            files.files.push(file.clone());
            Some((files.key.clone(), files.files.len() - 1))
        })
    }
}
