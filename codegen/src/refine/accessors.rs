use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, parse_quote};

use super::{Code, argument_of, doc, first_sentence, is_copy, is_named, missing};
use crate::{GenerateError, model::Model};

const PASS: &str = "accessors";

/// Gives each response a method for every field that the document calls required: the value, or an error that names
/// what is missing.
pub(super) fn add(code: &mut Code, model: &Model) -> Result<(), GenerateError> {
    code.for_each_struct(PASS, model, |found, schema, fields| {
        if !schema.role.is_received() {
            return Ok(());
        }
        let type_name = &schema.name;
        let mut accessors: Vec<syn::ImplItemFn> = Vec::new();
        for (emitted, field) in found.fields(fields).filter(|(_, field)| field.required && !field.nullable) {
            let (Some(ident), name) = (&emitted.ident, &field.name) else { continue };
            let value = argument_of(&emitted.ty, "Option");
            let value = value.ok_or_else(|| missing(PASS, &format!("Option at `{type_name}.{name}`")))?;
            let (returned, read) = borrowed(value, ident);
            let doc = doc(first_sentence(&field.description));
            let deprecated = field.deprecated.then(|| quote!(#[deprecated]));
            accessors.push(parse_quote! {
                #(#doc)*
                #deprecated
                pub fn #ident(&self) -> Result<#returned, MissingField> {
                    #read.ok_or(MissingField::new(#type_name, #name))
                }
            });
        }
        match found.impls.first_mut() {
            Some(methods) => methods.items.extend(accessors.into_iter().map(syn::ImplItem::Fn)),
            None if accessors.is_empty() => {}
            None => {
                let ident = &found.item.ident;
                found.impls.push(parse_quote!(impl #ident { #(#accessors)* }));
            }
        }
        Ok(())
    })
}

/// The type under which a field is lent, and the `Option` of it.
fn borrowed(ty: &syn::Type, field: &Ident) -> (TokenStream, TokenStream) {
    if is_copy(ty) {
        (quote!(#ty), quote!(self.#field))
    } else if is_named(ty, "String") {
        (quote!(&str), quote!(self.#field.as_deref()))
    } else if let Some(element) = argument_of(ty, "Vec") {
        (quote!(&[#element]), quote!(self.#field.as_deref()))
    } else if let Some(inner) = argument_of(ty, "Box") {
        (quote!(&#inner), quote!(self.#field.as_deref()))
    } else {
        (quote!(&#ty), quote!(self.#field.as_ref()))
    }
}
