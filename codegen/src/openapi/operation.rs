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

impl<'a, V> Operation<'a, V> {
    /// None of what is no operation.
    fn of(path: &'a str, key: &str, value: V) -> Option<Self> {
        let field = Kind::PathItem.field(key).filter(|field| matches!(field.form, Form::One(Kind::Operation)))?;
        let method = field.name;
        Some(Self { path, method, at: Pointer::default().key("paths").key(path).key(method), value })
    }
}
