//! Structs of requests and responses, as declarations in the macros of the runtime.

mod constructors;
mod declaration;
mod requests;
mod responses;

use syn::{Item, ItemImpl, parse_quote};

use super::conversions;
use crate::{
    api::{Api, Direction, Field, TypeDef},
    names::ident,
};

/// A struct of the emitted crate.
pub(super) struct Struct {
    pub(super) direction: Direction,
    /// The macro call that declares it.
    pub(super) declaration: String,
    pub(super) impls: Vec<ItemImpl>,
    /// An item with the same name and types, because imports are found by looking at items.
    pub(super) stub: Item,
}

pub(super) fn emit_structs(api: &Api) -> Vec<Struct> {
    api.structs().map(|(ty, fields)| emit_struct(ty, fields, api)).collect()
}

fn emit_struct(ty: &TypeDef, fields: &[Field], api: &Api) -> Struct {
    let declaration = match ty.direction {
        Direction::Request | Direction::Both => requests::declare(ty, fields, api),
        Direction::Response => responses::declare(ty, fields, api),
    };
    let impls = [
        requests::default_impl(ty, fields),
        constructors::new_of_response_type(ty, api),
        conversions::request_from_response(ty, fields, api),
    ];
    let name = ident(&ty.name);
    let types = fields.iter().map(|field| field.schema.ty.non_null());
    Struct {
        direction: ty.direction,
        declaration,
        impls: impls.into_iter().flatten().collect(),
        stub: parse_quote!(struct #name(#(#types),*);),
    }
}
