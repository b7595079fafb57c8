//! Enums for operations with several documented responses, which the status and the media type tell apart.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Item, parse_quote};

use super::doc_comment::doc_attributes;
use crate::{
    api::{Content, Operation, Response, ResponseEnum, ResponseVariant},
    names::ident,
};

/// Emits the enum of an operation with several documented responses.
pub(super) fn emit_response_enum(operation: &Operation) -> Option<[Item; 2]> {
    let Response::Enum(responses) = &operation.response else { return None };
    let name = ident(&responses.name);
    let doc = doc_attributes(&format!("A response of [`Client::{0}`](crate::Client::{0}).", operation.method_name()));
    let variants = group_by_variant(responses).into_iter().map(|responses| {
        let variant = ident(&responses[0].name);
        let paragraphs: Vec<_> = responses.iter().map(|response| describe(response)).collect();
        let doc = doc_attributes(&paragraphs.join("\n\n"));
        let content = content_type(&responses[0].content).map(|ty| quote!((#ty)));
        quote!(#(#doc)* #variant #content)
    });
    let doc_of_unknown = doc_attributes("A response that the document does not list.");
    let choices = responses.variants.iter().map(choice);
    Some([
        parse_quote! {
            #(#doc)*
            #[derive(Clone, Debug, PartialEq)]
            #[non_exhaustive]
            pub enum #name {
                #(#variants,)*
                #(#doc_of_unknown)*
                Unknown(Bytes),
            }
        },
        parse_quote! {
            #[doc(hidden)]
            impl ResponseVariants for #name {
                fn choose(matcher: ResponseMatcher<'_, Self>) -> ResponseMatcher<'_, Self> {
                    matcher #(#choices)*
                }

                fn unknown(body: Bytes) -> Self {
                    Self::Unknown(body)
                }
            }
        },
    ])
}

/// Returns the responses of each variant, in the order of the document.
fn group_by_variant(responses: &ResponseEnum) -> Vec<Vec<&ResponseVariant>> {
    let mut variants: Vec<Vec<&ResponseVariant>> = Vec::new();
    for response in &responses.variants {
        match variants.iter_mut().find(|known| known[0].name == response.name) {
            Some(known) => known.push(response),
            None => variants.push(vec![response]),
        }
    }
    variants
}

fn describe(response: &ResponseVariant) -> String {
    let ResponseVariant { status, media_type, meaning, content, .. } = response;
    match content {
        Content::Text | Content::Bytes if media_type != "*/*" => format!("{status}, `{media_type}`: {meaning}"),
        _ => format!("{status}: {meaning}"),
    }
}

fn content_type(content: &Content) -> Option<TokenStream> {
    match content {
        Content::Json(schema) => Some(schema.ty.to_token_stream()),
        Content::Text => Some(quote!(String)),
        Content::Bytes => Some(quote!(Bytes)),
        Content::Redirect => Some(quote!(Redirect)),
        Content::Empty => None,
    }
}

/// Returns the call of the runtime that chooses a variant if the response is this one.
fn choice(response: &ResponseVariant) -> TokenStream {
    let (variant, status, media_type) = (ident(&response.name), &response.status, &response.media_type);
    match &response.content {
        Content::Json(_) => quote!(.json(#status, #media_type, Self::#variant)),
        Content::Text => quote!(.text(#status, #media_type, Self::#variant)),
        Content::Bytes => quote!(.bytes(#status, #media_type, Self::#variant)),
        Content::Redirect => quote!(.redirect(#status, Self::#variant)),
        Content::Empty => quote!(.empty(#status, Self::#variant)),
    }
}

#[cfg(test)]
mod tests {
    use crate::emit::tests::emitted;

    #[test]
    fn responses_that_hold_the_same_share_a_variant() {
        let document = "paths:
  /thing:
    get:
      operationId: getThing
      summary: Gets it
      responses:
        '200': {description: It., content: {application/json: {schema: {type: integer}}}}
        '203': {description: A copy., content: {application/json: {schema: {type: integer}}}}
        '202': {description: Not yet., content: {text/plain: {schema: {type: string}}}}";
        insta::assert_snapshot!(emitted("src/types/operations.rs", document), @r#"
            use clickhouse_cloud_runtime::{ResponseMatcher, ResponseVariants};
            use clickhouse_cloud_runtime::bytes::Bytes;

            /// A response of [`Client::get_thing`](crate::Client::get_thing).
            #[derive(Clone, Debug, PartialEq)]
            #[non_exhaustive]
            pub enum GetThingResponse {
                /// 200: It.
                ///
                /// 203: A copy.
                Integer(i64),
                /// 202: Not yet.
                Text(String),
                /// A response that the document does not list.
                Unknown(Bytes),
            }

            #[doc(hidden)]
            impl ResponseVariants for GetThingResponse {
                fn choose(matcher: ResponseMatcher<'_, Self>) -> ResponseMatcher<'_, Self> {
                    matcher
                        .json("200", "*/*", Self::Integer)
                        .json("203", "*/*", Self::Integer)
                        .text("202", "*/*", Self::Text)
                }

                fn unknown(body: Bytes) -> Self {
                    Self::Unknown(body)
                }
            }
        "#);
    }
}
