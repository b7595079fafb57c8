//! Bodies, as arguments and as steps that add them to the request.

use proc_macro2::TokenStream;
use quote::quote;

use super::{JSON, borrowing};
use crate::{api::Body, names::ident, openapi::media_type::Format};

/// Returns the argument for the body, after one for its media type if the document gives a range.
pub(super) fn arguments(body: &Body) -> impl Iterator<Item = TokenStream> + use<> {
    let ty = match body.format {
        Format::Text => quote!(&str),
        Format::Bytes => quote!(impl Into<Bytes>),
        Format::Json | Format::Form | Format::Multipart => borrowing::argument_type(&body.schema.ty),
    };
    let content_type = body.takes_media_type().then(|| quote!(content_type: &str));
    content_type.into_iter().chain([quote!(body: #ty)])
}

/// Returns the step that adds the body to the request.
pub(super) fn add(body: &Body) -> TokenStream {
    let media_type = match &body.media_type {
        _ if body.takes_media_type() => quote!(content_type.to_owned()),
        media_type => quote!(#media_type),
    };
    let value = borrowing::reference_to(&ident("body"), &body.schema.ty);
    match body.format {
        Format::Json => {
            let content_type = (body.media_type != JSON).then(|| quote!(.content_type(#media_type)));
            quote!(.body(#value) #content_type)
        }
        Format::Form => {
            let styles = body.styles.iter().map(|(name, style)| {
                let style = style.expression();
                quote!((#name, #style))
            });
            quote!(.form(#value, &[#(#styles),*]))
        }
        Format::Multipart => {
            let content_types = body.media_types.iter().map(|(name, content_type)| quote!((#name, #content_type)));
            quote!(.multipart(#value, &[#(#content_types),*]))
        }
        Format::Text => quote!(.content(#media_type, body.to_owned())),
        Format::Bytes => quote!(.content(#media_type, body)),
    }
}

#[cfg(test)]
mod tests {
    use crate::emit::tests::{emitted, from_line};

    #[test]
    fn the_parts_of_a_form_say_their_media_types() {
        let document = "paths:
  /things:
    post:
      operationId: importThings
      summary: Imports them
      requestBody:
        content:
          multipart/form-data:
            schema: {type: object, required: [file], properties: {file: {type: string, format: binary}}}
            encoding: {file: {contentType: text/csv}}
      responses: {'204': {description: Done.}}";
        let file = emitted("src/operations.rs", document);
        insta::assert_snapshot!(from_line(&file, "pub fn"), @r#"
            pub fn import_things(&self, body: &ImportThingsBody) -> Call<()> {
                self.transport
                    .post("importThings", "/things")
                    .multipart(body, &[("file", "text/csv")])
                    .empty()
            }
        }
        "#);
    }
}
