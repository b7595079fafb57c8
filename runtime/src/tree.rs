//! A value as serde writes it, as a tree of texts: what parameters and forms are made of.

use std::{cell::RefCell, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, SeqAccess, Visitor},
};

use crate::FilePart;

/// A value that stands in a parameter or in a form. The properties of an object are in the order in which they were
/// written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Tree {
    Null,
    Text(String),
    /// A number, true or false.
    Bare(String),
    List(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

impl Tree {
    pub(crate) fn of(value: &(impl Serialize + ?Sized)) -> Result<Self, String> {
        let json = serde_json::to_string(value).map_err(|error| error.to_string())?;
        serde_json::from_str(&json).map_err(|error| error.to_string())
    }

    /// The same, and the files in it: where one stands, the tree holds what [`Files::find`] finds it by.
    pub(crate) fn with_files(value: &(impl Serialize + ?Sized)) -> Result<(Self, Files), String> {
        let outer = FILES.replace(Some(Files::new()));
        let tree = Self::of(value);
        let files = FILES.replace(outer).unwrap_or_else(Files::new);
        Ok((tree?, files))
    }

    /// One text: JSON, if it is more than that.
    pub(crate) fn to_text(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Text(text) | Self::Bare(text) => text.clone(),
            Self::List(_) | Self::Object(_) => self.to_json(),
        }
    }

    pub(crate) fn to_json(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Text(text) => quoted(text),
            Self::Bare(text) => text.clone(),
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

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Growing)
    }
}

struct Growing;

impl<'de> Visitor<'de> for Growing {
    type Value = Tree;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Bare(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Bare(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Bare(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
        Ok(Tree::Bare(value.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Tree, E> {
        Ok(Tree::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Tree, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element()? {
            list.push(element);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Tree, A::Error> {
        let mut object = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            object.push(entry);
        }
        Ok(Tree::Object(object))
    }
}

thread_local! {
    /// The files of the value that is being written, if it goes into a form that can hold files.
    static FILES: RefCell<Option<Files>> = const { RefCell::new(None) };
}

/// Files that stand beside a tree, because serde has no word for them.
pub(crate) struct Files {
    /// A key that no value has by chance.
    key: String,
    files: Vec<FilePart>,
}

impl Files {
    fn new() -> Self {
        Self { key: format!("file-{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..)), files: Vec::new() }
    }

    /// The file that stands at this place of the tree.
    pub(crate) fn find(&self, tree: &Tree) -> Option<&FilePart> {
        match tree {
            Tree::Object(properties) => match properties.as_slice() {
                [(key, Tree::Bare(number))] if *key == self.key => self.files.get(number.parse::<usize>().ok()?),
                _ => None,
            },
            _ => None,
        }
    }

    /// Keeps a file, if there is a form for it: the key and the number under which it is found again.
    pub(crate) fn keep(file: &FilePart) -> Option<(String, usize)> {
        FILES.with_borrow_mut(|files| {
            let files = files.as_mut()?;
            files.files.push(file.clone());
            Some((files.key.clone(), files.files.len() - 1))
        })
    }
}
