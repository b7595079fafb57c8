use std::collections::HashSet;

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;
use syn::parse_quote;

use super::{Code, Struct, documentation::doc, setters::Argument};
use crate::{
    GenerateError,
    lower::schemas::reference,
    model::{Field, Model, Shape},
    names::ident,
};

/// Gives each request a `new` that takes what is required, and nothing else. What says which alternative of a union it
/// is has one value, and is not asked for.
pub(super) fn add(code: &mut Code, model: &Model) -> Result<(), GenerateError> {
    let unions = model.names_of_unions();
    code.for_each_struct("constructors", model, |found, schema, fields| {
        if schema.role.is_sent() {
            let constructor = constructor(found, fields, &unions, model);
            let default = default_of(found, fields);
            found.impls.push(constructor);
            found.impls.extend(default);
        }
        Ok(())
    })?;
    add_to_split_responses(code, model);
    Ok(())
}

fn constructor(found: &mut Struct, fields: &[Field], unions: &HashSet<&str>, model: &Model) -> syn::ItemImpl {
    let name = found.item.ident.clone();
    if !fields.iter().any(|field| field.required) {
        let doc = doc("Nothing yet: every field has a setter.");
        return parse_quote! {
            impl #name {
                #(#doc)*
                pub fn new() -> Self {
                    Self::default()
                }
            }
        };
    }

    let all = fields.iter().all(|field| field.required);
    let doc = doc(if all { "Made of what is required." } else { "Made of what is required: the rest has setters." });
    let (parameters, values): (Vec<_>, Vec<_>) = found
        .fields(fields)
        .map(|(emitted, field)| {
            let ident = &emitted.ident;
            if let Some(constant) = &field.constant {
                let value = literal(constant, &field.schema, model);
                (None, quote!(#ident: #value))
            } else if field.required {
                let Argument { ty, value } = Argument::of(&emitted.ty, ident.as_ref(), unions);
                (Some(quote!(#ident: #ty)), initializer(ident.as_ref(), value))
            } else if field.patch {
                (None, quote!(#ident: Patch::Keep))
            } else {
                (None, quote!(#ident: None))
            }
        })
        .unzip();
    let parameters = parameters.into_iter().flatten();
    parse_quote! {
        impl #name {
            #(#doc)*
            pub fn new(#(#parameters),*) -> Self {
                Self { #(#values),* }
            }
        }
    }
}

/// What is made of nothing has a default. It is derived where nothing is required.
fn default_of(found: &Struct, fields: &[Field]) -> Option<syn::ItemImpl> {
    let mut required = fields.iter().filter(|field| field.required).peekable();
    let is_made_of_nothing = required.peek().is_some() && required.all(|field| field.constant.is_some());
    let name = &found.item.ident;
    is_made_of_nothing.then(|| {
        parse_quote! {
            impl Default for #name {
                fn default() -> Self {
                    Self::new()
                }
            }
        }
    })
}

/// The value of a field that can have no other.
fn literal(value: &Value, schema: &Value, model: &Model) -> TokenStream {
    let ty = reference(schema).and_then(|name| model.schema(name));
    match (value, ty.map(|schema| (&schema.name, &schema.shape))) {
        (Value::String(text), Some((name, Shape::Enum(variants)))) => {
            let variant = variants.iter().find(|variant| variant.text == *text);
            let (name, variant) = (ident(name), variant.map(|variant| ident(&variant.name)));
            variant.map_or_else(|| quote!(#name::from(#text)), |variant| quote!(#name::#variant))
        }
        (Value::String(text), _) => quote!(#text.to_owned()),
        (Value::Bool(value), _) => quote!(#value),
        (value, _) => {
            let literal = Literal::i64_unsuffixed(value.as_i64().unwrap_or_default());
            quote!(#literal)
        }
    }
}

/// `name: value`, or `name` where that says the same.
fn initializer(ident: Option<&syn::Ident>, value: TokenStream) -> TokenStream {
    if ident.is_some_and(|ident| *ident == value.to_string()) { value } else { quote!(#ident: #value) }
}

/// A type that was split is one thing to its users, and they know it by the name that the response kept: its `new`
/// makes the one to send.
fn add_to_split_responses(code: &mut Code, model: &Model) {
    for (schema, _) in model.structs() {
        let Some(response) = &schema.input_of else { continue };
        let Some(constructor) = code.structs.get(&schema.name).and_then(|input| input.impls.first()).cloned() else {
            continue;
        };
        let Some(syn::ImplItem::Fn(constructor)) = constructor.items.into_iter().next() else { continue };
        let Some(found) = code.structs.get_mut(response) else { continue };

        let (response, input) = (found.item.ident.clone(), ident(&schema.name));
        let inputs = &constructor.sig.inputs;
        let arguments = inputs.iter().filter_map(|input| match input {
            syn::FnArg::Typed(argument) => Some(&argument.pat),
            syn::FnArg::Receiver(_) => None,
        });
        let doc = doc(&format!("One to send, which is a [`{input}`]: short for [`{input}::new`]."));
        found.impls.push(parse_quote! {
            impl #response {
                #(#doc)*
                #[expect(clippy::new_ret_no_self, reason = "makes one to send")]
                pub fn new(#inputs) -> #input {
                    #input::new(#(#arguments),*)
                }
            }
        });
    }
}
