//! The types of the document, as declarations in macros of the runtime.

use syn::{Item, ItemImpl, parse_quote};

use super::{enums, newtypes, structs, unions::Unions};
use crate::{
    api::{Api, TypeKind},
    names::ident,
};

/// The code of a type.
pub(super) struct TypeCode {
    /// The macro call that declares it, as text, because prettyplease does not break the lines of a macro.
    pub(super) declaration: String,
    pub(super) impls: Vec<ItemImpl>,
    /// Items with the same macro, name and types, because imports are found by looking at items.
    pub(super) stubs: [Item; 2],
}

impl TypeCode {
    /// Returns the code of a type that is declared in a macro. `stub` is an item with the same name and types.
    pub(super) fn new(macro_name: &str, declaration: &str, stub: Item) -> Self {
        let declaration = format!("{macro_name}! {{\n{declaration}}}\n");
        let macro_name = ident(macro_name);
        Self { declaration, impls: Vec::new(), stubs: [parse_quote!(#macro_name! {}), stub] }
    }
}

/// Emits the types, in the order of the model.
pub(super) fn emit_types(api: &Api) -> Vec<TypeCode> {
    let unions = Unions::of(api);
    let types = api.types.iter().map(|ty| match &ty.kind {
        TypeKind::Struct(fields) => structs::emit_struct(ty, fields, api),
        TypeKind::Enum(variants) => enums::emit_enum(ty, variants),
        TypeKind::Union(variants) => unions.emit_union(ty, variants),
        TypeKind::Newtype(inner) => newtypes::emit_newtype(ty, inner),
    });
    types.collect()
}
