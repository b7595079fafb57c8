//! The operations of a document.

use serde_json::Value;

use super::grammar::{Form, Kind};
use crate::{
    json::{fields, fields_mut},
    source::Pointer,
};

/// An operation, and where it stands. `V` is a reference to its JSON.
pub(crate) struct Operation<'a, V> {
    pub(crate) path: &'a str,
    /// In lower case.
    pub(crate) method: &'static str,
    pub(crate) at: Pointer,
    pub(crate) value: V,
}

/// The operations of the API, in the order of the document, without those of callbacks.
pub(crate) fn operations(root: &Value) -> impl Iterator<Item = Operation<'_, &Value>> {
    let items = fields(root.get("paths"));
    items.flat_map(|(path, item)| fields(Some(item)).filter_map(|(key, value)| Operation::of(path, key, value)))
}

/// The operations of the API, to be changed.
pub(crate) fn operations_mut(root: &mut Value) -> impl Iterator<Item = Operation<'_, &mut Value>> {
    let items = fields_mut(root, &["paths"]);
    items.flat_map(|(path, item)| fields_mut(item, &[]).filter_map(|(key, value)| Operation::of(path, key, value)))
}

/// The parts of a path with what a URL may have after it: `/things/{id}?beta=true#copy`.
pub(crate) struct PathParts<'a> {
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a str>,
    /// Never sent, but some documents tell operations apart by it.
    pub(crate) fragment: Option<&'a str>,
}

impl<'a> PathParts<'a> {
    pub(crate) fn of(path: &'a str) -> Self {
        let (sent, fragment) = split(path, '#');
        let (path, query) = split(sent, '?');
        Self { path, query, fragment }
    }
}

fn split(text: &str, separator: char) -> (&str, Option<&str>) {
    text.split_once(separator).map_or((text, None), |(before, after)| (before, Some(after)))
}

/// Returns a path without its fragment.
pub(crate) fn without_fragment(path: &str) -> &str {
    split(path, '#').0
}

/// Returns the method that a key of a path item names.
pub(crate) fn method(key: &str) -> Option<&'static str> {
    let field = Kind::PathItem.field(key)?;
    matches!(field.form, Form::One(Kind::Operation)).then_some(field.name)
}

impl<'a, V> Operation<'a, V> {
    /// None of what is no operation.
    fn of(path: &'a str, key: &str, value: V) -> Option<Self> {
        let method = method(key)?;
        Some(Self { path, method, at: Pointer::default().key("paths").key(path).key(method), value })
    }
}
