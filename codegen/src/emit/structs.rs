//! The structs of what is sent and received, as the macros of the runtime declare them.

use syn::{Item, parse_quote};

use super::{constructors, conversions, received, sent};
use crate::{
    api::{Api, Direction, Field, TypeDef},
    names::ident,
    progenitor::Type,
};

/// A struct of the emitted crate.
pub(crate) struct Struct {
    pub(crate) direction: Direction,
    /// Its declaration.
    pub(crate) source: String,
    pub(crate) impls: Vec<syn::ItemImpl>,
    /// An item that names the types that the declaration names.
    pub(crate) naming: Item,
}

pub(super) fn structs(api: &Api) -> Vec<Struct> {
    api.structs().map(|(ty, fields)| of_type(ty, fields, api)).collect()
}

fn of_type(ty: &TypeDef, fields: &[Field], api: &Api) -> Struct {
    let source = if ty.direction.is_sent() { sent::source(ty, fields, api) } else { received::source(ty, fields, api) };
    let constructor = constructors::of_response(ty, api);
    let conversion = conversions::of_request(ty, fields, api);
    let default = sent::default_of(ty, fields);
    let name = ident(&ty.name);
    let types = fields.iter().map(held);
    Struct {
        direction: ty.direction,
        source,
        impls: default.into_iter().chain(constructor).chain(conversion).collect(),
        naming: parse_quote!(struct #name(#(#types),*);),
    }
}

/// What a field holds when it is there.
fn held(field: &Field) -> &Type {
    field.schema.ty.non_null()
}
