use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, parse_quote};

use super::{Code, argument_of, doc, first_sentence, is_named, name_of};
use crate::{GenerateError, model::Model};

/// Gives each request a setter for every field that is not in its `new`.
pub(super) fn add(code: &mut Code, model: &Model) -> Result<(), GenerateError> {
    let unions = model.names_of_unions();
    code.for_each_struct("setters", model, |found, schema, fields| {
        if !schema.role.is_sent() {
            return Ok(());
        }
        let mut setters: Vec<syn::ImplItemFn> = Vec::new();
        for (emitted, field) in found.fields(fields).filter(|(_, field)| !field.required) {
            let Some(ident) = emitted.ident.clone() else { continue };
            let name = setter_name(&ident);
            let value_name = crate::names::ident("value");
            let setter = Setter::of(&emitted.ty, &value_name, &unions);
            let doc = doc(first_sentence(&field.description));
            let deprecated = field.deprecated.then(|| quote!(#[deprecated]));
            let like_operator = is_operator(&ident)
                .then(|| quote!(#[allow(clippy::should_implement_trait, reason = "has the name of its field")]));
            let (ty, value) = (setter.argument.ty, setter.stored);
            setters.push(parse_quote! {
                #(#doc)*
                #deprecated
                #like_operator
                pub fn #name(mut self, #value_name: #ty) -> Self {
                    self.#ident = #value;
                    self
                }
            });
        }
        if let Some(constructor) = found.impls.first_mut() {
            constructor.items.extend(setters.into_iter().map(syn::ImplItem::Fn));
        }
        Ok(())
    })
}

/// A setter may not be called as the other methods of a request are.
fn setter_name(field: &Ident) -> Ident {
    let is_taken = ["new", "validate"].iter().any(|taken| field == taken);
    if is_taken { quote::format_ident!("{field}_") } else { field.clone() }
}

/// Whether a method of this name looks like one of the traits for operators.
fn is_operator(name: &Ident) -> bool {
    const OPERATORS: [&str; 10] = ["add", "bitand", "bitor", "bitxor", "div", "mul", "rem", "shl", "shr", "sub"];
    OPERATORS.iter().any(|operator| name == operator)
}

/// What a constructor or a setter takes, and how that becomes the field's value.
pub(super) struct Argument {
    pub(super) ty: TokenStream,
    pub(super) value: TokenStream,
}

struct Setter {
    argument: Argument,
    stored: TokenStream,
}

impl Setter {
    fn of(field: &syn::Type, name: &Ident, unions: &HashSet<&str>) -> Self {
        if argument_of(field, "Patch").is_some() {
            let argument = Argument { ty: quote!(impl Into<#field>), value: quote!(#name.into()) };
            return Self { stored: argument.value.clone(), argument };
        }
        match argument_of(field, "Option") {
            Some(inner) => {
                let argument = Argument::of(inner, Some(name), unions);
                let value = &argument.value;
                Self { stored: quote!(Some(#value)), argument }
            }
            None => {
                let argument = Argument::of(field, Some(name), unions);
                Self { stored: argument.value.clone(), argument }
            }
        }
    }
}

impl Argument {
    /// The most convenient type that a field's value can be made of.
    pub(super) fn of(ty: &syn::Type, name: Option<&Ident>, unions: &HashSet<&str>) -> Self {
        let is_made_of_others = |ty: &syn::Type| {
            let is_union = |name: &syn::Ident| unions.contains(name.to_string().as_str());
            ["FilePart", "Secret", "String"].iter().any(|name| is_named(ty, name)) || name_of(ty).is_some_and(is_union)
        };
        if is_made_of_others(ty) {
            return Self { ty: quote!(impl Into<#ty>), value: quote!(#name.into()) };
        }
        if let Some(element) = argument_of(ty, "Vec") {
            return if is_made_of_others(element) {
                Self {
                    ty: quote!(impl IntoIterator<Item = impl Into<#element>>),
                    value: quote!(#name.into_iter().map(Into::into).collect()),
                }
            } else {
                Self { ty: quote!(impl IntoIterator<Item = #element>), value: quote!(#name.into_iter().collect()) }
            };
        }
        match argument_of(ty, "Box") {
            Some(inner) => {
                let Self { ty, value } = Self::of(inner, name, unions);
                Self { ty, value: quote!(Box::new(#value)) }
            }
            None => Self { ty: quote!(#ty), value: quote!(#name) },
        }
    }
}
