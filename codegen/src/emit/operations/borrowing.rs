//! Arguments by value and by reference.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::progenitor::Type;

/// Returns the type of an argument: the type itself if its values are copied, else a reference to it.
pub(super) fn argument_type(ty: &Type) -> TokenStream {
    match ty {
        ty if ty.is_copy() => quote!(#ty),
        Type::List(element) => quote!(&[#element]),
        Type::String => quote!(&str),
        ty => quote!(&#ty),
    }
}

/// Returns a reference to an argument that has its type from [`argument_type`], which serde can write. In structs and
/// unions secrets are written anyway; anywhere else it takes an `Exposed`.
pub(super) fn reference_to(argument: &Ident, ty: &Type) -> TokenStream {
    let reference = if ty.is_copy() { quote!(&#argument) } else { quote!(#argument) };
    if ty.is_secret() { quote!(&Exposed(#reference)) } else { reference }
}
