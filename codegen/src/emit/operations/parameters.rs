//! Parameters, as arguments and as steps that add them to the request.

use proc_macro2::TokenStream;
use quote::quote;

use super::borrowing;
use crate::{
    api::{Api, Parameter, Style},
    names::ident,
    openapi::parameter::Location,
};

pub(super) fn argument_type(parameter: &Parameter, api: &Api) -> TokenStream {
    match Kind::of(parameter, api) {
        Kind::Texts => quote!(impl IntoIterator<Item = impl Parameter>),
        Kind::Text | Kind::Other => borrowing::argument_type(parameter.schema.ty.non_null()),
    }
}

/// Returns the parameters as those of an example's function, where a list has a type that can be named.
pub(super) fn example_signature(parameters: &[&Parameter], api: &Api) -> Vec<TokenStream> {
    let parameters = parameters.iter().map(|parameter| {
        let (name, kind) = (ident(&parameter.rust_name), Kind::of(parameter, api));
        let ty = if kind == Kind::Texts { quote!(&[&str]) } else { argument_type(parameter, api) };
        quote!(#name: #ty)
    });
    parameters.collect()
}

/// Returns the step that adds a parameter to the request.
pub(super) fn add(parameter: &Parameter, api: &Api) -> TokenStream {
    let (name, argument) = (&parameter.name, ident(&parameter.rust_name));
    let location = parameter.location.name();
    let (plain, styled) = (ident(location), ident(&format!("{location}_as")));
    let style = parameter.style.expression();
    let reserved = parameter.allow_reserved.then(|| quote!(.allow_reserved()));
    let exploded = Style::Form { explode: true };
    let added = match Kind::of(parameter, api) {
        Kind::Text if !matches!(parameter.style, Style::Label { .. } | Style::Matrix { .. }) => {
            quote!(.#plain(#name, #argument))
        }
        Kind::Texts if (parameter.location, parameter.style) == (Location::Query, exploded) => {
            quote!(.query_list(#name, #argument))
        }
        Kind::Texts => quote!(.#styled(#name, #style.list(#argument))),
        Kind::Text | Kind::Other => {
            let value = borrowing::reference_to(&argument, parameter.schema.ty.non_null());
            quote!(.#styled(#name, #style.value(#value)))
        }
    };
    quote!(#added #reserved)
}

/// The values of a parameter, by what the runtime needs to write them.
#[derive(PartialEq)]
enum Kind {
    Text,
    Texts,
    /// Something else that serde can write.
    Other,
}

impl Kind {
    fn of(parameter: &Parameter, api: &Api) -> Self {
        let ty = &parameter.schema.ty;
        if parameter.style == Style::Json {
            Self::Other
        } else if api.is_text(ty) {
            Self::Text
        } else if ty.elements().is_some_and(|element| api.is_text(element)) {
            Self::Texts
        } else {
            Self::Other
        }
    }
}

impl Style {
    pub(super) fn expression(self) -> TokenStream {
        match self {
            Self::Simple { explode } => quote!(ParameterStyle::Simple { explode: #explode }),
            Self::Label { explode } => quote!(ParameterStyle::Label { explode: #explode }),
            Self::Matrix { explode } => quote!(ParameterStyle::Matrix { explode: #explode }),
            Self::Form { explode } => quote!(ParameterStyle::Form { explode: #explode }),
            Self::SpaceDelimited => quote!(ParameterStyle::SpaceDelimited),
            Self::PipeDelimited => quote!(ParameterStyle::PipeDelimited),
            Self::DeepObject => quote!(ParameterStyle::DeepObject),
            Self::Json => quote!(ParameterStyle::Json),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::emit::tests::{emitted, from_line};

    #[test]
    fn values_of_several_parts_say_their_style() {
        let document = "paths:
  /things:
    get:
      operationId: listThings
      summary: Lists them
      parameters:
        - {name: name, in: query, required: true, schema: {type: string}}
        - {name: tags, in: query, required: true, schema: {type: array, items: {type: string}}}
        - {name: ids, in: query, required: true, explode: false, schema: {type: array, items: {type: string}}}
        - {name: range, in: query, required: true, style: deepObject, schema: {type: object, properties: {to: {type: integer}}}}
      responses: {'204': {description: Done.}}";
        let file = emitted("src/operations.rs", document);
        insta::assert_snapshot!(from_line(&file, "pub fn"), @r#"
            pub fn list_things(
                &self,
                name: &str,
                tags: impl IntoIterator<Item = impl Parameter>,
                ids: impl IntoIterator<Item = impl Parameter>,
                range: &ListThingsRange,
            ) -> Call<()> {
                self.transport
                    .get("listThings", "/things")
                    .query("name", name)
                    .query_list("tags", tags)
                    .query_as(
                        "ids",
                        ParameterStyle::Form {
                            explode: false,
                        }
                            .list(ids),
                    )
                    .query_as("range", ParameterStyle::DeepObject.value(range))
                    .empty()
            }
        }
        "#);
    }
}
