use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse_quote;

use super::doc;
use crate::{
    api::{Api, Content, OneOf, Outcome},
    names::ident,
};

/// An enum for each operation that answers in several ways.
pub(super) fn answers(api: &Api) -> Vec<syn::Item> {
    let mut items = Vec::new();
    for (operation, one_of) in api.answers() {
        let name = ident(&one_of.name);
        let doc_of_enum = doc(&format!("What [`Client::{0}`](crate::Client::{0}) returns.", operation.method_name()));
        let variants = variants(one_of).into_iter().map(|outcomes| {
            let variant = ident(&outcomes[0].variant);
            let doc = doc(&outcomes.iter().map(|outcome| meaning(outcome)).collect::<Vec<_>>().join("\n\n"));
            let held = held(outcomes[0]).map(|ty| quote!((#ty)));
            quote!(#(#doc)* #variant #held)
        });
        let unknown = doc("An answer that the document does not list.");
        let choices = one_of.outcomes.iter().map(choice);
        items.push(parse_quote! {
            #(#doc_of_enum)*
            #[derive(Clone, Debug, PartialEq)]
            #[non_exhaustive]
            pub enum #name {
                #(#variants,)*
                #(#unknown)*
                Unknown(Bytes),
            }
        });
        items.push(parse_quote! {
            #[doc(hidden)]
            impl Answers for #name {
                fn choose(received: Received<'_, Self>) -> Received<'_, Self> {
                    received #(#choices)*
                }

                fn unknown(body: Bytes) -> Self {
                    Self::Unknown(body)
                }
            }
        });
    }
    items
}

/// The outcomes of each variant, in the order of the document's answers.
fn variants(one_of: &OneOf) -> Vec<Vec<&Outcome>> {
    let mut variants: Vec<Vec<&Outcome>> = Vec::new();
    for outcome in &one_of.outcomes {
        match variants.iter_mut().find(|outcomes| outcomes[0].variant == outcome.variant) {
            Some(outcomes) => outcomes.push(outcome),
            None => variants.push(vec![outcome]),
        }
    }
    variants
}

fn meaning(outcome: &Outcome) -> String {
    let Outcome { status, media_type, meaning, content, .. } = outcome;
    match content {
        Content::Text | Content::Bytes if media_type != "*/*" => format!("{status}, `{media_type}`: {meaning}"),
        _ => format!("{status}: {meaning}"),
    }
}

fn held(outcome: &Outcome) -> Option<TokenStream> {
    match &outcome.content {
        Content::Json(schema) => Some(schema.ty.to_token_stream()),
        Content::Text => Some(quote!(String)),
        Content::Bytes => Some(quote!(Bytes)),
        Content::Empty => None,
    }
}

/// How an answer is seen to be this outcome.
fn choice(outcome: &Outcome) -> TokenStream {
    let (variant, status, media_type) = (ident(&outcome.variant), &outcome.status, &outcome.media_type);
    match &outcome.content {
        Content::Json(_) => quote!(.json(#status, #media_type, Self::#variant)),
        Content::Text => quote!(.text(#status, #media_type, Self::#variant)),
        Content::Bytes => quote!(.bytes(#status, #media_type, Self::#variant)),
        Content::Empty => quote!(.empty(#status, Self::#variant)),
    }
}
