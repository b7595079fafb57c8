//! Structs of requests and responses, as declarations in the macros of the runtime.

mod constructors;
mod declaration;
mod requests;
mod responses;

use syn::parse_quote;

use super::{conversions, types::TypeCode};
use crate::{
    api::{Api, Direction, Field, TypeDef},
    names::ident,
};

pub(super) fn emit_struct(ty: &TypeDef, fields: &[Field], api: &Api) -> TypeCode {
    let (macro_name, declaration) = match ty.direction {
        Direction::Request => ("request", requests::declare(ty, fields, api)),
        Direction::Response => ("response", responses::declare(ty, fields, api)),
        Direction::Both => ("shared", requests::declare(ty, fields, api)),
    };
    let impls = [
        requests::default_impl(ty, fields),
        constructors::new_of_response_type(ty, api),
        conversions::request_from_response(ty, fields, api),
    ];
    let name = ident(&ty.name);
    let types = fields.iter().map(|field| field.schema.ty.non_null());
    let stub = parse_quote!(struct #name(#(#types),*););
    TypeCode { impls: impls.into_iter().flatten().collect(), ..TypeCode::new(macro_name, &declaration, stub) }
}
